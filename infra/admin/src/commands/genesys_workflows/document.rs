//! A workflow as Architect exports and imports it (`.i3WorkFlow`): the keys, and their order within
//! lists, are those of the files that Genesys ships with its blueprint.

use contract::operations::VariableKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::archy::{self, Declaration, Operand};
use super::bundle::Source;
use super::expression::{self, Variable, Variables};
use super::listing::PublishedAction;
use super::nodes::Nodes;
use super::schemas::Schemas;

/// Architect gives the first state this number, and its actions those that follow.
const FIRST_NUMBER: usize = 10;

/// The document of a workflow that calls `action`.
pub(super) fn document(source: Source, action: &PublishedAction) -> Result<Value, String> {
    let workflow = archy::parse(source.flow)?;
    let schemas = Schemas::of(source.action)?;
    let state = workflow.state();
    let variables: Variables = workflow
        .variables
        .iter()
        .chain(&state.variables)
        .map(|variable| {
            let (kind, Declaration { name, .. }) = declared(variable);
            (name.clone(), Variable { id: id(source.name, name), kind })
        })
        .collect();
    let mut nodes = Nodes::new(source.name, &variables, &schemas, action, FIRST_NUMBER + 1);
    let first = nodes.sequence("action", &state.actions)?;
    let calls = nodes.calls;
    let state_id = id(source.name, "state");
    let next_number = FIRST_NUMBER + 1 + nodes.list.len();
    let state = json!({
        "startAction": first, "trackingId": FIRST_NUMBER, "id": state_id, "name": state.name,
        "uiMetaData": {"collapsed": false}, "__type": "State", "actionList": nodes.list,
        "variables": declarations(&state.variables, &variables)?,
    });
    let mut document = json!({
        "nextTrackingNumber": next_number, "initialSequence": state_id, "name": workflow.name,
        "description": workflow.description, "flowSequenceItemList": [state],
        "variables": declarations(&workflow.variables, &variables)?,
        "manifest": {
            "dataAction": [{"name": action.name, "id": action.id, "context": calls}],
            "language": [{"id": "en-US"}], "userPrompt": [], "systemPrompt": [],
        },
        "uiMetaData": {
            "bridgeServerActions": [], "screenPops": [],
            "actionServiceActions": [cached(action, &schemas)],
        },
    });
    if let (Value::Object(document), Value::Object(settings)) = (&mut document, settings()) {
        document.extend(settings);
    }
    Ok(document)
}

/// What is the same in every workflow.
fn settings() -> Value {
    json!({
        "type": "workflow", "defaultLanguage": "en-US", "supportedLanguages": ["en-US"],
        "supportedLanguageOptions": [{"language": "en-US"}], "debugSettings": {},
        "errorHandling": {
            "queue": expression::out_of_service(1, "que"), "handlingType": "EndWorkflow",
        },
        "customDefinitions": {"dataTypeDefinitions": []}, "defaultSettings": {},
        "flowMetaData": {
            "flowDocumentVersion": "1.0", "minimumServerVersion": "1.0", "ttsDataVersion": "1.0",
        },
    })
}

/// What Architect keeps of the data action, and shows where it cannot ask for it.
fn cached(action: &PublishedAction, Schemas { input, success, failure }: &Schemas) -> Value {
    json!({
        "id": action.id, "name": action.name, "category": action.category, "result": "ok",
        "contract": {
            "input": {"inputSchemaFlattened": {"schema": input}},
            "output": {
                "successSchemaFlattened": {"schema": success},
                "errorSchemaFlattened": {"schema": failure},
            },
        },
        "inputSchema": input, "successSchema": success, "errorSchema": failure,
    })
}

fn declared(variable: &archy::Variable) -> (VariableKind, &Declaration) {
    match variable {
        archy::Variable::String(declaration) => (VariableKind::String, declaration),
        archy::Variable::Integer(declaration) => (VariableKind::Integer, declaration),
        archy::Variable::StringCollection(declaration) => {
            (VariableKind::StringCollection, declaration)
        }
    }
}

fn declarations(declared: &[archy::Variable], known: &Variables) -> Result<Vec<Value>, String> {
    declared.iter().map(|variable| declaration(variable, known)).collect()
}

fn declaration(variable: &archy::Variable, known: &Variables) -> Result<Value, String> {
    let (kind, declaration) = declared(variable);
    let code = expression::code(kind);
    let initial = match &declaration.initial_value {
        Operand::NoValue(_) => expression::nothing(code),
        Operand::Lit(value) => expression::literal(&as_text(value), code),
        other => return Err(format!("{} starts with {other:?}", declaration.name)),
    };
    Ok(json!({
        "id": known.get(&declaration.name).map(|variable| &variable.id),
        "isCollection": kind == VariableKind::StringCollection, "isInternal": false,
        "isOutput": declaration.is_output, "isInput": declaration.is_input, "isSecure": false,
        "version": "1.0", "name": declaration.name, "initialValue": initial,
        "__type": if kind == VariableKind::Integer { "IntegerVariable" } else { "StringVariable" },
    }))
}

/// A literal as it is typed into Architect.
pub(super) fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An id that only this part of this workflow has, and has every time that it is written.
pub(super) fn id(workflow: &str, part: &str) -> String {
    let name = format!("timeoff-bridge/{workflow}/{part}");
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
}
