//! The actions of a workflow: in an export one flat list, each with the id of the one that follows.

use std::collections::BTreeMap;

use contract::operations::VariableKind;
use serde_json::{Map, Value, json};

use super::archy::{
    Action, Assignment, Branch, CallData, Decision, Loop, Operand, Statement, UpdateData,
};
use super::document::{as_text, id};
use super::expression::{self, Variables};
use super::listing::PublishedAction;
use super::schemas::{self, Schemas};

/// The list as it grows.
pub(super) struct Nodes<'w> {
    workflow: &'w str,
    variables: &'w Variables,
    schemas: &'w Schemas,
    action: &'w PublishedAction,
    first_number: usize,
    /// What is written so far.
    pub(super) list: Vec<Value>,
    /// Where the data action is called.
    pub(super) calls: Vec<Value>,
}

impl<'w> Nodes<'w> {
    pub(super) fn new(
        workflow: &'w str,
        variables: &'w Variables,
        schemas: &'w Schemas,
        action: &'w PublishedAction,
        first_number: usize,
    ) -> Self {
        let (list, calls) = (Vec::new(), Vec::new());
        Self { workflow, variables, schemas, action, first_number, list, calls }
    }

    /// Writes actions that follow each other; the id of the first one.
    pub(super) fn sequence(
        &mut self,
        path: &str,
        actions: &[Action],
    ) -> Result<Option<String>, String> {
        let id = |index: usize| {
            (index < actions.len()).then(|| id(self.workflow, &format!("{path}/{index}")))
        };
        let ids: Vec<_> = (0..=actions.len()).map(id).collect();
        for (index, (action, pair)) in actions.iter().zip(ids.windows(2)).enumerate() {
            if let [Some(id), next] = pair {
                self.node(&format!("{path}/{index}"), action, id, next.as_deref())?;
            }
        }
        Ok(ids.into_iter().next().flatten())
    }

    fn node(
        &mut self,
        path: &str,
        action: &Action,
        id: &str,
        next: Option<&str>,
    ) -> Result<(), String> {
        // An action stands before those of its branches.
        let place = self.list.len();
        self.list.push(Value::Null);
        let (name, mut node) = match action {
            Action::UpdateData(update) => (&update.name, self.update(update)?),
            Action::Decision(decision) => (&decision.name, self.decision(path, decision)?),
            Action::Loop(repeated) => (&repeated.name, self.repeated(path, repeated)?),
            Action::CallData(call) => (&call.name, self.call(path, call, id)?),
            Action::EndWorkflow(end) => {
                let reason = self.operand(&end.exit_reason, VariableKind::String)?;
                (&end.name, json!({"__type": "EndWorkflowAction", "exitReason": reason}))
            }
        };
        node["id"] = id.into();
        node["name"] = name.as_str().into();
        node["trackingId"] = (self.first_number + place).into();
        node["uiMetaData"] = json!({"collapsed": false});
        if let Some(next) = next {
            node["nextAction"] = next.into();
        }
        if let Some(empty) = self.list.get_mut(place) {
            *empty = node;
        }
        Ok(())
    }

    fn update(&self, update: &UpdateData) -> Result<Value, String> {
        let statement = |statement: &Statement| {
            let (kind, Assignment { variable, value }) = match statement {
                Statement::String(assignment) => (VariableKind::String, assignment),
                Statement::Integer(assignment) => (VariableKind::Integer, assignment),
            };
            Ok(json!({
                "expression": self.operand(value, kind)?,
                "variable": expression::reference(variable, kind, self.variables)?,
            }))
        };
        let statements: Vec<Value> =
            update.statements.iter().map(statement).collect::<Result<_, String>>()?;
        Ok(json!({"__type": "UpdateVariableAction", "variables": statements}))
    }

    fn decision(&mut self, path: &str, decision: &Decision) -> Result<Value, String> {
        Ok(json!({
            "__type": "DecisionAction",
            "expression": self.operand(&decision.condition, VariableKind::Boolean)?,
            "paths": [
                self.branch(path, "Yes", &decision.outputs.yes)?,
                self.branch(path, "No", &decision.outputs.no)?,
            ],
        }))
    }

    fn repeated(&mut self, path: &str, repeated: &Loop) -> Result<Value, String> {
        Ok(json!({
            "__type": "LoopAction",
            "currentIndex": self.operand(&repeated.current_index, VariableKind::Integer)?,
            "loopCount": self.operand(&repeated.loop_count, VariableKind::Integer)?,
            "path": self.branch(path, "Loop", &repeated.outputs.body)?,
        }))
    }

    fn call(&mut self, path: &str, call: &CallData, id: &str) -> Result<Value, String> {
        let (action, schemas) = (self.action, self.schemas);
        let called = call.call().filter(|(name, _)| *name == action.name);
        let (_, bindings) = called.ok_or_else(|| format!("it calls more than {}", action.name))?;
        let context = json!({"actionName": "Call Data Action", "id": id, "name": call.name});
        self.calls.push(context);
        let minutes = call.timeout.lit.minutes;
        Ok(json!({
            "__type": "DataAction", "actionName": action.name, "actionId": action.id,
            "category": {"id": action.category, "name": action.category},
            "useSuggestedTimeout": true,
            "timeout": expression::literal(&format!("P0D0H{minutes}M0S0F"), "dur"),
            "processingPrompt": expression::out_of_service(3, "pmt"),
            "inputs": self.bindings(&bindings.inputs, &schemas.input)?,
            "outputs": self.bindings(&bindings.success_outputs, &schemas.success)?,
            "errorBindings": self.bindings(&bindings.failure_outputs, &schemas.failure)?,
            "paths": [
                self.branch(path, "Success", &call.outputs.success)?,
                self.branch(path, "Failure", &call.outputs.failure)?,
                self.branch(path, "Timeout", &call.outputs.timeout)?,
            ],
        }))
    }

    fn bindings(
        &self,
        bindings: &BTreeMap<String, Operand>,
        schema: &Value,
    ) -> Result<Vec<Value>, String> {
        let binding = |(name, operand): (&String, &Operand)| {
            let value = self.operand(operand, schemas::kind(schema, name)?)?;
            Ok(json!({"name": name, "value": value}))
        };
        bindings.iter().map(binding).collect()
    }

    /// A way out of an action, with the actions on it.
    fn branch(&mut self, path: &str, label: &str, branch: &Branch) -> Result<Value, String> {
        let first = self.sequence(&format!("{path}/{label}"), &branch.actions)?;
        let mut way = Map::new();
        way.extend(first.map(|first| ("nextActionId".to_owned(), first.into())));
        way.insert("label".to_owned(), label.into());
        way.insert("outputId".to_owned(), format!("__{}__", label.to_uppercase()).into());
        way.insert("uiMetaData".to_owned(), json!({"collapsed": false}));
        Ok(way.into())
    }

    fn operand(&self, operand: &Operand, kind: VariableKind) -> Result<Value, String> {
        match operand {
            Operand::Lit(value) => Ok(expression::literal(&as_text(value), expression::code(kind))),
            Operand::Exp(text) => expression::expression(text, kind, self.variables),
            Operand::Var(name) => expression::reference(name, kind, self.variables),
            Operand::NoValue(_) => Ok(expression::nothing(expression::code(kind))),
        }
    }
}
