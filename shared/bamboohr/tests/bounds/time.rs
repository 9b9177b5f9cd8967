//! Answers that never end, and never begin.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bamboohr::{Endpoint, ErrorKind};

use crate::server::{Reply, api, serve};

const BUDGET: Duration = Duration::from_millis(500);

/// What a busy machine may add.
const GRACE: Duration = Duration::from_secs(5);

async fn kind_of(reply: Reply) -> ErrorKind {
    let url = serve(move |_| reply.clone());
    let began = Instant::now();
    let error = api(&url, BUDGET).time_off_types().await.unwrap_err();
    let took = began.elapsed();
    println!("{:?} after {took:?}", error.kind());
    assert!(took < BUDGET + GRACE, "{took:?}: {error}");
    assert_eq!(error.endpoint(), Endpoint::TimeOffTypes);
    error.kind().clone()
}

#[tokio::test]
async fn interim_answers_without_end_last_until_the_deadline() {
    for status in ["103 Early Hints", "100 Continue", "102 Processing"] {
        let then_for_ever = format!("HTTP/1.1 {status}\r\n\r\n").into();
        let kind = kind_of(Reply { then_for_ever, byte_by_byte: true, ..Reply::default() }).await;
        assert_eq!(kind, ErrorKind::DeadlineExceeded, "{status}");
    }
}

#[tokio::test]
async fn headers_without_end_are_given_up() {
    for header in ["x-more: 1\r\n", "x"] {
        let kind = kind_of(Reply {
            first: Arc::new(b"HTTP/1.1 200 OK\r\n".to_vec()),
            then_for_ever: header.repeat(1_000).into(),
            byte_by_byte: false,
        })
        .await;
        assert!(
            matches!(kind, ErrorKind::Transport | ErrorKind::DeadlineExceeded),
            "{header:?}: {kind:?}"
        );
    }
}

#[tokio::test]
async fn bodies_without_end_are_given_up() {
    for (begin, chunk) in [("", " "), ("[", "0,"), ("{\"timeOffTypes\":[", "{},"), ("\"", "\t")] {
        let kind = kind_of(Reply::endless(begin, &chunk.repeat(10_000))).await;
        assert_eq!(kind, ErrorKind::BadResponse, "{begin:?}");
    }
    let mut reply = Reply::whole("");
    reply.first = Arc::new(b"HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n".to_vec());
    reply.then_for_ever = vec![b' '; 10_000];
    assert_eq!(kind_of(reply).await, ErrorKind::BadResponse);
    let mut reply = Reply::endless("", &" ".repeat(10_000));
    let head = String::from_utf8_lossy(&reply.first).replace("200", "400");
    reply.first = Arc::new(head.into());
    assert_eq!(kind_of(reply).await, ErrorKind::Rejected, "the status says enough");
}
