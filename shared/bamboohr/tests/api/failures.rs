//! What an answer that is no success becomes.

use std::error::Error as _;

use bamboohr::{Effect, EmployeeQuery, Endpoint, Error, ErrorKind};
use jiff::civil::date;
use serde_json::json;

use crate::script::{KEY, Reply, Server, employee_id};

async fn failure(reply: Reply) -> Error {
    Server::playing([reply])
        .await
        .api()
        .balances(employee_id(452), date(2026, 12, 1))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn every_status_has_its_kind() {
    for (status, kind) in [
        (301, ErrorKind::BadResponse),
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (406, ErrorKind::Rejected),
        (409, ErrorKind::Conflict),
        (410, ErrorKind::Conflict),
        (418, ErrorKind::Rejected),
        (422, ErrorKind::Rejected),
        (500, ErrorKind::Unavailable),
        (501, ErrorKind::Unavailable),
    ] {
        let error = failure(Reply::empty_html(status)).await;
        assert_eq!((error.kind(), error.status(), error.message()), (&kind, Some(status), None));
        assert_eq!((error.effect(), error.endpoint()), (Effect::None, Endpoint::Calculator));
    }
}

#[tokio::test]
async fn the_message_and_the_ids_are_taken_from_the_answer() {
    let reply = Reply::empty_html(404)
        .with("X-BambooHR-Error-Messsage", "Employee not found, Employee not found")
        .with("X-Request-Id", "8372637462")
        .with("Retry-After", "7");
    let error = failure(reply).await;
    assert_eq!(error.message(), Some("Employee not found"));
    assert_eq!(error.request_id(), Some("8372637462"));
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
    assert_eq!(
        error.to_string(),
        "BambooHR has no such record (/employees/{id}/time_off/calculator answered 404, request id 8372637462)"
    );

    let problem = json!({ "type": "about:blank", "title": "Not Found", "detail": "No employee", "code": "employee_missing" });
    let error = failure(Reply::json(404, &problem)).await;
    assert_eq!((error.message(), error.code()), (Some("No employee"), Some("employee_missing")));
}

#[tokio::test]
async fn neither_bodies_nor_addresses_nor_keys_are_shown() {
    let reply = Reply::html(400, "<p>private of jane@example.com</p>")
        .with(
            "x-bamboohr-error-message",
            &format!("jane@example.com may not, with {KEY}, do this: {}", "x".repeat(300)),
        )
        .with("x-request-id", "<jane@example.com>");
    let error = failure(reply).await;
    let shown = format!("{error} {error:?} {:?} {:?}", error.message(), error.request_id());
    for secret in ["private", "jane", KEY] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(error.message().unwrap().chars().count(), 200);
}

#[tokio::test]
async fn what_is_no_json_is_a_bad_response() {
    for body in
        ["", "<?xml version=\"1.0\"?><estimates/>", "<html>Sign in</html>", "[{", "{}", "null"]
    {
        let error = failure(Reply::html(200, body)).await;
        assert_eq!(
            (error.kind(), error.status(), error.message()),
            (&ErrorKind::BadResponse, Some(200), None),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_success_that_holds_an_error_is_none() {
    let error = failure(Reply::json(
        200,
        &json!({ "error": { "code": "BadRequest", "message": "No such date." } }),
    ))
    .await;
    assert_eq!(
        (error.kind(), error.code(), error.message()),
        (&ErrorKind::Rejected, Some("BadRequest"), Some("No such date."))
    );
    let error =
        failure(Reply::json(200, &json!({ "error": { "code": 403, "message": "No." } }))).await;
    assert_eq!(error.kind(), &ErrorKind::Forbidden);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::playing([Reply::json(200, &json!([]))]).await;
    let error = failure(Reply::empty_html(302).with("location", &other.url)).await;
    assert_eq!(error.kind(), &ErrorKind::BadResponse);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn the_source_of_an_error_does_not_show_the_address_that_was_looked_for() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let api = crate::script::client_of(&url, std::time::Duration::from_secs(5))
        .api(crate::script::soon());
    let error =
        api.employees_by_email("jane@example.com", &EmployeeQuery::default()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Transport);
    let shown = format!("{error} {error:?} {:?}", error.source());
    assert!(!shown.contains("jane") && !shown.contains("example.com"), "{shown}");
    assert!(error.to_string().contains("refused"), "{error}");
}
