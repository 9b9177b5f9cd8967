use std::collections::BTreeMap;

use contract::operations::VariableKind;
use serde_json::{Map, Value as Json};

use super::execution::{Execution, Halt};
use super::{Value, Workflow};
use crate::data_action::{ActionOutcome, Engine};
use crate::{Bundle, Error};

/// Actions that Architect runs in one execution (Resource Center, "How many actions can I run in a
/// flow").
pub const MAX_ACTIONS: u32 = 10_000;

/// Entries of one workflow variable (text of the HRIS blueprint).
pub const MAX_ENTRIES: usize = 2_000;

/// What a workflow finds in a list that its caller did not give. A collection without a value
/// starts empty; whether a caller can make it `NOT_SET` is not documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AbsentLists {
    /// An empty collection.
    #[default]
    Empty,
    /// `NOT_SET`.
    NotSet,
}

/// Runs workflows of a bundle, with the data actions of the same bundle.
#[derive(Debug)]
pub struct Interpreter<'a> {
    bundle: &'a Bundle,
    engine: &'a Engine,
    absent_lists: AbsentLists,
    most_rounds: i64,
}

/// A finished execution.
#[derive(Debug)]
pub struct Run {
    /// Every output variable, as JSON; `null` where it is `NOT_SET`.
    pub outputs: BTreeMap<String, Json>,
    /// How it ended.
    pub ending: Ending,
    /// The data actions that it called, in order.
    pub calls: Vec<ActionExecution>,
    /// Actions that it took.
    pub actions: u32,
}

impl Run {
    /// `Flow.statusCode`: 200, or what went wrong.
    #[must_use]
    pub fn status_code(&self) -> Option<i64> {
        self.output("statusCode")?.as_i64()
    }

    /// The text in `Flow.name`; `None` where that is `NOT_SET` or no string variable.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.output(name)?.as_str()
    }

    /// The entries of `Flow.name`; `None` where that, or one of them, is `NOT_SET`, or no
    /// collection.
    #[must_use]
    pub fn collection(&self, name: &str) -> Option<Vec<&str>> {
        self.output(name)?.as_array()?.iter().map(Json::as_str).collect()
    }

    fn output(&self, name: &str) -> Option<&Json> {
        self.outputs.get(&format!("Flow.{name}"))
    }
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// At an end-workflow action.
    EndWorkflow,
    /// Genesys stopped it, for the reason given, and went into the workflow's error handling.
    Stopped(String),
}

/// A data action that was called.
#[derive(Debug)]
pub struct ActionExecution {
    /// Its name.
    pub action: String,
    /// What it was given; an input without a value is not in it.
    pub inputs: Map<String, Json>,
    /// What came of it.
    pub outcome: ActionOutcome,
}

impl<'a> Interpreter<'a> {
    /// Runs the workflows of `bundle`; `engine` sends what their data actions ask for.
    #[must_use]
    pub fn new(bundle: &'a Bundle, engine: &'a Engine) -> Self {
        Self { bundle, engine, absent_lists: AbsentLists::default(), most_rounds: i64::MAX }
    }

    /// Chooses what a list is that the caller does not give.
    #[must_use]
    pub fn absent_lists(mut self, absent_lists: AbsentLists) -> Self {
        self.absent_lists = absent_lists;
        self
    }

    /// Lets every loop stop after that many rounds. Genesys documents no such limit, but an old
    /// editor took no literal loop count above 99, so a workflow should notice.
    #[must_use]
    pub fn most_rounds(mut self, rounds: i64) -> Self {
        self.most_rounds = rounds;
        self
    }

    /// Runs a workflow with the `inputData` of `POST /api/v2/flows/executions`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Unpublishable`]: what Genesys would refuse before it runs
    /// anything.
    pub async fn run(&self, workflow: &str, input_data: &Map<String, Json>) -> Result<Run, Error> {
        let workflow = self.bundle.workflow(workflow)?;
        let mut execution = Execution {
            workflow,
            bundle: self.bundle,
            engine: self.engine,
            variables: self.variables(workflow, input_data)?,
            most_rounds: self.most_rounds,
            calls: Vec::new(),
            actions: 0,
        };
        let ending = match execution.take(&workflow.actions).await {
            Ok(_) => Ending::EndWorkflow,
            Err(Halt::Stopped(reason)) => Ending::Stopped(reason),
            Err(Halt::Refused(error)) => return Err(error),
        };
        let outputs = workflow
            .variables
            .iter()
            .filter(|variable| variable.output)
            .map(|variable| (variable.name.clone(), execution.variables[&variable.name].to_json()))
            .collect();
        Ok(Run { outputs, ending, calls: execution.calls, actions: execution.actions })
    }

    fn variables(
        &self,
        workflow: &Workflow,
        given: &Map<String, Json>,
    ) -> Result<BTreeMap<String, Value>, Error> {
        let refuse = |reason| Error::Unpublishable { workflow: workflow.name.clone(), reason };
        if let Some(unknown) =
            given.keys().find(|name| !workflow.variable(name).is_some_and(|found| found.input))
        {
            return Err(refuse(format!("{unknown} is not an input of it")));
        }
        let mut variables = BTreeMap::new();
        for variable in workflow.all_variables() {
            let absent_list = variable.input
                && variable.kind == VariableKind::StringCollection
                && self.absent_lists == AbsentLists::NotSet;
            let value = match given.get(&variable.name) {
                Some(json) => Value::of(variable.kind, json).ok_or_else(|| {
                    refuse(format!("the input {} cannot hold {json}", variable.name))
                })?,
                None if absent_list => Value::NotSet,
                None => variable.initial.clone(),
            };
            variables.insert(variable.name.clone(), value);
        }
        Ok(variables)
    }
}
