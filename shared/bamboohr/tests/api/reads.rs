//! Types, balances and requests, in every shape that BambooHR gives them.

use bamboohr::{
    Actions, Balance, ErrorKind, Policy, Request, Source, Status, TimeOff, Unit, Unreadable,
};
use jiff::civil::{Weekday, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::script::{Reply, Server, employee_id, request_id, type_id};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[tokio::test]
async fn every_call_carries_the_key_and_asks_for_json() {
    let server = Server::playing([Reply::json(200, &json!([]))]).await;
    server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
    let seen = server.only();
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("GET", "/api/v1/employees/452/time_off/calculator")
    );
    assert_eq!(seen.query, [("end".into(), "2026-12-01".into()), ("precision".into(), "4".into())]);
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert!(seen.header("user-agent").unwrap().starts_with("bamboohr-rust/"));
    // echo -n '0123456789abcdef0123456789abcdef01234567:x' | base64
    let basic = "Basic MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzp4";
    assert_eq!(seen.header("authorization"), Some(basic));
}

#[tokio::test]
async fn balances_are_read_from_strings_and_numbers() {
    let server = Server::playing([Reply::json(
        200,
        &json!([
            { "timeOffType": "78", "name": "Vacation", "units": "hours", "balance": "-26.36", "end": "2026-12-01", "policyType": "accruing", "usedYearToDate": "168.00" },
            { "timeOffType": 85, "name": "Days", "units": "days", "balance": 2.5, "policyType": "manual", "usedYearToDate": 4 },
            { "timeOffType": "90", "units": "Hours", "balance": "0.00", "policyType": "discretionary", "usedYearToDate": null },
            { "timeOffType": "91", "units": "hours", "balance": "1", "policyType": "quarterly" },
        ]),
    )])
    .await;
    let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
    let balances: Vec<Balance> =
        [78, 85, 90, 91].map(|id| listed.of(type_id(id)).unwrap().unwrap().clone()).into();
    let read: Vec<_> = balances
        .iter()
        .map(|balance| {
            (balance.type_id.get(), balance.unit, balance.balance, balance.used_year_to_date)
        })
        .collect();
    assert_eq!(
        read,
        [
            (78, Unit::Hours, decimal("-26.36"), Some(decimal("168.00"))),
            (85, Unit::Days, decimal("2.5"), Some(decimal("4"))),
            (90, Unit::Hours, decimal("0.00"), None),
            (91, Unit::Hours, decimal("1"), None),
        ]
    );
    let policies: Vec<_> = balances.into_iter().map(|balance| balance.policy).collect();
    assert_eq!(
        policies,
        [
            Policy::Accruing,
            Policy::Manual,
            Policy::Discretionary,
            Policy::Other("quarterly".into())
        ]
    );
}

#[tokio::test]
async fn types_come_with_the_hours_of_each_weekday() {
    let server = Server::playing([Reply::json(
        200,
        &json!({
            "timeOffTypes": [
                { "id": "78", "name": "Vacation", "units": "hours", "color": null, "icon": "palm", "source": "internal" },
                { "id": 85, "name": "Study", "units": "days", "source": "remote" },
                { "id": "90", "name": "Care", "units": "days" },
            ],
            "defaultHours": [
                { "name": "Saturday", "amount": "0" },
                { "name": "default", "amount": "8" },
                { "name": "Monday", "amount": 7.5 },
            ],
        }),
    )])
    .await;
    let answer = server.api().time_off_types().await.unwrap();
    assert_eq!(server.only().path, "/api/v1/meta/time_off/types");
    assert!(
        server.only().query.is_empty(),
        "`mode=request` would show what the key's owner may ask for"
    );
    let read: Vec<_> = answer
        .types
        .iter()
        .map(|one| (one.id.get(), one.name.as_str(), one.unit, one.source.clone()))
        .collect();
    assert_eq!(
        read,
        [
            (78, "Vacation", Unit::Hours, Source::Internal),
            (85, "Study", Unit::Days, Source::Remote),
            (90, "Care", Unit::Days, Source::Internal),
        ]
    );
    let hours = answer.default_hours;
    assert_eq!(hours.of_other_days(), Ok(Some(decimal("8"))));
    assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("7.5"))));
    assert_eq!(hours.on(Weekday::Saturday), Ok(Some(decimal("0"))));
    assert_eq!(hours.on(Weekday::Sunday), Ok(None));
}

#[tokio::test]
async fn default_hours_may_be_absent() {
    for body in [json!({ "timeOffTypes": [] }), json!({ "timeOffTypes": [], "defaultHours": null })]
    {
        let server = Server::playing([Reply::json(200, &body)]).await;
        assert_eq!(server.api().time_off_types().await.unwrap(), bamboohr::TimeOffTypes::default());
    }
}

/// A row as BambooHR sent it in 2026, with some of its fields replaced.
fn row(changes: Value) -> Value {
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

async fn read(rows: Value) -> Result<Vec<Request>, bamboohr::Error> {
    let server = Server::playing([Reply::json(200, &rows)]).await;
    server.api().requests(employee_id(452), date(2026, 6, 1), date(2026, 6, 30)).await
}

async fn read_one(changes: Value) -> Request {
    read(json!([row(changes)])).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_request_is_read_as_recorded() {
    let request = read_one(json!({})).await;
    assert_eq!(
        (request.id, request.employee_id, request.status),
        (request_id(1659), employee_id(452), Status::Approved)
    );
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
async fn a_row_without_what_every_request_needs_fails_the_list_and_is_named() {
    let odd = |field: &'static str| {
        let odd =
            [json!(null), json!(""), json!([]), json!({}), json!([1]), json!("secret"), json!(-1)];
        odd.map(move |value| (field, json!({ field: value })))
    };
    let rows = ["employeeId", "status", "start", "end"].into_iter().flat_map(odd);
    let more = [
        ("employeeId", json!({ "employeeId": 0 })),
        ("employeeId", json!({ "employeeId": "1e400" })),
        ("start", json!({ "start": "0000-00-00" })),
        ("end", json!({ "end": "2026-02-30" })),
        ("status", json!({ "status": { "status": null } })),
        ("status", json!({ "status": { "status": { "status": "secret" } } })),
    ];
    for (field, changes) in rows.chain(more) {
        let error = read(json!([row(json!({})), row(changes.clone())])).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::BadResponse, "{changes}");
        assert_eq!(
            error.record(),
            Some(&*Unreadable { id: request_id(1659), field }.to_string()),
            "{changes}"
        );
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
    for field in ["employeeId", "status", "start", "end"] {
        let mut absent = row(json!({}));
        absent.as_object_mut().unwrap().remove(field);
        let error = read(json!([absent])).await.unwrap_err();
        assert!(
            error
                .record()
                .unwrap()
                .contains(&format!("1659 cannot be read, because of its field {field}")),
            "{error}"
        );
    }
    for nameless in [
        json!("secret"),
        json!(null),
        json!(7),
        json!([]),
        row(json!({ "id": "secret" })),
        row(json!({ "id": 0 })),
    ] {
        let error = read(json!([row(json!({})), nameless])).await.unwrap_err();
        assert!(error.record().is_some() && !format!("{error:?}").contains("secret"), "{error:?}");
    }
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
