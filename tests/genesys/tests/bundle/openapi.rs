//! The OpenAPI document that API Gateway is deployed from.

use std::collections::BTreeSet;
use std::fs;

use contract::operations::{DataType, Field, Method, Operation, operations};
use genesys_bundle::{repository, yaml};
use serde_json::Value;

use crate::bundle;
use crate::drift::{FieldTypes, assert_same};

struct Document(Value);

impl Document {
    fn read() -> Self {
        let path = repository().join("infra/aws/openapi.yaml");
        Self(yaml::parse(&path, &fs::read_to_string(&path).unwrap()).unwrap())
    }

    fn operation(&self, operation: &Operation) -> &Value {
        let found = &self.0["paths"][operation.route][&verb(operation.method)];
        assert!(
            found.is_object(),
            "openapi.yaml has no {} {}",
            verb(operation.method),
            operation.route
        );
        found
    }

    /// Follows a `$ref`, and an `allOf` of one schema, which is how a `$ref` gets a description.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.strip_prefix('#').unwrap();
            return self.resolve(
                self.0.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere")),
            );
        }
        match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) => self.resolve(only),
            _ => schema,
        }
    }

    /// Whether a value of that type is welcome.
    fn takes(&self, schema: &Value, data_type: DataType) -> bool {
        let schema = self.resolve(schema);
        if let Some(choices) = schema["oneOf"].as_array() {
            return choices.iter().any(|choice| self.takes(choice, data_type));
        }
        match (schema["type"].as_str().unwrap(), data_type) {
            ("string", DataType::String)
            | ("integer" | "number", DataType::Integer)
            | ("boolean", DataType::Boolean) => true,
            ("array", DataType::Array) => self.takes(&schema["items"], DataType::String),
            _ => false,
        }
    }

    /// The fields of an object, each with the type that the table gives it when the document
    /// agrees.
    fn fields(&self, schema: &Value, table: &[Field]) -> FieldTypes {
        let properties = self.resolve(schema)["properties"].as_object().unwrap();
        let word = |name: &String, schema: &Value| {
            let expected =
                table.iter().find(|field| field.name == *name).and_then(|field| field.action);
            match expected {
                Some(expected) if self.takes(schema, expected) => format!("{expected:?}"),
                _ => self.resolve(schema)["type"].to_string(),
            }
        };
        properties.iter().map(|(name, schema)| (name.clone(), word(name, schema))).collect()
    }
}

fn verb(method: Method) -> String {
    method.as_str().to_ascii_lowercase()
}

fn table(fields: &[Field]) -> FieldTypes {
    fields
        .iter()
        .filter_map(|field| Some((field.name.clone(), format!("{:?}", field.action?))))
        .collect()
}

fn names(list: &Value) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn the_document_has_the_routes_of_the_data_actions_and_no_other() {
    let document = Document::read();
    let found: BTreeSet<_> = document.0["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(route, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (route.as_str(), method.clone()))
        })
        .filter(|(_, method)| method != "parameters")
        .collect();
    assert_eq!(
        found,
        operations().iter().map(|operation| (operation.route, verb(operation.method))).collect()
    );
}

#[test]
fn the_document_takes_exactly_the_inputs_of_the_data_actions() {
    let document = Document::read();
    for operation in operations() {
        let described = document.operation(&operation);
        let what = format!("openapi.yaml, input of {}", operation.name);
        match &described["requestBody"]["content"]["application/json"]["schema"] {
            Value::Null => {
                let parameters = described["parameters"].as_array().cloned().unwrap_or_default();
                let optional_query = |parameter: &Value| {
                    parameter["in"] == "query" && parameter["required"] == false
                };
                let parameters = parameters
                    .iter()
                    .filter(|parameter| !operation.workflow || !optional_query(parameter));
                let found = parameters.map(|parameter| {
                    let schema = &parameter["schema"];
                    let word = if document.takes(schema, DataType::String) {
                        "String"
                    } else {
                        "of another type"
                    };
                    (parameter["name"].as_str().unwrap().to_owned(), word.to_owned())
                });
                assert_same(&what, &table(&operation.inputs), &found.collect());
            }
            schema => {
                assert_same(
                    &what,
                    &table(&operation.inputs),
                    &document.fields(schema, &operation.inputs),
                );
                let required =
                    &bundle().action(operation.name).unwrap().contract.input.input_schema.required;
                let required: BTreeSet<_> = required.iter().map(String::as_str).collect();
                assert_eq!(
                    required,
                    names(&document.resolve(schema)["required"]),
                    "{what}: required"
                );
            }
        }
    }
}

#[test]
fn the_document_gives_exactly_the_outputs_of_the_data_actions() {
    let document = Document::read();
    for operation in operations() {
        let described = document.operation(&operation);
        let what = format!("openapi.yaml, output of {}", operation.name);
        let schema = document
            .resolve(&described["responses"]["200"]["content"]["application/json"]["schema"]);
        let expected = table(&operation.outputs);
        // `GET /agents` answers a list, or one agent where an e-mail is given; each data action
        // knows one of the two.
        let schema = match schema["oneOf"].as_array() {
            None => schema,
            Some(choices) => choices
                .iter()
                .map(|choice| document.resolve(choice))
                .find(|choice| choice["properties"].get("found").is_none() == operation.workflow)
                .unwrap(),
        };
        assert_same(&what, &expected, &document.fields(schema, &operation.outputs));
        assert_eq!(
            names(&schema["required"]),
            expected.keys().map(String::as_str).collect(),
            "{what}: required"
        );
    }
}
