//! `POST /timeoff-requests`

use bamboohr_simulator::{Decimal, RequestStatus, Seed, date};
use e2e::Stack;
use serde_json::{Value, json};

use crate::requests::{NOTES, three_days, with};

fn one_day(patch: &Value) -> Value {
    let body = json!({"agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "APPROVED", "dates": "2026-12-01", "payableMinutes": "480"});
    with(body, patch)
}

#[tokio::test]
async fn three_approved_days_are_written_day_by_day_with_the_notes_intact() {
    let stack = Stack::start().await;
    let answer = stack.post("/timeoff-requests", three_days()).await;
    insta::assert_snapshot!(answer, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    timeOffRequestId: "1006"
    "#);
    let request = stack.simulator().request(answer.request_id()).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
    let days = [1, 2, 3].map(|day| (date(2026, 12, day), Decimal::from(8)));
    assert_eq!(request.dates, days.into());
    let (notes, marker) = request.employee_note.split_at(NOTES.len());
    assert_eq!(notes, NOTES);
    assert!(marker.starts_with(" [tb:") && marker.len() == " [tb:0123456789ab]".len(), "{marker}");
}

#[tokio::test]
async fn the_same_leave_again_is_the_same_request() {
    let stack = Stack::start().await;
    let first = stack.post("/timeoff-requests", three_days()).await.request_id();
    for patch in
        [json!({}), json!({"notes": "something else"}), json!({"timeOffStatus": "PENDING"})]
    {
        assert_eq!(
            stack.post("/timeoff-requests", with(three_days(), &patch)).await.request_id(),
            first,
            "{patch}"
        );
    }
    assert_eq!(stack.simulator().requests(452).len(), 1);
}

#[tokio::test]
async fn lists_as_arrays_as_json_text_and_as_csv_are_one_request() {
    let stack = Stack::start().await;
    let mut ids = Vec::new();
    for lists in [
        json!({}),
        json!({"dates": "[\"2026-12-01\",\"2026-12-02\",\"2026-12-03\"]", "payableMinutes": "[480,\"480\",480]"}),
        json!({"dates": "2026-12-01,2026-12-02,2026-12-03", "payableMinutes": "480,480,480", "durationMinutes": "${input.durationMinutes}"}),
    ] {
        ids.push(stack.post("/timeoff-requests", with(three_days(), &lists)).await.request_id());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(stack.simulator().requests(452).len(), 1);
}

#[tokio::test]
async fn ninety_minutes_of_a_day_are_one_and_a_half_hours() {
    let stack = Stack::start().await;
    let partial = one_day(
        &json!({"dates": null, "startDateTimes": ["2026-12-01T09:30:00"], "payableMinutes": [90]}),
    );
    let answer = stack.post("/timeoff-requests", partial).await;
    insta::assert_snapshot!(answer, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    timeOffRequestId: "1006"
    "#);
    let request = stack.simulator().request(answer.request_id()).unwrap();
    assert_eq!(request.dates, [(date(2026, 12, 1), "1.5".parse().unwrap())].into());
}

#[tokio::test]
async fn a_type_in_days_takes_a_working_day_for_one() {
    let stack = Stack::start().await;
    let answer = stack.post("/timeoff-requests", one_day(&json!({"timeOffTypeId": 85}))).await;
    let request = stack.simulator().request(answer.request_id()).unwrap();
    assert_eq!(request.dates, [(date(2026, 12, 1), Decimal::ONE)].into());

    let halves = Stack::with(Seed::small().default_hours([6, 6, 6, 6, 6, 0, 0]), &[]).await;
    let answer = halves
        .post("/timeoff-requests", one_day(&json!({"timeOffTypeId": 85, "payableMinutes": 180})))
        .await;
    let request = halves.simulator().request(answer.request_id()).unwrap();
    assert_eq!(request.dates, [(date(2026, 12, 1), "0.5".parse().unwrap())].into());
}

#[tokio::test]
async fn days_without_minutes_between_min_and_max_date_are_written_as_zeros() {
    let stack = Stack::start().await;
    let body = one_day(
        &json!({"dates": "2026-12-04,2026-12-07", "payableMinutes": "480,240", "minDate": "2026-12-04", "maxDate": "2026-12-08"}),
    );
    let request = stack
        .simulator()
        .request(stack.post("/timeoff-requests", body).await.request_id())
        .unwrap();
    let amounts: Vec<String> =
        request.dates.iter().map(|(day, amount)| format!("{day} {amount}")).collect();
    assert_eq!(
        amounts,
        ["2026-12-04 8", "2026-12-05 0", "2026-12-06 0", "2026-12-07 4", "2026-12-08 0"]
    );
}

#[tokio::test]
async fn pending_beyond_the_balance_is_not_written_unless_overridden() {
    let stack = Stack::start().await;
    let days: Vec<String> = (1..=11).map(|day| format!("2026-12-{day:02}")).collect();
    let beyond = one_day(
        &json!({"timeOffStatus": "PENDING", "dates": days, "payableMinutes": vec![480; 11], "notes": NOTES}),
    );
    insta::assert_snapshot!(stack.post("/timeoff-requests", beyond.clone()).await, @r#"
    HTTP 200
    statusCode: 200
    status: "InsufficientBalance"
    errorMsg: ""
    errorCode: ""
    timeOffRequestId: ""
    "#);
    assert_eq!(stack.simulator().writes(), []);

    let overridden = stack
        .post("/timeoff-requests", with(beyond, &json!({"overrideBalanceThreshold": "true"})))
        .await;
    assert_eq!(overridden.text("status"), "Complete");
    let request = stack.simulator().request(overridden.request_id()).unwrap();
    assert_eq!((request.status, request.amount), (RequestStatus::Requested, Decimal::from(88)));
}

#[tokio::test]
async fn pending_within_the_balance_is_written_as_requested() {
    let stack = Stack::start().await;
    let days: Vec<String> = (1..=10).map(|day| format!("2026-12-{day:02}")).collect();
    let all = one_day(
        &json!({"timeOffStatus": "PENDING", "dates": days, "payableMinutes": vec![480; 10]}),
    );
    let answer = stack.post("/timeoff-requests", all).await;
    assert_eq!(
        stack.simulator().request(answer.request_id()).unwrap().status,
        RequestStatus::Requested
    );
    // The balance is used up by what waits for approval.
    let more = one_day(&json!({"timeOffStatus": "PENDING", "dates": "2026-12-14"}));
    assert_eq!(stack.post("/timeoff-requests", more).await.text("status"), "InsufficientBalance");
    assert_eq!(stack.simulator().requests(452).len(), 1);
}

#[tokio::test]
async fn a_discretionary_type_has_no_balance_to_exceed() {
    let stack = Stack::start().await;
    let days: Vec<String> = (1..=30).map(|day| format!("2026-12-{day:02}")).collect();
    let body = one_day(
        &json!({"timeOffTypeId": "90", "timeOffStatus": "PENDING", "dates": days, "payableMinutes": vec![1440; 30]}),
    );
    assert_eq!(stack.post("/timeoff-requests", body).await.text("status"), "Complete");
}

#[tokio::test]
async fn a_type_that_cannot_be_written_or_checked_is_an_error() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.post("/timeoff-requests", one_day(&json!({"timeOffTypeId": "999"}))).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "timeOffTypeId is not an active time-off type in BambooHR; read the types again."
    errorCode: "INVALID_INPUT"
    timeOffRequestId: ""
    "#);
    insta::assert_snapshot!(stack.post("/timeoff-requests", one_day(&json!({"timeOffTypeId": "97"}))).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "BambooHR rejected the request: Time off requests of this type are managed by the employer of record."
    errorCode: "HRIS_REJECTED"
    timeOffRequestId: ""
    "#);
    let unlisted =
        one_day(&json!({"agentId": "454", "timeOffTypeId": "85", "timeOffStatus": "PENDING"}));
    insta::assert_snapshot!(stack.post("/timeoff-requests", unlisted).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "timeOffTypeId is a type that BambooHR does not list for this employee. Assign a policy of the type to the employee in BambooHR."
    errorCode: "INVALID_INPUT"
    timeOffRequestId: ""
    "#);
    assert_eq!(stack.simulator().live(452).len() + stack.simulator().live(454).len(), 0);
}

#[tokio::test]
async fn an_unknown_agent_is_not_found() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.post("/timeoff-requests", one_day(&json!({"agentId": "99999"}))).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "BambooHR knows no employee with this agentId. Check the agent's externalId in Genesys."
    errorCode: "AGENT_NOT_FOUND"
    timeOffRequestId: ""
    "#);
}

#[tokio::test]
async fn read_only_writes_nothing() {
    let stack = Stack::set(&[("READ_ONLY", "true")]).await;
    insta::assert_snapshot!(stack.post("/timeoff-requests", three_days()).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "Writing to BambooHR is switched off; nothing was written. Set READ_ONLY to false when it is to be written."
    errorCode: "READ_ONLY"
    timeOffRequestId: ""
    "#);
    assert_eq!(stack.simulator().writes(), []);
}
