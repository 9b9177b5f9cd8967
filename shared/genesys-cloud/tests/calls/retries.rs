//! Tries and pauses.

use std::time::Duration;

use genesys_cloud::{ErrorKind, Limits};
use serde_json::json;
use tokio::time::Instant;

use crate::script::{Reply, Server, list, refusal};

fn good() -> Reply {
    list(&json!([]))
}

fn throttle(retry_after: &str) -> Reply {
    refusal(429, "too.many.requests").with("Retry-After", retry_after)
}

#[tokio::test]
async fn a_read_is_tried_again_after_passing_trouble() {
    let passing = [408, 500, 502, 503, 504].map(|status| refusal(status, "passing"));
    for trouble in passing.into_iter().chain([Reply::Close, Reply::break_off(), throttle("0")]) {
        let server = Server::playing([trouble.clone(), good()]).await;
        assert!(server.client().management_units().await.is_ok(), "{trouble:?}");
        assert_eq!(server.seen().len(), 2, "{trouble:?}");
    }
}

#[tokio::test]
async fn a_read_is_not_tried_again_when_that_cannot_help() {
    for status in [301, 400, 403, 404, 409, 413, 415, 501] {
        let server = Server::playing([refusal(status, "lasting"), good()]).await;
        assert!(server.client().management_units().await.is_err());
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_read_is_tried_four_times_at_most_and_throttled_twenty() {
    for (trouble, most) in [(Reply::Close, 4), (throttle("0"), 21)] {
        let server = Server::playing(std::iter::repeat_n(trouble, 30)).await;
        assert!(server.client().management_units().await.is_err());
        assert_eq!(server.seen().len(), most);
    }
}

#[tokio::test]
async fn one_that_is_told_to_wait_too_long_fails_at_once() {
    let server = Server::playing([throttle("3600"), good()]).await;
    let error = server.client().management_units().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::RateLimited, Some(429)));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn one_throttled_call_holds_back_all_calls_of_the_client() {
    let server = Server::playing([throttle("1"), good(), good()]).await;
    let client = server.client();
    assert_eq!(client.paused_until(), None);
    let started = Instant::now();
    let (one, other) = tokio::join!(client.management_units(), async {
        while client.paused_until().is_none() {
            tokio::task::yield_now().await;
        }
        client.hris_integrations().await
    });
    assert!(one.is_ok() && other.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.seen().len(), 3);
    assert_eq!(client.paused_until(), None);
}

#[tokio::test]
async fn a_used_up_limit_is_waited_out_before_it_is_refused() {
    let counted = |count: &str, reset: &str| {
        good()
            .with("inin-ratelimit-count", count)
            .with("inin-ratelimit-allowed", "180")
            .with("inin-ratelimit-reset", reset)
    };
    let server =
        Server::playing([counted("179", "60"), counted("180", "1"), counted("1", "60")]).await;
    let client = server.client();
    client.management_units().await.unwrap();
    assert_eq!(client.paused_until(), None, "one is left");
    client.management_units().await.unwrap();
    let until = client.paused_until().unwrap();
    client.management_units().await.unwrap();
    assert!(Instant::now() >= until);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn an_absurd_reset_does_not_silence_the_client_for_hours() {
    let used_up = good()
        .with("inin-ratelimit-count", "9")
        .with("inin-ratelimit-allowed", "9")
        .with("inin-ratelimit-reset", "99999999999999999999");
    let server = Server::playing([used_up]).await;
    let client = server.client();
    client.management_units().await.unwrap();
    let longest = Instant::now() + Limits::default().longest_pause;
    assert!(client.paused_until().unwrap() <= longest);
}

#[tokio::test]
async fn a_try_that_takes_too_long_is_given_up_for_another() {
    let server = Server::playing([Reply::Silence, good(), good()]).await;
    let limits = Limits { try_timeout: Duration::from_millis(200), ..Limits::default() };
    server.client_with(limits).management_units().await.unwrap();
    assert!(server.seen().len() > 1);
}
