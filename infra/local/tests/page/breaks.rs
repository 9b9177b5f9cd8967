//! What can be broken at the page, and that no leave is doubled by it.

use serde_json::{Value, json};

use crate::started::{Started, user};

/// What is broken; how the request that meets it ends in Genesys; what its way shows. Each meets an
/// agent of its own.
const BREAKS: [(usize, &str, &str, &str); 9] = [
    (470, "slow", "AutomaticallyComplete", "Complete"),
    (471, "throttled", "AutomaticallyComplete", "429"),
    (472, "error-before", "AutomaticallyComplete", "503"),
    (473, "error-after", "AutomaticallyComplete", "503"),
    (474, "dropped-answer", "AutomaticallyComplete", "no answer"),
    (475, "garbage", "AutomaticallyComplete", "201"),
    (476, "key-revoked", "Error", "401"),
    (477, "table-unreachable", "Error", "try "),
    (478, "process-dies", "Error", "its process ended in the middle"),
];

#[tokio::test]
async fn whatever_is_broken_the_way_shows_it_and_nothing_is_doubled() {
    let stack = Started::start().await;
    stack.does("synchronise", &json!(null)).await;
    for (employee, what, ends, shows) in BREAKS {
        stack.does("break", &json!({ "what": what })).await;
        let request = stack.submit(employee, "2026-12-01").await;
        assert_eq!(request["integrationStatus"], ends, "{what}: {request}");
        let call = last_insert(&stack, employee).await;
        let outcomes: Vec<&str> =
            steps(&call).filter_map(|step| step["outcome"].as_str()).collect();
        assert!(outcomes.iter().any(|outcome| outcome.contains(shows)), "{what}: {outcomes:?}");
        assert_eq!(call["errorCode"].is_null(), ends != "Error", "{what}: {call}");
        assert_eq!(call["errorMsg"].is_null(), ends != "Error", "{what}: {call}");

        stack.does("mend", &json!(null)).await;
        let state = state(&stack, employee).await;
        assert_eq!(state["broken"], json!([]), "{what}");
        assert_eq!(state["counters"]["duplicates"], 0, "{what}");
        let live = state["bamboohr"].as_array().unwrap().len();
        let expected = usize::from(ends != "Error" || what == "process-dies");
        assert_eq!(live, expected, "{what}: {state}");
    }
    // What was broken is whole again.
    let request = stack.submit(479, "2026-12-01").await;
    assert_eq!(request["integrationStatus"], "AutomaticallyComplete");
}

#[tokio::test]
async fn a_copy_by_hand_is_no_duplicate_of_the_bridges() {
    let stack = Started::start().await;
    stack.does("synchronise", &json!(null)).await;
    let request = stack.submit(470, "2026-12-01").await;
    let id = request["hrisId"].as_str().unwrap();
    stack.does(&format!("bamboohr/{id}/copy"), &json!({ "movedTo": "2026-12-02" })).await;
    let state = state(&stack, 470).await;
    let by_hand = state["bamboohr"].as_array().unwrap().iter().map(|row| row["byHand"].clone());
    assert_eq!(by_hand.collect::<Vec<_>>(), [json!(false), json!(true)]);
    assert_eq!(state["counters"], counters([("submitted", 1), ("complete", 1)]));
}

#[tokio::test]
async fn what_is_not_possible_is_a_sentence() {
    let stack = Started::start().await;
    for (path, body, words) in [
        ("requests", json!({ "user": "nobody" }), "user was not found"),
        ("requests/9/status", json!({ "status": "APPROVED" }), "request was not found"),
        ("bamboohr/9/delete", json!(null), "no such request"),
        // Whose address in Genesys is another than in BambooHR.
        ("balances", json!({ "agent": user(444), "days": ["2026-12-01"] }), "HRIS-Get-Balance"),
    ] {
        let (status, answer) = stack.send(path, &body).await;
        assert_eq!(status, 422, "{path}: {answer}");
        assert!(answer["error"].as_str().is_some_and(|error| error.contains(words)), "{answer}");
    }
}

fn counters<const N: usize>(above_zero: [(&str, u32); N]) -> Value {
    let mut counters =
        json!({ "submitted": 0, "complete": 0, "waiting": 0, "failed": 0, "duplicates": 0 });
    for (name, count) in above_zero {
        counters[name] = count.into();
    }
    counters
}

fn steps(call: &Value) -> impl Iterator<Item = &Value> {
    call["steps"].as_array().into_iter().flatten()
}

async fn state(stack: &Started, employee: usize) -> Value {
    stack.until(employee, |event, data| (event == "state").then(|| data.clone())).await
}

/// The agent's latest insert, once everything in it has ended.
async fn last_insert(stack: &Started, employee: usize) -> Value {
    let agent = employee.to_string();
    stack
        .until(employee, |event, data| {
            let is_insert = event == "call" && data["title"] == "HRIS-Insert-TimeOff";
            let is_theirs = data["agentId"] == *agent || data["agentId"].is_null();
            let over = data["ended"] == true && steps(data).all(|step| !step["tookMs"].is_null());
            (is_insert && is_theirs && over).then(|| data.clone())
        })
        .await
}
