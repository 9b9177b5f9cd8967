//! Any field of any row absent, null, of another type or out of range gives a right answer or an
//! error that names the record.

use bamboohr_simulator::{NewRequest, RequestStatus, RowMutation, Rows};
use serde_json::{Value, json};
use writes::{Envelope, Input, Rig};

use super::{AGENT, DAY, assert_people_are_left_alone};

/// Every field of a listed request, by its place in the row.
const FIELDS: [&str; 30] = [
    "/id",
    "/employeeId",
    "/name",
    "/status",
    "/status/status",
    "/status/lastChanged",
    "/status/lastChangedByUserId",
    "/start",
    "/end",
    "/created",
    "/type",
    "/type/id",
    "/type/name",
    "/type/icon",
    "/amount",
    "/amount/unit",
    "/amount/amount",
    "/actions",
    "/actions/view",
    "/actions/edit",
    "/actions/cancel",
    "/actions/approve",
    "/actions/deny",
    "/actions/bypass",
    "/dates",
    "/dates/2026-12-08",
    "/dates/2026-12-09",
    "/notes",
    "/notes/employee",
    "/notes/manager",
];

fn values() -> Vec<(String, Option<Value>)> {
    let values = [
        json!(null),
        json!(""),
        json!(" "),
        json!("text"),
        json!("-1"),
        json!("0"),
        json!("1e9"),
        json!("99999999999999999999999999"),
        json!("0000-00-00"),
        json!("9999-12-31"),
        json!(-1),
        json!(0),
        json!(0.5),
        json!(u64::MAX),
        json!(true),
        json!([]),
        json!(["x"]),
        json!({}),
        json!({"x": null}),
    ];
    let shown = values.into_iter().map(|value| (value.to_string(), Some(value)));
    shown.chain([("absent".to_owned(), None)]).collect()
}

fn mutation(id: u64, field: &str, value: Option<Value>) -> RowMutation {
    let row = RowMutation::of(Rows::Requests).id(id);
    match value {
        Some(value) => row.set(field, value),
        None => row.remove(field),
    }
}

fn leave() -> Input {
    Input::leave(AGENT, 83, "2026-12-08,2026-12-09").notes("Sea")
}

/// An error names the record: by its id, or, where that is what cannot be read, as such.
#[track_caller]
fn assert_named(answer: &Envelope, id: u64, story: &str) {
    assert_eq!(answer.code(), "HRIS_BAD_RESPONSE", "{story}: {answer:?}");
    let sentence = answer.sentence();
    let is_named =
        sentence.contains(&id.to_string()) || sentence.contains("cannot be told from others");
    assert!(is_named, "{story}: {answer:?}");
}

/// What the value can be read as, so that the record is another agent's or other leave than ours as
/// far as anybody can tell: nothing is written then either.
fn may_be_other_leave(field: &str) -> bool {
    field.starts_with("/dates")
        || ["/id", "/employeeId", "/status", "/status/status", "/type/id"].contains(&field)
}

/// How many calls ended in which way.
#[derive(Default)]
struct Ends {
    right: usize,
    conflicts: usize,
    named: usize,
}

/// Every field of the row with every value: of our own live request, or of leave by hand beside it.
async fn mutate_every_field(is_ours: bool) -> Ends {
    let mut ends = Ends::default();
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&leave()).await.completed();
    let by_hand = NewRequest::new(AGENT, 78, DAY, DAY).per_day(1).employee_note("By hand");
    let by_hand = by_hand.manager_note("Fine").status(RequestStatus::Approved);
    let by_hand = rig.hris.hr_creates_request(by_hand);
    let mutated = if is_ours { id } else { by_hand };
    let before = rig.hris.requests(AGENT);
    for field in FIELDS {
        for (shown, value) in values() {
            // With another id it is another request, which is ours by its marker.
            if field == "/id" && value == Some(json!(u64::MAX)) {
                continue;
            }
            let story = format!("ours: {is_ours}, {field} = {shown}");
            rig.hris.clear_row_mutations();
            rig.hris.mutate_rows(mutation(mutated, field, value));
            for answer in [
                process.insert(&leave()).await,
                process.insert(&leave().pending()).await,
                process.update(&leave()).await,
            ] {
                if answer.is_complete() {
                    ends.right += 1;
                    assert_eq!(answer.id(), id, "{story}");
                } else if answer.code() == "REQUEST_CONFLICT" {
                    ends.conflicts += 1;
                    assert!(is_ours && may_be_other_leave(field), "{story}: {answer:?}");
                } else {
                    ends.named += 1;
                    assert_named(&answer, mutated, &story);
                }
                assert_eq!(rig.hris.requests(AGENT), before, "{story}");
            }
        }
    }
    // Nothing of it stays.
    rig.hris.clear_row_mutations();
    assert_eq!(process.insert(&leave()).await.completed(), id);
    assert_eq!(process.update(&leave().status("CANCELED")).await.completed(), id);
    assert_eq!(rig.live(AGENT), [by_hand]);
    assert_people_are_left_alone(&rig, "by hand");
    ends
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_request_that_cannot_be_read_is_named_or_does_not_matter() {
    let by_hand = tokio::spawn(mutate_every_field(false));
    let ours = mutate_every_field(true).await;
    let by_hand = by_hand.await.unwrap();
    println!(
        "rows: {} right answers, {} conflicts, {} errors that name the record",
        ours.right + by_hand.right,
        ours.conflicts,
        ours.named + by_hand.named,
    );
    assert!(ours.conflicts > 0);
    for ends in [ours, by_hand] {
        assert!(ends.right > 0 && ends.named > 0);
    }
}

/// What is taken off, the notes and the actions need not be readable to close a request by its id.
#[tokio::test]
async fn a_request_that_cannot_be_read_can_be_cancelled_by_its_id() {
    let needed = ["/id", "/employeeId", "/status", "/status/status", "/start", "/end"];
    let rig = Rig::start().await;
    let process = rig.process();
    for field in FIELDS.into_iter().filter(|field| !needed.contains(field)) {
        for value in
            [None, Some(json!(null)), Some(json!("text")), Some(json!([])), Some(json!(-1))]
        {
            let story = format!("{field} = {value:?}");
            rig.hris.clear_row_mutations();
            let id = process.insert(&leave()).await.completed();
            rig.hris.mutate_rows(mutation(id, field, value));
            let answer = process.update(&Input::status_of(AGENT, id, "CANCELED")).await;
            assert!(answer.is_complete(), "{story}: {answer:?}");
            assert_eq!((answer.id(), rig.live(AGENT)), (id, vec![]), "{story}");
            assert!(rig.hris.hr_deletes_request(id));
        }
    }
}
