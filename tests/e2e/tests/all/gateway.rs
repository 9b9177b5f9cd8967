//! What the gateway answers by itself, and how a path may be written.

use e2e::{Functions, Stack, event};
use local_stack::API_KEY;
use reqwest::Method;

use crate::requests::{balances, three_days};

#[tokio::test]
async fn without_the_key_the_gateway_answers_in_the_envelope() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.send(stack.request(Method::GET, "/timeoff-types")).await, @r#"
    HTTP 403
    statusCode: 500
    status: "Error"
    errorMsg: "The API key is missing or wrong. Send it in the header x-api-key."
    errorCode: "GATEWAY"
    "#);
    let wrong = stack
        .send(stack.request(Method::GET, "/timeoff-types").header("x-api-key", "guessed"))
        .await;
    assert_eq!((wrong.status, wrong.text("errorCode")), (403, "GATEWAY"));
    for (method, path) in
        [(Method::GET, "/agents"), (Method::POST, "/balances"), (Method::PUT, "/timeoff-requests")]
    {
        assert_eq!(stack.send(stack.request(method, path)).await.status, 403, "{path}");
    }
    assert_eq!(stack.simulator().calls().total(), 0);
}

/// API Gateway itself answers 403 there, not 404: it calls the route's authentication missing.
#[tokio::test]
async fn an_unknown_route_is_answered_in_the_envelope() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.get("/holidays").await, @r#"
    HTTP 403
    statusCode: 500
    status: "Error"
    errorMsg: "There is no such route. Compare method and path with openapi.yaml; the path starts with /v1."
    errorCode: "GATEWAY"
    "#);
    for (method, path) in [
        (Method::DELETE, "/timeoff-requests"),
        (Method::GET, "/balances"),
        (Method::POST, "/agents/452/x"),
    ] {
        let answer = stack.send(stack.request(method, path).header("x-api-key", API_KEY)).await;
        assert_eq!((answer.status, answer.text("errorCode")), (403, "GATEWAY"), "{path}");
    }
}

#[tokio::test]
async fn a_request_that_is_too_large_is_answered_by_whoever_meets_it() {
    let stack = Stack::start().await;
    let sized = |bytes: usize| {
        stack
            .request(Method::POST, "/balances")
            .header("x-api-key", API_KEY)
            .body(" ".repeat(bytes))
    };
    insta::assert_snapshot!(stack.send(sized(10 * 1024 * 1024 + 1)).await, @r#"
    HTTP 413
    statusCode: 500
    status: "Error"
    errorMsg: "The request is too large. Send at most 256 KiB."
    errorCode: "GATEWAY"
    "#);
    insta::assert_snapshot!(stack.send(sized(256 * 1024 + 1)).await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "The request body is larger than 256 KiB. Send fewer or shorter fields."
    errorCode: "INVALID_INPUT"
    balanceMinutesPerDay: []
    dates: []
    timeOffTypeId2s: []
    timeOffTypeIds: []
    "#);
}

#[tokio::test]
async fn payload_format_2_is_understood_with_and_without_the_stage() {
    let stack = Stack::start().await;
    let functions = Functions::of(stack.local().environment());
    for prefix in ["", "/v1"] {
        let types = functions
            .call(
                "get-timeoff-types",
                &event::v2("GET", &format!("{prefix}/timeoff-types"), None).to_string(),
            )
            .await;
        assert_eq!(
            (types.text("status"), types.text("correlationId")),
            ("Complete", event::REQUEST_ID)
        );
        let body = balances().to_string();
        let read = functions
            .call(
                "get-balance",
                &event::v2("POST", &format!("{prefix}/balances"), Some(&body)).to_string(),
            )
            .await;
        assert_eq!(read.body["timeOffTypeIds"], serde_json::json!(["83", "90", "85"]));
    }
    // The same leave in both formats, with and without the stage, is one request.
    let body = three_days().to_string();
    let path = |prefix: &str| format!("{prefix}/timeoff-requests");
    for event in [
        event::v2("POST", &path(""), Some(&body)),
        event::v2("POST", &path("/v1"), Some(&body)),
        event::v1("POST", &path(""), Some(&body)),
        event::v1("POST", &path("/v1"), Some(&body)),
    ] {
        assert_eq!(
            functions.call("insert-timeoff", &event.to_string()).await.text("status"),
            "Complete"
        );
    }
    assert_eq!(stack.simulator().live(452).len(), 1);
}

#[tokio::test]
async fn a_base64_body_is_read() {
    let stack = Stack::start().await;
    let functions = Functions::of(stack.local().environment());
    let mut event = event::v2(
        "POST",
        "/balances",
        Some(
            "eyJhZ2VudElkIjo0NTIsImlucHV0RGF0ZXMiOiIyMDI2LTEyLTAxIiwiaW5wdXRUaW1lT2ZmVHlwZUlkcyI6IjgzIn0=",
        ),
    );
    event["isBase64Encoded"] = true.into();
    let read = functions.call("get-balance", &event.to_string()).await;
    assert_eq!(read.body["balanceMinutesPerDay"], serde_json::json!(["4800"]));
}
