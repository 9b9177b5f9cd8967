use std::collections::BTreeMap;

use contract::operations::{DataType, VariableKind};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The part of JSON Schema (draft 4) that a contract of the bundle uses: one flat object. `$ref`,
/// nested objects and nested arrays, which Genesys does not take, cannot be read into it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schema {
    #[serde(rename = "$schema")]
    _dialect: Option<String>,
    #[serde(rename = "title")]
    _title: Option<String>,
    /// `object`
    #[serde(rename = "type")]
    pub kind: String,
    /// Names that must be there.
    #[serde(default)]
    pub required: Vec<String>,
    /// Names and their types.
    pub properties: BTreeMap<String, Property>,
    /// Whether further names may be there.
    pub additional_properties: bool,
}

/// A property of a contract.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Property {
    /// Its type.
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// Of an array: its entries.
    pub items: Option<Items>,
    #[serde(rename = "description")]
    _description: Option<String>,
}

/// The entries of an array.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    /// Their type.
    #[serde(rename = "type")]
    pub data_type: DataType,
}

impl Property {
    /// The kind of workflow variable that it is bound to; `None` for an array of anything but
    /// strings.
    #[must_use]
    pub fn kind(&self) -> Option<VariableKind> {
        match (self.data_type, &self.items) {
            (DataType::String, None) => Some(VariableKind::String),
            (DataType::Integer, None) => Some(VariableKind::Integer),
            (DataType::Boolean, None) => Some(VariableKind::Boolean),
            (DataType::Array, Some(Items { data_type: DataType::String })) => {
                Some(VariableKind::StringCollection)
            }
            _ => None,
        }
    }
}

impl Schema {
    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    /// Whether it declares a property of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.properties.contains_key(name)
    }

    /// Checks an object; the error names the first field that is missing or of another type.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self, object: &Map<String, Value>) -> Result<(), String> {
        if let Some(missing) = self.required.iter().find(|name| !object.contains_key(*name)) {
            return Err(format!("{missing} is missing"));
        }
        for (name, value) in object {
            match self.property(name) {
                None if self.additional_properties => {}
                None => return Err(format!("{name} is not in the contract")),
                Some(property) if property.data_type.holds(value) => {}
                Some(_) => return Err(format!("{name} is not of the type in the contract")),
            }
        }
        Ok(())
    }
}
