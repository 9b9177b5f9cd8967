//! What Genesys takes for a failed data action, and what the workflows make of it.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::operations::operations;
use genesys_bundle::architect::{Ending, Interpreter, Run};
use genesys_bundle::data_action::{ActionOutcome, Engine};
use serde_json::{Map, Value, json};
use tokio::net::{TcpListener, TcpSocket};

use crate::bundle;
use crate::fake::{Fake, complete, engine, insert_example, object};

const SECRET: &str = "do-not-tell@example.com";

fn example(workflow: &str) -> Map<String, Value> {
    match workflow {
        "HRIS-Insert-TimeOff" => insert_example(),
        "HRIS-Update-TimeOff" => {
            let mut input = insert_example();
            input.insert("Flow.inputTimeOffRequestId".to_owned(), json!("1700"));
            input
        }
        "HRIS-Get-Balance" => object(json!({
            "Flow.agentId": "452", "Flow.inputDates": ["2026-12-07"],
            "Flow.inputTimeOffTypeIds": ["83", "90", "85"],
        })),
        _ => Map::new(),
    }
}

fn workflows() -> impl Iterator<Item = &'static str> {
    operations().into_iter().filter(|operation| operation.workflow).map(|operation| operation.name)
}

async fn run(engine: &Engine, workflow: &str) -> Run {
    let bundle = bundle();
    Interpreter::new(bundle, engine).run(workflow, &example(workflow)).await.unwrap()
}

/// The outputs beside the first three: empty lists and texts, and for an update the id that was
/// given.
fn assert_rest_is_empty(workflow: &str, outputs: &BTreeMap<String, Value>) {
    for (name, value) in outputs {
        let expected = match name.as_str() {
            "Flow.statusCode" | "Flow.status" | "Flow.errorMsg" => continue,
            "Flow.timeOffRequestId" if workflow == "HRIS-Update-TimeOff" => json!("1700"),
            "Flow.timeOffRequestId" | "Flow.error" => json!(""),
            _ => json!([]),
        };
        assert_eq!(*value, expected, "{workflow} {name}");
    }
}

