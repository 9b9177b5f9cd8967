//! Types, balances and requests, in every shape that BambooHR gives them.

use bamboohr::{
    Actions, Balance, DefaultHours, ErrorKind, Policy, Request, Source, Status, TimeOff, Unit,
    Unreadable, UnreadableBalance, UnreadableHours, UnreadableType,
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

/// A row with one of its fields taken out, by a path such as `amount.unit`.
fn row_without(path: &str) -> Value {
    let mut row = row(json!({}));
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let parent = if parent.is_empty() { &mut row } else { &mut row[parent] };
    parent.as_object_mut().unwrap().remove(name).unwrap();
    row
}

#[tokio::test]
async fn what_is_taken_off_may_be_unreadable_and_stops_nothing() {
    let mut odd: Vec<(&str, Value)> = Vec::new();
    for value in [
        json!(null),
        json!(""),
        json!("secret"),
        json!([]),
        json!([1]),
        json!({}),
        json!(true),
        json!(-1),
        json!(1e30),
        json!("1,040"),
        json!("1e99"),
        json!("100000.1"),
    ] {
        let amount = json!({ "unit": "hours", "amount": value });
        odd.push(("amount.amount", json!({ "amount": amount })));
        let day = json!({ "2026-06-15": "16", "2026-06-16": value });
        odd.push(("dates", json!({ "dates": day })));
    }
    for value in [json!(null), json!(""), json!("weeks"), json!(8), json!([]), json!({})] {
        let amount = json!({ "unit": value, "amount": "16" });
        odd.push(("amount.unit", json!({ "amount": amount })));
        odd.push(("amount.unit", json!({ "amount": value })));
        odd.push(("type", json!({ "type": value })));
        odd.push(("type", json!({ "type": { "id": value } })));
    }
    odd.retain(|(field, row)| *field != "type" || row["type"]["id"] != json!(8));
    for id in [json!(0), json!(-1), json!(1.5), json!("secret"), json!("1".repeat(39))] {
        odd.push(("type", json!({ "type": { "id": id } })));
    }
    for dates in [
        json!(null),
        json!(""),
        json!("secret"),
        json!(8),
        json!([8]),
        json!({ "0000-00-00": "0" }),
        json!({ "2026-02-30": "8" }),
        json!({ "secret": "8" }),
    ] {
        odd.push(("dates", json!({ "dates": dates })));
    }
    let mut rows: Vec<(&str, Value)> =
        odd.into_iter().map(|(field, changes)| (field, row(changes))).collect();
    for path in ["type", "type.id", "amount", "amount.unit", "amount.amount", "dates"] {
        let field = match path {
            "type.id" => "type",
            "amount" => "amount.unit",
            path => path,
        };
        rows.push((field, row_without(path)));
    }
    for (field, odd) in rows {
        for status in ["approved", "requested", "canceled", "superceded"] {
            let mut odd = odd.clone();
            odd["status"]["status"] = json!(status);
            let requests = read(json!([odd, row(json!({ "id": 7 }))])).await.unwrap();
            let unreadable = Unreadable { id: request_id(1659), field };
            assert_eq!(requests[0].time_off, Err(unreadable), "{odd}");
            assert_eq!(requests[0].employee_note.as_deref(), Some("to the sea"));
            assert!(requests[1].time_off.is_ok());
            let error = bamboohr::Error::from(unreadable);
            assert_eq!(error.kind(), &ErrorKind::BadResponse);
            assert!(error.record().unwrap().contains("1659") && error.to_string().contains(field));
        }
    }
}

#[tokio::test]
async fn amounts_are_read_in_every_way_that_they_are_written() {
    for (text, wanted) in [
        (json!("1.0E-5"), "0.00001"),
        (json!("1,040.00"), "1040"),
        (json!(" 8.50 "), "8.5"),
        (json!(0), "0"),
        (json!("100000"), "100000"),
    ] {
        let changes = json!({
            "amount": { "unit": "hours", "amount": text },
            "dates": { "2026-06-15": text },
        });
        let time_off = read_one(changes).await.time_off.unwrap();
        assert_eq!(time_off.amount, decimal(wanted), "{text}");
        assert_eq!(time_off.days[&date(2026, 6, 15)], decimal(wanted), "{text}");
    }
}

#[tokio::test]
async fn a_note_that_is_no_note_is_none() {
    for nothing in [
        json!(""),
        json!("to the sea"),
        json!(7),
        json!(true),
        json!([1, null, "to the sea", []]),
        json!([{ "from": "director", "note": "to the sea" }, { "note": "to the sea" }, {}]),
        json!([{ "from": "employee" }, { "from": "employee", "note": null }]),
        json!({ "director": "to the sea" }),
        json!({ "employee": {}, "manager": [] }),
        json!({ "employee": null, "manager": "" }),
    ] {
        let request = read_one(json!({ "notes": nothing })).await;
        assert_eq!((request.employee_note, request.manager_note), (None, None), "{nothing}");
        assert!(request.time_off.is_ok());
    }
    let among = json!([null, { "from": "manager", "note": 5 }, { "from": "Employee", "note": "a\u{b}b\tc" }]);
    let request = read_one(json!({ "notes": among })).await;
    assert_eq!(request.employee_note.as_deref(), Some("a b c"));
    assert_eq!(request.manager_note.as_deref(), Some("5"));
    let mut absent = row(json!({}));
    absent.as_object_mut().unwrap().remove("notes");
    assert_eq!(read(json!([absent])).await.unwrap()[0].employee_note, None);
}

#[tokio::test]
async fn what_may_be_done_is_not_known_where_it_cannot_be_read() {
    for actions in
        [json!("all"), json!(null), json!([true]), json!({ "cancel": [], "edit": "maybe" })]
    {
        let request = read_one(json!({ "actions": actions })).await;
        assert_eq!(request.actions, Actions::default(), "{actions}");
    }
}

#[tokio::test]
async fn a_body_with_raw_control_characters_and_halves_of_characters_is_read() {
    let sound = json!([row(json!({ "notes": { "employee": "NOTE" } }))]).to_string();
    for (note, wanted) in [
        (b"a\tb\x0bc\x00".as_slice(), "a b c "),
        (br"Beach \ud83c".as_slice(), "Beach \u{fffd}"),
        (br"Beach \udfd6\n".as_slice(), "Beach \u{fffd}\n"),
        (b"Beach \xf0\x9f".as_slice(), "Beach ??"),
        ("Beach 🏖 ü".as_bytes(), "Beach 🏖 ü"),
        (br"Beach \ud83c\udfd6".as_slice(), "Beach 🏖"),
    ] {
        let (before, after) = sound.split_once("NOTE").unwrap();
        let body = [before.as_bytes(), note, after.as_bytes()].concat();
        let server = Server::playing([Reply::bytes(body)]).await;
        let request = server.api().request(request_id(1659)).await.unwrap().unwrap();
        assert_eq!(request.employee_note.as_deref(), Some(wanted));
    }
}

#[tokio::test]
async fn a_row_that_was_not_asked_for_need_not_be_readable() {
    let odd = json!({ "id": 9, "employeeId": 4, "status": null, "start": "0000-00-00" });
    let requests = read(json!([odd, row(json!({}))])).await.unwrap();
    assert_eq!(requests.len(), 1);
    let server = Server::playing([Reply::json(200, &json!([odd, row(json!({}))]))]).await;
    assert!(server.api().request(request_id(1659)).await.unwrap().is_some());
}

#[tokio::test]
async fn one_type_that_cannot_be_read_stops_no_other() {
    let sound = json!({ "id": "78", "name": "Vacation", "units": "hours", "source": "internal" });
    let mut odd: Vec<(Option<u64>, &str, Value)> = Vec::new();
    for units in [json!(null), json!(""), json!("weeks"), json!(8), json!([]), json!({})] {
        odd.push((Some(90), "units", json!({ "id": "90", "name": "Care", "units": units })));
    }
    for name in [json!(null), json!(""), json!(" "), json!([]), json!({})] {
        odd.push((Some(90), "name", json!({ "id": "90", "name": name, "units": "days" })));
    }
    for id in [json!(null), json!(""), json!("odd"), json!(0), json!(-1), json!([]), json!({})] {
        odd.push((None, "id", json!({ "id": id, "name": "Care", "units": "days" })));
    }
    for source in [json!([]), json!({}), json!(["remote"])] {
        let row = json!({ "id": 90, "name": "Care", "units": "days", "source": source });
        odd.push((Some(90), "source", row));
    }
    odd.push((Some(90), "units", json!({ "id": "90", "name": "Care" })));
    odd.push((Some(90), "name", json!({ "id": "90", "units": "days" })));
    for row in [json!({}), json!(null), json!([]), json!("odd"), json!(7)] {
        odd.push((None, "id", row));
    }
    for (id, field, odd) in odd {
        let body = json!({ "timeOffTypes": [odd, sound] });
        let server = Server::playing([Reply::json(200, &body)]).await;
        let listed = server.api().time_off_types().await.unwrap();
        assert_eq!(listed.types.len(), 1, "{odd}");
        let unreadable = UnreadableType { id: id.map(type_id), field };
        assert_eq!(listed.unreadable, [unreadable], "{odd}");
        assert!(unreadable.to_string().contains(field));
    }
    for body in
        [json!({}), json!([]), json!({ "timeOffTypes": {} }), json!({ "timeOffTypes": null })]
    {
        let server = Server::playing([Reply::json(200, &body)]).await;
        let error = server.api().time_off_types().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::BadResponse, "{body}");
    }
}

