use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value as Json};

use super::{Action, CallData, Operand, Value, Variable, VariableKind, Workflow};
use crate::data_action::{Engine, Outcome};
use crate::{Bundle, Error, INTEGRATION};

/// Actions that Architect runs in one execution (Resource Center, "How many actions can I run in a flow").
pub const MAX_ACTIONS: u32 = 10_000;

/// Entries of one workflow variable (text of the HRIS blueprint).
pub const MAX_ENTRIES: usize = 2_000;

/// What a workflow finds in a list that its caller did not give. A collection without a value starts empty; whether a
/// caller can make it `NOT_SET` is not documented.
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
    pub calls: Vec<Call>,
    /// Actions that it took.
    pub actions: u32,
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
pub struct Call {
    /// Its name.
    pub action: String,
    /// What it was given; an input without a value is not in it.
    pub inputs: Map<String, Json>,
    /// What came of it.
    pub outcome: Outcome,
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

    /// Lets every loop stop after that many rounds. Genesys documents no such limit, but an old editor took no literal
    /// loop count above 99, so a workflow should notice.
    #[must_use]
    pub fn most_rounds(mut self, rounds: i64) -> Self {
        self.most_rounds = rounds;
        self
    }

    /// Runs a workflow with the `inputData` of `POST /api/v2/flows/executions`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Unpublishable`]: what Genesys would refuse before it runs anything.
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

    fn variables(&self, workflow: &Workflow, given: &Map<String, Json>) -> Result<BTreeMap<String, Value>, Error> {
        let refuse = |reason| Error::Unpublishable { workflow: workflow.name.clone(), reason };
        if let Some(unknown) = given.keys().find(|name| !workflow.variable(name).is_some_and(|found| found.input)) {
            return Err(refuse(format!("{unknown} is not an input of it")));
        }
        let mut variables = BTreeMap::new();
        for variable in workflow.all_variables() {
            let absent_list = variable.input && variable.kind == VariableKind::StringCollection && self.absent_lists == AbsentLists::NotSet;
            let value = match given.get(&variable.name) {
                Some(json) => {
                    Value::of(variable.kind, json).ok_or_else(|| refuse(format!("the input {} cannot hold {json}", variable.name)))?
                }
                None if absent_list => Value::NotSet,
                None => variable.initial.clone(),
            };
            variables.insert(variable.name.clone(), value);
        }
        Ok(variables)
    }
}

struct Execution<'a> {
    workflow: &'a Workflow,
    bundle: &'a Bundle,
    engine: &'a Engine,
    variables: BTreeMap<String, Value>,
    most_rounds: i64,
    calls: Vec<Call>,
    actions: u32,
}

/// Why actions do not go on: Genesys stops the execution, or would not have published the workflow.
enum Halt {
    Stopped(String),
    Refused(Error),
}

#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    Ended,
}

type Taking<'b> = Pin<Box<dyn Future<Output = Result<Next, Halt>> + 'b>>;

impl<'a> Execution<'a> {
    fn take<'b>(&'b mut self, actions: &'b [Action]) -> Taking<'b> {
        Box::pin(async move {
            for action in actions {
                self.count()?;
                let next = match action {
                    Action::EndWorkflow(_) => Next::Ended,
                    Action::UpdateData(update) => {
                        for statement in &update.statements {
                            let assignment = statement.assignment();
                            if self.declared(&assignment.variable)?.kind != statement.kind() {
                                return Err(self.refuse(format!("{} is not {:?}", assignment.variable, statement.kind())));
                            }
                            let value = self.value(&assignment.value, statement.kind())?;
                            self.assign(&assignment.variable, value)?;
                        }
                        Next::GoOn
                    }
                    Action::Decision(decision) => {
                        let taken = match self.evaluate(&decision.condition)? {
                            Value::Boolean(true) => &decision.yes,
                            Value::Boolean(false) => &decision.no,
                            other => return Err(Halt::Stopped(format!("a decision on {other:?}"))),
                        };
                        self.take(taken).await?
                    }
                    Action::Loop(repeated) => {
                        let Value::Integer(count) = self.value(&repeated.count, VariableKind::Integer)? else {
                            return Err(Halt::Stopped("a loop count that is not set".to_owned()));
                        };
                        for index in 0..count.min(self.most_rounds) {
                            self.count()?;
                            self.assign(&repeated.index, Value::Integer(index))?;
                            if self.take(&repeated.actions).await? == Next::Ended {
                                return Err(self.refuse("a loop that ends the workflow".to_owned()));
                            }
                        }
                        Next::GoOn
                    }
                    Action::CallData(call) => self.call(call).await?,
                };
                if next == Next::Ended {
                    return Ok(next);
                }
            }
            Ok(Next::GoOn)
        })
    }

