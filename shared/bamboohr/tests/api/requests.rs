//! Time-off requests, as BambooHR lists them.

use bamboohr::{Actions, Request, Status, TimeOff, Unit};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::script::{Reply, Server, decimal, employee_id, request_id, type_id};

/// A row as BambooHR sent it in 2026, with some of its fields replaced.
pub(crate) fn row(changes: Value) -> Value {
    let mut row = json!({
        "id": "1659", "employeeId": "452", "name": "Ann Example", "start": "2026-06-15", "end": "2026-06-16", "created": "2026-05-29",
        "status": { "status": "approved", "lastChanged": "2026-05-29", "lastChangedByUserId": "2385" },
        "type": { "id": "77", "name": "Vacation", "icon": "palm-trees" },
        "amount": { "unit": "hours", "amount": "16" },
        "actions": { "view": true, "edit": true, "cancel": false, "approve": false, "deny": false, "bypass": false },
        "dates": { "2026-06-15": "16", "2026-06-16": "0" },
        "notes": { "employee": "to the sea" },
    });
    for (name, value) in changes.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

pub(crate) async fn read(rows: Value) -> Result<Vec<Request>, bamboohr::Error> {
    let server = Server::playing([Reply::json(200, &rows)]).await;
    server.api().requests(employee_id(452), date(2026, 6, 1), date(2026, 6, 30)).await
}

pub(crate) async fn read_one(changes: Value) -> Request {
    read(json!([row(changes)])).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_request_is_read_as_recorded() {
    let request = read_one(json!({})).await;
    assert_eq!(
        (request.id, request.employee_id, request.status),
        (request_id(1659), employee_id(452), Status::Approved)
    );
    assert_eq!(request.changed, Some(date(2026, 5, 29)));
    assert_eq!((request.start, request.end), (date(2026, 6, 15), date(2026, 6, 16)));
    let days = [(date(2026, 6, 15), decimal("16")), (date(2026, 6, 16), decimal("0"))];
    assert_eq!(
        request.time_off,
        Ok(TimeOff {
            type_id: type_id(77),
            unit: Unit::Hours,
            amount: decimal("16"),
            days: days.into(),
        })
    );
    assert_eq!(
        (request.employee_note.as_deref(), request.manager_note),
        (Some("to the sea"), None)
    );
    let no = Some(false);
    assert_eq!(
        request.actions,
        Actions { edit: Some(true), cancel: no, approve: no, deny: no, bypass: no }
    );
}

#[tokio::test]
async fn ids_and_amounts_may_be_numbers() {
    let request =
        read_one(json!({ "id": 1659, "employeeId": 452, "type": { "id": 77 }, "amount": { "unit": "days", "amount": 1.5 }, "dates": { "2026-06-15": 1.5 } }))
            .await;
    let time_off = request.time_off.unwrap();
    assert_eq!(
        (request.id, time_off.amount, time_off.unit),
        (request_id(1659), decimal("1.5"), Unit::Days)
    );
    assert_eq!(time_off.days.get(&date(2026, 6, 15)), Some(&decimal("1.5")));
}

#[tokio::test]
async fn fields_without_entries_may_be_empty_arrays_or_absent() {
    let bare = json!([{
        "id": "1", "employeeId": "452", "start": "2026-06-15", "end": "2026-06-15", "status": { "status": "requested" },
        "type": { "id": "77" }, "amount": { "unit": "hours", "amount": "0" }, "dates": {},
    }]);
    let request = read(bare).await.unwrap().remove(0);
    assert!(request.time_off.unwrap().days.is_empty());
    assert_eq!((request.actions, request.employee_note), (Actions::default(), None));

    let request = read_one(json!({ "dates": [], "actions": [] })).await;
    assert!(request.time_off.unwrap().days.is_empty());
    assert_eq!(request.actions, Actions::default());
}

#[tokio::test]
async fn every_spelling_of_a_status_is_known_and_others_are_kept() {
    for (text, status) in [
        ("requested", Status::Requested),
        ("REQUESTED", Status::Requested),
        ("approved", Status::Approved),
        ("denied", Status::Denied),
        ("declined", Status::Denied),
        ("canceled", Status::Canceled),
        ("cancelled", Status::Canceled),
        ("superceded", Status::Superseded),
        ("superseded", Status::Superseded),
        ("On Hold", Status::Other("On Hold".into())),
    ] {
        assert_eq!(
            read_one(json!({ "status": { "status": text } })).await.status,
            status,
            "{text}"
        );
    }
}

#[tokio::test]
async fn rows_of_other_employees_are_dropped() {
    let requests =
        read(json!([row(json!({ "employeeId": "4", "id": "1" })), row(json!({ "id": "2" }))]))
            .await
            .unwrap();
    assert_eq!(requests.iter().map(|request| request.id).collect::<Vec<_>>(), [request_id(2)]);
}

#[tokio::test]
async fn answers_may_come_in_chunks() {
    let rows = json!([row(json!({}))]).to_string();
    let server = Server::playing([Reply::chunked(&rows), Reply::chunked("[]")]).await;
    let api = server.api();
    let june = (date(2026, 6, 1), date(2026, 6, 30));
    assert_eq!(api.requests(employee_id(452), june.0, june.1).await.unwrap().len(), 1);
    assert_eq!(api.requests(employee_id(452), june.0, june.1).await.unwrap(), []);
}

#[tokio::test]
async fn one_request_is_found_by_its_id_and_nothing_else_is_taken_for_it() {
    let server = Server::playing([
        Reply::json(200, &json!([row(json!({ "id": "7" })), row(json!({}))])),
        Reply::json(200, &json!([row(json!({ "id": "7" }))])),
        Reply::json(200, &json!([])),
    ])
    .await;
    let api = server.api();
    assert_eq!(api.request(request_id(1659)).await.unwrap().unwrap().id, request_id(1659));
    assert_eq!(api.request(request_id(1659)).await.unwrap(), None);
    assert_eq!(api.request(request_id(1659)).await.unwrap(), None);
    let seen = &server.seen()[0];
    assert_eq!(seen.path, "/api/v1/time_off/requests");
    assert_eq!(
        seen.query,
        [
            ("id".into(), "1659".into()),
            ("start".into(), "1900-01-01".into()),
            ("end".into(), "2100-12-31".into())
        ]
    );
}

#[tokio::test]
async fn the_requests_of_an_employee_are_asked_for_with_every_status() {
    let server = Server::playing([Reply::json(200, &json!([]))]).await;
    server.api().requests(employee_id(452), date(2026, 6, 1), date(2026, 6, 30)).await.unwrap();
    let query = [
        ("employeeId".into(), "452".into()),
        ("start".into(), "2026-06-01".into()),
        ("end".into(), "2026-06-30".into()),
    ];
    assert_eq!(server.only().query, query);
}

#[tokio::test]
async fn a_path_before_the_api_is_kept() {
    let server = Server::playing([Reply::json(200, &json!([]))]).await;
    let client = crate::script::client_of(
        &format!("{}/hr/", server.url),
        std::time::Duration::from_secs(10),
    );
    client.api(crate::script::soon()).request(request_id(1)).await.unwrap();
    assert_eq!(server.only().path, "/hr/api/v1/time_off/requests");
}
#[tokio::test]
async fn notes_come_in_many_shapes() {
    let notes = |notes: Value| async move {
        let request = read_one(json!({ "notes": notes })).await;
        (request.employee_note, request.manager_note)
    };
    for nothing in [json!([]), json!({}), json!(null), json!({ "employee": "", "manager": null })] {
        assert_eq!(notes(nothing).await, (None, None));
    }
    let both = (Some(" quotes \" and\nlines ".to_owned()), Some("fine".to_owned()));
    assert_eq!(
        notes(json!({ "employee": " quotes \" and\nlines ", "manager": "fine" })).await,
        both
    );
    assert_eq!(notes(json!([{ "from": "manager", "note": "fine" }, { "from": "employee", "note": " quotes \" and\nlines " }])).await, both);
}
