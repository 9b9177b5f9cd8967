//! The workflows, examined without running them.

use std::collections::BTreeSet;

use contract::operations::{Field, Operation, VariableKind, operations};
use genesys_bundle::architect::{Action, Expression, Operand, Value, Workflow};
use genesys_bundle::data_action::FAILURE_OUTPUTS;
use genesys_bundle::{Bundle, INTEGRATION};

use crate::bundle;
use crate::drift::{FieldTypes, assert_same};

fn pairs() -> (&'static Bundle, Vec<Operation>) {
    (bundle(), operations().into_iter().filter(|operation| operation.workflow).collect())
}

fn declared(
    workflow: &Workflow,
    wanted: impl Fn(&genesys_bundle::architect::Variable) -> bool,
) -> FieldTypes {
    let chosen = workflow.variables.iter().filter(|variable| wanted(variable));
    chosen.map(|variable| (variable.name.clone(), format!("{:?}", variable.kind))).collect()
}

fn expected(fields: &[Field]) -> FieldTypes {
    fields
        .iter()
        .filter_map(|field| Some((format!("Flow.{}", field.name), format!("{:?}", field.flow?))))
        .collect()
}

fn operand_variables(operand: &Operand) -> Vec<&str> {
    match operand {
        Operand::Exp(expression) => expression.variables(),
        Operand::Var(name) => vec![name],
        Operand::Lit(_) | Operand::NoValue(_) => vec![],
    }
}

#[test]
fn there_is_one_workflow_for_each_of_genesys_five_and_no_other() {
    let (bundle, operations) = pairs();
    let names: BTreeSet<_> = bundle.workflows().map(|workflow| workflow.name.as_str()).collect();
    assert_eq!(names, operations.iter().map(|operation| operation.name).collect());
}

#[test]
fn inputs_and_outputs_are_exactly_those_of_genesys() {
    let (bundle, operations) = pairs();
    for operation in &operations {
        let workflow = bundle.workflow(operation.name).unwrap();
        let what = |direction: &str| format!("{}.yaml, {direction}", operation.name);
        assert_same(
            &what("input"),
            &expected(&operation.inputs),
            &declared(workflow, |variable| variable.input),
        );
        assert_same(
            &what("output"),
            &expected(&operation.outputs),
            &declared(workflow, |variable| variable.output),
        );
    }
}

#[test]
fn every_variable_that_is_used_is_declared_once_and_every_declared_one_is_used() {
    let (bundle, operations) = pairs();
    for operation in &operations {
        let workflow = bundle.workflow(operation.name).unwrap();
        let mut used = BTreeSet::new();
        for action in workflow.every_action() {
            match action {
                Action::UpdateData(update) => {
                    for assignment in
                        update.statements.iter().map(|statement| statement.assignment())
                    {
                        used.insert(assignment.variable.as_str());
                        used.extend(operand_variables(&assignment.value));
                    }
                }
                Action::Decision(decision) => used.extend(decision.condition.variables()),
                Action::Loop(repeated) => {
                    used.insert(&repeated.index);
                    used.extend(operand_variables(&repeated.count));
                }
                Action::CallData(call) => {
                    let call = &call.call;
                    let operands = call
                        .inputs
                        .values()
                        .chain(call.success_outputs.values())
                        .chain(call.failure_outputs.values());
                    used.extend(operands.flat_map(operand_variables));
                }
                Action::EndWorkflow(_) => {}
            }
        }
        let names: Vec<_> =
            workflow.all_variables().map(|variable| variable.name.as_str()).collect();
        let declared: BTreeSet<_> = names.iter().copied().collect();
        assert_eq!(declared.len(), names.len(), "{}: a variable is declared twice", operation.name);
        // Genesys' own export declares `Flow.error` and never touches it.
        let untouched: BTreeSet<_> =
            declared.difference(&used).copied().filter(|name| *name != "Flow.error").collect();
        assert_eq!(untouched, BTreeSet::new(), "{}: declared, not used", operation.name);
        assert_eq!(
            used.difference(&declared).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "{}: used, not declared",
            operation.name
        );
    }
}

