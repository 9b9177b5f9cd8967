//! `GET /agents/{externalId}` and `GET /agents?email=…`

use e2e::Stack;
use serde_json::json;

#[tokio::test]
async fn an_employee_is_found_without_a_list_before() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.get("/agents/452").await, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    active: true
    email: "agent452@example.com"
    externalId: "452"
    found: true
    lastSeen: ""
    "#);
}

#[tokio::test]
async fn an_agent_of_the_list_is_found_by_either() {
    let stack = Stack::start().await;
    stack.get("/agents").await;
    let by_id = stack.get("/agents/0452").await;
    let by_email = stack.get("/agents?email=AGENT452%40example.com").await;
    for answer in [&by_id, &by_email] {
        assert_eq!(
            (
                &answer.body["found"],
                answer.text("externalId"),
                answer.text("email"),
                &answer.body["active"]
            ),
            (&json!(true), "452", "agent452@example.com", &json!(true)),
            "{answer}"
        );
        assert!(answer.text("lastSeen").ends_with('Z'), "{answer}");
    }
}

#[tokio::test]
async fn nobody_is_found_with_success() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.get("/agents/99999").await, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    active: false
    email: ""
    externalId: ""
    found: false
    lastSeen: ""
    "#);
    insta::assert_snapshot!(stack.get("/agents?email=nobody%40example.com").await, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    active: false
    email: ""
    externalId: ""
    found: false
    lastSeen: ""
    "#);
}
