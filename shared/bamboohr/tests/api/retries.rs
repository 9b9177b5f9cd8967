//! Tries, pauses and deadlines.

use std::time::Duration;

use bamboohr::{CallStatistics, Change, Effect, ErrorKind};
use serde_json::json;
use tokio::time::Instant;

use crate::script::{Reply, Server, client_of, request_id, soon};

fn good() -> Reply {
    Reply::json(200, &json!({ "timeOffTypes": [] }))
}

fn throttle(retry_after: &str) -> Reply {
    Reply::empty_html(429).with("Retry-After", retry_after)
}

#[tokio::test]
async fn a_read_is_tried_again_after_passing_trouble() {
    let broken = Reply::BreakOff { status: 200, headers: Vec::new() };
    let error_inside = Reply::json(
        200,
        &json!({ "error": { "code": 429, "message": "try again in 60 seconds" } }),
    );
    let passing = [408, 429, 502, 503, 504, 598].map(Reply::empty_html);
    for trouble in passing.into_iter().chain([Reply::Close, broken, error_inside]) {
        let server = Server::playing([trouble.clone(), good()]).await;
        let api = server.api();
        assert!(api.time_off_types().await.is_ok(), "{trouble:?}");
        assert_eq!(server.seen().len(), 2, "{trouble:?}");
        let CallStatistics { calls, retries, .. } = api.statistics();
        assert_eq!((calls, retries), (2, 1));
    }
}

#[tokio::test]
async fn a_read_is_not_tried_again_when_that_cannot_help() {
    for status in [400, 401, 403, 404, 406, 409, 410, 422, 500] {
        let server = Server::playing([Reply::empty_html(status), good()]).await;
        assert!(server.api().time_off_types().await.is_err());
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_read_is_tried_four_times_at_most() {
    for trouble in [Reply::empty_html(503), Reply::Close] {
        let server = Server::playing(std::iter::repeat_n(trouble, 10)).await;
        assert!(server.api().time_off_types().await.is_err());
        assert_eq!(server.seen().len(), 4);
    }
}

#[tokio::test]
async fn a_date_to_wait_for_is_understood() {
    let dated = Reply::empty_html(503)
        .with("Date", "Sun, 01 Nov 2026 10:00:00 GMT")
        .with("Retry-After", "Sun, 01 Nov 2026 10:05:00 GMT");
    let server = Server::playing([dated, good()]).await;
    let error = server.api().time_off_types().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after()),
        (&ErrorKind::Unavailable, Some(Duration::from_secs(300)))
    );
    assert_eq!(server.seen().len(), 1, "there was no time to wait that long");
}

#[tokio::test]
async fn one_that_is_told_to_wait_beyond_its_deadline_fails_at_once() {
    let server = Server::playing([throttle("3600"), good()]).await;
    let api = server.api();
    let error = api.time_off_types().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (&ErrorKind::RateLimited, Some(429)));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(Instant::now() < api.deadline());
    assert_eq!(server.seen().len(), 1);
    assert_eq!(api.statistics().throttles, 1);
}

#[tokio::test]
async fn one_throttled_call_holds_back_all_calls_of_the_client() {
    let server = Server::playing([throttle("60")]).await;
    let client = server.client();
    assert!(client.api(soon()).time_off_types().await.is_err());

    let other = client.clone().api(soon());
    let error = other.time_off_types().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.effect()),
        (&ErrorKind::RateLimited, None, Effect::None)
    );
    assert!(error.retry_after().unwrap() > Duration::from_secs(30));

    let error = other.change_status(request_id(1), Change::Cancel, None).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.effect()),
        (&ErrorKind::RateLimited, None, Effect::None)
    );
    assert_eq!(server.seen().len(), 1);
    assert_eq!(other.statistics(), CallStatistics::default());
}

#[tokio::test]
async fn calls_go_on_once_the_pause_is_over() {
    let server = Server::playing([throttle("1"), good(), good()]).await;
    let client = server.client();
    let (one, other) = (client.api(soon()), client.api(soon()));
    let (one, other) = tokio::join!(one.time_off_types(), async {
        while server.seen().is_empty() {
            tokio::task::yield_now().await;
        }
        other.time_off_types().await
    });
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_write_that_is_throttled_holds_back_the_reads() {
    let server = Server::playing([throttle("60")]).await;
    let api = server.api();
    assert!(api.change_status(request_id(1), Change::Cancel, None).await.is_err());
    assert_eq!(api.time_off_types().await.unwrap_err().kind(), &ErrorKind::RateLimited);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_try_that_takes_too_long_is_given_up_for_another() {
    let server = Server::playing([Reply::Silence, good(), good(), good()]).await;
    let api = client_of(&server.url, Duration::from_millis(200)).api(soon());
    assert!(api.time_off_types().await.is_ok());
    assert!(api.statistics().retries > 0);
}

#[tokio::test]
async fn nothing_lasts_beyond_the_deadline() {
    let server = Server::playing([Reply::Silence]).await;
    let client = server.client();
    let deadline = Instant::now() + Duration::from_millis(100);
    let api = client.api(soon()).until(deadline);
    let error = api.time_off_types().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::DeadlineExceeded);
    assert_eq!(api.until(soon()).deadline(), deadline, "a deadline is never moved away");

    let error = api.time_off_types().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::DeadlineExceeded);
    assert_eq!(api.statistics().calls, 1, "nothing is sent after it");
}

#[tokio::test]
async fn clones_count_into_the_same_statistics() {
    let server = Server::playing([good(), Reply::empty_html(503), good()]).await;
    let api = server.api();
    api.clone().time_off_types().await.unwrap();
    api.until(soon()).time_off_types().await.unwrap();
    let statistics = api.statistics();
    assert_eq!((statistics.calls, statistics.retries, statistics.throttles), (3, 1, 0));
    assert!(statistics.time > Duration::ZERO);
    assert_eq!(
        server.client().api(soon()).statistics(),
        CallStatistics::default(),
        "another piece of work has its own"
    );
}