#[tokio::test]
async fn an_answer_that_genesys_cannot_take_ends_in_the_failure_branch() {
    for workflow in workflows() {
        let incomplete = |missing: &str| {
            let mut answer = complete(workflow);
            answer.remove(missing);
            Value::Object(answer).to_string()
        };
        let with = |name: &str, value: Value| {
            let mut answer = complete(workflow);
            answer.insert(name.to_owned(), value);
            Value::Object(answer).to_string()
        };
        let good = Value::Object(complete(workflow)).to_string();
        let answers = [
            (403, json!({"message": SECRET}).to_string()),
            (429, good.clone()),
            (502, SECRET.to_owned()),
            (504, good.clone()),
            (302, good.clone()),
            (200, String::new()),
            (204, String::new()),
            (200, format!("<html>{SECRET}</html>")),
            (200, "[]".to_owned()),
            (200, incomplete("correlationId")),
            (200, incomplete("status")),
            (200, with("errorMsg", Value::Null)),
            (200, with("statusCode", json!("200"))),
        ];
        for (status, body) in answers {
            let fake = Fake::answering(status, body.clone()).await;
            let run = run(&fake.engine, workflow).await;
            assert!(
                matches!(run.calls[0].outcome, ActionOutcome::Failure(_)),
                "{workflow}: {status} {body}"
            );
            assert_eq!(run.ending, Ending::EndWorkflow);
            assert_eq!(
                (&run.outputs["Flow.statusCode"], &run.outputs["Flow.status"]),
                (&json!(500), &json!("Error"))
            );
            let message = run.outputs["Flow.errorMsg"].as_str().unwrap();
            assert!(
                message.contains("error code BAD_REQUEST")
                    && message.contains("correlation id 9d6f0c1e-"),
                "{message}"
            );
            assert!(!message.contains(SECRET) && !message.contains("Testing timeoff"), "{message}");
            assert_rest_is_empty(workflow, &run.outputs);
        }
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_ends_in_the_failure_branch() {
    // Bound but not listening: nobody else gets the port, and connections are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let closed = socket.local_addr().unwrap();
    for workflow in workflows() {
        let run = run(&engine(&format!("http://{closed}/v1")), workflow).await;
        assert_eq!(
            (&run.outputs["Flow.statusCode"], &run.outputs["Flow.status"]),
            (&json!(500), &json!("Error"))
        );
        assert_rest_is_empty(workflow, &run.outputs);
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_answer_ends_in_the_time_out_branch() {
    // Connections are accepted by the system and never read. Time is paused: it jumps to the end of
    // the minute as soon as nothing else is left to do.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for workflow in workflows() {
        let run =
            run(&engine(&format!("http://{}/v1", silent.local_addr().unwrap())), workflow).await;
        assert!(
            matches!(run.calls[0].outcome, ActionOutcome::TimedOut),
            "{:?}",
            run.calls[0].outcome
        );
        assert_eq!(run.ending, Ending::EndWorkflow);
        assert_eq!(
            (&run.outputs["Flow.statusCode"], &run.outputs["Flow.status"]),
            (&json!(408), &json!("Error"))
        );
        let message = run.outputs["Flow.errorMsg"].as_str().unwrap();
        assert!(
            message.contains("error code TIMEOUT") && message.contains("correlation id"),
            "{message}"
        );
        assert_rest_is_empty(workflow, &run.outputs);
    }
}

#[tokio::test]
async fn an_engine_without_patience_times_out_at_once() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let engine = engine(&format!("http://{}/v1", silent.local_addr().unwrap()));
    let run = run(&engine.patience(Duration::from_millis(1)), "HRIS-Insert-TimeOff").await;
    assert!(matches!(run.calls[0].outcome, ActionOutcome::TimedOut), "{:?}", run.calls[0].outcome);
    assert_eq!((run.status_code(), run.text("status")), (Some(408), Some("Error")));
}

#[tokio::test]
async fn an_error_that_the_service_reports_keeps_its_sentence_and_gains_code_and_correlation_id() {
    for workflow in workflows() {
        let mut answer = complete(workflow);
        for (name, value) in [
            ("statusCode", json!(500)),
            ("status", json!("Error")),
            ("errorMsg", json!("The HRIS refused the API key.")),
            ("errorCode", json!("HRIS_UNAUTHORIZED")),
            ("correlationId", json!("c-9")),
        ] {
            answer.insert(name.to_owned(), value);
        }
        let fake = Fake::answering(200, Value::Object(answer).to_string()).await;
        let run = run(&fake.engine, workflow).await;
        assert_eq!(run.outputs["Flow.statusCode"], 500);
        assert_eq!(run.outputs["Flow.status"], "Error");
        assert_eq!(
            run.outputs["Flow.errorMsg"],
            "The HRIS refused the API key. (error code HRIS_UNAUTHORIZED, correlation id c-9)"
        );
        assert_rest_is_empty(workflow, &run.outputs);
    }
}

#[tokio::test]
async fn insufficient_balance_is_handed_on_without_a_message() {
    for workflow in ["HRIS-Insert-TimeOff", "HRIS-Update-TimeOff"] {
        let mut answer = complete(workflow);
        answer.insert("status".to_owned(), json!("InsufficientBalance"));
        let fake = Fake::answering(200, Value::Object(answer).to_string()).await;
        let run = run(&fake.engine, workflow).await;
        assert_eq!(run.outputs["Flow.statusCode"], 200);
        assert_eq!(run.outputs["Flow.status"], "InsufficientBalance");
        assert_eq!(run.outputs["Flow.errorMsg"], "");
        assert_rest_is_empty(workflow, &run.outputs);
    }
}

#[tokio::test]
async fn an_update_hands_out_the_new_id_and_keeps_the_old_one_without() {
    for (answered, expected) in [("1834", "1834"), ("", "1700")] {
        let mut answer = complete("HRIS-Update-TimeOff");
        answer.insert("timeOffRequestId".to_owned(), json!(answered));
        let fake = Fake::answering(200, Value::Object(answer).to_string()).await;
        let run = run(&fake.engine, "HRIS-Update-TimeOff").await;
        assert_eq!(run.outputs["Flow.timeOffRequestId"], expected);
    }
}

#[tokio::test]
async fn a_contract_that_is_broken_on_the_way_in_sends_nothing() {
    let fake =
        Fake::answering(200, Value::Object(complete("HRIS-Insert-TimeOff")).to_string()).await;
    let bundle = bundle();
    let run = Interpreter::new(bundle, &fake.engine)
        .run("HRIS-Insert-TimeOff", &Map::new())
        .await
        .unwrap();
    assert_eq!(fake.received().len(), 0);
    assert_eq!(run.outputs["Flow.statusCode"], 500);
    let ActionOutcome::Failure(failure) = &run.calls[0].outcome else {
        panic!("{:?}", run.calls[0].outcome)
    };
    assert_eq!(failure.cause, "input: agentId is missing");
}

#[tokio::test]
async fn more_entries_than_a_variable_may_have_stop_the_workflow_as_failed() {
    let mut answer = complete("HRIS-Get-Agents");
    for list in ["emails", "externalIds"] {
        answer.insert(list.to_owned(), (0..2_001).map(|number| number.to_string()).collect());
    }
    let fake = Fake::answering(200, Value::Object(answer).to_string()).await;
    let run = run(&fake.engine, "HRIS-Get-Agents").await;
    assert!(
        matches!(&run.ending, Ending::Stopped(reason) if reason.contains("2001 entries")),
        "{:?}",
        run.ending
    );
    assert_eq!(run.outputs["Flow.status"], "Error");
}
