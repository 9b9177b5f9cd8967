//! The Archy YAML of a workflow. Every property must be known: an unknown one is an error that names it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use super::{Expression, Value};
use crate::{Error, yaml};

/// A workflow: variables of the flow, and one state with its variables and actions.
#[derive(Debug)]
pub struct Workflow {
    /// Its name in Architect.
    pub name: String,
    /// The variables of the flow (`Flow.…`), in file order. Inputs and outputs are among them.
    pub variables: Vec<Variable>,
    /// The variables of the state (`State.…`), in file order.
    pub state_variables: Vec<Variable>,
    /// What it does, in order.
    pub actions: Vec<Action>,
}

/// A declared variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// With its scope: `Flow.agentId`.
    pub name: String,
    /// What it holds.
    pub kind: VariableKind,
    /// What it holds at the start. A collection without a value starts empty, anything else as `NOT_SET`
    /// (Architect Scripting SDK: `setInitialValueEmptyCollection` and `setInitialValueNotSet` both set "no value").
    pub initial: Value,
    /// Whether the caller may give it.
    pub input: bool,
    /// Whether the caller gets it.
    pub output: bool,
}

/// The kinds of variable that the workflows use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// `stringVariable`
    String,
    /// `integerVariable`
    Integer,
    /// `booleanVariable`
    Boolean,
    /// `stringCollectionVariable`
    StringCollection,
}

/// A step of a workflow.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Gives variables new values.
    UpdateData(UpdateData),
    /// Goes one of two ways.
    Decision(Decision),
    /// Repeats actions a number of times.
    Loop(Loop),
    /// Calls a data action.
    CallData(CallData),
    /// Ends the workflow.
    EndWorkflow(EndWorkflow),
}

/// Assignments, in order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateData {
    #[serde(rename = "name")]
    _name: String,
    /// The assignments.
    pub statements: Vec<Statement>,
}

/// One assignment, by the type of its variable.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Statement {
    /// To a string variable.
    String(Assignment),
    /// To an integer variable.
    Integer(Assignment),
}

impl Statement {
    /// The kind of variable that it may assign to.
    #[must_use]
    pub const fn kind(&self) -> VariableKind {
        match self {
            Self::String(_) => VariableKind::String,
            Self::Integer(_) => VariableKind::Integer,
        }
    }

    /// What it assigns to what.
    #[must_use]
    pub const fn assignment(&self) -> &Assignment {
        match self {
            Self::String(assignment) | Self::Integer(assignment) => assignment,
        }
    }
}

/// What is assigned to which variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The variable.
    pub variable: String,
    /// Its new value.
    pub value: Operand,
}

/// A value as Archy writes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operand {
    /// A literal.
    Lit(Json),
    /// An expression.
    Exp(Expression),
    /// A variable.
    Var(String),
    /// Nothing.
    NoValue(bool),
}

/// A condition and the actions for either outcome; an outcome without actions goes on.
#[derive(Debug)]
pub struct Decision {
    /// The condition.
    pub condition: Expression,
    /// For `true`.
    pub yes: Vec<Action>,
    /// For `false`.
    pub no: Vec<Action>,
}

/// Actions repeated a number of times.
#[derive(Debug)]
pub struct Loop {
    /// The integer variable that counts the rounds, from 0 (Resource Center, "Anything Else? Loop action").
    pub index: String,
    /// How often. Less than one skips the loop (Architect's own validation text).
    pub count: Operand,
    /// What is repeated. Must not end the workflow (the same source).
    pub actions: Vec<Action>,
}

/// A call of a data action, with the actions for each way that it may end.
#[derive(Debug)]
pub struct CallData {
    /// How long the step waits, in seconds.
    pub timeout_seconds: u64,
    /// The integration (category) that the data action belongs to.
    pub category: String,
    /// The data action.
    pub action: String,
    /// Inputs and outputs.
    pub call: DataActionCall,
    /// After an answer.
    pub success: Vec<Action>,
    /// After a failure.
    pub failure: Vec<Action>,
    /// After a time-out.
    pub timeout: Vec<Action>,
}

/// What goes into a data action and where its outputs go.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataActionCall {
    /// Input name to value.
    #[serde(default)]
    pub inputs: BTreeMap<String, Operand>,
    /// Output name to variable.
    #[serde(default)]
    pub success_outputs: BTreeMap<String, Operand>,
    /// Failure output name to variable.
    #[serde(default)]
    pub failure_outputs: BTreeMap<String, Operand>,
}

/// Ends the workflow.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndWorkflow {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "exitReason")]
    _exit_reason: Operand,
}