async fn hours(listed: &Value) -> DefaultHours {
    let body = json!({ "timeOffTypes": [], "defaultHours": listed });
    let server = Server::playing([Reply::json(200, &body)]).await;
    server.api().time_off_types().await.unwrap().default_hours
}

#[tokio::test]
async fn one_weekday_that_cannot_be_read_stops_no_other() {
    for amount in
        [json!(null), json!(""), json!("odd"), json!(-1), json!(24.5), json!([]), json!({})]
    {
        let listed = json!([
            { "name": "Friday", "amount": amount },
            { "name": "Monday", "amount": "7.5" },
            { "name": "Carnival", "amount": amount },
        ]);
        let hours = hours(&listed).await;
        let unreadable = UnreadableHours { weekday: Some(Weekday::Friday) };
        assert_eq!(hours.on(Weekday::Friday), Err(unreadable), "{amount}");
        assert!(unreadable.to_string().contains("Friday"));
        assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("7.5"))));
        assert_eq!((hours.on(Weekday::Sunday), hours.of_other_days()), (Ok(None), Ok(None)));
        assert_eq!(hours.unreadable(), 1);
    }
    let listed = json!([{ "name": "default", "amount": null }, { "name": "Monday", "amount": 6 }]);
    let hours = hours(&listed).await;
    assert_eq!(hours.of_other_days(), Err(UnreadableHours { weekday: None }));
    assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("6"))));
}

