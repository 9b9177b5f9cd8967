//! The guide: what it tells people to send is what the workflows take.

use std::collections::BTreeSet;
use std::fs;

use contract::operations::operations;
use genesys_bundle::repository;
use serde_json::{Map, Value};

use crate::bundle;

/// Workflow and input of each body for `POST /api/v2/flows/executions`, in the order of the guide.
pub(crate) fn executions() -> Vec<(String, Map<String, Value>)> {
    let guide = fs::read_to_string(repository().join("infra/genesys/README.md")).unwrap();
    let blocks = guide.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks
        .map(|block| {
            serde_json::from_str::<Value>(block)
                .unwrap_or_else(|error| panic!("{error} in {block}"))
        })
        .filter_map(|body| {
            let workflow = body["flowId"].as_str()?.strip_prefix("id of ")?.to_owned();
            Some((workflow, body["inputData"].as_object().cloned().unwrap_or_default()))
        })
        .collect()
}

#[test]
fn every_workflow_has_an_execution_and_each_names_only_inputs_of_its_workflow() {
    let executions = executions();
    let shown: BTreeSet<_> = executions.iter().map(|(workflow, _)| workflow.as_str()).collect();
    assert_eq!(
        shown,
        operations()
            .iter()
            .filter(|operation| operation.workflow)
            .map(|operation| operation.name)
            .collect()
    );
    for (name, input) in &executions {
        let workflow = bundle().workflow(name).unwrap();
        for variable in input.keys() {
            assert!(
                workflow.variable(variable).is_some_and(|variable| variable.input),
                "{name} has no input {variable}"
            );
        }
    }
}

#[test]
fn the_guide_names_every_file_and_every_error_code_of_the_workflows() {
    let guide = fs::read_to_string(repository().join("infra/genesys/README.md")).unwrap();
    for operation in operations() {
        assert!(guide.contains(operation.name), "{}", operation.name);
    }
    for code in ["BAD_REQUEST", "TIMEOUT", "LIST_INCOMPLETE", "WORKFLOW_STOPPED"] {
        assert!(guide.contains(code), "{code}");
    }
}
