//! Records that are not as they should be stop nothing beside them.

use bamboohr_simulator::{NewRequest, RequestStatus, RowMutation, Rows};
use serde_json::{Value, json};
use writes::{Input, Rig};

use super::{AGENT, DAY, dentist};

#[tokio::test]
async fn a_closed_request_that_cannot_be_read_is_read_over() {
    use RequestStatus::{Canceled, Denied, Superceded};
    let odd = |id| {
        let row = || RowMutation::of(Rows::Requests).id(id);
        [
            row().set("/amount/amount", ""),
            row().set("/amount/amount", Value::Null),
            row().set("/amount/amount", "1.0E-5"),
            row().set("/amount/amount", "1,040.00"),
            row().set("/dates/2026-12-08", Value::Null),
            row().set("/dates", Value::Null),
            row().set("/type", Value::Null),
            row().remove("/type").remove("/amount"),
        ]
    };
    for status in [Canceled, Denied, Superceded] {
        let rig = Rig::start().await;
        let process = rig.process();
        let closed = NewRequest::new(AGENT, 78, DAY, DAY).per_day(8).status(status);
        let closed = rig.hris.hr_creates_request(closed);
        for mutation in odd(closed) {
            let story = format!("{status:?} {mutation:?}");
            rig.hris.clear_row_mutations();
            rig.hris.mutate_rows(mutation);
            let id = process.insert(&dentist()).await.completed();
            assert_eq!(rig.live(AGENT), [id], "{story}");
            let cancel = Input::status_of(AGENT, id, "CANCELED");
            assert_eq!(process.update(&cancel).await.completed(), id, "{story}");
        }
    }
}

#[tokio::test]
async fn a_note_that_is_none_counts_as_none() {
    let rig = Rig::start().await;
    let process = rig.process();
    let by_hand = NewRequest::new(AGENT, 83, DAY, DAY).per_day(2).employee_note("Sea");
    let by_hand = rig.hris.hr_creates_request(by_hand);
    let row = || RowMutation::of(Rows::Requests).id(by_hand);
    let odd = [
        row().set("/notes", ""),
        row().set("/notes", "text"),
        row().set("/notes", Value::Null),
        row().set("/notes", json!([])),
        row().set("/notes/employee", 7),
        row().set("/notes/employee", json!({"text": "Sea"})),
        row().set("/notes/somebody", "else"),
        row().set_raw("/notes/employee", "\"Sea\tside\""),
        row().set_raw("/notes/employee", "\"Sea\u{b}side\""),
        row().set_raw("/notes/employee", "\"Sea \\ud83c\""),
    ];
    for mutation in odd {
        let story = format!("{mutation:?}");
        rig.hris.clear_row_mutations();
        rig.hris.mutate_rows(mutation);
        let id = process.insert(&dentist()).await.completed();
        assert_eq!(rig.live(AGENT), [by_hand, id], "{story}");
        process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed();
    }
    rig.hris.mutate_rows(row().set("/notes", "text"));
    let cancel = Input::status_of(AGENT, by_hand, "CANCELED");
    assert_eq!(process.update(&cancel).await.completed(), by_hand);
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn a_type_that_cannot_be_read_stops_no_other_one() {
    let types = [json!(null), json!(""), json!("weeks"), json!(7)];
    let types = types.map(|units| RowMutation::of(Rows::Types).id(97).set("/units", units));
    let hours = [json!(null), json!(""), json!("many"), json!(-1)];
    let hours =
        hours.map(|hours| RowMutation::of(Rows::DefaultHours).id("Saturday").set("/amount", hours));
    for mutation in types.into_iter().chain(hours) {
        let story = format!("{mutation:?}");
        let rig = Rig::start().await;
        rig.hris.mutate_rows(mutation);
        let process = rig.process();
        let id = process.insert(&dentist()).await.completed();
        assert_eq!(rig.live(AGENT), [id], "{story}");
        process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed();
    }
    let rig = Rig::start().await;
    rig.hris.mutate_rows(RowMutation::of(Rows::Types).id(78).set("/units", "weeks"));
    let answer = rig.process().insert(&dentist()).await;
    assert!(!answer.is_complete() && answer.sentence().contains("78"), "{answer:?}");
    rig.assert_none_live(AGENT);
}