#[tokio::test]
async fn hours_of_a_day_that_cannot_be_told_are_those_of_no_day() {
    for odd in [
        json!([{ "name": null, "amount": "6" }, { "name": "Monday", "amount": "7" }]),
        json!([{ "amount": "6" }, { "name": "Monday", "amount": "7" }]),
        json!(["odd", { "name": "Monday", "amount": "7" }]),
    ] {
        let hours = hours(&odd).await;
        assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("7"))), "{odd}");
        assert!(hours.on(Weekday::Friday).is_err() && hours.of_other_days().is_err(), "{odd}");
        assert_eq!(hours.unreadable(), 1, "{odd}");
    }
    for odd in [json!("odd"), json!(8), json!({ "Friday": 6 })] {
        let hours = hours(&odd).await;
        assert!(hours.on(Weekday::Friday).is_err() && hours.unreadable() == 1, "{odd}");
    }
    for none in [json!(null), json!([]), json!({}), json!("")] {
        assert_eq!(hours(&none).await, DefaultHours::default(), "{none}");
    }
}

#[tokio::test]
async fn one_balance_that_cannot_be_read_stops_no_other() {
    let sound =
        json!({ "timeOffType": "78", "units": "hours", "balance": "8", "policyType": "manual" });
    let with = |name: &str, value: Value| {
        let mut row = json!({ "timeOffType": "90", "units": "days", "balance": "1" });
        row[name] = value;
        row
    };
    let odd = [json!(null), json!(""), json!("odd"), json!([]), json!({}), json!(1e30)];
    for value in odd.clone() {
        for field in ["units", "balance"] {
            let row = with(field, value.clone());
            let server = Server::playing([Reply::json(200, &json!([row, sound]))]).await;
            let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
            assert_eq!(listed.of(type_id(78)).unwrap().unwrap().balance, decimal("8"));
            let unreadable = UnreadableBalance { id: Some(type_id(90)), field };
            assert_eq!(listed.of(type_id(90)), Err(unreadable), "{row}");
            assert_eq!(listed.of(type_id(91)), Ok(None), "{row}");
        }
    }
    let nameless = odd.into_iter().map(|id| with("timeOffType", id));
    for row in nameless.chain([json!({}), json!(null), json!("odd")]) {
        let server = Server::playing([Reply::json(200, &json!([row, sound]))]).await;
        let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
        assert!(listed.of(type_id(78)).unwrap().is_some(), "{row}");
        assert!(listed.of(type_id(90)).is_err(), "it may be the type of that entry: {row}");
    }
    let row = with("policyType", json!(["discretionary"]));
    let server = Server::playing([Reply::json(200, &json!([row]))]).await;
    let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
    assert_eq!(listed.of(type_id(90)).unwrap_err().field, "policyType");
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
