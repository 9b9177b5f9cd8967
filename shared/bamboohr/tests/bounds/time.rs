//! Answers that never end, and never begin.

use std::time::Duration;

use bamboohr::{Endpoint, ErrorKind};
use tokio::time::Instant;

use crate::server::{Reply, api, serve};

const BUDGET: Duration = Duration::from_millis(500);

/// What a busy machine may add.
const GRACE: Duration = Duration::from_millis(1_500);

async fn kind_of(reply: Reply) -> ErrorKind {
    let url = serve(move |_| reply.clone());
    let began = Instant::now();
    let error = api(&url, BUDGET).time_off_types().await.unwrap_err();
    assert!(began.elapsed() < BUDGET + GRACE, "{:?}: {error}", began.elapsed());
    assert_eq!(error.endpoint(), Endpoint::TimeOffTypes);
    error.kind().clone()
}

#[tokio::test]
async fn interim_answers_without_end_last_until_the_deadline() {
    for interim in [
        "HTTP/1.1 103 Early Hints\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
    ] {
        for at_once in [1, 4_000] {
            let then_for_ever = interim.repeat(at_once).into();
            let kind = kind_of(Reply { then_for_ever, ..Reply::default() }).await;
            assert_eq!(kind, ErrorKind::DeadlineExceeded, "{interim:?}");
        }
    }
}

#[tokio::test]
async fn headers_without_end_are_given_up() {
    for header in ["x-more: 1\r\n", "x"] {
        let kind = kind_of(Reply {
            first: b"HTTP/1.1 200 OK\r\n".to_vec(),
            then_for_ever: header.repeat(1_000).into(),
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
    reply.first = b"HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n".to_vec();
    reply.then_for_ever = vec![b' '; 10_000];
    assert_eq!(kind_of(reply).await, ErrorKind::BadResponse);
    let mut reply = Reply::endless("", &" ".repeat(10_000));
    reply.first = String::from_utf8(reply.first).unwrap().replace("200", "400").into();
    assert_eq!(kind_of(reply).await, ErrorKind::Rejected, "the status says enough");
}
