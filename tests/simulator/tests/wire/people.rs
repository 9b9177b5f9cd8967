//! What people do at BambooHR's screen, and what a test can ask about it afterwards.

use bamboohr_simulator::{
    Actor, Change, Decimal, Edit, EditMode, NewRequest, RequestStatus, Simulator, TouchedByPerson,
    date,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::Caller;

const NOTE: &str = "Dentist [tb:0123456789ab]";

fn leave(status: &str) -> Value {
    json!({
        "status": status, "start": "2026-12-08", "end": "2026-12-09", "timeOffTypeId": 83,
        "dates": [{"ymd": "2026-12-08", "amount": 8}, {"ymd": "2026-12-09", "amount": 4}],
        "notes": [{"from": "employee", "note": NOTE}],
    })
}

async fn with_leave(status: &str) -> (Caller, u64) {
    let caller = Caller::small().await;
    let id = caller.created(452, &leave(status)).await;
    (caller, id)
}

fn amounts(row: &Value) -> Vec<(&str, &str)> {
    let dates = row["dates"].as_object().unwrap();
    dates.iter().map(|(day, amount)| (day.as_str(), amount.as_str().unwrap())).collect()
}

#[tokio::test]
async fn an_edit_by_a_new_id_supersedes_the_old_request_and_carries_the_note_on() {
    for status in ["requested", "approved"] {
        let (caller, old) = with_leave(status).await;
        let edit = Edit::new().day(date(2026, 12, 8), 2);
        let new = caller.sim.hr_edits_request(old, EditMode::NewId, edit).unwrap();
        assert_ne!(new, old);
        assert_eq!(caller.listed(old).await["status"]["status"], "superceded");
        let row = caller.listed(new).await;
        assert_eq!(row["status"]["status"], status);
        assert_eq!(row["notes"], json!({"employee": NOTE}));
        assert_eq!(amounts(&row), [("2026-12-08", "2"), ("2026-12-09", "4")]);
        assert_eq!(caller.sim.request(new).unwrap().previous, Some(old));
    }
}

#[tokio::test]
async fn every_edit_works_in_either_mode() {
    let edits = [
        ("days", Edit::new().moved_to(date(2026, 12, 15)), "/start", json!("2026-12-15")),
        ("last day", Edit::new().moved_to(date(2026, 12, 15)), "/end", json!("2026-12-16")),
        (
            "window",
            Edit::new().between(date(2026, 12, 8), date(2026, 12, 8)),
            "/amount/amount",
            json!("8"),
        ),
        (
            "longer",
            Edit::new().between(date(2026, 12, 7), date(2026, 12, 9)),
            "/start",
            json!("2026-12-07"),
        ),
        ("hours", Edit::new().per_day(Decimal::new(25, 1)), "/amount/amount", json!("5")),
        ("type", Edit::new().time_off_type(78), "/type/id", json!("78")),
        (
            "status",
            Edit::new().status(RequestStatus::Approved),
            "/status/status",
            json!("approved"),
        ),
        ("note", Edit::new().employee_note("mine"), "/notes/employee", json!("mine")),
        ("manager's note", Edit::new().manager_note("ok"), "/notes/manager", json!("ok")),
    ];
    for mode in [EditMode::NewId, EditMode::InPlace] {
        for (what, edit, pointer, expected) in edits.clone() {
            let (caller, old) = with_leave("requested").await;
            let before = caller.listed(old).await;
            let now = caller.sim.hr_edits_request(old, mode, edit).unwrap();
            assert_eq!(now == old, mode == EditMode::InPlace, "{what}");
            let after = caller.listed(now).await;
            assert_ne!(before.pointer(pointer), Some(&expected), "{what}");
            assert_eq!(after.pointer(pointer), Some(&expected), "{what}");
            // All the rest stays as it was.
            if what == "note" {
                assert_eq!(amounts(&before), amounts(&after));
            } else {
                assert_eq!(before["notes"]["employee"], after["notes"]["employee"], "{what}");
            }
            assert_eq!(caller.sim.live(452).len(), 1, "{what}");
        }
    }
}

#[tokio::test]
async fn moving_and_changing_the_note_have_short_words() {
    let (caller, old) = with_leave("approved").await;
    let moved = caller.sim.hr_moves_request(old, EditMode::NewId, date(2026, 12, 15)).unwrap();
    let row = caller.listed(moved).await;
    assert_eq!(amounts(&row), [("2026-12-15", "8"), ("2026-12-16", "4")]);
    assert_eq!(caller.sim.hr_edits_note(moved, EditMode::InPlace, "seen"), Some(moved));
    assert_eq!(caller.listed(moved).await["notes"], json!({"employee": "seen"}));
    assert_eq!(caller.sim.hr_edits_note(9_999, EditMode::InPlace, "seen"), None);
}

#[tokio::test]
async fn a_copy_takes_the_notes_along_and_replaces_nothing() {
    let (caller, first) = with_leave("approved").await;
    let changed = Edit::new().employee(441).moved_to(date(2026, 12, 15)).time_off_type(78);
    let copy = caller.sim.hr_copies_request(first, changed).unwrap();
    let row = caller.listed(copy).await;
    assert_eq!((&row["employeeId"], &row["type"]["id"]), (&json!("441"), &json!("78")));
    assert_eq!(row["notes"], json!({"employee": NOTE}));
    assert_eq!(row["status"]["status"], "approved");
    assert_eq!(caller.listed(first).await["status"]["status"], "approved");
    assert_eq!(caller.sim.request(copy).unwrap().previous, None);
    assert_eq!(caller.sim.hr_copies_request(9_999, Edit::new()), None);
}

#[tokio::test]
async fn people_may_change_any_status() {
    type StatusChange = fn(&Simulator, u64) -> bool;
    let (caller, id) = with_leave("requested").await;
    caller.sim.set_today(date(2026, 12, 24));
    let changes: [(StatusChange, RequestStatus); 4] = [
        (Simulator::hr_approves_request, RequestStatus::Approved),
        (Simulator::hr_denies_request, RequestStatus::Denied),
        (Simulator::hr_approves_request, RequestStatus::Approved),
        (Simulator::hr_cancels_request, RequestStatus::Canceled),
    ];
    for (change, status) in changes {
        assert!(change(&caller.sim, id));
        let last = caller.sim.history(id).pop().unwrap();
        assert_eq!((last.by, last.change), (Actor::Person, Change::Status(status)));
        assert_eq!(last.left.status, status);
    }
    assert!(!caller.sim.hr_approves_request(9_999));
}

#[tokio::test]
async fn what_is_deleted_is_found_by_nothing_but_its_history() {
    let (caller, id) = with_leave("approved").await;
    assert!(caller.sim.hr_deletes_request(id));
    assert!(!caller.sim.hr_deletes_request(id));
    assert!(caller.list(452).await.is_empty());
    assert!(caller.listed(id).await.is_null());
    assert_eq!(caller.change(id, "canceled").await.status, 404);
    let mut again = leave("approved");
    again["previousRequest"] = json!(id);
    assert_eq!(caller.create(452, &again).await.status, 400);
    assert_eq!(caller.balance(452, 83, "2026-12-31").await.unwrap(), "80.0000");
    assert_eq!(caller.sim.history(id).pop().unwrap().change, Change::Deleted);
}

fn touched(caller: &Caller, id: u64) -> Option<TouchedByPerson> {
    caller.sim.touched_by_people().into_iter().find(|touched| touched.left.id == id)
}

#[tokio::test]
async fn a_history_tells_people_from_the_api_and_what_came_after() {
    let (caller, ours) = with_leave("requested").await;
    assert_eq!(touched(&caller, ours), None, "nobody but the API touched it");
    let theirs = caller.sim.hr_edits_note(ours, EditMode::NewId, "HR was here").unwrap();
    let left = caller.sim.request(theirs).unwrap();
    let seen = touched(&caller, theirs).unwrap();
    assert_eq!((&seen.left, seen.change, seen.by_api_since.len()), (&left, Change::Created, 0));
    assert_eq!(touched(&caller, ours).unwrap().change, Change::SupercededBy(theirs));

    caller.sim.set_today(date(2026, 11, 3));
    assert_eq!(caller.change(theirs, "approved").await.status, 200);
    let mut anew = leave("approved");
    anew["previousRequest"] = json!(theirs);
    let last = caller.created(452, &anew).await;
    let seen = touched(&caller, theirs).unwrap();
    assert_eq!(seen.left, left, "as the person left it, whatever came after");
    let since: Vec<_> = seen.by_api_since.iter().map(|entry| (entry.change, entry.on)).collect();
    let on = date(2026, 11, 3);
    assert_eq!(
        since,
        [(Change::Status(RequestStatus::Approved), on), (Change::SupercededBy(last), on),]
    );
    assert_eq!(touched(&caller, last), None);

    // Counted over all requests, in the order in which things happened.
    let orders: Vec<u64> = [ours, theirs, last]
        .iter()
        .flat_map(|id| caller.sim.history(*id))
        .map(|entry| entry.order)
        .collect();
    assert_eq!(orders.len(), 6);
    let mut sorted = orders.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), 6, "{orders:?}");

    // A person's further change starts it anew.
    assert!(caller.sim.hr_denies_request(theirs));
    assert_eq!(touched(&caller, theirs).unwrap().by_api_since, []);
}

