//! What a caller is told when BambooHR refuses, fails or hangs.

use bamboohr_simulator::{Action, Fault, Operation, RetryAfter};
use e2e::{Answer, Stack};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::requests::{balances, three_days, with};

/// A stack whose calls end soon.
async fn hasty() -> Stack {
    Stack::set(&[("API_BUDGET_MS", "2500"), ("RESEND_AFTER_SECONDS", "0")]).await
}

async fn balance_with(action: Action) -> Answer {
    let stack = hasty().await;
    stack.simulator().fault(Fault::always(Operation::Calculator, action));
    stack.post("/balances", balances()).await
}

#[tokio::test]
async fn every_failure_of_a_read_has_its_code() {
    let status = |status| Action::StatusBefore { status };
    let throttle = Action::Throttle { retry_after: Some(RetryAfter::Seconds(60)) };
    let failures = [
        (status(400), "HRIS_REJECTED", 500),
        (status(403), "HRIS_FORBIDDEN", 500),
        (status(404), "AGENT_NOT_FOUND", 500),
        (status(422), "HRIS_REJECTED", 500),
        (throttle, "HRIS_RATE_LIMITED", 500),
        (status(500), "HRIS_UNAVAILABLE", 500),
        (status(501), "HRIS_UNAVAILABLE", 500),
        (Action::Garbage, "HRIS_BAD_RESPONSE", 500),
        (Action::Empty, "HRIS_BAD_RESPONSE", 500),
        (Action::Hang, "DEADLINE_EXCEEDED", 408),
        (Action::DelayBefore { ms: 60_000 }, "DEADLINE_EXCEEDED", 408),
    ];
    join_all(failures.map(async |(action, code, status_code)| {
        let answer = balance_with(action.clone()).await;
        assert_eq!(
            (answer.text("errorCode"), &answer.body["statusCode"]),
            (code, &json!(status_code)),
            "{action:?}\n{answer}"
        );
        assert_eq!(answer.body["dates"], json!([]));
    }))
    .await;
    insta::assert_snapshot!(balance_with(status(404)).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "BambooHR knows no employee with this agentId. Check the agent's externalId in Genesys."
    errorCode: "AGENT_NOT_FOUND"
    balanceMinutesPerDay: []
    dates: []
    timeOffTypeId2s: []
    timeOffTypeIds: []
    "#);
    insta::assert_snapshot!(balance_with(Action::Hang).await, @r#"
    HTTP 200
    statusCode: 408
    status: "Error"
    errorMsg: "Time ran out while waiting for BambooHR. Try again."
    errorCode: "DEADLINE_EXCEEDED"
    balanceMinutesPerDay: []
    dates: []
    timeOffTypeId2s: []
    timeOffTypeIds: []
    "#);
}

#[tokio::test]
async fn a_failure_that_passes_is_not_noticed() {
    let stack = Stack::start().await;
    for action in [
        Action::StatusBefore { status: 503 },
        Action::Throttle { retry_after: Some(RetryAfter::Seconds(0)) },
        Action::DropBefore,
        Action::DropAfter,
    ] {
        stack.simulator().fault(Fault::once(Operation::Calculator, action.clone()));
        assert_eq!(
            stack.post("/balances", balances()).await.text("status"),
            "Complete",
            "{action:?}"
        );
    }
    assert_eq!(stack.simulator().injected().values().sum::<u64>(), 4);
}

#[tokio::test]
async fn one_failed_date_fails_the_answer() {
    let stack = hasty().await;
    stack
        .simulator()
        .fault(Fault::once(Operation::Calculator, Action::StatusBefore { status: 403 }));
    let answer = stack
        .post(
            "/balances",
            with(balances(), &json!({"inputDates": "2026-12-01,2026-12-02,2026-12-03"})),
        )
        .await;
    assert_eq!(
        (answer.text("errorCode"), &answer.body["balanceMinutesPerDay"]),
        ("HRIS_FORBIDDEN", &json!([]))
    );
}

#[tokio::test]
async fn a_refused_key_is_held_for_a_minute() {
    let stack = Stack::start().await;
    stack.simulator().revoke_key(local_stack::SIMULATOR_KEY);
    insta::assert_snapshot!(stack.get("/timeoff-types").await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "BambooHR refuses the API key. Put a valid key into the secret; it is read again within a minute."
    errorCode: "HRIS_UNAUTHORIZED"
    id2s: []
    ids: []
    names: []
    "#);
    assert_eq!(stack.simulator().calls().total(), 1, "the same key is not tried twice");
    assert_eq!(stack.get("/timeoff-types").await.text("errorCode"), "HRIS_UNAUTHORIZED");
    assert_eq!(stack.simulator().calls().total(), 1, "nor within a minute");
    stack.simulator().rotate_key("a-new-key");
    stack.local().put_api_key("a-new-key");
    assert_eq!(stack.get("/timeoff-types").await.text("status"), "Complete");
}

#[tokio::test]
async fn a_refused_key_is_held_although_the_secret_cannot_be_read_again() {
    for secret in [None, Some("a-bare-key")] {
        let stack = Stack::start().await;
        assert_eq!(stack.get("/timeoff-types").await.text("status"), "Complete");
        stack.simulator().revoke_key(local_stack::SIMULATOR_KEY);
        stack.simulator().reset_calls();
        match secret {
            Some(text) => stack.put_secret(text),
            None => stack.remove_secret(),
        }
        for _ in 0..3 {
            let reads = stack.local().secrets_manager().reads();
            assert_eq!(
                stack.get("/timeoff-types").await.text("errorCode"),
                "HRIS_UNAUTHORIZED",
                "{secret:?}"
            );
            assert_eq!(
                stack.local().secrets_manager().reads(),
                reads + 1,
                "the secret is read once per call"
            );
        }
        assert_eq!(stack.simulator().calls().total(), 1, "the refused key is not tried again");
        stack.simulator().rotate_key("a-new-key");
        stack.local().put_api_key("a-new-key");
        assert_eq!(stack.get("/timeoff-types").await.text("status"), "Complete", "{secret:?}");
    }
}

#[tokio::test]
async fn a_forbidden_list_of_types_means_that_the_api_is_disabled() {
    let stack = Stack::start().await;
    stack.simulator().fault(Fault::always(Operation::Types, Action::StatusBefore { status: 403 }));
    assert_eq!(stack.get("/timeoff-types").await.text("errorCode"), "HRIS_UNAUTHORIZED");
    assert_eq!(stack.get("/timeoff-types").await.text("errorCode"), "HRIS_UNAUTHORIZED");
    assert_eq!(stack.simulator().calls().total(), 1);
}

/// Whatever fails, and wherever, an update gives back the id that Genesys holds.
#[tokio::test]
async fn a_failed_update_keeps_the_id() {
    let operations = [Operation::Types, Operation::List, Operation::Status, Operation::Create];
    let actions = [
        Action::StatusBefore { status: 401 },
        Action::StatusBefore { status: 403 },
        Action::StatusBefore { status: 400 },
        Action::StatusBefore { status: 500 },
        Action::Throttle { retry_after: Some(RetryAfter::Seconds(60)) },
        Action::Garbage,
        Action::Hang,
    ];
    let cases = operations
        .into_iter()
        .flat_map(|operation| actions.clone().map(|action| (operation, action)));
    let tasks: Vec<_> =
        cases.map(|(operation, action)| tokio::spawn(failed_update(operation, action))).collect();
    let mut failures = 0;
    for task in tasks {
        failures += usize::from(task.await.unwrap());
    }
    assert!(failures > 20, "only {failures} updates failed");
}

/// Whether the update failed. It cancels where the status call is to fail, and changes the days
/// elsewhere.
async fn failed_update(operation: Operation, action: Action) -> bool {
    let setup = hasty().await;
    let id = setup.post("/timeoff-requests", three_days()).await.request_id();
    setup.simulator().fault(Fault::always(operation, action.clone()));
    let change = match operation {
        Operation::Status => {
            json!({"agentId": 452, "timeOffStatus": "CANCELED", "inputTimeOffRequestId": id})
        }
        _ => with(
            three_days(),
            &json!({"payableMinutes": [480, 480, 240], "inputTimeOffRequestId": id}),
        ),
    };
    let answer = setup.put("/timeoff-requests", change).await;
    assert!(answer.request_id() >= id, "{operation:?} {action:?}\n{answer}");
    let superseded = setup.simulator().live(452).iter().any(|request| request.previous == Some(id));
    if answer.text("status") == "Complete" && operation == Operation::Create {
        assert!(superseded, "{action:?}\n{answer}");
    }
    answer.text("status") == "Error"
}

#[tokio::test]
async fn a_refused_create_leaves_nothing() {
    for (status, code) in [
        (400, "HRIS_REJECTED"),
        (422, "HRIS_REJECTED"),
        (403, "HRIS_FORBIDDEN"),
        (404, "AGENT_NOT_FOUND"),
    ] {
        let stack = Stack::start().await;
        stack.simulator().fault(Fault::always(Operation::Create, Action::StatusBefore { status }));
        let answer = stack.post("/timeoff-requests", three_days()).await;
        assert_eq!(
            (answer.text("errorCode"), answer.text("timeOffRequestId")),
            (code, ""),
            "{status}\n{answer}"
        );
        assert_eq!(stack.simulator().calls().create, 1, "{status}");
        assert_eq!(stack.simulator().requests(452), []);
    }
}

/// A list that is not found says nothing about any request.
#[tokio::test]
async fn a_missing_list_of_requests_is_no_missing_request() {
    let stack = hasty().await;
    stack.simulator().fault(Fault::always(Operation::List, Action::StatusBefore { status: 404 }));
    let answer = stack.post("/timeoff-requests", three_days()).await;
    assert_eq!(answer.text("errorCode"), "HRIS_BAD_RESPONSE", "{answer}");
    assert_eq!(stack.simulator().requests(452), []);
}

/// A create whose answer is lost, in any way, is found again: one request, its id answered.
#[tokio::test]
async fn a_create_of_unknown_outcome_is_found_again() {
    for action in [
        Action::DropAfter,
        Action::Garbage,
        Action::Empty,
        Action::StatusAfter { status: 500 },
        Action::StatusAfter { status: 504 },
        Action::DropBefore,
        Action::StatusBefore { status: 503 },
    ] {
        let stack = Stack::set(&[("RESEND_AFTER_SECONDS", "0")]).await;
        stack.simulator().fault(Fault::once(Operation::Create, action.clone()));
        let answer = stack.post("/timeoff-requests", three_days()).await;
        assert_eq!(answer.text("status"), "Complete", "{action:?}\n{answer}");
        let live: Vec<u64> = stack.simulator().live(452).iter().map(|request| request.id).collect();
        assert_eq!(live, [answer.request_id()], "{action:?}");
    }
}

#[tokio::test]
async fn a_create_that_nobody_can_tell_the_outcome_of_says_so_and_is_settled_by_the_next_call() {
    let stack = Stack::set(&[("API_BUDGET_MS", "2000"), ("RESEND_AFTER_SECONDS", "0")]).await;
    stack.simulator().fault(Fault::always(Operation::Create, Action::Hang));
    let hanging: Value = three_days();
    let answer = stack.post("/timeoff-requests", hanging.clone()).await;
    // The hanging create took effect and is seen by the look after it.
    assert_eq!(answer.text("status"), "Complete", "{answer}");
    stack.simulator().clear_faults();

    let other = with(hanging, &json!({"agentId": "455"}));
    stack.simulator().fault(Fault::once(Operation::Create, Action::DropAfter));
    stack.simulator().fault(Fault::new(
        bamboohr_simulator::Matcher::on(Operation::List).nth(2),
        Action::StatusBefore { status: 400 },
    ));
    let unknown = stack.post("/timeoff-requests", other.clone()).await;
    insta::assert_snapshot!(unknown, @r#"
    HTTP 200
    statusCode: 408
    status: "Error"
    errorMsg: "The request was sent to BambooHR and no answer says whether it took effect. Repeat the call in a minute: it looks before it writes."
    errorCode: "OUTCOME_UNKNOWN"
    timeOffRequestId: ""
    "#);
    stack.simulator().clear_faults();
    let settled = stack.post("/timeoff-requests", other).await;
    assert_eq!(settled.text("status"), "Complete", "{settled}");
    assert_eq!(stack.simulator().requests(455).len(), 1);
}
