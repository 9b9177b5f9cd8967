//! Getting a token, keeping it, renewing it.

use genesys_cloud::{ErrorKind, Limits};
use serde_json::json;

use crate::script::{Reply, SECRET, Server, client_of, list, refusal};

fn token(name: &str, expires_in: &serde_json::Value) -> Reply {
    Reply::ok(
        &json!({ "access_token": name, "token_type": "bearer", "expires_in": expires_in, "unknown": 1 }),
    )
}

fn none() -> Reply {
    list(&json!([]))
}

#[tokio::test]
async fn the_client_asks_once_and_sends_what_it_got() {
    let server = Server::playing([none(), none()]).await;
    let client = server.client();
    client.management_units().await.unwrap();
    client.clone().hris_integrations().await.unwrap();
    let asked = server.seen_beside();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line(), "POST /oauth/token");
    assert_eq!(asked[0].body, "grant_type=client_credentials");
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    // echo -n 'client-id:0123456789-secret' | base64
    let basic = "Basic Y2xpZW50LWlkOjAxMjM0NTY3ODktc2VjcmV0";
    assert_eq!(asked[0].header("authorization"), Some(basic));
    for seen in server.seen() {
        assert_eq!(seen.header("authorization"), Some("Bearer token-1"));
        assert_eq!(seen.header("accept"), Some("application/json"));
        assert!(seen.header("user-agent").unwrap().starts_with("genesys-cloud-rust/"));
    }
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_request_for_a_token() {
    let server = Server::playing(std::iter::repeat_n(none(), 4)).await;
    let client = server.client();
    let (a, b, c, d) = tokio::join!(
        client.management_units(),
        client.management_units(),
        client.hris_integrations(),
        client.hris_integrations()
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok());
    assert_eq!(server.seen_beside().len(), 1);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let refused = || refusal(401, "bad.credentials");
    let server = Server::playing([refused(), none(), refused(), refused(), none()]).await;
    let client = server.client();
    client.management_units().await.unwrap();
    assert_eq!(server.seen()[1].header("authorization"), Some("Bearer token-2"));
    let error = client.management_units().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(401)));
    assert_eq!(server.seen().len(), 4, "not for ever");
    // What was refused is not kept for the next call, either.
    client.management_units().await.unwrap();
    assert_eq!(server.seen_beside().len(), 4);
}

#[tokio::test]
async fn one_renewal_serves_all_calls_that_were_refused() {
    let refused = || refusal(401, "bad.credentials");
    let server = Server::playing([none(), refused(), refused(), none(), none()]).await;
    let client = server.client();
    client.management_units().await.unwrap();
    let (one, other) = tokio::join!(client.management_units(), client.management_units());
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(server.seen_beside().len(), 2);
}

#[tokio::test]
async fn a_token_that_has_run_out_is_not_sent() {
    for soon in [json!(0), json!("0"), json!(-5)] {
        let tokens = [token("first", &soon), token("second", &json!(3600))];
        let server = Server::granting(tokens, [none(), none()]).await;
        let client = server.client();
        client.management_units().await.unwrap();
        client.management_units().await.unwrap();
        let sent: Vec<_> = server
            .seen()
            .iter()
            .map(|seen| seen.header("authorization").unwrap().to_owned())
            .collect();
        // What cannot be a duration counts as the shortest that Genesys gives.
        let expected = if soon == json!(-5) { "Bearer first" } else { "Bearer second" };
        assert_eq!(sent, ["Bearer first", expected], "{soon}");
    }
}

#[tokio::test]
async fn a_wrong_client_is_told_from_a_refused_token() {
    for status in [400, 401] {
        let refusal = Reply::json(
            status,
            &json!({ "error": "invalid_client", "description": "client not found", "error_description": null }),
        );
        let server = Server::granting([refusal], [none()]).await;
        let error = server.client().authenticate().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidClient, "{status}");
        assert_eq!(
            (error.code(), error.message()),
            (Some("invalid_client"), Some("client not found"))
        );
        assert_eq!(
            error.to_string(),
            format!(
                "Genesys Cloud does not know the OAuth client, or its secret is wrong; check both, and the region (/oauth/token answered {status} invalid_client): client not found"
            )
        );
        assert!(server.seen().is_empty());
    }
}

#[tokio::test]
async fn the_request_for_a_token_is_repeated_after_passing_trouble() {
    let tokens = [Reply::Close, refusal(503, "service.unavailable"), token("t", &json!(3600))];
    let server = Server::granting(tokens, []).await;
    server.client().authenticate().await.unwrap();
    assert_eq!(server.seen_beside().len(), 3);
}

#[tokio::test]
async fn what_is_no_token_is_a_bad_response() {
    for body in
        [json!({}), json!({ "access_token": "" }), json!({ "access_token": "a\nb" }), json!([])]
    {
        let server = Server::granting([Reply::ok(&body)], []).await;
        let error = server.client().authenticate().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadResponse, "{body}");
    }
}

#[tokio::test]
async fn neither_secret_nor_token_is_shown() {
    let quoting = json!({ "message": format!("no such client with {SECRET}"), "code": SECRET.replace('-', "/") });
    let server = Server::granting([Reply::json(401, &quoting)], []).await;
    let client = server.client();
    let error = client.authenticate().await.unwrap_err();
    let shown = format!("{error} {error:?} {client:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    let unreachable = client_of("http://127.0.0.1:1", Limits { tries: 1, ..Limits::default() });
    let error = unreachable.authenticate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.to_string().contains("refused"), "{error}");
}
