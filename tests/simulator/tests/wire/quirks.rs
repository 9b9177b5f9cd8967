//! What recordings show, and how accounts differ where recordings differ or nobody knows.

use bamboohr_simulator::{
    Edit, EditMode, NewRequest, Quirks, RequestStatus, Seed, SupersedeAgain, date,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{Caller, KEY};

type QuirkChange = fn(&mut Quirks);

fn noted(note: &str) -> Value {
    json!({
        "status": "approved", "start": "2026-12-08", "end": "2026-12-08", "timeOffTypeId": 83,
        "dates": [{"ymd": "2026-12-08", "amount": 8}],
        "notes": [{"from": "employee", "note": note}],
    })
}

fn superseding(old: u64) -> Value {
    let mut body = noted("again");
    body["previousRequest"] = json!(old);
    body
}

async fn with(change: impl FnOnce(&mut Quirks)) -> Caller {
    let caller = Caller::small().await;
    caller.sim.change_quirks(change);
    caller
}

#[tokio::test]
async fn notes_are_cut_at_a_length_or_at_a_character_outside_the_basic_plane() {
    let note = "Ü at the 🏖 Beach [tb:0123456789ab]";
    let cases: [(QuirkChange, &str); 4] = [
        (|_| {}, note),
        (|quirks| quirks.longest_note = Some(8), "Ü at the"),
        (|quirks| quirks.cuts_note_beyond_basic_plane = true, "Ü at the "),
        (
            |quirks| {
                quirks.longest_note = Some(4);
                quirks.cuts_note_beyond_basic_plane = true;
            },
            "Ü at",
        ),
    ];
    for (change, kept) in cases {
        let caller = with(change).await;
        let id = caller.created(452, &noted(note)).await;
        assert_eq!(caller.listed(id).await["notes"]["employee"], kept);
        // Notes of status changes and of people are cut as well.
        let change =
            caller.changing(id, "canceled").json(&json!({"status": "canceled", "note": note}));
        assert_eq!(Caller::send(change).await.status, 200);
        assert_eq!(caller.listed(id).await["notes"]["manager"], kept);
        for mode in [EditMode::NewId, EditMode::InPlace] {
            let id = caller.sim.hr_edits_note(id, mode, format!("{note}{note}")).unwrap();
            let edited = caller.sim.request(id).unwrap().employee_note;
            assert!(edited.starts_with(kept) && (kept == note) == (edited.len() > note.len()));
        }
    }
}

#[tokio::test]
async fn superseding_what_is_superseded_is_refused_or_accepted() {
    for (setting, status, live) in [
        (SupersedeAgain::BadRequest, 400, 1),
        (SupersedeAgain::Forbidden, 403, 1),
        (SupersedeAgain::Accepted, 201, 2),
    ] {
        let caller = with(|quirks| quirks.supersede_again = setting).await;
        let old = caller.created(452, &noted("one")).await;
        caller.created(452, &superseding(old)).await;
        assert_eq!(caller.create(452, &superseding(old)).await.status, status, "{setting:?}");
        assert_eq!(caller.sim.live(452).len(), live, "{setting:?}");
        // What was cancelled or denied is never superseded.
        let closed = caller.created(452, &noted("two")).await;
        assert_eq!(caller.change(closed, "canceled").await.status, 200);
        assert_eq!(caller.create(452, &superseding(closed)).await.status, 400, "{setting:?}");
    }
}

#[tokio::test]
async fn what_has_started_can_be_open_to_changes() {
    let caller = with(|quirks| quirks.supersedes_started = true).await;
    let old = caller.created(452, &noted("one")).await;
    caller.sim.set_today(date(2026, 12, 8));
    assert_eq!(caller.change(old, "canceled").await.status, 403);
    let new = caller.created(452, &superseding(old)).await;
    caller.sim.change_quirks(|quirks| quirks.closes_started = true);
    assert_eq!(caller.change(new, "canceled").await.status, 200);
}

#[tokio::test]
async fn a_repeated_change_of_status_can_be_accepted() {
    for (accepts, status) in [(false, 403), (true, 200)] {
        let caller = with(|quirks| quirks.accepts_repeated_status = accepts).await;
        let id = caller.created(452, &noted("one")).await;
        assert_eq!(caller.change(id, "approved").await.status, status);
        assert_eq!(caller.change(id, "canceled").await.status, 200);
        assert_eq!(caller.change(id, "canceled").await.status, status);
        assert_eq!(caller.change(id, "denied").await.status, 403);
        assert_eq!(caller.change(id, "approved").await.status, 403);
    }
}

#[tokio::test]
async fn an_edit_can_lose_the_note_and_the_list_can_hide_what_it_replaced() {
    let caller = with(|quirks| {
        quirks.edit_carries_note = false;
        quirks.lists_superceded = false;
    })
    .await;
    let old = caller.created(452, &noted("one")).await;
    let edit = Edit::new().per_day(4);
    let new = caller.sim.hr_edits_request(old, EditMode::NewId, edit.clone()).unwrap();
    assert_eq!(caller.listed(new).await["notes"], json!({}));
    assert_eq!(caller.list(452).await.len(), 1);
    assert!(caller.listed(old).await.is_null());
    let same = caller.sim.hr_edits_note(new, EditMode::InPlace, "two").unwrap();
    caller.sim.hr_edits_request(same, EditMode::InPlace, edit);
    assert_eq!(caller.listed(same).await["notes"], json!({"employee": "two"}));
}

#[tokio::test]
async fn a_reader_with_few_rights_may_do_nothing_by_its_actions() {
    let caller = with(|quirks| quirks.reader_has_few_rights = true).await;
    let id = caller.created(452, &noted("one")).await;
    assert_eq!(
        caller.listed(id).await["actions"],
        json!({"view": true, "edit": false, "cancel": false, "approve": false, "deny": false, "bypass": false})
    );
    assert_eq!(caller.change(id, "canceled").await.status, 200);
}

#[tokio::test]
async fn empty_notes_of_lists_were_arrays() {
    let caller = with(|quirks| quirks.empty_notes_are_arrays = true).await;
    let day = date(2026, 12, 8);
    caller.sim.hr_creates_request(NewRequest::new(452, 83, day, day).per_day(8));
    assert_eq!(caller.list(452).await[0]["notes"], json!([]));
    let id = caller.created(452, &noted("one")).await;
    assert_eq!(caller.listed(id).await["notes"], json!({"employee": "one"}));
}

#[tokio::test]
async fn overlaps_are_reported_only_where_there_are_any_or_never() {
    for reports in [true, false] {
        let caller = with(|quirks| quirks.reports_overlaps = reports).await;
        let alone = caller.create(452, &noted("one")).await.json();
        assert_eq!(alone.get("overlappingRequests"), None);
        let second = caller.create(452, &noted("two")).await.json();
        assert_eq!(second.get("overlappingRequests").is_some(), reports);
    }
}

#[tokio::test]
async fn the_list_is_in_the_order_type_created_id() {
    let caller = Caller::small().await;
    let enter = |kind| {
        let day = date(2026, 12, 8);
        caller.sim.hr_creates_request(NewRequest::new(452, kind, day, day).per_day(1))
    };
    let late = enter(83);
    let vacation = enter(78);
    caller.sim.set_today(date(2026, 10, 1));
    let early = enter(83);
    let ids: Vec<_> = caller.list(452).await.iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, [vacation, early, late].map(|id| json!(id.to_string())));
}

