//! The workflows as Archy writes them (`infra/genesys/flows`), as far as they use it. A construct
//! that is not here cannot be read, rather than be left out of what is written.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// A workflow: its variables, and the one state with its variables and actions.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Workflow {
    pub(super) name: String,
    pub(super) description: String,
    #[serde(rename = "division")]
    _division: String,
    #[serde(rename = "startUpRef")]
    _start_up_ref: String,
    #[serde(rename = "defaultLanguage")]
    _default_language: String,
    #[serde(rename = "supportedLanguages")]
    _supported_languages: IgnoredAny,
    pub(super) variables: Vec<Variable>,
    #[serde(rename = "settingsErrorHandling")]
    _settings_error_handling: IgnoredAny,
    states: [StateEntry; 1],
}

impl Workflow {
    /// The only state.
    pub(super) fn state(&self) -> &State {
        let [entry] = &self.states;
        &entry.state
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateEntry {
    state: State,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct State {
    pub(super) name: String,
    #[serde(rename = "refId")]
    _ref_id: String,
    pub(super) variables: Vec<Variable>,
    pub(super) actions: Vec<Action>,
}

#[derive(Debug, Deserialize)]
pub(super) enum Variable {
    #[serde(rename = "stringVariable")]
    String(Declaration),
    #[serde(rename = "integerVariable")]
    Integer(Declaration),
    #[serde(rename = "stringCollectionVariable")]
    StringCollection(Declaration),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) initial_value: Operand,
    pub(super) is_input: bool,
    pub(super) is_output: bool,
}

/// What a variable or an input is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Operand {
    Lit(Value),
    Exp(String),
    Var(String),
    NoValue(IgnoredAny),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Action {
    UpdateData(UpdateData),
    Decision(Decision),
    Loop(Loop),
    CallData(CallData),
    EndWorkflow(EndWorkflow),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateData {
    pub(super) name: String,
    pub(super) statements: Vec<Statement>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Statement {
    String(Assignment),
    Integer(Assignment),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignment {
    pub(super) variable: String,
    pub(super) value: Operand,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    pub(super) name: String,
    pub(super) condition: Operand,
    pub(super) outputs: DecisionOutputs,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionOutputs {
    #[serde(default)]
    pub(super) yes: Branch,
    #[serde(default)]
    pub(super) no: Branch,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Branch {
    pub(super) actions: Vec<Action>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Loop {
    pub(super) name: String,
    pub(super) current_index: Operand,
    pub(super) loop_count: Operand,
    pub(super) outputs: LoopOutputs,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoopOutputs {
    #[serde(rename = "loop")]
    pub(super) body: Branch,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallData {
    pub(super) name: String,
    pub(super) timeout: Timeout,
    category: BTreeMap<String, Category>,
    pub(super) outputs: CallOutputs,
}

impl CallData {
    /// The one data action that is called, by name.
    pub(super) fn call(&self) -> Option<(&str, &Bindings)> {
        let mut calls = self.category.values().flat_map(|category| &category.data_action);
        let call = calls.next().map(|(name, bindings)| (name.as_str(), bindings));
        call.filter(|_| calls.next().is_none())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Timeout {
    pub(super) lit: Minutes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Minutes {
    pub(super) minutes: u8,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Category {
    data_action: BTreeMap<String, Bindings>,
}

/// What goes into a data action, and where its outputs go.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Bindings {
    #[serde(default)]
    pub(super) inputs: BTreeMap<String, Operand>,
    pub(super) success_outputs: BTreeMap<String, Operand>,
    pub(super) failure_outputs: BTreeMap<String, Operand>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallOutputs {
    pub(super) success: Branch,
    pub(super) failure: Branch,
    pub(super) timeout: Branch,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EndWorkflow {
    pub(super) name: String,
    pub(super) exit_reason: Operand,
}

/// Reads a workflow.
pub(super) fn parse(text: &str) -> Result<Workflow, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Document {
        workflow: Workflow,
    }
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    let document = documents.first().ok_or("it is empty")?;
    let document: Document =
        serde_json::from_value(to_json(document)?).map_err(|error| error.to_string())?;
    Ok(document.workflow)
}

fn to_json(node: &Yaml<'_>) -> Result<Value, String> {
    Ok(match node {
        Yaml::Value(Scalar::Boolean(value)) => Value::from(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::String(value)) => Value::from(value.as_ref()),
        Yaml::Sequence(items) => items.iter().map(to_json).collect::<Result<_, _>>()?,
        Yaml::Mapping(entries) => {
            let entry = |(key, value)| match to_json(key)? {
                Value::String(key) => Ok((key, to_json(value)?)),
                other => Err(format!("the key {other} is no text")),
            };
            Value::Object(entries.iter().map(entry).collect::<Result<_, _>>()?)
        }
        other => return Err(format!("{other:?} is not expected")),
    })
}