#[tokio::test]
async fn a_refused_call_and_a_first_approval_are_told_apart_in_the_history() {
    let (caller, id) = with_leave("approved").await;
    let before = caller.sim.history(id);
    assert_eq!(caller.change(id, "approved").await.status, 403);
    assert_eq!(caller.sim.history(id), before);
    let hand_made = caller.sim.hr_creates_request(
        NewRequest::new(452, 85, date(2026, 12, 1), date(2026, 12, 1)).per_day(1),
    );
    assert_eq!(touched(&caller, hand_made).unwrap().by_api_since, []);
    // Requests of the seed are people's.
    assert!(touched(&caller, 1001).is_some());
}

async fn control(caller: &Caller, method: Method, path: &str, body: Value) -> Value {
    let answer = Caller::send(caller.bare(method, &format!("/control{path}")).json(&body)).await;
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

#[tokio::test]
async fn people_work_by_curl_as_well() {
    let caller = Caller::small().await;
    let entered = control(
        &caller,
        Method::POST,
        "/requests",
        json!({
            "employeeId": 452, "typeId": 83, "start": "2026-12-08", "end": "2026-12-09",
            "perDay": 8, "dates": {"2026-12-09": "4.5"}, "status": "approved",
            "employeeNote": NOTE, "managerNote": "ok",
        }),
    )
    .await;
    let id = entered["id"].as_u64().unwrap();
    let row = caller.listed(id).await;
    assert_eq!(amounts(&row), [("2026-12-08", "8"), ("2026-12-09", "4.5")]);
    assert_eq!(row["notes"], json!({"employee": NOTE, "manager": "ok"}));
    let edit = json!({"mode": "new_id", "change": {"movedTo": "2026-12-15", "perDay": 2}});
    let moved = control(&caller, Method::POST, &format!("/requests/{id}/edit"), edit).await;
    let moved = moved["id"].as_u64().unwrap();
    assert_eq!(caller.listed(id).await["status"]["status"], "superceded");
    assert_eq!(caller.listed(moved).await["end"], "2026-12-16");
    let edit = json!({"mode": "in_place", "change": {"employeeNote": "other"}});
    control(&caller, Method::POST, &format!("/requests/{moved}/edit"), edit).await;
    let changed = json!({"employeeId": 441, "dates": {"2026-12-15": 1}});
    let copy = control(&caller, Method::POST, &format!("/requests/{moved}/copy"), changed).await;
    let copy = caller.sim.request(copy["id"].as_u64().unwrap()).unwrap();
    assert_eq!((copy.employee_id, copy.employee_note.as_str()), (441, "other"));
    control(&caller, Method::DELETE, &format!("/requests/{moved}"), json!(null)).await;
    let history =
        control(&caller, Method::GET, &format!("/requests/{moved}/history"), json!(null)).await;
    let told: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["by"].as_str().unwrap(), entry["change"].clone()))
        .collect();
    assert_eq!(
        told,
        [("person", json!("created")), ("person", json!("edited")), ("person", json!("deleted"))]
    );
    let touched = control(&caller, Method::GET, "/touched-by-people", json!(null)).await;
    let of_copy =
        touched.as_array().unwrap().iter().find(|one| one["left"]["id"] == copy.id).unwrap();
    assert_eq!(of_copy["byApiSince"], json!([]));
    for (path, body) in [
        ("/requests/9999/edit", json!({"mode": "in_place", "change": {}})),
        ("/requests/9999/copy", json!({})),
    ] {
        let gone =
            Caller::send(caller.bare(Method::POST, &format!("/control{path}")).json(&body)).await;
        assert_eq!(gone.status, 404);
    }
    let typo = Caller::send(
        caller
            .bare(Method::POST, &format!("/control/requests/{id}/copy"))
            .json(&json!({"moved_to": "2026-12-15"})),
    )
    .await;
    assert_eq!(typo.status, 422, "a misspelt field is no edit of nothing");
}
