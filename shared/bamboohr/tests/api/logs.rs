//! What the log says of a call, and what it never says.

use std::io;
use std::sync::{Arc, Mutex};

use bamboohr::{Change, EmployeeQuery};
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::script::{KEY, Reply, Server, request_id};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn calls_are_logged_without_anything_personal() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

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

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
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
        change.contains("/time_off/requests/{id}/status") && !change.contains("90210"),
        "{change}"
    );
    for secret in ["jane", "operation", KEY, "MDEyMzQ1"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
