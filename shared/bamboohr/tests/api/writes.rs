//! Creating requests and changing their status: what is sent, and what is known when it fails.

use std::collections::BTreeMap;
use std::time::Duration;

use bamboohr::{
    Api, Change, Created, Effect, Error, ErrorKind, NewRequest, NewStatus, TimeOffTypeId,
};
use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::json;
use tokio::time::Instant;

use crate::script::{KEY, Reply, Server, client_of, employee_id, request_id, soon};

const LOCATION: &str =
    "https://api.bamboohr.com/api/gateway.php/acme/v1/employees/452/time_off/request/1679";

fn new_request() -> NewRequest {
    NewRequest {
        status: NewStatus::Requested,
        start: date(2026, 12, 1),
        end: date(2026, 12, 3),
        type_id: TimeOffTypeId::new(83).unwrap(),
        days: BTreeMap::from([
            (date(2026, 12, 1), Decimal::new(15000, 4)),
            (date(2026, 12, 3), Decimal::new(3333, 4)),
        ]),
        employee_note: Some("\"quotes\"\nand ü [tb:0123]".into()),
        previous: None,
    }
}

async fn create(api: &Api) -> Result<Created, Error> {
    api.create_request(employee_id(452), &new_request()).await
}

async fn created(reply: Reply) -> Result<Created, Error> {
    create(&Server::playing([reply]).await.api()).await
}

#[tokio::test]
async fn a_request_is_created_with_every_day_in_it() {
    let server = Server::playing([Reply::json(201, &json!({ "id": "1679" }))]).await;
    assert_eq!(
        create(&server.api()).await.unwrap(),
        Created { id: request_id(1679), request: None }
    );
    let seen = server.only();
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("PUT", "/api/v1/employees/452/time_off/request")
    );
    assert_eq!(
        (seen.header("content-type"), seen.header("accept")),
        (Some("application/json"), Some("application/json"))
    );
    assert_eq!(
        seen.body,
        concat!(
            r#"{"status":"requested","start":"2026-12-01","end":"2026-12-03","timeOffTypeId":83,"amount":1.8333,"#,
            r#""dates":[{"ymd":"2026-12-01","amount":1.5},{"ymd":"2026-12-02","amount":0},{"ymd":"2026-12-03","amount":0.3333}],"#,
            r#""notes":[{"from":"employee","note":"\"quotes\"\nand ü [tb:0123]"}]}"#
        )
    );
}

#[tokio::test]
async fn a_request_may_take_the_place_of_another() {
    let server = Server::playing([Reply::json(201, &json!({ "id": 1680 }))]).await;
    let new = NewRequest {
        status: NewStatus::Approved,
        employee_note: None,
        previous: Some(request_id(1679)),
        ..new_request()
    };
    server.api().create_request(employee_id(452), &new).await.unwrap();
    let sent = server.only().json();
    assert_eq!(
        (&sent["status"], &sent["previousRequest"], sent.get("notes")),
        (&json!("approved"), &json!(1679), None)
    );
}

#[tokio::test]
async fn the_new_id_is_read_from_wherever_it_is() {
    let with_location = |reply: Reply| reply.with("Location", LOCATION);
    for reply in [
        Reply::json(201, &json!({ "id": 1679 })),
        Reply::json(200, &json!({ "id": "1679", "comments": [] })),
        with_location(Reply::empty_html(201)),
        with_location(Reply::html(201, "<request/>")),
        with_location(Reply::json(201, &json!([]))),
        // The body breaks off, but the id was in the headers before it.
        with_location(Reply::BreakOff { status: 201, headers: Vec::new() }),
        Reply::empty_html(201).with("location", "/api/v1/employees/452/time_off/request/1679/?x=1"),
    ] {
        assert_eq!(created(reply.clone()).await.unwrap().id, request_id(1679), "{reply:?}");
    }
}

#[tokio::test]
async fn the_created_record_is_handed_on() {
    let record = json!({
        "id": "1679", "employeeId": "452", "start": "2026-12-01", "end": "2026-12-03", "created": "2026-11-02",
        "status": { "status": "requested", "lastChanged": "2026-11-02 08:15:00", "lastChangedByUserId": 2385 },
        "type": { "id": "83", "name": "Sick" }, "amount": { "unit": "hours", "amount": "1.8333" },
        "dates": { "2026-12-01": "1.5" }, "notes": [], "comments": [], "usedYearToDate": 184, "balanceOnDateOfRequest": -32.4,
    });
    let request = created(Reply::json(201, &record)).await.unwrap().request.unwrap();
    assert_eq!(
        (request.id, request.time_off.unwrap().amount),
        (request_id(1679), Decimal::new(18333, 4))
    );
}

#[tokio::test]
async fn a_success_without_an_id_may_have_created_something() {
    for reply in [
        Reply::empty_html(201),
        Reply::json(201, &json!({ "id": 0 })),
        Reply::json(201, &json!({ "error": { "code": "BadRequest", "message": "no" } })),
        Reply::html(200, "<html>Sign in</html>"),
        Reply::empty_html(201).with("location", "/api/v1/employees/452/time_off/request/"),
    ] {
        let error = created(reply.clone()).await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{reply:?}");
    }
}

