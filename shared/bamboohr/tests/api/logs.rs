//! What the log says of a call, and what it never says.

use bamboohr::{Change, EmployeeQuery};
use scripted_server::Log;
use serde_json::json;

use crate::script::{KEY, Reply, Server, request_id};

#[tokio::test]
async fn calls_are_logged_without_anything_personal() {
    let (log, _guard) = Log::listen();
    // Tests beside this one may have met the log statements while nobody listened, which is
    // remembered for each of them.
    Server::playing([]).await.api().employees(&EmployeeQuery::default()).await.unwrap_err();
    tracing::callsite::rebuild_interest_cache();
    log.clear();

    let quoting = "jane@example.com: my operation";
    let server = Server::playing([
        Reply::empty_html(503)
            .with("x-bamboohr-error-message", quoting)
            .with("x-request-id", "4711"),
        Reply::json(
            200,
            &json!({ "data": [], "meta": { "total": 0, "page": { "nextCursor": null } } }),
        ),
        Reply::empty_html(403).with("x-bamboohr-error-message", quoting),
    ])
    .await;
    let api = server.api();
    api.employees_by_email("jane@example.com", &EmployeeQuery::default()).await.unwrap();
    api.change_status(request_id(90210), Change::Deny, Some("my operation")).await.unwrap_err();

    let log = log.text();
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("upstream.")).collect();
    let [first, retry, second, change] = ours.as_slice() else { panic!("{log}") };
    for part in [
        "INFO",
        "upstream.call",
        "GET",
        "/employees",
        "status=503",
        "4711",
        "attempt=1",
        "duration_ms=",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    assert!(
        retry.contains("WARN") && retry.contains("upstream.retry") && retry.contains("wait_ms="),
        "{retry}"
    );
    assert!(second.contains("attempt=2") && second.contains("status=200"), "{second}");
    assert!(
        change.contains("/time_off/requests/{id}/status") && !change.contains("/90210"),
        "{change}"
    );
    for secret in ["jane", "operation", KEY, "MDEyMzQ1"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
