//! What the log says of a call, and what it never says.

use scripted_server::Log;
use serde_json::json;

use crate::script::{Reply, SECRET, Server, id, refusal};

#[tokio::test]
async fn calls_are_logged_without_anything_personal_or_secret() {
    let (log, _guard) = Log::listen();
    // Tests beside this one may have met the log statements while nobody listened, which is
    // remembered for each of them.
    Server::playing([refusal(404, "none")]).await.client().user(&id("u-none")).await.unwrap_err();
    tracing::callsite::rebuild_interest_cache();
    log.clear();

    let quoting =
        json!({ "message": "jane@example.com is busy", "code": "busy", "contextId": "c0ffee" });
    let user = json!({ "id": "u-private", "name": "Jane Doe", "email": "jane@example.com" });
    let server = Server::playing([
        Reply::json(503, &quoting),
        Reply::ok(&user),
        Reply::ok(&json!({ "results": [user] })),
    ])
    .await;
    let client = server.client();
    client.user(&id("u-private")).await.unwrap();
    client.users_by_email("jane@example.com").await.unwrap();

    let log = log.text();
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("upstream.")).collect();
    let [token, first, retry, second, search] = ours.as_slice() else { panic!("{log}") };
    assert!(token.contains("/oauth/token") && token.contains("status=200"), "{token}");
    for part in [
        "DEBUG",
        "upstream.call",
        "GET",
        "/users/{userId}",
        "status=503",
        "attempt=1",
        "duration_ms=",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    for part in ["WARN", "upstream.retry", "wait_ms=", "c0ffee"] {
        assert!(retry.contains(part), "{part}: {retry}");
    }
    assert!(second.contains("attempt=2") && search.contains("/users/search"), "{second} {search}");
    for private in ["jane", "Jane", "u-private", SECRET, "token-1"] {
        assert!(!ours.iter().any(|line| line.contains(private)), "{private}");
    }
}