#[tokio::test]
async fn a_write_is_sent_once_and_says_whether_it_may_have_happened() {
    let broken = |status| Reply::BreakOff { status, headers: Vec::new() };
    for (reply, kind, effect) in [
        (Reply::empty_html(400), ErrorKind::Rejected, Effect::None),
        (Reply::empty_html(401), ErrorKind::Unauthorized, Effect::None),
        (Reply::empty_html(403), ErrorKind::Forbidden, Effect::None),
        (Reply::empty_html(404), ErrorKind::NotFound, Effect::None),
        (Reply::empty_html(408), ErrorKind::Unavailable, Effect::Unknown),
        (Reply::empty_html(409), ErrorKind::Conflict, Effect::None),
        (Reply::empty_html(422), ErrorKind::Rejected, Effect::None),
        (Reply::empty_html(429), ErrorKind::RateLimited, Effect::None),
        (Reply::empty_html(500), ErrorKind::Unavailable, Effect::Unknown),
        (Reply::empty_html(502), ErrorKind::Unavailable, Effect::Unknown),
        (Reply::empty_html(503), ErrorKind::Unavailable, Effect::Unknown),
        (Reply::empty_html(504), ErrorKind::Unavailable, Effect::Unknown),
        (Reply::Close, ErrorKind::Transport, Effect::Unknown),
        (broken(200), ErrorKind::Transport, Effect::Unknown),
        (broken(403), ErrorKind::Forbidden, Effect::None),
    ] {
        let server = Server::playing([reply.clone(), Reply::empty_html(200)]).await;
        let error = create(&server.api()).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (&kind, effect), "create: {reply:?}");
        assert_eq!(server.seen().len(), 1, "create: {reply:?}");

        let server = Server::playing([reply.clone(), Reply::empty_html(200)]).await;
        let error =
            server.api().change_status(request_id(1679), Change::Approve, None).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (&kind, effect), "change: {reply:?}");
        assert_eq!(server.seen().len(), 1, "change: {reply:?}");
    }
}

#[tokio::test]
async fn a_connection_that_was_never_made_has_no_effect() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = create(&client_of(&url, Duration::from_secs(5)).api(soon())).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), error.status()),
        (&ErrorKind::Transport, Effect::None, None)
    );
}

#[tokio::test]
async fn a_write_without_an_answer_in_time_may_have_happened() {
    let server = Server::playing([Reply::Silence, Reply::Silence]).await;
    let error =
        create(&client_of(&server.url, Duration::from_millis(100)).api(soon())).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (&ErrorKind::Transport, Effect::Unknown));

    let api = server.client().api(Instant::now() + Duration::from_millis(100));
    let error = create(&api).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (&ErrorKind::DeadlineExceeded, Effect::Unknown));

    let error = create(&api).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (&ErrorKind::DeadlineExceeded, Effect::None));
    assert_eq!(api.statistics().calls, 1, "nothing was sent any more");
}

#[tokio::test]
async fn a_connection_that_the_server_ended_costs_no_write() {
    let server = Server::playing([
        Reply::empty_html(200).with("connection", "close"),
        Reply::json(201, &json!({ "id": 1679 })),
    ])
    .await;
    let api = server.api();
    api.change_status(request_id(1), Change::Cancel, None).await.unwrap();
    assert_eq!(create(&api).await.unwrap().id, request_id(1679));
}

#[tokio::test]
async fn a_status_is_changed_by_an_empty_answer() {
    for (change, status) in
        [(Change::Approve, "approved"), (Change::Deny, "denied"), (Change::Cancel, "canceled")]
    {
        let server = Server::playing([Reply::empty_html(200)]).await;
        server.api().change_status(request_id(1679), change, None).await.unwrap();
        let seen = server.only();
        assert_eq!(
            (seen.method.as_str(), seen.path.as_str()),
            ("PUT", "/api/v1/time_off/requests/1679/status")
        );
        assert_eq!(seen.json(), json!({ "status": status }));
    }
    let server = Server::playing([Reply::html(200, " \n")]).await;
    server.api().change_status(request_id(1679), Change::Deny, Some("No cover")).await.unwrap();
    assert_eq!(server.only().json(), json!({ "status": "denied", "note": "No cover" }));
}

#[tokio::test]
async fn a_page_for_people_is_no_answer_to_a_change() {
    let server = Server::playing([Reply::html(200, "<html>Sign in</html>")]).await;
    let error =
        server.api().change_status(request_id(1679), Change::Cancel, None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (&ErrorKind::BadResponse, Effect::Unknown));
}

#[tokio::test]
async fn a_note_does_not_come_back_in_an_error() {
    let quoting = Reply::empty_html(400)
        .with("x-bamboohr-error-message", "The note '\"quotes\" and u [tb:0123]' is too long");
    let error = created(quoting).await.unwrap_err();
    assert_eq!(error.message(), Some("The note '…u…' is too long"));
}

#[test]
fn what_is_personal_is_not_shown_by_debug() {
    let client = client_of("http://127.0.0.1:1", Duration::from_secs(1));
    let shown = format!("{:?} {:?} {:?}", new_request(), client, client.api(Instant::now()));
    assert!(!shown.contains("quotes") && !shown.contains(KEY), "{shown}");
}
