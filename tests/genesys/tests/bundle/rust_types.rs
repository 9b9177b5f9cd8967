//! The Rust types that read the inputs and write the outputs.

use std::collections::BTreeSet;
use std::fs;

use contract::{
    AgentList, BalanceInput, BalanceList, Envelope, ErrorCode, Failure, Fields, LookUp,
    RequestOutput, Submission, TypeList,
};
use contract::{UpdateInput, ZeroPayable};
use genesys_bundle::data_action::Type;
use genesys_bundle::repository;
use genesys_bundle::wfm::{self, Operation};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::drift::{self, assert_same};

fn operation(name: &str) -> Operation {
    wfm::operations().into_iter().find(|operation| operation.name == name).unwrap()
}

/// BambooHR needs no secondary id of a type, so a write takes the field and does not look at it.
const NOT_READ: [&str; 1] = ["timeOffTypeId2"];

#[test]
fn every_answer_has_exactly_the_outputs_of_the_table_whether_it_succeeds_or_fails() {
    check("HRIS-Get-Agents", AgentList::default());
    check("HRIS-Get-Timeoff-Types", TypeList::default());
    check("HRIS-Get-Balance", BalanceList::default());
    check("HRIS-Insert-TimeOff", RequestOutput::default());
    check("HRIS-Update-TimeOff", RequestOutput::default());
    check("HRIS-Find-Agent-By-ExternalId", LookUp::default());
    check("HRIS-Find-Agent-By-Email", LookUp::default());
}

fn check<T: Serialize + Clone>(name: &str, outputs: T) {
    let failure = Failure::new(ErrorCode::Internal, "It failed.");
    for envelope in
        [Envelope::complete("c-1", outputs.clone()), Envelope::failed(&failure, "c-1", outputs)]
    {
        let Value::Object(answer) = serde_json::to_value(envelope).unwrap() else {
            panic!("{name} answers no object")
        };
        let operation = operation(name);
        let table = operation
            .outputs
            .iter()
            .filter_map(|field| Some((field.name.clone(), format!("{:?}", field.action?))));
        let word = |value: &Value| match value {
            Value::String(_) => format!("{:?}", Type::String),
            Value::Number(_) => format!("{:?}", Type::Integer),
            Value::Bool(_) => format!("{:?}", Type::Boolean),
            Value::Array(_) => format!("{:?}", Type::Array),
            other => other.to_string(),
        };
        let found: drift::Fields =
            answer.iter().map(|(name, value)| (name.clone(), word(value))).collect();
        assert_same(&format!("the Rust answer of {name}"), &table.collect(), &found);
    }
}

#[test]
fn every_input_of_the_table_is_read_and_refused_by_its_name() {
    for (name, parse) in readers() {
        let good = match name {
            "HRIS-Get-Balance" => {
                json!({"agentId": "452", "inputDates": "2026-12-07", "inputTimeOffTypeIds": "83"})
            }
            _ => json!({
                "agentId": "452", "inputTimeOffRequestId": "1700", "timeOffStatus": "PENDING", "timeOffTypeId": "83",
                "dates": "2026-12-07", "payableMinutes": "480",
            }),
        };
        let Value::Object(good) = good else { unreachable!() };
        parse(&good).unwrap();
        for field in
            operation(name).inputs.iter().filter(|field| !NOT_READ.contains(&field.name.as_str()))
        {
            let mut input = good.clone();
            input.insert(field.name.clone(), json!({}));
            let refusal = parse(&input).expect_err(&format!("{name} does not read {}", field.name));
            assert!(
                refusal.sentence.starts_with(&format!("{} must be ", field.name)),
                "{name} {}: {refusal}",
                field.name
            );
        }
    }
}

type Parse = fn(&Map<String, Value>) -> Result<(), Failure>;

fn readers() -> [(&'static str, Parse); 3] {
    [
        ("HRIS-Get-Balance", |input| BalanceInput::parse(&Fields::of(input)).map(drop)),
        ("HRIS-Insert-TimeOff", |input| {
            Submission::parse(&Fields::of(input), ZeroPayable::Zero).map(drop)
        }),
        ("HRIS-Update-TimeOff", |input| {
            UpdateInput::parse(&Fields::of(input), ZeroPayable::Zero).map(drop)
        }),
    ]
}

/// A field that the code reads and no data action offers would be dead to Genesys for good: a
/// published contract cannot gain an input. Nothing at run time lists the names that are read, so
/// they are taken from the source.
#[test]
fn no_field_is_read_that_the_data_actions_do_not_offer() {
    let mut read = BTreeSet::new();
    for entry in fs::read_dir(repository().join("shared/contract/src")).unwrap() {
        let source = fs::read_to_string(entry.unwrap().path()).unwrap();
        let product = source.split("#[cfg(test)]").next().unwrap_or_default();
        for call in [
            "fields.text(\"",
            "fields.value(\"",
            "fields.required(\"",
            "fields.flag(\"",
            "fields.list(\"",
        ] {
            read.extend(
                product
                    .split(call)
                    .skip(1)
                    .map(|rest| rest.split('"').next().unwrap_or_default().to_owned()),
            );
        }
    }
    let offered: BTreeSet<_> = readers()
        .iter()
        .flat_map(|(name, _)| operation(name).inputs)
        .map(|field| field.name)
        .collect();
    let unread: BTreeSet<_> = offered.difference(&read).map(String::as_str).collect();
    assert_eq!(unread, BTreeSet::from(NOT_READ), "offered, but not read");
    assert_eq!(
        read.difference(&offered).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "read, but not offered"
    );
}
