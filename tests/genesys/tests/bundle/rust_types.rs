//! The Rust types that write the outputs. Those that read the inputs are held against the table in
//! `contract` itself.

use contract::operations::{DataType, Operation, operations};
use contract::{
    AgentList, BalanceList, Envelope, ErrorCode, Failure, LookUp, RequestOutput, TypeList,
};
use serde::Serialize;
use serde_json::Value;

use crate::drift::{self, assert_same};

fn operation(name: &str) -> Operation {
    operations().into_iter().find(|operation| operation.name == name).unwrap()
}

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
            Value::String(_) => format!("{:?}", DataType::String),
            Value::Number(_) => format!("{:?}", DataType::Integer),
            Value::Bool(_) => format!("{:?}", DataType::Boolean),
            Value::Array(_) => format!("{:?}", DataType::Array),
            other => other.to_string(),
        };
        let found: drift::FieldTypes =
            answer.iter().map(|(name, value)| (name.clone(), word(value))).collect();
        assert_same(&format!("the Rust answer of {name}"), &table.collect(), &found);
    }
}