#[tokio::test]
async fn a_404_spells_its_error_header_both_ways() {
    let caller = Caller::small().await;
    for answer in [
        caller.get("/api/v1/employees/9999/time_off/calculator").await,
        caller.create(9_999, &noted("one")).await,
        caller.change(9_999, "canceled").await,
    ] {
        assert_eq!(answer.status, 404);
        let right = answer.header("x-bamboohr-error-message").unwrap();
        assert_eq!(answer.header("x-bamboohr-error-messsage"), Some(right));
        assert_eq!(right.split(", ").count(), 2);
    }
}

#[tokio::test]
async fn answers_come_in_chunks_also_empty_ones() {
    for (chunked, framing) in [(true, "transfer-encoding"), (false, "content-length")] {
        let caller = with(|quirks| quirks.chunked_answers = chunked).await;
        let id = caller.created(452, &noted("one")).await;
        for answer in [
            caller.get("/api/v1/meta/time_off/types").await,
            caller.change(id, "canceled").await,
            caller.get("/api/v1/time_off/requests").await,
        ] {
            assert!(answer.header(framing).is_some(), "{answer:?}");
        }
        let unauthorized = Caller::send(caller.bare(Method::GET, "/api/v1/meta/time_off/types"));
        assert!(unauthorized.await.header(framing).is_some());
    }
}

