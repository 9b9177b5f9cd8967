//! The readers of the inputs, held against the table of the operations.

use contract::operations::{DataType, Input, Operation, operations};
use contract::{BalanceInput, Failure, Fields, Submission, UpdateInput, ZeroPayable};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

type Parse = fn(&Map<String, Value>) -> Result<(), Failure>;

const READERS: [(&str, Parse); 3] = [
    ("HRIS-Get-Balance", |input| BalanceInput::parse(&Fields::of(input)).map(drop)),
    ("HRIS-Insert-TimeOff", |input| {
        Submission::parse(&Fields::of(input), ZeroPayable::Duration).map(drop)
    }),
    ("HRIS-Update-TimeOff", |input| {
        UpdateInput::parse(&Fields::of(input), ZeroPayable::Duration).map(drop)
    }),
];

/// BambooHR needs no secondary id of a type, so a write takes the field and does not look at it.
const NOT_READ: [&str; 1] = ["timeOffTypeId2"];

fn operation(name: &str) -> Operation {
    operations().into_iter().find(|operation| operation.name == name).unwrap()
}

/// An input in which every list is used.
fn good(operation: &str) -> Map<String, Value> {
    let input = match operation {
        "HRIS-Get-Balance" => {
            json!({"agentId": "452", "inputDates": "2026-12-07", "inputTimeOffTypeIds": "83"})
        }
        _ => json!({
            "agentId": "452", "inputTimeOffRequestId": "1700", "timeOffStatus": "PENDING",
            "timeOffTypeId": "83", "dates": "2026-12-07", "payableMinutes": "0",
            "durationMinutes": "480",
        }),
    };
    input.as_object().unwrap().clone()
}

/// A field that the code reads and no data action offers would be dead to Genesys for good: a
/// published contract cannot gain an input.
#[test]
fn exactly_the_inputs_of_the_table_are_read_and_each_is_refused_by_its_name() {
    for (name, parse) in READERS {
        parse(&good(name)).unwrap();
        for input in Input::ALL.iter().map(|input| input.name()) {
            // The two lists of minutes are never used both.
            let mut fields = good(name);
            if input == "payableMinutes" {
                fields.remove("durationMinutes");
            }
            fields.insert(input.to_owned(), json!({}));
            let offered = operation(name).inputs.iter().any(|field| field.name == input);
            match parse(&fields) {
                Err(refusal) => {
                    assert!(offered, "{name} reads {input}, which it is never given");
                    assert!(
                        refusal.sentence.starts_with(&format!("{input} must be ")),
                        "{refusal}"
                    );
                }
                Ok(()) => {
                    assert!(!offered || NOT_READ.contains(&input), "{name} does not read {input}")
                }
            }
        }
    }
}

#[test]
fn every_input_belongs_to_an_operation_and_no_name_stands_twice() {
    let all: Vec<_> = Input::ALL.iter().map(|input| input.name()).collect();
    for name in &all {
        assert_eq!(all.iter().filter(|other| other == &name).count(), 1, "{name}");
        let offered = operations()
            .iter()
            .any(|operation| operation.inputs.iter().any(|field| field.name == *name));
        assert!(offered, "{name}");
    }
    for operation in operations() {
        for fields in [&operation.inputs, &operation.outputs] {
            let mut names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}", operation.name);
        }
        // A data action's input cannot be an array.
        let is_array = |action: Option<DataType>| action == Some(DataType::Array);
        assert!(!operation.inputs.iter().any(|field| is_array(field.action)));
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["\\PC{0,20}", "[-+0-9_.eETZ:, \\[\\]\"]{0,24}", "[0-9]{1,4}"];
    let entry = prop_oneof![
        text.prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!({})),
    ];
    prop_oneof![entry.clone(), prop::collection::vec(entry, 0..4).prop_map(Value::from)]
}

proptest! {
    #[test]
    fn whatever_is_in_a_field_it_is_read_or_refused_by_a_name_of_the_table(
        reader in 0..READERS.len(),
        changes in prop::collection::vec((0..Input::ALL.len(), any_value()), 1..3),
    ) {
        let (name, parse) = READERS[reader];
        let mut fields = good(name);
        for (input, value) in changes {
            fields.insert(Input::ALL[input].name().to_owned(), value);
        }
        if let Err(refusal) = parse(&fields) {
            let field = refusal.sentence.split(' ').next().unwrap();
            let inputs = operation(name).inputs;
            prop_assert!(inputs.iter().any(|input| input.name == field), "{}", refusal);
        }
    }
}
