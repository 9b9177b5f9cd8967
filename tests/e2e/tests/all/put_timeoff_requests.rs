//! `PUT /timeoff-requests`

use bamboohr_simulator::{Decimal, RequestStatus, date};
use e2e::Stack;
use serde_json::json;

use crate::requests::{NOTES, three_days, with};

/// The sequence that Genesys sends for a leave that is changed and then withdrawn.
#[tokio::test]
async fn a_fourth_date_supersedes_and_a_cancellation_cancels_with_the_notes_intact() {
    let stack = Stack::start().await;
    let first = stack.post("/timeoff-requests", three_days()).await.request_id();

    let four = with(
        three_days(),
        &json!({
            "dates": ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"], "payableMinutes": [480, 480, 480, 480],
            "inputTimeOffRequestId": first.to_string(),
        }),
    );
    let changed = stack.put("/timeoff-requests", four).await;
    insta::assert_snapshot!(changed, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    timeOffRequestId: "1007"
    "#);
    let second = changed.request_id();
    assert_ne!(second, first);
    let replaced = stack.simulator().request(second).unwrap();
    assert_eq!(
        (replaced.previous, replaced.amount, replaced.end),
        (Some(first), Decimal::from(32), date(2026, 12, 4))
    );

    let canceled = json!({"agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "CANCELED", "inputTimeOffRequestId": second});
    let answer = stack.put("/timeoff-requests", canceled).await;
    insta::assert_snapshot!(answer, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    timeOffRequestId: "1007"
    "#);
    assert_eq!(answer.request_id(), second);

    let requests = stack.simulator().requests(452);
    let states: Vec<_> = requests.iter().map(|request| (request.id, request.status)).collect();
    assert_eq!(states, [(first, RequestStatus::Superceded), (second, RequestStatus::Canceled)]);
    for request in requests {
        assert_eq!(request.employee_note.rsplit_once(" [tb:").map(|(notes, _)| notes), Some(NOTES));
        assert_eq!(request.employee_note.matches("[tb:").count(), 1);
    }
}

#[tokio::test]
async fn the_old_id_goes_on_standing_for_the_leave() {
    let stack = Stack::start().await;
    let first = stack.post("/timeoff-requests", three_days()).await.request_id();
    let two = json!({"dates": "2026-12-01,2026-12-02", "payableMinutes": "480,480", "inputTimeOffRequestId": first});
    let second = stack.put("/timeoff-requests", with(three_days(), &two)).await.request_id();
    assert_ne!(first, second);
    let deny = json!({"agentId": 452, "timeOffStatus": "DENIED", "inputTimeOffRequestId": first});
    assert_eq!(stack.put("/timeoff-requests", deny).await.request_id(), second);
    assert_eq!(stack.simulator().live(452), []);
}

#[tokio::test]
async fn nothing_changed_is_nothing_written() {
    let stack = Stack::start().await;
    let first = stack.post("/timeoff-requests", three_days()).await.request_id();
    let writes = stack.simulator().writes().len();
    for patch in [json!({}), json!({"notes": "other words"}), json!({"timeOffStatus": "PENDING"})] {
        let body = with(with(three_days(), &json!({"inputTimeOffRequestId": first})), &patch);
        assert_eq!(stack.put("/timeoff-requests", body).await.request_id(), first, "{patch}");
    }
    assert_eq!(stack.simulator().writes().len(), writes);
}

#[tokio::test]
async fn a_pending_request_is_approved_in_place() {
    let stack = Stack::start().await;
    let pending = with(three_days(), &json!({"timeOffStatus": "PENDING"}));
    let id = stack.post("/timeoff-requests", pending).await.request_id();
    assert_eq!(stack.simulator().request(id).unwrap().status, RequestStatus::Requested);
    let approved = stack
        .put("/timeoff-requests", with(three_days(), &json!({"inputTimeOffRequestId": id})))
        .await;
    assert_eq!(approved.request_id(), id);
    assert_eq!(stack.simulator().request(id).unwrap().status, RequestStatus::Approved);
}

#[tokio::test]
async fn a_change_beyond_the_balance_leaves_the_request_as_it_is() {
    let stack = Stack::start().await;
    let id = stack
        .post("/timeoff-requests", with(three_days(), &json!({"timeOffStatus": "PENDING"})))
        .await
        .request_id();
    let days: Vec<String> = (1..=11).map(|day| format!("2026-12-{day:02}")).collect();
    let beyond = json!({"timeOffStatus": "PENDING", "dates": days, "payableMinutes": vec![480; 11], "inputTimeOffRequestId": id});
    let answer = stack.put("/timeoff-requests", with(three_days(), &beyond)).await;
    insta::assert_snapshot!(answer.to_string().replace(&id.to_string(), "[id]"), @r#"
    HTTP 200
    statusCode: 200
    status: "InsufficientBalance"
    errorMsg: ""
    errorCode: ""
    timeOffRequestId: "[id]"
    "#);
    assert_eq!(answer.request_id(), id);
    assert_eq!(stack.simulator().writes().len(), 1);
}

#[tokio::test]
async fn another_agents_request_and_an_unknown_one_are_not_touched() {
    let stack = Stack::start().await;
    let id = stack.post("/timeoff-requests", three_days()).await.request_id();
    let others = json!({"agentId": 453, "timeOffStatus": "CANCELED", "inputTimeOffRequestId": id});
    let answer = stack.put("/timeoff-requests", others).await;
    assert_eq!((answer.text("errorCode"), answer.request_id()), ("REQUEST_CONFLICT", id));
    let unknown =
        json!({"agentId": 452, "timeOffStatus": "CANCELED", "inputTimeOffRequestId": 4_000_000});
    insta::assert_snapshot!(stack.put("/timeoff-requests", unknown).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "BambooHR has no such time-off request. It may have been deleted there; submit it anew if it is meant."
    errorCode: "REQUEST_NOT_FOUND"
    timeOffRequestId: "4000000"
    "#);
    assert_eq!(stack.simulator().live(452).len(), 1);
}

#[tokio::test]
async fn read_only_writes_nothing_and_keeps_the_id() {
    let stack = Stack::set(&[("READ_ONLY", "true")]).await;
    let cancel =
        json!({"agentId": 452, "timeOffStatus": "CANCELED", "inputTimeOffRequestId": "0012"});
    insta::assert_snapshot!(stack.put("/timeoff-requests", cancel).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "Writing to BambooHR is switched off; nothing was written. Set READ_ONLY to false when it is to be written."
    errorCode: "READ_ONLY"
    timeOffRequestId: "12"
    "#);
    assert_eq!(stack.simulator().calls().total(), 0);
}