    async fn call(&mut self, call: &CallData) -> Result<Next, Halt> {
        if call.category != INTEGRATION {
            return Err(self.refuse(format!("the category {}", call.category)));
        }
        let action = self.bundle.action(&call.action).map_err(Halt::Refused)?;
        let schema = &action.contract.input.input_schema;
        let mut inputs = Map::new();
        for (name, operand) in &call.call.inputs {
            let kind = schema
                .property(name)
                .and_then(|property| property.kind())
                .ok_or_else(|| self.refuse(format!("{} has no input {name}", action.name)))?;
            match self.value(operand, kind)? {
                Value::NotSet => {}
                value => {
                    inputs.insert(name.clone(), value.to_json());
                }
            }
        }
        let outcome = self.engine.execute(action, &inputs, Duration::from_secs(call.timeout_seconds)).await.map_err(Halt::Refused)?;
        let branch = match &outcome {
            Outcome::Success(answer) => {
                for (name, operand) in &call.call.success_outputs {
                    if !action.contract.output.success_schema.has(name) {
                        return Err(self.refuse(format!("{} has no output {name}", action.name)));
                    }
                    self.bind(operand, answer.get(name).unwrap_or(&Json::Null))?;
                }
                &call.success
            }
            Outcome::Failure(failure) => {
                for (name, operand) in &call.call.failure_outputs {
                    let value = failure.output(name).ok_or_else(|| self.refuse(format!("no failure output {name}")))?;
                    self.bind(operand, &value)?;
                }
                &call.failure
            }
            Outcome::TimedOut => &call.timeout,
        };
        self.calls.push(Call { action: action.name.clone(), inputs, outcome });
        self.take(branch).await
    }

    fn bind(&mut self, operand: &Operand, json: &Json) -> Result<(), Halt> {
        match operand {
            Operand::NoValue(true) => Ok(()),
            Operand::Var(name) => {
                let kind = self.declared(name)?.kind;
                let value = Value::of(kind, json).ok_or_else(|| self.refuse(format!("{name} cannot hold {json}")))?;
                self.assign(name, value)
            }
            other => Err(self.refuse(format!("an output bound to {other:?}"))),
        }
    }

    fn value(&self, operand: &Operand, kind: VariableKind) -> Result<Value, Halt> {
        let value = match operand {
            Operand::Lit(json) => Value::of(kind, json).ok_or_else(|| self.refuse(format!("the literal {json} for {kind:?}")))?,
            Operand::Exp(expression) => self.evaluate(expression)?,
            Operand::Var(name) => {
                self.declared(name)?;
                self.variables[name].clone()
            }
            Operand::NoValue(true) => Value::NotSet,
            Operand::NoValue(false) => return Err(self.refuse("noValue: false".to_owned())),
        };
        if value.fits(kind) { Ok(value) } else { Err(self.refuse(format!("{value:?} for {kind:?}"))) }
    }

    fn evaluate(&self, expression: &super::Expression) -> Result<Value, Halt> {
        if let Some(unknown) = expression.variables().into_iter().find(|name| !self.variables.contains_key(*name)) {
            return Err(self.refuse(format!("there is no variable {unknown}")));
        }
        expression.evaluate(&|name| self.variables.get(name).cloned()).map_err(|error| Halt::Stopped(error.to_string()))
    }

    fn assign(&mut self, name: &str, value: Value) -> Result<(), Halt> {
        let kind = self.declared(name)?.kind;
        if !value.fits(kind) {
            return Err(self.refuse(format!("{name} cannot hold {value:?}")));
        }
        if let Value::Texts(items) = &value
            && items.len() > MAX_ENTRIES
        {
            return Err(Halt::Stopped(format!("{name} would have {} entries, {MAX_ENTRIES} are allowed", items.len())));
        }
        self.variables.insert(name.to_owned(), value);
        Ok(())
    }

    fn declared(&self, name: &str) -> Result<&'a Variable, Halt> {
        self.workflow.variable(name).ok_or_else(|| self.refuse(format!("there is no variable {name}")))
    }

    fn count(&mut self) -> Result<(), Halt> {
        self.actions += 1;
        if self.actions > MAX_ACTIONS {
            return Err(Halt::Stopped(format!("more than {MAX_ACTIONS} actions")));
        }
        Ok(())
    }

    fn refuse(&self, reason: String) -> Halt {
        Halt::Refused(Error::Unpublishable { workflow: self.workflow.name.clone(), reason })
    }
}
