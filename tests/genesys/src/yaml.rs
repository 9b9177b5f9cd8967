//! YAML into typed values.

use std::path::Path;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::Error;

/// Reads the one document of `text`; `path` names it in an error. Keys are text, and none may
/// appear twice.
///
/// # Errors
/// [`Error::NotUnderstood`]: not YAML, more than one document, or not of type `T`.
pub fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    let refuse = |reason: String| Error::NotUnderstood { path: path.to_owned(), reason };
    let documents = Yaml::load_from_str(text).map_err(|error| refuse(error.to_string()))?;
    let [document] = documents.as_slice() else {
        return Err(refuse(format!("{} YAML documents, expected one", documents.len())));
    };
    let value = to_json(document).map_err(refuse)?;
    serde_json::from_value(value).map_err(|error| refuse(error.to_string()))
}

fn to_json(node: &Yaml<'_>) -> Result<Value, String> {
    match node {
        Yaml::Value(Scalar::Null) => Ok(Value::Null),
        Yaml::Value(Scalar::Boolean(value)) => Ok(Value::Bool(*value)),
        Yaml::Value(Scalar::Integer(value)) => Ok(Value::Number((*value).into())),
        Yaml::Value(Scalar::FloatingPoint(value)) => Number::from_f64(value.into_inner())
            .map(Value::Number)
            .ok_or_else(|| format!("the number {value}")),
        Yaml::Value(Scalar::String(value)) => Ok(Value::String(value.to_string())),
        Yaml::Sequence(items) => {
            items.iter().map(to_json).collect::<Result<_, _>>().map(Value::Array)
        }
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let key = match to_json(key)? {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                object.insert(key, to_json(value)?);
            }
            Ok(Value::Object(object))
        }
        // CloudFormation's short functions (`!Sub`) are tags; what they hold is all that a reader
        // here needs.
        Yaml::Tagged(_, inner) => to_json(inner),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            Err("a YAML alias or an unparsed value".to_owned())
        }
    }
}
