use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value as Json};

use super::{
    Action, Call, CallData, Expression, MAX_ACTIONS, MAX_ENTRIES, Operand, Value, Variable,
    VariableKind, Workflow,
};
use crate::data_action::{Engine, Outcome};
use crate::{Bundle, Error, INTEGRATION};

/// One execution: the variables as they are, and what was done so far.
pub(super) struct Execution<'a> {
    pub(super) workflow: &'a Workflow,
    pub(super) bundle: &'a Bundle,
    pub(super) engine: &'a Engine,
    pub(super) variables: BTreeMap<String, Value>,
    pub(super) most_rounds: i64,
    pub(super) calls: Vec<Call>,
    pub(super) actions: u32,
}

/// Why actions do not go on: Genesys stops the execution, or would not have published the workflow.
pub(super) enum Halt {
    Stopped(String),
    Refused(Error),
}

/// Whether the actions after these are taken.
#[derive(PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    Ended,
}

pub(super) type Taking<'b> = Pin<Box<dyn Future<Output = Result<Next, Halt>> + Send + 'b>>;

impl<'a> Execution<'a> {
    pub(super) fn take<'b>(&'b mut self, actions: &'b [Action]) -> Taking<'b> {
        Box::pin(async move {
            for action in actions {
                self.count()?;
                let next = match action {
                    Action::EndWorkflow(_) => Next::Ended,
                    Action::UpdateData(update) => {
                        for statement in &update.statements {
                            let assignment = statement.assignment();
                            if self.declared(&assignment.variable)?.kind != statement.kind() {
                                return Err(self.refuse(format!(
                                    "{} is not {:?}",
                                    assignment.variable,
                                    statement.kind()
                                )));
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
                        let Value::Integer(count) =
                            self.value(&repeated.count, VariableKind::Integer)?
                        else {
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
        let outcome = self
            .engine
            .execute(action, &inputs, Duration::from_secs(call.timeout_seconds))
            .await
            .map_err(Halt::Refused)?;
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
                    let value = failure
                        .output(name)
                        .ok_or_else(|| self.refuse(format!("no failure output {name}")))?;
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
                let value = Value::of(kind, json)
                    .ok_or_else(|| self.refuse(format!("{name} cannot hold {json}")))?;
                self.assign(name, value)
            }
            other => Err(self.refuse(format!("an output bound to {other:?}"))),
        }
    }

    fn value(&self, operand: &Operand, kind: VariableKind) -> Result<Value, Halt> {
        let value = match operand {
            Operand::Lit(json) => Value::of(kind, json)
                .ok_or_else(|| self.refuse(format!("the literal {json} for {kind:?}")))?,
            Operand::Exp(expression) => self.evaluate(expression)?,
            Operand::Var(name) => {
                self.declared(name)?;
                self.variables[name].clone()
            }
            Operand::NoValue(true) => Value::NotSet,
            Operand::NoValue(false) => return Err(self.refuse("noValue: false".to_owned())),
        };
        if value.fits(kind) {
            Ok(value)
        } else {
            Err(self.refuse(format!("{value:?} for {kind:?}")))
        }
    }

    fn evaluate(&self, expression: &Expression) -> Result<Value, Halt> {
        if let Some(unknown) =
            expression.variables().into_iter().find(|name| !self.variables.contains_key(*name))
        {
            return Err(self.refuse(format!("there is no variable {unknown}")));
        }
        expression
            .evaluate(&|name| self.variables.get(name).cloned())
            .map_err(|error| Halt::Stopped(error.to_string()))
    }

    fn assign(&mut self, name: &str, value: Value) -> Result<(), Halt> {
        let kind = self.declared(name)?.kind;
        if !value.fits(kind) {
            return Err(self.refuse(format!("{name} cannot hold {value:?}")));
        }
        if let Value::Texts(items) = &value
            && items.len() > MAX_ENTRIES
        {
            return Err(Halt::Stopped(format!(
                "{name} would have {} entries, {MAX_ENTRIES} are allowed",
                items.len()
            )));
        }
        self.variables.insert(name.to_owned(), value);
        Ok(())
    }

    fn declared(&self, name: &str) -> Result<&'a Variable, Halt> {
        self.workflow
            .variable(name)
            .ok_or_else(|| self.refuse(format!("there is no variable {name}")))
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
