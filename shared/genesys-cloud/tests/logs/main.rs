//! What the log says of a call, and what it never says.
//!
//! A program of its own: `tracing` decides once for the process whether anybody listens to an
//! event, and other tests' threads would decide it first.

#[cfg(test)]
#[path = "../calls/script.rs"]
#[expect(dead_code, reason = "the whole server, of which this test needs little")]
mod script;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use script::{Reply, SECRET, Server, id};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
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
async fn calls_are_logged_without_anything_personal_or_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

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

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
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
