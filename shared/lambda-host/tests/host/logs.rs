use std::collections::BTreeMap;

use lambda_host::logs::{Captured, LogFilter, subscriber};
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;

use crate::probe::{context, envelope, host, post};

fn lines(captured: &Captured) -> Vec<Value> {
    captured.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn filter(variables: &[(&str, &str)]) -> Result<LogFilter, lambda_host::SettingError> {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    LogFilter::read(&|name| variables.get(name).map(|value| (*value).to_owned()))
}

/// The messages that get through a filter, of one event for each level, ours and another crate's.
fn passed(filter: &LogFilter) -> Vec<String> {
    let captured = Captured::new();
    tracing::subscriber::with_default(subscriber(filter, captured.lines()), || {
        tracing::debug!(target: "timeoff::insert", "our debug");
        tracing::info!(target: "timeoff::insert", "our info");
        tracing::warn!(target: "timeoff::insert", "our warn");
        tracing::trace!(target: "lambda_runtime::requests", "their trace");
        tracing::debug!(target: "hyper::proto", "their debug");
        tracing::warn!(target: "aws_smithy_runtime", "their warn");
    });
    lines(&captured).into_iter().map(|line| line["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_line_of_a_call_carries_its_ids_and_the_last_one_sums_it_up() {
    let (host, _) = host();
    let captured = Captured::new();
    let filter = LogFilter::at(LevelFilter::DEBUG);
    let _guard = tracing::subscriber::set_default(subscriber(&filter, captured.lines()));
    host.respond(&post(r#"{"do":"count"}"#), context()).await;
    let lines = lines(&captured);
    assert_eq!(lines.len(), 2, "{lines:?}");
    insta::assert_json_snapshot!(lines[0], {".timestamp" => "[time]"}, @r#"
    {
      "correlation_id": "gateway-1",
      "event": "probe.counted",
      "function": "probe",
      "lambda_request_id": "lambda-1",
      "level": "DEBUG",
      "message": "counted",
      "timestamp": "[time]"
    }
    "#);
    insta::assert_json_snapshot!(lines[1], {".timestamp" => "[time]", ".duration_ms" => "[ms]", ".message" => "[message]"}, @r#"
    {
      "agent_id": "452",
      "cold_start": true,
      "correlation_id": "gateway-1",
      "duration_ms": "[ms]",
      "event": "call.done",
      "function": "probe",
      "lambda_request_id": "lambda-1",
      "level": "INFO",
      "message": "[message]",
      "operation": "probe",
      "outcome": "Complete",
      "timestamp": "[time]",
      "upstream_calls": 3,
      "upstream_request_id": "bamboohr-1",
      "upstream_retries": 1,
      "upstream_throttles": 1
    }
    "#);
    let timestamp = lines[1]["timestamp"].as_str().unwrap();
    assert_eq!(timestamp.len(), "2026-11-02T09:00:00.000Z".len(), "{timestamp}");
    assert!(timestamp.parse::<jiff::Timestamp>().is_ok(), "{timestamp}");
    assert!(lines[1]["message"].as_str().unwrap().starts_with("probe answered Complete in "));
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_sentence_and_its_level() {
    let (host, _) = host();
    let captured = Captured::new();
    let _guard = tracing::subscriber::set_default(subscriber(
        &LogFilter::at(LevelFilter::WARN),
        captured.lines(),
    ));
    host.respond(&post("{}"), context()).await;
    host.respond(&post(r#"{"do":"fail"}"#), context()).await;
    host.respond(&post(r#"{"do":"internal"}"#), context()).await;
    let lines = lines(&captured);
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            json!([
                line["level"],
                line["error_code"],
                line["error"],
                line["outcome"],
                line["correlation_id"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["WARN", "HRIS_REJECTED", "No. Ask HR.", "Error", "gateway-1"]),
            json!(["ERROR", "INTERNAL", "Broken. Try again.", "Error", "gateway-1"]),
        ]
    );
}

#[tokio::test]
async fn what_bamboohr_said_is_in_the_answer_alone() {
    let (host, metrics) = host();
    let captured = Captured::new();
    let _guard = tracing::subscriber::set_default(subscriber(
        &LogFilter::at(LevelFilter::TRACE),
        captured.lines(),
    ));
    let answer = envelope(&host, &post(r#"{"do":"quote"}"#)).await;
    assert_eq!(answer["errorMsg"], "Refused: Ada Example-Person has 12.5 hours left.");
    assert_eq!(lines(&captured).last().unwrap()["error"], "Refused.");
    let written = captured.text() + &metrics.text();
    assert!(!written.contains("Example-Person") && !written.contains("hours left"), "{written}");
}

#[test]
fn the_level_is_lambdas_own_else_rust_logs_else_info() {
    let ours = |variables: &[(&str, &str)]| -> Vec<String> {
        passed(&filter(variables).unwrap())
            .into_iter()
            .filter(|message| message.starts_with("our"))
            .collect()
    };
    assert_eq!(ours(&[]), ["our info", "our warn"]);
    assert_eq!(ours(&[("AWS_LAMBDA_LOG_LEVEL", "WARN"), ("RUST_LOG", "trace")]), ["our warn"]);
    assert_eq!(ours(&[("AWS_LAMBDA_LOG_LEVEL", "FATAL")]), Vec::<String>::new());
    assert_eq!(
        ours(&[("AWS_LAMBDA_LOG_LEVEL", ""), ("RUST_LOG", "debug")]),
        ["our debug", "our info", "our warn"]
    );
    assert_eq!(ours(&[("RUST_LOG", "warn,timeoff=debug")]), ["our debug", "our info", "our warn"]);
}

#[test]
fn other_crates_log_warnings_at_most_because_bodies_lie_below() {
    for variables in [
        &[("AWS_LAMBDA_LOG_LEVEL", "TRACE")][..],
        &[("RUST_LOG", "trace")],
        &[("RUST_LOG", "trace,lambda_runtime=trace,hyper=debug,aws_smithy_runtime=trace")],
    ] {
        let theirs: Vec<_> = passed(&filter(variables).unwrap())
            .into_iter()
            .filter(|message| message.starts_with("their"))
            .collect();
        assert_eq!(theirs, ["their warn"], "{variables:?}");
    }
}

#[test]
fn a_wrong_level_is_named() {
    assert_eq!(
        filter(&[("AWS_LAMBDA_LOG_LEVEL", "loud")]).unwrap_err().variable,
        "AWS_LAMBDA_LOG_LEVEL"
    );
    assert_eq!(filter(&[("RUST_LOG", "timeoff=loud")]).unwrap_err().variable, "RUST_LOG");
}

#[test]
fn lines_of_many_threads_do_not_interleave() {
    let captured = Captured::new();
    let subscriber =
        std::sync::Arc::new(subscriber(&LogFilter::at(LevelFilter::INFO), captured.lines()));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let subscriber = std::sync::Arc::clone(&subscriber);
            scope.spawn(move || {
                tracing::subscriber::with_default(subscriber, || {
                    let span = tracing::info_span!(target: "timeoff", "call", thread, text = "x".repeat(3000));
                    let _entered = span.entered();
                    for _ in 0..50 {
                        tracing::info!(target: "timeoff", number = 1.5, flag = true, "told");
                    }
                });
            });
        }
    });
    let lines = lines(&captured);
    assert_eq!(lines.len(), 200);
    assert!(
        lines
            .iter()
            .all(|line| line["text"].as_str().unwrap().len() == 3000 && line["number"] == 1.5)
    );
}
