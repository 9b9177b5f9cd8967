//! Which published data action each workflow calls. Architect finds a data action by its id alone,
//! and every organisation has other ids.

use std::path::{Path, PathBuf};

use genesys_cloud::Action;
use serde::Deserialize;

/// A data action of the organisation.
#[derive(Clone, Debug)]
pub(super) struct PublishedAction {
    pub(super) id: String,
    pub(super) name: String,
    /// What Architect lists it under: its integration's name.
    pub(super) category: String,
}

/// Why there are no workflows; nothing was written, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowsError {
    /// The list is no file, or no list.
    #[error(
        "{path} is not the answer of GET /api/v2/integrations/actions: {reason}. Save the whole \
        answer as it is, from {{ to }}."
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The answer has further pages.
    #[error(
        "{path} is one page of {pages}. Ask with pageSize=100, or with category= and the \
        integration's name, until there is one page."
    )]
    OnePageOfSeveral {
        /// The file.
        path: PathBuf,
        /// How many there are.
        pages: u64,
    },
    /// A data action is not there.
    #[error(
        "There is no published data action {name}{place}. Import and publish all of \
        infra/genesys/data-actions first; a draft does not count."
    )]
    Missing {
        /// Its name.
        name: &'static str,
        /// Where it was looked for.
        place: String,
    },
    /// Several data actions have the name.
    #[error(
        "{number} published data actions are called {name}, in {places}. Name the integration of \
        the right one with --integration, by its id where names are the same."
    )]
    Several {
        /// The name.
        name: &'static str,
        /// How many there are.
        number: usize,
        /// Their integrations.
        places: String,
    },
    /// A file cannot be written.
    #[error("{path} cannot be written: {source}. The workflows before it are written.")]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A workflow as it is shipped cannot be written as Architect's file.
    #[error(
        "{workflow} cannot be written: {reason}. This is a mistake in timeoff-admin; publish the \
        workflow with Terraform or Archy, and report it."
    )]
    NotUnderstood {
        /// The workflow.
        workflow: &'static str,
        /// What is not understood.
        reason: String,
    },
}

/// What `GET /api/v2/integrations/actions` answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    entities: Vec<Action>,
    page_count: Option<u64>,
}

/// Reads an answer that was saved to a file.
pub(super) fn read(path: &Path) -> Result<Vec<Action>, WorkflowsError> {
    let unreadable = |reason: String| WorkflowsError::Unreadable { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let text = text.trim_start_matches('\u{feff}');
    let page: Page = serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    match page.page_count {
        Some(pages) if pages > 1 => {
            Err(WorkflowsError::OnePageOfSeveral { path: path.to_owned(), pages })
        }
        _ => Ok(page.entities),
    }
}

/// The only action of that name, in that integration where one is given by name or id.
pub(super) fn find(
    actions: &[Action],
    name: &'static str,
    integration: Option<&str>,
) -> Result<PublishedAction, WorkflowsError> {
    let is_meant = |action: &&Action| {
        let id = action.integration_id.as_ref().map(|id| id.as_str());
        let of = [id, action.category.as_deref()];
        action.name.as_deref() == Some(name)
            && integration.is_none_or(|wanted| of.contains(&Some(wanted)))
    };
    let found: Vec<&Action> = actions.iter().filter(is_meant).collect();
    match found.as_slice() {
        [] => {
            let place = integration.map(|wanted| format!(" in the integration {wanted}"));
            Err(WorkflowsError::Missing { name, place: place.unwrap_or_default() })
        }
        [action] => Ok(PublishedAction {
            id: action.id.to_string(),
            name: name.to_owned(),
            category: action.category.clone().unwrap_or_default(),
        }),
        several => {
            let place = |action: &&Action| {
                let id = action.integration_id.as_ref().map_or("no integration", |id| id.as_str());
                format!("{} ({id})", action.category.as_deref().unwrap_or("no category"))
            };
            let places: Vec<String> = several.iter().map(place).collect();
            Err(WorkflowsError::Several { name, number: several.len(), places: places.join(", ") })
        }
    }
}
