//! The data action files: contracts and requests.

use std::collections::{BTreeMap, BTreeSet};

use contract::operations::{DataType, Field, Method, Operation, operations};
use genesys_bundle::data_action::{DataAction, Property, Schema, Template};

use crate::bundle;
use crate::drift::{FieldTypes, assert_same};

fn types(fields: &[Field]) -> FieldTypes {
    fields
        .iter()
        .filter_map(|field| Some((field.name.clone(), format!("{:?}", field.action?))))
        .collect()
}

fn properties(schema: &Schema) -> FieldTypes {
    schema
        .properties
        .iter()
        .map(|(name, property)| (name.clone(), format!("{:?}", property.data_type)))
        .collect()
}

fn each(mut check: impl FnMut(&Operation, &DataAction)) {
    let bundle = bundle();
    for operation in operations() {
        check(&operation, bundle.action(operation.name).unwrap());
    }
}

#[test]
fn there_is_one_data_action_for_each_operation_and_no_other() {
    let bundle = bundle();
    let names: BTreeSet<_> = bundle.actions().map(|action| action.name.clone()).collect();
    assert_eq!(names, operations().iter().map(|operation| operation.name.to_owned()).collect());
}

#[test]
fn contracts_have_exactly_the_fields_of_the_table() {
    each(|operation, action| {
        let name = operation.name;
        assert_same(
            &format!("{name}.custom.json, input"),
            &types(&operation.inputs),
            &properties(&action.contract.input.input_schema),
        );
        assert_same(
            &format!("{name}.custom.json, output"),
            &types(&operation.outputs),
            &properties(&action.contract.output.success_schema),
        );
    });
}

#[test]
fn contracts_are_what_genesys_can_import() {
    each(|operation, action| {
        let name = operation.name;
        assert_eq!(
            (action.integration_type.as_str(), action.action_type.as_str()),
            ("custom-rest-actions", "custom"),
            "{name}"
        );
        assert!(!action.secure, "{name}: workflows cannot call secure actions");
        let input = &action.contract.input.input_schema;
        let output = &action.contract.output.success_schema;
        for schema in [input, output] {
            assert_eq!(schema.kind, "object", "{name}");
            assert!(
                schema.required.iter().all(|field| schema.has(field)),
                "{name} requires what it does not declare"
            );
            assert!(
                schema.properties.values().all(|property| property.kind().is_some()),
                "{name} has a type that no variable has"
            );
        }
        for (field, property) in &input.properties {
            assert!(property.data_type != DataType::Array, "{name}: the input {field} is an array");
            let well_formed = field.starts_with(|first: char| first.is_ascii_alphabetic())
                && field
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || "-_".contains(character));
            assert!(
                well_formed && !["orgId", "integrationId", "rawRequest"].contains(&field.as_str()),
                "{name}: {field}"
            );
        }
    });
}

#[test]
fn every_output_is_required_since_every_answer_has_it() {
    each(|operation, action| {
        let schema = &action.contract.output.success_schema;
        assert_eq!(
            schema.required.iter().collect::<BTreeSet<_>>(),
            schema.properties.keys().collect(),
            "{}",
            operation.name
        );
        assert!(
            schema.additional_properties,
            "{}: a field that the API gains later must not fail",
            operation.name
        );
    });
}

#[test]
fn no_input_is_required_that_a_cancellation_may_lack() {
    let required =
        |name: &str| bundle().action(name).unwrap().contract.input.input_schema.required.clone();
    assert_eq!(required("HRIS-Update-TimeOff"), ["agentId", "timeOffStatus"]);
    assert_eq!(required("HRIS-Insert-TimeOff"), ["agentId", "timeOffStatus", "timeOffTypeId"]);
}

#[test]
fn requests_go_to_the_route_with_key_and_limits_and_no_file_needs_editing() {
    each(|operation, action| {
        let name = operation.name;
        let request = &action.config.request;
        assert_eq!(request.request_type, operation.method, "{name}");
        assert_eq!(action.config.timeout_seconds, 60, "{name}");
        assert!(
            request.request_template.is_raw_request(),
            "{name}: the body is the inputs as JSON, untouched"
        );
        assert!(
            action.config.response.success_template.is_raw_result(),
            "{name}: the answer is passed through"
        );
        assert!(
            action.config.response.translation_map.is_empty()
                && action.config.response.translation_map_defaults.is_empty()
        );

        let mut headers = vec![
            ("Accept", "application/json"),
            ("Connection", "close"),
            ("x-api-key", "${credentials.apiKey}"),
        ];
        if operation.method != Method::Get {
            headers.push(("Content-Type", "application/json"));
        }
        let headers: BTreeMap<_, _> = headers
            .into_iter()
            .map(|(header, value)| (header.to_owned(), template(value)))
            .collect();
        assert_eq!(request.headers, headers, "{name}");

        let url = match name {
            "HRIS-Find-Agent-By-ExternalId" => {
                "${credentials.baseUrl}/agents/$esc.url($input.externalId)".to_owned()
            }
            "HRIS-Find-Agent-By-Email" => {
                "${credentials.baseUrl}/agents?email=$esc.url($input.email)".to_owned()
            }
            _ => format!("${{credentials.baseUrl}}{}", operation.route),
        };
        assert_eq!(request.request_url_template, template(&url), "{name}");
    });
}

fn template(text: &str) -> Template {
    text.to_owned().try_into().unwrap()
}

#[test]
fn arrays_hold_strings() {
    each(|operation, action| {
        for (name, property) in &action.contract.output.success_schema.properties {
            let Property { data_type: DataType::Array, items, .. } = property else { continue };
            assert_eq!(
                items.as_ref().map(|items| items.data_type),
                Some(DataType::String),
                "{} {name}",
                operation.name
            );
        }
    });
}
