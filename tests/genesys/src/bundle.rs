use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::Error;
use crate::architect::Workflow;
use crate::data_action::{CustomAuthAction, DataAction};

/// What the tests put where Terraform puts the integration's name.
pub const INTEGRATION: &str = "Time-off bridge";

/// What is shipped in `infra/genesys`.
#[derive(Debug)]
pub struct Bundle {
    workflows: BTreeMap<String, Workflow>,
    actions: BTreeMap<String, DataAction>,
    custom_auth: Option<CustomAuthAction>,
}

/// The file of the custom auth action, which stands among those that need it.
const CUSTOM_AUTH: &str = "HRIS-OAuth.customAuth.json";

/// The root of the repository that this crate was built in.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Bundle {
    /// Reads all workflows of the repository, and the data actions that send the API key. A file
    /// must be called by the name of what it holds.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::NotUnderstood`]: names the file.
    pub fn load() -> Result<Self, Error> {
        Self::with_actions_of("data-actions")
    }

    /// The same with the data actions that send a token beside the key, and the custom auth action
    /// that gets it.
    ///
    /// # Errors
    /// As [`Bundle::load`].
    pub fn load_oauth() -> Result<Self, Error> {
        Self::with_actions_of("data-actions-oauth")
    }

    fn with_actions_of(folder: &str) -> Result<Self, Error> {
        let root = repository().join("infra/genesys");
        let mut actions = BTreeMap::new();
        let mut custom_auth = None;
        for (path, text) in files(&root.join(folder))? {
            if path.ends_with(CUSTOM_AUTH) {
                custom_auth = Some(json(&path, &text)?);
                continue;
            }
            let action: DataAction = json(&path, &text)?;
            named(&path, &format!("{}.custom.json", action.name))?;
            actions.insert(action.name.clone(), action);
        }
        let mut workflows = BTreeMap::new();
        for (path, text) in files(&root.join("flows"))? {
            let workflow = Workflow::parse(&path, &substitute(&path, &text)?)?;
            named(&path, &format!("{}.yaml", workflow.name))?;
            workflows.insert(workflow.name.clone(), workflow);
        }
        Ok(Self { workflows, actions, custom_auth })
    }

    /// Reads one workflow that is not in the repository, to be run with the data actions that are.
    ///
    /// # Errors
    /// [`Error::NotUnderstood`]: what is in it that Architect, as far as it is known here, has not.
    pub fn with_workflow(mut self, text: &str) -> Result<Self, Error> {
        let path = Path::new("a workflow of a test");
        let workflow = Workflow::parse(path, &substitute(path, text)?)?;
        self.workflows.insert(workflow.name.clone(), workflow);
        Ok(self)
    }

    /// All workflows.
    pub fn workflows(&self) -> impl Iterator<Item = &Workflow> {
        self.workflows.values()
    }

    /// All data actions.
    pub fn actions(&self) -> impl Iterator<Item = &DataAction> {
        self.actions.values()
    }

    /// The custom auth action, where the data actions need one.
    pub fn custom_auth(&self) -> Option<&CustomAuthAction> {
        self.custom_auth.as_ref()
    }

    /// The workflow of that name.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub fn workflow(&self, name: &str) -> Result<&Workflow, Error> {
        self.workflows
            .get(name)
            .ok_or_else(|| Error::Missing { kind: "workflow", name: name.to_owned() })
    }

    /// The data action of that name.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub fn action(&self, name: &str) -> Result<&DataAction, Error> {
        self.actions
            .get(name)
            .ok_or_else(|| Error::Missing { kind: "data action", name: name.to_owned() })
    }
}

/// Archy and Terraform replace `{{name}}` in the text of the file before it is read as YAML.
fn substitute(path: &Path, text: &str) -> Result<String, Error> {
    let text = text.replace("{{division}}", "Home").replace("{{integration_name}}", INTEGRATION);
    match text.split_once("{{") {
        None => Ok(text),
        Some((_, rest)) => Err(Error::NotUnderstood {
            path: path.to_owned(),
            reason: format!(
                "a substitution that nothing fills: {}",
                rest.split("}}").next().unwrap_or(rest)
            ),
        }),
    }
}

fn json<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    let refuse = |error: serde_json::Error| Error::NotUnderstood {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    serde_json::from_str(text).map_err(refuse)
}

fn files(folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Unreadable { path, source }
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
        found.push((path, text));
    }
    Ok(found)
}

fn named(path: &Path, expected: &str) -> Result<(), Error> {
    if path.file_name().is_some_and(|name| name == expected) {
        return Ok(());
    }
    Err(Error::NotUnderstood {
        path: path.to_owned(),
        reason: format!("its content asks for the file name {expected}"),
    })
}
