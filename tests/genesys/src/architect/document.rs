//! The Archy YAML of a workflow. Every property must be known: an unknown one is an error that
//! names it.

use std::collections::BTreeMap;
use std::path::Path;

use contract::operations::VariableKind;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{Expression, Value, archy};
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
    /// What it holds at the start. A collection without a value starts empty, anything else as
    /// `NOT_SET` (Architect Scripting SDK: `setInitialValueEmptyCollection` and
    /// `setInitialValueNotSet` both set "no value").
    pub initial: Value,
    /// Whether the caller may give it.
    pub input: bool,
    /// Whether the caller gets it.
    pub output: bool,
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
    /// The integer variable that counts the rounds, from 0 (Resource Center, "Anything Else? Loop
    /// action").
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
        let document: archy::Document = yaml::parse(path, text)?;
        let workflow = document.workflow;
        let [entry] = <[archy::StateEntry; 1]>::try_from(workflow.states)
            .map_err(|states| refuse(format!("{} states, expected one", states.len())))?;
        if workflow.start_up_ref != format!("/workflow/states/state[{}]", entry.state.ref_id) {
            return Err(refuse(format!("startUpRef is {}", workflow.start_up_ref)));
        }
        let variables = |entries: Vec<archy::VariableEntry>, scope: &str| {
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
