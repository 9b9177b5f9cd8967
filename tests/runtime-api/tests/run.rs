//! A real process, driven as Lambda drives it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;
use std::time::Duration;

use runtime_api::{Error, Function, Running};
use serde_json::{Value, json};

/// The example `probe`, which cargo builds with the tests, beside them.
fn probe() -> Function {
    let test: PathBuf = std::env::current_exe().unwrap();
    let binary = test.parent().unwrap().parent().unwrap().join("examples/probe");
    Function::new(binary)
        .env("BAMBOOHR_SECRET_ID", "bamboohr")
        .env("TABLE_NAME", "timeoff-bridge")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
}

fn get(path: &str) -> String {
    json!({"httpMethod": "GET", "path": path, "requestContext": {"requestId": "gateway-1"}})
        .to_string()
}

async fn json_line(function: &Running, wanted: impl Fn(&Value) -> bool) -> Value {
    let parse = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    parse(&function.stdout_line(|line| wanted(&parse(line))).await.unwrap())
}

#[tokio::test]
async fn an_event_is_answered_logged_and_measured() {
    let function = probe().start().await.unwrap();
    assert!(function.first_poll().await.unwrap() > Duration::ZERO);
    let answer = function.invoke(&get("/somewhere")).await.unwrap();
    assert_eq!(
        answer.body(),
        json!({
            "statusCode": 200, "status": "Complete", "errorMsg": "", "errorCode": "", "correlationId": "gateway-1",
            "path": "/somewhere",
        })
    );
    assert!(answer.since_spawn > answer.duration);
    let log = json_line(&function, |line| line["event"] == "call.done").await;
    assert_eq!(log["lambda_request_id"], answer.request_id);
    assert_eq!(log["cold_start"], true);
    let metrics = json_line(&function, |line| !line["_aws"].is_null()).await;
    assert_eq!(metrics["ColdStart"], 1.0);
    assert_eq!(metrics["operation"], "probe");

    let second = function.invoke(&get("/somewhere")).await.unwrap();
    let log = json_line(&function, |line| {
        line["lambda_request_id"] == *second.request_id && line["event"] == "call.done"
    })
    .await;
    assert_eq!(log["cold_start"], false);
    let first = function.stdout().into_iter().next().unwrap();
    assert!(first.contains("probe.warm"), "warming up comes before the first event: {first}");
    assert!(function.memory_now_kib().unwrap() > 0);
    assert!(function.peak_memory_kib().unwrap() >= function.memory_now_kib().unwrap());
    assert_eq!(function.stderr(), Vec::<String>::new());
}

#[tokio::test]
async fn the_schedule_is_answered_with_a_small_object() {
    let function = probe().start().await.unwrap();
    let answer = function
        .invoke(r#"{"detail-type": "Scheduled Event", "source": "aws.events"}"#)
        .await
        .unwrap();
    let answer: Value = serde_json::from_str(&answer.payload).unwrap();
    assert_eq!(answer["status"], "Complete");
    assert_eq!(answer["body"], Value::Null);
}

#[tokio::test]
async fn a_wrong_setting_does_not_keep_the_process_from_starting() {
    let function = probe()
        .env_remove("TABLE_NAME")
        .env("METRICS_NAMESPACE", "Elsewhere")
        .start()
        .await
        .unwrap();
    let answer = function.invoke(&get("/")).await.unwrap().body();
    assert_eq!(answer["errorCode"], "CONFIGURATION");
    assert_eq!(answer["errorMsg"], "The environment variable TABLE_NAME is not set.");
    assert_eq!(answer["path"], "");
    let log = json_line(&function, |line| line["event"] == "init.unusable").await;
    assert_eq!(log["error"], "The environment variable TABLE_NAME is not set.");
    let metrics = json_line(&function, |line| !line["_aws"].is_null()).await;
    assert_eq!(metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Elsewhere");
    assert_eq!(metrics["errorCode"], "CONFIGURATION");
}

#[tokio::test]
async fn a_panic_is_an_answer_and_its_text_is_nowhere() {
    let function = probe().start().await.unwrap();
    let answer = function.invoke(&get("/panic")).await.unwrap();
    assert_eq!(answer.body()["errorCode"], "INTERNAL");
    let log = json_line(&function, |line| line["event"] == "panic").await;
    assert!(log["place"].as_str().unwrap().contains("probe.rs"), "{log}");
    assert_eq!(log["correlation_id"], "gateway-1");
    assert_eq!(function.invoke(&get("/next")).await.unwrap().body()["status"], "Complete");
    let all = [function.stdout(), function.stderr(), vec![answer.payload]].concat().join("\n");
    assert!(!all.contains("ada@"), "{all}");
}

#[tokio::test]
async fn lambdas_deadline_reaches_the_function() {
    let function = probe().timeout(Duration::from_millis(800)).start().await.unwrap();
    let answer = function.invoke(&get("/hang")).await.unwrap();
    assert_eq!(answer.body()["errorCode"], "DEADLINE_EXCEEDED");
}

#[tokio::test]
async fn a_process_that_ends_is_noticed() {
    let function = probe().start().await.unwrap();
    let error = function.invoke(&get("/exit")).await.unwrap_err();
    assert!(matches!(error, Error::Ended(status) if status.code() == Some(3)), "{error}");
    assert_eq!(function.exit().await.unwrap().code(), Some(3));
}

#[tokio::test]
async fn a_missing_binary_is_named() {
    let error = Function::new("/nowhere/get-agents").start().await.unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/get-agents could not be started: "), "{error}");
}