impl Workflow {
    /// Reads a workflow after its substitutions were filled; `path` names it in an error.
    ///
    /// # Errors
    /// [`Error::NotUnderstood`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let refuse = |reason: String| Error::NotUnderstood { path: path.to_owned(), reason };
        let document: raw::Document = yaml::parse(path, text)?;
        let workflow = document.workflow;
        let [entry] =
            <[raw::StateEntry; 1]>::try_from(workflow.states).map_err(|states| refuse(format!("{} states, expected one", states.len())))?;
        if workflow.start_up_ref != format!("/workflow/states/state[{}]", entry.state.ref_id) {
            return Err(refuse(format!("startUpRef is {}", workflow.start_up_ref)));
        }
        let variables = |entries: Vec<raw::VariableEntry>, scope: &str| {
            entries.into_iter().map(|entry| entry.declared(scope)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            name: workflow.name,
            variables: variables(workflow.variables, "Flow.").map_err(refuse)?,
            state_variables: variables(entry.state.variables, "State.").map_err(refuse)?,
            actions: entry.state.actions,
        })
    }

    /// All variables, the flow's and the state's.
    pub fn all_variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter().chain(&self.state_variables)
    }

    /// Every action, those within branches and loops included.
    #[must_use]
    pub fn every_action(&self) -> Vec<&Action> {
        fn collect<'a>(actions: &'a [Action], found: &mut Vec<&'a Action>) {
            for action in actions {
                found.push(action);
                let branches: &[&[Action]] = match action {
                    Action::UpdateData(_) | Action::EndWorkflow(_) => &[],
                    Action::Decision(decision) => &[&decision.yes, &decision.no],
                    Action::Loop(repeated) => &[&repeated.actions],
                    Action::CallData(call) => &[&call.success, &call.failure, &call.timeout],
                };
                for branch in branches {
                    collect(branch, found);
                }
            }
        }
        let mut found = Vec::new();
        collect(&self.actions, &mut found);
        found
    }

    /// Every data action call.
    pub fn data_action_calls(&self) -> impl Iterator<Item = &CallData> {
        self.every_action().into_iter().filter_map(|action| match action {
            Action::CallData(call) => Some(call),
            _ => None,
        })
    }

    /// The variable of that name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.all_variables().find(|variable| variable.name == name)
    }
}

impl<'de> Deserialize<'de> for Decision {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = raw::Decision::deserialize(deserializer)?;
        let Operand::Exp(condition) = raw.condition else {
            return Err(serde::de::Error::custom("a decision's condition must be an expression"));
        };
        Ok(Self { condition, yes: raw::actions(raw.outputs.yes), no: raw::actions(raw.outputs.no) })
    }
}

impl<'de> Deserialize<'de> for Loop {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = raw::Loop::deserialize(deserializer)?;
        let Operand::Var(index) = raw.current_index else {
            return Err(serde::de::Error::custom("a loop's currentIndex must be a variable"));
        };
        Ok(Self { index, count: raw.loop_count, actions: raw.outputs.body.actions })
    }
}

impl<'de> Deserialize<'de> for CallData {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = raw::CallData::deserialize(deserializer)?;
        let only = |what| serde::de::Error::custom(format!("callData must name exactly one {what}"));
        let (category, entry) = raw::only(raw.category).ok_or_else(|| only("category"))?;
        let (action, call) = raw::only(entry.data_action).ok_or_else(|| only("data action"))?;
        Ok(Self {
            timeout_seconds: raw.timeout.lit.minutes * 60 + raw.timeout.lit.seconds,
            category,
            action,
            call,
            success: raw::actions(raw.outputs.success),
            failure: raw::actions(raw.outputs.failure),
            timeout: raw::actions(raw.outputs.timeout),
        })
    }
}

/// The file's own shape, before it is made handier.
mod raw {
    use super::{Action, BTreeMap, DataActionCall, Deserialize, IgnoredAny, Operand, Value, Variable, VariableKind};

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Document {
        pub(super) workflow: Workflow,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub(super) struct Workflow {
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
                return Err(format!("the variable {name} is declared where only {scope} variables are"));
            }
            let initial = match (declaration.initial_value, kind) {
                (Operand::NoValue(true), VariableKind::StringCollection) => Value::Texts(Vec::new()),
                (Operand::NoValue(true), _) => Value::NotSet,
                (Operand::Lit(json), VariableKind::String | VariableKind::Integer | VariableKind::Boolean) => {
                    Value::of(kind, &json).ok_or_else(|| format!("the initial value of {name} is {json}"))?
                }
                (other, _) => return Err(format!("the initial value of {name} is {other:?}")),
            };
            Ok(Variable { name, kind, initial, input: declaration.is_input, output: declaration.is_output })
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
    pub(super) struct Decision {
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
    pub(super) struct Loop {
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
    pub(super) struct CallData {
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
}
