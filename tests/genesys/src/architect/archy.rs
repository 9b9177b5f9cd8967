//! How Archy writes a workflow, property by property, on the way to the handier
//! [`document`](super::document).

use std::collections::BTreeMap;

use contract::operations::VariableKind;
use serde::Deserialize;
use serde::de::{Error, IgnoredAny};

use super::Value;
use super::document::{Action, CallData, DataActionCall, Decision, Loop, Operand, Variable};

impl<'de> Deserialize<'de> for Decision {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = DecisionFile::deserialize(deserializer)?;
        let Operand::Exp(condition) = raw.condition else {
            return Err(Error::custom("a decision's condition must be an expression"));
        };
        Ok(Self { condition, yes: actions(raw.outputs.yes), no: actions(raw.outputs.no) })
    }
}

impl<'de> Deserialize<'de> for Loop {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = LoopFile::deserialize(deserializer)?;
        let Operand::Var(index) = raw.current_index else {
            return Err(Error::custom("a loop's currentIndex must be a variable"));
        };
        Ok(Self { index, count: raw.loop_count, actions: raw.outputs.body.actions })
    }
}

impl<'de> Deserialize<'de> for CallData {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = CallDataFile::deserialize(deserializer)?;
        let several = |what| Error::custom(format!("callData must name exactly one {what}"));
        let (category, entry) = only(raw.category).ok_or_else(|| several("category"))?;
        let (action, call) = only(entry.data_action).ok_or_else(|| several("data action"))?;
        Ok(Self {
            timeout_seconds: raw.timeout.lit.minutes * 60 + raw.timeout.lit.seconds,
            category,
            action,
            call,
            success: actions(raw.outputs.success),
            failure: actions(raw.outputs.failure),
            timeout: actions(raw.outputs.timeout),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) workflow: WorkflowFile,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WorkflowFile {
    pub(super) name: String,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "division")]
    _division: String,
    pub(super) start_up_ref: String,
    #[serde(rename = "defaultLanguage")]
    _default_language: String,
    #[serde(rename = "supportedLanguages")]
    _supported_languages: IgnoredAny,
    pub(super) variables: Vec<VariableEntry>,
    #[serde(rename = "settingsErrorHandling")]
    _settings_error_handling: SettingsErrorHandling,
    pub(super) states: Vec<StateEntry>,
}

/// The one error handling that a run here knows: the workflow ends with its variables as they are.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SettingsErrorHandling {
    #[serde(rename = "errorHandling")]
    _error_handling: ErrorHandling,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum ErrorHandling {
    EndWorkflow(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StateEntry {
    pub(super) state: State,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct State {
    #[serde(rename = "name")]
    _name: String,
    pub(super) ref_id: String,
    #[serde(default)]
    pub(super) variables: Vec<VariableEntry>,
    pub(super) actions: Vec<Action>,
}

#[derive(Deserialize)]
pub(super) enum VariableEntry {
    #[serde(rename = "stringVariable")]
    String(Declaration),
    #[serde(rename = "integerVariable")]
    Integer(Declaration),
    #[serde(rename = "booleanVariable")]
    Boolean(Declaration),
    #[serde(rename = "stringCollectionVariable")]
    StringCollection(Declaration),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Declaration {
    name: String,
    initial_value: Operand,
    is_input: bool,
    is_output: bool,
}

impl VariableEntry {
    pub(super) fn declared(self, scope: &str) -> Result<Variable, String> {
        let (kind, declaration) = match self {
            Self::String(declaration) => (VariableKind::String, declaration),
            Self::Integer(declaration) => (VariableKind::Integer, declaration),
            Self::Boolean(declaration) => (VariableKind::Boolean, declaration),
            Self::StringCollection(declaration) => (VariableKind::StringCollection, declaration),
        };
        let name = declaration.name;
        if !name.starts_with(scope) {
            return Err(format!(
                "the variable {name} is declared where only {scope} variables are"
            ));
        }
        let initial = match (declaration.initial_value, kind) {
            (Operand::NoValue(true), VariableKind::StringCollection) => Value::Texts(Vec::new()),
            (Operand::NoValue(true), _) => Value::NotSet,
            (
                Operand::Lit(json),
                VariableKind::String | VariableKind::Integer | VariableKind::Boolean,
            ) => Value::of(kind, &json)
                .ok_or_else(|| format!("the initial value of {name} is {json}"))?,
            (other, _) => return Err(format!("the initial value of {name} is {other:?}")),
        };
        Ok(Variable {
            name,
            kind,
            initial,
            input: declaration.is_input,
            output: declaration.is_output,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Branch {
    pub(super) actions: Vec<Action>,
}

pub(super) fn actions(branch: Option<Branch>) -> Vec<Action> {
    branch.map_or_else(Vec::new, |branch| branch.actions)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DecisionFile {
    #[serde(rename = "name")]
    _name: String,
    pub(super) condition: Operand,
    pub(super) outputs: DecisionOutputs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionOutputs {
    pub(super) yes: Option<Branch>,
    pub(super) no: Option<Branch>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LoopFile {
    #[serde(rename = "name")]
    _name: String,
    pub(super) current_index: Operand,
    pub(super) loop_count: Operand,
    pub(super) outputs: LoopOutputs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoopOutputs {
    #[serde(rename = "loop")]
    pub(super) body: Branch,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CallDataFile {
    #[serde(rename = "name")]
    _name: String,
    pub(super) timeout: Timeout,
    pub(super) category: BTreeMap<String, Category>,
    pub(super) outputs: CallOutputs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Timeout {
    pub(super) lit: TimeoutParts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimeoutParts {
    #[serde(default)]
    pub(super) minutes: u64,
    #[serde(default)]
    pub(super) seconds: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Category {
    pub(super) data_action: BTreeMap<String, DataActionCall>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallOutputs {
    pub(super) success: Option<Branch>,
    pub(super) failure: Option<Branch>,
    pub(super) timeout: Option<Branch>,
}

pub(super) fn only<T>(map: BTreeMap<String, T>) -> Option<(String, T)> {
    let mut entries = map.into_iter();
    entries.next().filter(|_| entries.next().is_none())
}
