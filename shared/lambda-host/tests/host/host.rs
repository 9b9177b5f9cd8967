use std::time::Duration;

use contract::{ErrorCode, Failure};
use lambda_host::logs::Captured;
use lambda_host::{Clock, Environment, Host, LambdaContext, Metric};
use serde_json::{Value, json};

use crate::probe::{Probe, context, envelope, host, post, settings};

/// The lines that CloudWatch would take for metrics.
fn metric_lines(captured: &Captured) -> Vec<Value> {
    captured
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| !line["_aws"].is_null())
        .collect()
}

/// What each metric of a line is counted by, after a check against the rules of the format.
fn dimensions(line: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    assert!(line["_aws"]["Timestamp"].as_i64().unwrap() > 1_700_000_000_000, "milliseconds");
    for directive in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
        assert_eq!(directive["Namespace"], "TimeoffBridge");
        for dimension in directive["Dimensions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|set| set.as_array().unwrap())
        {
            assert!(
                !line[dimension.as_str().unwrap()].as_str().unwrap().is_empty(),
                "a dimension has a value"
            );
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!(!metrics.is_empty());
        for metric in metrics {
            let name = metric["Name"].as_str().unwrap();
            assert!(line[name].is_number(), "{name} has a value");
            assert!(
                Metric::ALL.iter().any(|metric| metric.name() == name),
                "{name} is a name that dashboards and alarms know"
            );
            all.push((name.to_owned(), directive["Dimensions"].clone()));
        }
    }
    all
}

#[tokio::test]
async fn a_panic_is_an_envelope_without_the_panics_text() {
    let (host, captured) = host();
    let answer = envelope(&host, &post(r#"{"do":"panic"}"#)).await;
    assert_eq!(answer["statusCode"], 500);
    assert_eq!(answer["errorCode"], "INTERNAL");
    assert_eq!(answer["correlationId"], "gateway-1");
    assert_eq!(answer["list"], json!([]));
    assert!(!answer.to_string().contains("ada@"), "{answer}");
    assert!(!captured.text().contains("ada@"), "{}", captured.text());
    assert_eq!(
        envelope(&host, &post("{}")).await["status"],
        "Complete",
        "the next call is answered"
    );
}

#[tokio::test(start_paused = true)]
async fn a_function_that_hangs_is_cut_off_shortly_after_its_deadline() {
    let (host, _) = host();
    let started = tokio::time::Instant::now();
    let answer = envelope(&host, &post(r#"{"do":"hang"}"#)).await;
    assert_eq!(answer["statusCode"], 408);
    assert_eq!(answer["errorCode"], "DEADLINE_EXCEEDED");
    // API_BUDGET_MS and the grace; far below the 29 s of API Gateway. The time is virtual.
    assert_eq!(started.elapsed().as_millis() / 100, 272);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_ends_at_its_deadline_has_the_last_word() {
    let (host, _) = host();
    let answer = envelope(&host, &post(r#"{"do":"end at the deadline"}"#)).await;
    assert_eq!(answer["errorCode"], "OUTCOME_UNKNOWN");
}

#[tokio::test(start_paused = true)]
async fn lambdas_deadline_counts_where_it_is_nearer_than_the_budget() {
    let (host, _) = host();
    let started = tokio::time::Instant::now();
    let context =
        LambdaContext { request_id: "lambda-1".to_owned(), remaining: Duration::from_secs(3) };
    host.respond(&post(r#"{"do":"end at the deadline"}"#), context).await;
    assert_eq!(started.elapsed().as_millis() / 100, 25);
}

#[tokio::test]
async fn a_failure_keeps_the_outputs_that_are_known() {
    let (host, _) = host();
    let answer = envelope(&host, &post(r#"{"do":"fail"}"#)).await;
    assert_eq!(answer["status"], "Error");
    assert_eq!(answer["errorCode"], "HRIS_REJECTED");
    assert_eq!(answer["errorMsg"], "No. Ask HR.");
    assert_eq!(answer["path"], "/probe");
}

#[tokio::test]
async fn too_little_balance_is_a_success_of_its_own_kind() {
    let (host, captured) = host();
    let answer = envelope(&host, &post(r#"{"do":"insufficient"}"#)).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["status"], "InsufficientBalance");
    let line = &metric_lines(&captured)[0];
    assert_eq!(line["InsufficientBalance"], 1.0);
    assert_eq!(line["outcome"], "InsufficientBalance");
    assert_eq!(line["Failures"], Value::Null);
}

#[tokio::test]
async fn a_long_answer_is_written_without_harm_to_any_character() {
    let (host, _) = host();
    let response = host.respond(&post(r#"{"do":"answer a list"}"#), context()).await;
    let written = serde_json::to_value(&response).unwrap();
    assert_eq!(written["body"].as_str().unwrap(), response.body().unwrap());
    let body: Value = serde_json::from_str(&response.body().unwrap()).unwrap();
    assert_eq!(body["list"][4_999], "4999 ü\"€\\\n😀");
    let text = serde_json::to_string(&response).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), written);
}

#[tokio::test]
async fn an_answer_that_lambda_would_not_pass_on_is_a_failure() {
    let (host, _) = host();
    let answer = envelope(&host, &post(r#"{"do":"answer 7 MB"}"#)).await;
    assert_eq!(answer["errorCode"], "INTERNAL");
    assert!(answer["errorMsg"].as_str().unwrap().contains("6 MB"), "{answer}");
    assert_eq!(answer["list"], json!([]));
}

#[tokio::test]
async fn a_function_that_cannot_be_built_answers_why() {
    let captured = Captured::new();
    let environment = Environment::with(settings(&[]), Clock::system(), captured.lines()).unwrap();
    let failure = Failure::new(ErrorCode::Configuration, "The base URL is wrong. Correct it.");
    let host = Host::<Probe>::new(&environment, |_| Err(failure));
    host.warm_up().await;
    let answer = envelope(&host, include_str!("../fixtures/v1-post.json")).await;
    assert_eq!(answer["errorCode"], "CONFIGURATION");
    assert_eq!(answer["errorMsg"], "The base URL is wrong. Correct it.");
    assert_eq!(answer["list"], json!([]));
    assert_eq!(metric_lines(&captured)[0]["errorCode"], "CONFIGURATION");
}

#[tokio::test]
async fn each_call_writes_one_line_of_metrics() {
    let (host, captured) = host();
    host.respond(&post(r#"{"do":"count"}"#), context()).await;
    host.respond(&post(r#"{"do":"fail"}"#), context()).await;
    let lines = metric_lines(&captured);
    assert_eq!(lines.len(), 2);

    let by_outcome = json!([["operation"], ["operation", "outcome"]]);
    let by_error = json!([["operation"], ["operation", "errorCode"]]);
    let by_operation = json!([["operation"]]);
    let expect = |names: &[(&str, &Value)]| -> Vec<(String, Value)> {
        names.iter().map(|(name, by)| ((*name).to_owned(), (*by).clone())).collect()
    };
    assert_eq!(
        dimensions(&lines[0]),
        expect(&[
            ("Calls", &by_outcome),
            ("Duration", &by_outcome),
            ("UpstreamDuration", &by_outcome),
            ("UpstreamRetries", &by_outcome),
            ("ColdStart", &by_outcome),
            ("AgentSyncAge", &by_operation),
            ("DuplicateCancelled", &by_operation),
        ])
    );
    assert_eq!(lines[0]["DuplicateCancelled"], 3.0);
    assert_eq!(lines[0]["AgentSyncAge"], 90.0);
    assert_eq!(lines[0]["UpstreamDuration"], 40.0);
    assert_eq!(lines[0]["UpstreamRetries"], 1.0);
    assert_eq!(lines[0]["operation"], "probe");
    assert_eq!(lines[0]["outcome"], "Complete");
    assert_eq!(lines[0]["correlation_id"], "gateway-1");

    assert_eq!(
        dimensions(&lines[1]),
        expect(&[("Calls", &by_outcome), ("Duration", &by_outcome), ("Failures", &by_error)])
    );
    assert_eq!(lines[1]["errorCode"], "HRIS_REJECTED");
}

#[tokio::test(start_paused = true)]
async fn an_error_that_an_alarm_waits_for_is_counted_without_the_functions_help() {
    let (host, captured) = host();
    host.respond(&post(r#"{"do":"end at the deadline"}"#), context()).await;
    assert_eq!(metric_lines(&captured)[0]["OutcomeUnknown"], 1.0);
}

#[test]
fn no_metric_stands_twice() {
    let distinct: std::collections::BTreeSet<_> =
        Metric::ALL.iter().map(|metric| metric.name()).collect();
    assert_eq!(distinct.len(), Metric::ALL.len());
}
