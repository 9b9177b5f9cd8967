//! What an answer that is no success becomes.

use genesys_cloud::{Effect, Error, ErrorKind};
use serde_json::json;

use crate::script::{Reply, Server, id, refusal};

async fn failure(reply: Reply) -> Error {
    Server::playing(std::iter::repeat_n(reply, 4))
        .await
        .client()
        .user(&id("u-1"))
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
        (409, ErrorKind::Conflict),
        (413, ErrorKind::Rejected),
        (418, ErrorKind::Rejected),
        (501, ErrorKind::Unavailable),
    ] {
        let error = failure(refusal(status, "some.code")).await;
        assert_eq!((error.kind(), error.status()), (kind, Some(status)));
        assert_eq!((error.code(), error.context_id()), (Some("some.code"), Some("c0ffee")));
        assert_eq!((error.effect(), error.endpoint()), (Effect::None, "/users/{userId}"));
    }
}

#[tokio::test]
async fn a_403_names_the_permissions_that_are_missing() {
    let message = "Unable to perform the requested action. You must have at least one of the following permissions assigned: [wfm:timeOffRequest:view, wfm:agent:view]";
    for (code, joint) in [("missing.any.permissions", " or "), ("missing.permissions", ", ")] {
        let body = json!({ "message": message, "code": code, "status": 403, "contextId": "c0ffee", "details": [], "errors": [] });
        let error = failure(Reply::json(403, &body)).await;
        assert_eq!(error.permissions(), ["wfm:timeOffRequest:view", "wfm:agent:view"]);
        assert_eq!(
            error.to_string(),
            format!(
                "Genesys Cloud does not allow this to the OAuth client; its roles lack wfm:timeOffRequest:view{joint}wfm:agent:view (/users/{{userId}} answered 403 {code}) [contextId c0ffee]"
            )
        );
    }
}

#[tokio::test]
async fn the_correlation_id_stands_for_a_missing_context_id() {
    let reply = Reply::json(404, &json!({ "code": "not.found" }))
        .with("ININ-Correlation-Id", "9d6f0c1e-0000-4000-8000-000000000001");
    assert_eq!(failure(reply).await.context_id(), Some("9d6f0c1e-0000-4000-8000-000000000001"));
    let odd = Reply::json(404, &json!({})).with("ININ-Correlation-Id", "<jane@example.com>");
    assert_eq!(failure(odd).await.context_id(), None);
}

#[tokio::test]
async fn neither_bodies_nor_addresses_are_shown() {
    let body = json!({ "message": format!("jane@example.com may not: {}", "x ".repeat(300)), "entityName": "private" });
    for reply in [Reply::json(400, &body), Reply::ok(&json!({ "id": { "name": "private jane" } }))]
    {
        let error = failure(reply).await;
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("private") && !shown.contains("jane"), "{shown}");
        assert!(shown.len() < 2_000);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_a_bad_response_that_quotes_nothing() {
    for body in ["", "<html>jane</html>", "[{", "{}", "null", "\"jane\"", r#"{"id":["jane"]}"#] {
        let reply = Reply::bytes(body);
        let error = failure(reply).await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::BadResponse, Some(200)), "{body}");
        assert!(!format!("{error} {error:?}").contains("jane"), "{error}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::playing([Reply::ok(&json!({ "id": "u-1" }))]).await;
    let error = failure(refusal(302, "moved").with("location", &other.url)).await;
    assert_eq!(error.kind(), ErrorKind::BadResponse);
    assert!(error.to_string().contains("region"), "{error}");
    assert!(other.seen().is_empty());
}
