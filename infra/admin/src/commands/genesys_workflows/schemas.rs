//! What goes into a data action and comes out of it, as a workflow's file keeps it beside the call.

use contract::operations::VariableKind;
use serde_json::{Map, Value, json};

/// What a failed data action tells a workflow, as the exports of Genesys' blueprints list it.
const FAILURE: [(&str, VariableKind); 13] = [
    ("errorCode", VariableKind::String),
    ("status", VariableKind::Integer),
    ("correlationId", VariableKind::String),
    ("entityId", VariableKind::String),
    ("entityName", VariableKind::String),
    ("userMessage", VariableKind::String),
    ("userParamsMessage", VariableKind::String),
    ("userParams.key", VariableKind::StringCollection),
    ("userParams.value", VariableKind::StringCollection),
    ("details.errorCode", VariableKind::StringCollection),
    ("details.fieldName", VariableKind::StringCollection),
    ("details.entityId", VariableKind::StringCollection),
    ("details.entityName", VariableKind::StringCollection),
];

/// The three schemas of a data action.
#[derive(Debug)]
pub(super) struct Schemas {
    pub(super) input: Value,
    pub(super) success: Value,
    pub(super) failure: Value,
}

impl Schemas {
    /// Those of a data action's file.
    pub(super) fn of(action: &str) -> Result<Self, String> {
        let action: Value = serde_json::from_str(action).map_err(|error| error.to_string())?;
        let contract = &action["contract"];
        Ok(Self {
            input: flattened(&contract["input"]["inputSchema"])?,
            success: flattened(&contract["output"]["successSchema"])?,
            failure: failure(),
        })
    }
}

/// The kind of value of a field.
pub(super) fn kind(schema: &Value, name: &str) -> Result<VariableKind, String> {
    let property = &schema["properties"][name];
    Ok(match (property["type"].as_str(), property["items"]["type"].as_str()) {
        (Some("string"), None) => VariableKind::String,
        (Some("integer"), None) => VariableKind::Integer,
        (Some("boolean"), None) => VariableKind::Boolean,
        (Some("array"), Some("string")) => VariableKind::StringCollection,
        _ => return Err(format!("the data action has no field {name} that a workflow can use")),
    })
}

/// Our contracts are flat; Architect adds to each property its own name.
fn flattened(schema: &Value) -> Result<Value, String> {
    let mut flat = schema.clone();
    let properties = flat["properties"].as_object_mut().ok_or("a contract has no properties")?;
    for (name, property) in properties {
        property["name"] = name.as_str().into();
        property["required"] = false.into();
    }
    Ok(flat)
}

fn failure() -> Value {
    let property = |(name, kind): &(&str, VariableKind)| {
        let property = match kind {
            VariableKind::StringCollection => json!({"type": "array", "items": {"type": "string"}}),
            VariableKind::Integer => json!({"type": "integer"}),
            _ => json!({"type": "string"}),
        };
        ((*name).to_owned(), property)
    };
    let properties: Map<String, Value> = FAILURE.iter().map(property).collect();
    let schema = json!({
        "$schema": "http://json-schema.org/draft-04/schema#", "title": "ErrorBody",
        "type": "object", "required": ["errorCode", "status", "userMessage"],
        "properties": properties, "additionalProperties": false,
    });
    flattened(&schema).unwrap_or_default()
}
