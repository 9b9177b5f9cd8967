//! Answers that are too large, packed, without end, or never begin.

use std::io::Read as _;
use std::time::Duration;

use bamboohr_simulator::{Action, Fault, Matcher, Operation, RefusalPlace};
use flate2::read::GzDecoder;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::caller::Caller;

const TYPES: &str = "/api/v1/meta/time_off/types";
const MEGABYTE: u64 = 1 << 20;

#[tokio::test]
async fn a_padded_answer_is_right_and_as_large_as_asked() {
    let caller = Caller::small().await;
    let plain = caller.get(TYPES).await;
    caller.sim.fault(Fault::once(Operation::Types, Action::Padded { bytes: 3 * MEGABYTE + 5 }));
    let padded = caller.get(TYPES).await;
    assert_eq!(padded.json(), plain.json());
    assert_eq!(padded.body.len(), plain.body.len() + 3 * 1024 * 1024 + 5);
}

#[tokio::test]
async fn a_compressed_answer_is_small_on_the_wire_and_huge_when_unpacked() {
    let caller = Caller::small().await;
    let plain = caller.get(TYPES).await;
    caller.sim.fault(Fault::once(Operation::Types, Action::Compressed { bytes: 8 * MEGABYTE }));
    let response = caller.call(Method::GET, TYPES).send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let packed = response.bytes().await.unwrap();
    assert!(packed.len() < 64 * 1024, "{} bytes", packed.len());
    let mut unpacked = String::new();
    GzDecoder::new(packed.as_ref()).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked.len(), plain.body.len() + 8 * 1024 * 1024);
    assert_eq!(serde_json::from_str::<Value>(&unpacked).unwrap(), plain.json());
}

#[tokio::test]
async fn an_endless_answer_goes_on_until_the_caller_has_enough() {
    let caller = Caller::small().await;
    caller.sim.fault(Fault::always(Operation::Types, Action::Endless));
    let mut response = caller.call(Method::GET, TYPES).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let mut seen = 0;
    while seen < 16 * 1024 * 1024 {
        seen += response.chunk().await.unwrap().unwrap().len();
    }
    drop(response);
    caller.sim.clear_faults();
    assert_eq!(caller.get(TYPES).await.status, 200, "others are served meanwhile");
}

/// What the simulator sends to a bare `GET` of the types, at least so many bytes of it.
async fn raw(caller: &Caller, at_least: usize) -> (String, TcpStream) {
    let mut stream =
        TcpStream::connect(caller.sim.url().trim_start_matches("http://")).await.unwrap();
    stream
        .write_all(
            format!(
                "GET {TYPES} HTTP/1.1\r\nhost: localhost\r\n\
            authorization: Basic c2ltdWxhdG9yLWtleTp4\r\naccept: application/json\r\n\r\n"
            )
            .as_bytes(),
        )
        .await
        .unwrap();
    let mut seen = Vec::new();
    while seen.len() < at_least {
        assert!(stream.read_buf(&mut seen).await.unwrap() > 0, "closed early");
    }
    (String::from_utf8(seen).unwrap(), stream)
}

#[tokio::test]
async fn interim_answers_come_before_the_answer_or_for_ever() {
    let caller = Caller::small().await;
    let interim = |times| Fault::once(Operation::Types, Action::Interim { times, every_ms: 0 });
    caller.sim.fault(interim(Some(3)));
    let (seen, _open) = raw(&caller, 800).await;
    assert_eq!(seen.matches("HTTP/1.1 103 Early Hints\r\n").count(), 3, "{seen}");
    assert_eq!(seen.matches("HTTP/1.1 200 OK\r\n").count(), 1, "{seen}");
    caller.sim.fault(interim(Some(3)));
    assert_eq!(caller.get(TYPES).await.status, 200, "a client reads over them");

    caller.sim.fault(interim(None));
    let (seen, stream) = raw(&caller, 64 * 1024).await;
    assert!(!seen.contains("200 OK") && seen.starts_with("HTTP/1.1 103"));
    drop(stream);
    assert_eq!(caller.get(TYPES).await.status, 200, "others are served meanwhile");
}

#[tokio::test]
async fn a_simulator_that_is_dropped_ends_what_has_no_end() {
    for action in [Action::Endless, Action::Interim { times: None, every_ms: 0 }] {
        let caller = Caller::small().await;
        caller.sim.fault(Fault::always(Operation::Types, action));
        let (_, mut stream) = raw(&caller, 4 * 1024).await;
        drop(caller);
        let mut rest = Vec::new();
        let ended = timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "still sending");
    }
}

/// Walks the pages of ten, at most so many; the numbers of rows, and the total that was told.
async fn walk(caller: &Caller, at_most: usize) -> (Vec<usize>, Value) {
    let mut path = "/api/v1/employees?page[limit]=10&filter[status]=active".to_owned();
    let mut sizes = Vec::new();
    let mut total = Value::Null;
    while sizes.len() < at_most {
        let page = caller.get(&path).await.json();
        sizes.push(page["data"].as_array().unwrap().len());
        total = page["meta"]["total"].clone();
        let Some(next) = page["_links"]["next"]["href"].as_str() else { break };
        path = next.strip_prefix(caller.sim.url()).unwrap().to_owned();
    }
    (sizes, total)
}

#[tokio::test]
async fn pages_without_end_and_a_cursor_on_the_last_page() {
    let caller = Caller::small().await;
    assert_eq!(walk(&caller, 20).await, (vec![10, 10, 10, 7], json!(37)));
    caller.sim.fault(Fault::always(Operation::Employees, Action::CursorOnLastPage));
    assert_eq!(walk(&caller, 20).await, (vec![10, 10, 10, 7, 0], json!(37)));
    for total in [None, Some(1_000_000)] {
        caller.sim.clear_faults();
        caller.sim.fault(Fault::always(Operation::Employees, Action::EndlessPages { total }));
        let (sizes, told) = walk(&caller, 20).await;
        assert_eq!(sizes.len(), 20);
        assert_eq!(told, json!(total.unwrap_or(37)));
    }
}

#[tokio::test]
async fn a_refusal_can_name_a_person_and_a_balance() {
    let text = "Ada Example-Person <ada%40example.com> has 12.5 hours left (Grün)";
    let caller = Caller::small().await;
    let body = json!({"status": "approved", "start": "2026-12-01", "end": "2026-12-01", "timeOffTypeId": 83, "amount": 8});
    let refuse = |place| {
        let action = Action::Refuse { status: 400, text: text.to_owned(), place };
        Fault::new(Matcher::on(Operation::Create).employee(452).times(1), action)
    };
    caller.sim.fault(refuse(RefusalPlace::Header));
    let answer = caller.create(452, &body).await;
    let header = answer.headers["x-bamboohr-error-message"].as_bytes();
    assert_eq!(String::from_utf8_lossy(header), format!("{text}, {text}"));
    assert_eq!((answer.status, answer.body.as_str()), (400, ""));
    caller.sim.fault(refuse(RefusalPlace::Problem));
    let answer = caller.create(452, &body).await;
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.json()["detail"], text);
    caller.sim.fault(refuse(RefusalPlace::ErrorObject));
    assert_eq!(caller.create(452, &body).await.json()["error"]["message"], text);
    assert_eq!(caller.sim.requests(452), []);
}
