//! The five real binaries behind the Lambda Runtime API, on payload format 1.0.

use std::collections::BTreeSet;

use e2e::{Process, Stack, emf, event};
use local_stack::SIMULATOR_KEY;
use serde_json::{Value, json};

use crate::requests::{balances, three_days, with};

/// The functions, each with a request that it can answer.
fn requests() -> [(&'static str, &'static str, &'static str, Option<Value>); 5] {
    [
        ("get-agents", "GET", "/agents", None),
        ("get-timeoff-types", "GET", "/timeoff-types", None),
        ("get-balance", "POST", "/balances", Some(balances())),
        ("insert-timeoff", "POST", "/timeoff-requests", Some(three_days())),
        ("update-timeoff", "PUT", "/timeoff-requests", Some(three_days())),
    ]
}

/// A stack where the update, too, has something to find.
async fn stack_with_leave() -> Stack {
    let stack = Stack::start().await;
    stack.post("/timeoff-requests", three_days()).await.request_id();
    stack
}

/// The lines of a process after `calls` calls, held against LOGGING.md and the metric format.
async fn well_formed_lines(name: &str, process: &Process, calls: usize) -> Vec<Value> {
    let lines = process.lines(calls).await;
    let first_of_a_call =
        lines.iter().position(|line| line.get("correlation_id").is_some()).unwrap();
    for (index, line) in lines.iter().enumerate() {
        if index >= first_of_a_call {
            assert!(
                line["correlation_id"].as_str().is_some_and(|id| !id.is_empty()),
                "{name}: no correlation id in {line}"
            );
        }
        if line.get("_aws").is_some() {
            let metrics =
                emf::metrics(line).unwrap_or_else(|wrong| panic!("{name}: {wrong} in {line}"));
            assert!(metrics.contains(&"Calls by operation+outcome".to_owned()), "{metrics:?}");
            continue;
        }
        let text = |field: &str| line[field].as_str().unwrap_or_default();
        let timestamp = text("timestamp");
        assert!(
            timestamp.parse::<jiff::Timestamp>().is_ok()
                && timestamp.len() == "2026-11-02T09:00:00.000Z".len(),
            "{name}: {line}"
        );
        assert!(
            ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&text("level")),
            "{name}: {line}"
        );
        assert!(!text("message").is_empty(), "{name}: {line}");
        assert_ne!(text("event"), "panic", "{name}: {line}");
        if index >= first_of_a_call {
            assert_eq!(text("function"), name, "{line}");
            assert!(
                text("lambda_request_id").starts_with("00000000-0000-4000-8000-"),
                "{name}: {line}"
            );
        }
        if text("event") == "call.done" {
            assert_eq!(text("operation"), name);
            assert!(
                ["Complete", "Error", "InsufficientBalance"].contains(&text("outcome")),
                "{line}"
            );
            for number in
                ["duration_ms", "upstream_calls", "upstream_retries", "upstream_throttles"]
            {
                assert!(line[number].is_number(), "{name}: {number} in {line}");
            }
            assert!(line["cold_start"].is_boolean(), "{line}");
            assert_eq!(
                text("outcome") == "Error",
                !text("error_code").is_empty() && !text("error").is_empty(),
                "{line}"
            );
        }
    }
    assert_eq!(
        lines.iter().filter(|line| line["event"] == "call.done").count(),
        calls,
        "{name}: one summary a call"
    );
    assert_eq!(
        lines.iter().filter(|line| line.get("_aws").is_some()).count(),
        calls,
        "{name}: one metrics line a call"
    );
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_succeeds_and_fails_in_the_same_form() {
    let stack = stack_with_leave().await;
    for (name, method, path, body) in requests() {
        let process = Process::start(name, &stack).await;
        let answer = process.call(method, path, body.as_ref()).await;
        assert_eq!(answer.text("status"), "Complete", "{name}\n{answer}");
        let wrong = match name {
            "get-agents" => process.call("GET", "/agents/0", None).await,
            "get-timeoff-types" => {
                use bamboohr_simulator::{Action, Fault, Operation};
                stack.simulator().fault(Fault::once(Operation::Types, Action::Garbage));
                process.call(method, path, None).await
            }
            _ => {
                process
                    .call(method, path, Some(&with(body.unwrap(), &json!({"agentId": "0"}))))
                    .await
            }
        };
        assert_eq!(wrong.text("status"), "Error", "{name}\n{wrong}");

        let lines = well_formed_lines(name, &process, 2).await;
        let metrics: Vec<_> = lines.iter().filter(|line| line.get("_aws").is_some()).collect();
        assert_eq!(
            (&metrics[0]["ColdStart"], &metrics[0]["outcome"]),
            (&json!(1.0), &json!("Complete"))
        );
        assert_eq!(
            (metrics[1].get("ColdStart"), &metrics[1]["Failures"]),
            (None, &json!(1.0)),
            "{name}"
        );
        assert_eq!(metrics[1]["errorCode"], *wrong.text("errorCode"));
        let names: BTreeSet<String> =
            metrics.iter().flat_map(|line| emf::metrics(line).unwrap()).collect();
        for expected in [
            "Duration by operation",
            "UpstreamDuration by operation",
            "UpstreamRetries by operation",
            "Failures by operation+errorCode",
        ] {
            assert!(names.contains(expected), "{name}: no {expected} in {names:?}");
        }
        for metric in names.iter().filter_map(|name| name.split_whitespace().next()) {
            assert!(
                lambda_host::Metric::ALL.iter().any(|known| known.name() == metric),
                "{metric} is no metric of the product"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leave_goes_its_whole_way_through_the_binaries() {
    let stack = Stack::start().await;
    let insert = Process::start("insert-timeoff", &stack).await;
    let update = Process::start("update-timeoff", &stack).await;
    let first = insert.call("POST", "/timeoff-requests", Some(&three_days())).await.request_id();
    assert_eq!(
        insert.call("POST", "/timeoff-requests", Some(&three_days())).await.request_id(),
        first
    );
    let change = json!({"payableMinutes": "480,480,90", "inputTimeOffRequestId": first});
    let second = update
        .call("PUT", "/timeoff-requests", Some(&with(three_days(), &change)))
        .await
        .request_id();
    let cancel =
        json!({"agentId": "452", "timeOffStatus": "CANCELED", "inputTimeOffRequestId": second});
    assert_eq!(update.call("PUT", "/timeoff-requests", Some(&cancel)).await.request_id(), second);
    let beyond = json!({"timeOffStatus": "PENDING", "dates": "2026-12-10,2026-12-11,2026-12-14,2026-12-15", "payableMinutes": [1440, 1440, 1440, 1440]});
    let answer = insert.call("POST", "/timeoff-requests", Some(&with(three_days(), &beyond))).await;
    assert_eq!(answer.text("status"), "InsufficientBalance", "{answer}");
    let lines = well_formed_lines("insert-timeoff", &insert, 3).await;
    assert!(lines.iter().any(|line| line["InsufficientBalance"] == 1.0));
    assert_eq!(stack.simulator().live(452), []);
    assert_eq!(stack.simulator().requests(452).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_refreshes_the_index() {
    let stack = Stack::start().await;
    let process = Process::start("get-agents", &stack).await;
    let answer = process.invoke(&event::scheduled()).await;
    assert_eq!(
        (&answer["status"], &answer["errorCode"]),
        (&json!("Complete"), &json!("")),
        "{answer}"
    );
    let calls = stack.simulator().calls().total();
    let found = process.call("GET", "/agents/452", None).await;
    assert_eq!((found.text("email"), &found.body["found"]), ("agent452@example.com", &json!(true)));
    assert_eq!(stack.simulator().calls().total(), calls, "the look-up is answered from the index");
    let lines = well_formed_lines("get-agents", &process, 2).await;
    let refresh = lines.iter().find(|line| line.get("_aws").is_some()).unwrap();
    assert!(refresh["AgentCount"].as_f64().is_some_and(|count| count > 30.0), "{refresh}");
}

/// Operators rotate a key by making a second one, putting it into the secret, and revoking the
/// first one a little later.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_fails_no_call() {
    for (name, method, path, body) in requests() {
        let stack = stack_with_leave().await;
        let process = Process::start(name, &stack).await;
        let succeeds = async |when: &str| {
            let answer = process.call(method, path, body.as_ref()).await;
            assert_eq!(answer.text("status"), "Complete", "{name} {when}\n{answer}");
        };
        succeeds("with the first key").await;
        stack.simulator().rotate_key("the-second-key");
        stack.local().put_api_key("the-second-key");
        succeeds("while both are valid").await;
        assert_eq!(stack.simulator().calls().unauthorized, 0);
        stack.simulator().revoke_key(SIMULATOR_KEY);
        succeeds("after the first is revoked").await;
        assert_eq!(
            stack.simulator().calls().unauthorized,
            1,
            "{name} finds out with one refused call"
        );
        succeeds("from then on").await;
        assert_eq!(stack.simulator().calls().unauthorized, 1, "{name}");
        assert!(process.lines(4).await.iter().all(|line| line["level"] != "ERROR"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_is_one_line_and_every_call_says_so() {
    let stack = Stack::start().await;
    for (name, method, path, body) in requests() {
        for (variable, value) in
            [("BAMBOOHR_SECRET_ID", None), ("TABLE_NAME", None), ("API_BUDGET_MS", Some("soon"))]
        {
            let mut variables = stack.local().variables().clone();
            match value {
                None => drop(variables.remove(variable)),
                Some(value) => drop(variables.insert(variable.to_owned(), value.to_owned())),
            }
            let process = Process::with(name, variables).await;
            for _ in 0..2 {
                let answer = process.call(method, path, body.as_ref()).await;
                assert_eq!(
                    answer.text("errorCode"),
                    "CONFIGURATION",
                    "{name} without {variable}\n{answer}"
                );
                assert!(
                    answer.text("errorMsg").contains(variable),
                    "{name} without {variable}\n{answer}"
                );
            }
            let lines = well_formed_lines(name, &process, 2).await;
            let naming = |line: &&Value| line.get("event") == Some(&json!("init.unusable"));
            let at_start: Vec<_> = lines.iter().filter(naming).collect();
            assert_eq!(at_start.len(), 1, "{name} without {variable}");
            assert!(at_start[0]["message"].as_str().unwrap().contains(variable));
            assert_eq!(at_start[0]["level"], "ERROR");
        }
    }
    assert_eq!(stack.simulator().calls().total(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_cannot_start_still_gives_back_the_id() {
    let stack = Stack::start().await;
    let mut variables = stack.local().variables().clone();
    variables.remove("TABLE_NAME");
    let process = Process::with("update-timeoff", variables).await;
    let cancel =
        json!({"agentId": "452", "timeOffStatus": "CANCELED", "inputTimeOffRequestId": "77"});
    assert_eq!(
        process.call("PUT", "/timeoff-requests", Some(&cancel)).await.text("timeOffRequestId"),
        "77"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_no_known_shape_is_answered() {
    let stack = Stack::start().await;
    for (name, ..) in requests() {
        let process = Process::start(name, &stack).await;
        for nonsense in [json!(null), json!([]), json!("text"), json!({"httpMethod": 7}), json!({})]
        {
            let answer = e2e::Answer::of_proxy(&process.invoke(&nonsense).await);
            assert_eq!(
                (answer.status, answer.text("errorCode")),
                (200, "INVALID_INPUT"),
                "{name} {nonsense}\n{answer}"
            );
        }
    }
}
