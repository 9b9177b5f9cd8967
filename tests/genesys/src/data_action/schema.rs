use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::architect::VariableKind;

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
    pub data_type: Type,
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
    pub data_type: Type,
}

/// JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// A boolean.
    Boolean,
    /// An array; of strings, in this bundle.
    Array,
}

impl Type {
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Boolean => value.is_boolean(),
            Self::Array => value.is_array(),
        }
    }
}

impl Property {
    /// The kind of workflow variable that it is bound to; `None` for an array of anything but
    /// strings.
    #[must_use]
    pub fn kind(&self) -> Option<VariableKind> {
        match (self.data_type, &self.items) {
            (Type::String, None) => Some(VariableKind::String),
            (Type::Integer, None) => Some(VariableKind::Integer),
            (Type::Boolean, None) => Some(VariableKind::Boolean),
            (Type::Array, Some(Items { data_type: Type::String })) => {
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
                Some(property) => {
                    let entries_fit = match (&property.items, value) {
                        (Some(items), Value::Array(entries)) => {
                            entries.iter().all(|entry| items.data_type.holds(entry))
                        }
                        _ => true,
                    };
                    if !property.data_type.holds(value) || !entries_fit {
                        return Err(format!("{name} is not of the type in the contract"));
                    }
                }
            }
        }
        Ok(())
    }
}