#[tokio::test]
async fn every_request_id_has_39_digits() {
    let caller = Caller::small().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = caller.get("/api/v1/meta/time_off/types").await;
        ids.push(answer.header("x-request-id").unwrap().to_owned());
    }
    assert!(ids.iter().all(|id| id.len() == 39 && id.bytes().all(|byte| byte.is_ascii_digit())));
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn the_location_names_the_base_that_was_called() {
    let caller = Caller::small().await;
    for base in ["/api/v1", "/api/gateway.php/acme/v1"] {
        let path = format!("{base}/employees/452/time_off/request");
        let create = caller
            .bare(Method::PUT, &path)
            .basic_auth(KEY, Some("x"))
            .header("host", "acme.example.com")
            .json(&noted("one"));
        let answer = Caller::send(create).await;
        let id = caller.sim.live(452).pop().unwrap().id;
        assert_eq!(
            answer.header("location"),
            Some(format!("http://acme.example.com{path}/{id}").as_str())
        );
    }
    let page = caller.get("/api/gateway.php/acme/v1/employees?page[limit]=1").await.json();
    let next = page["_links"]["next"]["href"].as_str().unwrap();
    let path = next.strip_prefix(caller.sim.url()).unwrap();
    assert!(path.starts_with("/api/gateway.php/acme/v1/employees?"));
    assert_eq!(caller.get(path).await.status, 200);
}

#[tokio::test]
async fn directory_rows_have_22_fields_and_nulls() {
    let caller = Caller::of(Seed::small()).await;
    let body = caller.get("/api/v1/employees/directory").await.json();
    let people = body["employees"].as_array().unwrap();
    let named: Vec<_> = body["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["id"].as_str().unwrap())
        .collect();
    for person in people {
        let fields = person.as_object().unwrap();
        assert_eq!(fields.len(), 22);
        assert!(fields.keys().all(|field| field == "id" || named.contains(&field.as_str())));
    }
    let bare = people.iter().find(|person| person["id"] == "460").unwrap();
    for field in ["department", "division", "location", "jobTitle", "workEmail"] {
        assert_eq!(bare[field], Value::Null, "{field}");
    }
    for value in [json!(1), json!(0), json!(null)] {
        assert!(people.iter().any(|person| person["canUploadPhoto"] == value), "{value}");
    }
}

#[tokio::test]
async fn without_amount_and_dates_the_first_day_alone_is_named() {
    let caller = Caller::small().await;
    let nothing = json!({"status": "requested", "start": "2026-12-08", "end": "2026-12-10", "timeOffTypeId": 83});
    let answer = caller.create(452, &nothing).await.json();
    assert_eq!(answer["dates"], json!({"2026-12-08": "0"}));
}

#[tokio::test]
async fn quirks_can_be_changed_by_curl() {
    let caller = Caller::small().await;
    let put = |body: Value| caller.bare(Method::PUT, "/control/quirks").json(&body);
    let changed =
        json!({"longestNote": 255, "supersedeAgain": "accepted", "listsSuperceded": false});
    assert_eq!(Caller::send(put(changed)).await.status, 204);
    let quirks = caller.sim.quirks();
    let expected = Quirks {
        longest_note: Some(255),
        supersede_again: SupersedeAgain::Accepted,
        lists_superceded: false,
        ..Quirks::default()
    };
    assert_eq!(quirks, expected);
    let shown = Caller::send(caller.bare(Method::GET, "/control/quirks")).await.json();
    assert_eq!((&shown["longestNote"], &shown["editCarriesNote"]), (&json!(255), &json!(true)));
    assert_eq!(Caller::send(put(json!({"longest_note": 1}))).await.status, 422);
    assert_eq!(
        caller.sim.request(1001).map(|request| request.status),
        Some(RequestStatus::Approved)
    );
}