#[test]
fn each_workflow_calls_the_one_data_action_of_its_name_with_all_its_inputs_and_outputs() {
    let (bundle, operations) = pairs();
    for operation in &operations {
        let workflow = bundle.workflow(operation.name).unwrap();
        let calls: Vec<_> = workflow.data_action_calls().collect();
        let [call] = calls.as_slice() else {
            panic!("{} calls {} data actions", operation.name, calls.len())
        };
        assert_eq!(
            (call.action.as_str(), call.category.as_str(), call.timeout_seconds),
            (operation.name, INTEGRATION, 60)
        );
        let action = bundle.action(&call.action).unwrap();

        let inputs: BTreeSet<_> = call.call.inputs.keys().collect();
        assert_eq!(
            inputs,
            action.contract.input.input_schema.properties.keys().collect(),
            "{} inputs",
            operation.name
        );
        for field in &operation.inputs {
            let given = &call.call.inputs[&field.name];
            match field.flow {
                None => assert!(
                    matches!(given, Operand::NoValue(true)),
                    "{} {}",
                    operation.name,
                    field.name
                ),
                // A collection goes in as the text that a loop made of it.
                Some(VariableKind::StringCollection) => {
                    assert_eq!(operand_variables(given), [format!("State.{}", field.name)])
                }
                Some(_) => {
                    assert_eq!(
                        operand_variables(given),
                        [format!("Flow.{}", field.name)],
                        "{} {}",
                        operation.name,
                        field.name
                    );
                }
            }
        }

        for field in operation.outputs.iter().filter(|field| field.action.is_some()) {
            let bound = call.call.success_outputs.get(&field.name).map(operand_variables);
            match field.flow {
                Some(_) => assert_eq!(
                    bound,
                    Some(vec![format!("Flow.{}", field.name).as_str()]),
                    "{} {}",
                    operation.name,
                    field.name
                ),
                // Facts for whoever tests the data action by hand; Genesys has no variable for
                // them.
                None if !matches!(field.name.as_str(), "errorCode" | "correlationId") => {
                    assert_eq!(bound, None)
                }
                None => assert_eq!(bound, Some(vec![format!("State.{}", field.name).as_str()])),
            }
        }
        for (name, operand) in &call.call.success_outputs {
            let [variable] = operand_variables(operand)[..] else {
                panic!("{name} is bound to {operand:?}")
            };
            let property = action.contract.output.success_schema.property(name);
            assert_eq!(
                property.and_then(|property| property.kind()),
                workflow.variable(variable).map(|variable| variable.kind),
                "{} binds {name} to {variable}",
                operation.name
            );
        }
        let failure_outputs: BTreeSet<_> =
            call.call.failure_outputs.keys().map(String::as_str).collect();
        assert_eq!(failure_outputs, BTreeSet::from(FAILURE_OUTPUTS));
    }
}

#[test]
fn every_way_ends_the_workflow_with_a_status_and_leaves_no_output_unset() {
    let (bundle, operations) = pairs();
    for operation in &operations {
        let workflow = bundle.workflow(operation.name).unwrap();
        let ends = workflow.path_ends();
        let answers: BTreeSet<_> =
            ends.iter().map(|end| end.answer).filter(|answer| !answer.is_empty()).collect();
        assert_eq!(
            answers,
            BTreeSet::from(["success", "failure", "timeout"]),
            "{}",
            operation.name
        );
        for end in &ends {
            assert!(end.ended, "{} does not end after {:?}", operation.name, end.answer);
            for name in ["Flow.statusCode", "Flow.status", "Flow.errorMsg"] {
                assert!(
                    end.assigned.contains(name),
                    "{} ends after {:?} without {name}",
                    operation.name,
                    end.answer
                );
            }
            for output in workflow.variables.iter().filter(|variable| variable.output) {
                let set = end.assigned.contains(&output.name) || output.initial != Value::NotSet;
                assert!(
                    set,
                    "{} leaves {} unset after {:?}",
                    operation.name, output.name, end.answer
                );
            }
        }
    }
}

#[test]
fn a_workflow_that_genesys_stops_has_failed_already() {
    let (bundle, operations) = pairs();
    for operation in &operations {
        let initial = |name: &str| {
            bundle.workflow(operation.name).unwrap().variable(name).unwrap().initial.clone()
        };
        assert_eq!(initial("Flow.statusCode"), Value::Integer(500));
        assert_eq!(initial("Flow.status"), Value::Text("Error".to_owned()));
        let Value::Text(message) = initial("Flow.errorMsg") else {
            panic!("{} has no message", operation.name)
        };
        assert!(message.contains(operation.name) && message.contains("error code"), "{message}");
    }
}

#[test]
fn no_message_can_hold_what_the_caller_passed_in() {
    let (bundle, operations) = pairs();
    for operation in &operations {
        for action in bundle.workflow(operation.name).unwrap().every_action() {
            let Action::UpdateData(update) = action else { continue };
            for assignment in update.statements.iter().map(|statement| statement.assignment()) {
                if assignment.variable != "Flow.errorMsg" {
                    continue;
                }
                let used: BTreeSet<_> = operand_variables(&assignment.value).into_iter().collect();
                let harmless = BTreeSet::from([
                    "Flow.errorMsg",
                    "State.errorCode",
                    "State.httpStatus",
                    "State.correlationId",
                ]);
                assert!(used.is_subset(&harmless), "{}: {used:?}", operation.name);
                if let Operand::Exp(expression) = &assignment.value {
                    assert!(!matches!(expression, Expression::Variable(_)), "{}", operation.name);
                }
            }
        }
    }
}
