//! The switches over HTTP.

use std::time::Duration;

use bamboohr_simulator::{Action, Fault, Operation, Seed};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{Answer, Caller};

async fn control(caller: &Caller, method: Method, path: &str, body: Value) -> Answer {
    let answer = Caller::send(caller.bare(method, &format!("/control{path}")).json(&body)).await;
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
    answer
}

#[tokio::test]
async fn everything_cheap_can_be_switched_by_curl() {
    let caller = Caller::small().await;
    control(&caller, Method::PUT, "/today", json!({"today": "2026-12-24"})).await;
    control(&caller, Method::PUT, "/latency", json!({"ms": 1})).await;
    control(
        &caller,
        Method::POST,
        "/faults",
        json!({"on": {"operation": "create", "employee": 452, "times": 1}, "action": {"throttle": {"retry_after": {"seconds": 3}}}}),
    )
    .await;
    control(
        &caller,
        Method::POST,
        "/faults",
        json!({"on": {"operation": "create", "times": 1}, "action": {"commit_late": {"release": "on_demand", "answer": {"status": 504}}}}),
    )
    .await;
    let body = json!({"status": "requested", "start": "2026-12-28", "end": "2026-12-28", "timeOffTypeId": 83, "amount": 8});
    assert_eq!(caller.create(452, &body).await.header("retry-after"), Some("3"));
    assert_eq!(caller.create(452, &body).await.status, 504);
    assert_eq!(
        control(&caller, Method::POST, "/release-late", json!(null)).await.json(),
        json!({"released": 1})
    );
    assert_eq!(
        control(&caller, Method::GET, "/faults", json!(null))
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    control(&caller, Method::DELETE, "/faults", json!(null)).await;
    let requests =
        control(&caller, Method::GET, "/requests?employeeId=452", json!(null)).await.json();
    assert_eq!(
        requests[0],
        json!({
            "id": 1006, "employeeId": 452, "status": "requested", "start": "2026-12-28", "end": "2026-12-28", "typeId": 83,
            "amount": "8", "dates": {"2026-12-28": "8"}, "employeeNote": "", "managerNote": "", "previous": null,
        })
    );
    control(&caller, Method::PUT, "/requests/1006/status", json!({"status": "approved"})).await;
    assert_eq!(
        caller.listed(1006).await["status"],
        json!({"status": "approved", "lastChanged": "2026-12-24", "lastChangedByUserId": "2385"})
    );
    let writes = control(&caller, Method::GET, "/writes", json!(null)).await.json();
    assert_eq!(
        writes,
        json!([{"operation": "create", "employeeId": 452, "requestId": 1006, "status": 201, "late": true}])
    );
    let state = control(&caller, Method::GET, "/state", json!(null)).await.json();
    assert_eq!(
        (&state["today"], &state["calls"]["create"], &state["latencyMs"]),
        (&json!("2026-12-24"), &json!(2), &json!(1))
    );
    assert_eq!(state["injected"], json!({"throttle": 1, "commit_late": 1}));
}

#[tokio::test]
async fn people_come_and_go_by_curl() {
    let caller = Caller::small().await;
    control(&caller, Method::PUT, "/employees/452", json!({"active": false, "workEmail": null}))
        .await;
    let row = caller.get("/api/v1/employees?fields=workEmail&filter[ids]=452").await.json()["data"]
        [0]
    .clone();
    assert_eq!((&row["status"], &row["workEmail"]), (&json!("Inactive"), &Value::Null));
    control(&caller, Method::DELETE, "/employees/452", json!(null)).await;
    assert_eq!(caller.get("/api/v1/employees?filter[ids]=452").await.json()["meta"]["total"], 0);
    let gone = Caller::send(caller.bare(Method::DELETE, "/control/employees/452")).await;
    assert_eq!(gone.status, 404);
    control(&caller, Method::PUT, "/chaos", json!({"seed": 1, "error_reads": 1.0})).await;
    assert!(caller.get("/api/v1/meta/time_off/types").await.status >= 500);
    control(&caller, Method::DELETE, "/chaos", json!(null)).await;
    assert_eq!(caller.get("/api/v1/meta/time_off/types").await.status, 200);
    control(&caller, Method::POST, "/reset-calls", json!(null)).await;
    assert_eq!(caller.sim.calls().total(), 0);
}

#[tokio::test]
async fn every_call_is_in_the_log_from_its_arrival_to_its_end() {
    let caller = Caller::of(Seed::small().latency(Duration::from_millis(2))).await;
    caller.get("/api/v1/meta/time_off/types").await;
    caller.sim.fault(Fault::once(Operation::Directory, Action::DropAfter));
    let cut = caller.call(Method::GET, "/api/v1/employees/directory");
    assert!(Caller::try_send(cut).await.is_err());
    caller.get("/api/v1/employees").await;
    let log = caller.sim.call_log();
    let expected = [Operation::Types, Operation::Directory, Operation::Employees];
    assert_eq!(log.rounds(), expected.map(|operation| vec![operation]));
    for call in log.calls() {
        assert!(call.ended - call.arrived >= Duration::from_millis(2), "{call:?}");
    }
    control(&caller, Method::POST, "/reset-calls", json!(null)).await;
    assert_eq!(log.calls(), []);
}

#[tokio::test]
async fn a_misspelt_fault_is_refused() {
    let caller = Caller::small().await;
    for fault in [
        json!({"on": {"operatoin": "create"}, "action": "drop_after"}),
        json!({"action": "explode"}),
    ] {
        let answer = Caller::send(caller.bare(Method::POST, "/control/faults").json(&fault)).await;
        assert_eq!(answer.status, 422);
    }
}

/// Method, path and body of a `curl` line of the README.
fn curl(line: &str) -> (Method, &str, Option<&str>) {
    let body = line.split_once(" --json '").map(|(_, rest)| rest.trim_end_matches('\''));
    let named = line.split_once(" -X ").and_then(|(_, rest)| rest.split(' ').next());
    let method = match (named, body) {
        (Some(name), _) => name.parse().unwrap(),
        (None, Some(_)) => Method::POST,
        (None, None) => Method::GET,
    };
    let (_, url) = line.split_once("localhost:9001").unwrap();
    (method, url.split([' ', '\'']).next().unwrap(), body)
}

#[tokio::test]
async fn the_readmes_curl_lines_work() {
    let caller = Caller::small().await;
    let readme = include_str!("../../README.md");
    let lines: Vec<&str> = readme.lines().filter(|line| line.starts_with("curl ")).collect();
    for line in &lines {
        let (method, path, body) = curl(line);
        let request = caller
            .bare(method, path)
            .header("content-type", "application/json")
            .body(body.unwrap_or_default().to_owned());
        let answer = Caller::send(request).await;
        assert!((200..300).contains(&answer.status), "{line}: {answer:?}");
    }
    assert_eq!(lines.len(), 14);
    assert_eq!(
        control(&caller, Method::GET, "/faults", json!(null))
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        7
    );
}
