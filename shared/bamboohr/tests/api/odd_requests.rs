//! Time-off requests of which something cannot be read.

use bamboohr::{Actions, ErrorKind, Unreadable};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::requests::{read, read_one, row};
use crate::script::{Reply, Server, decimal, request_id};

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
