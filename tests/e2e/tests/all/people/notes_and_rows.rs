//! Notes that come back other than they were sent, and records that are not as they should be.

use bamboohr_simulator::{
    Action, Fault, NewRequest, Operation, RefusalPlace, RequestStatus, RowMutation, Rows,
    SupersedeAgain, date,
};
use serde_json::{Value, json};

use super::{AGENT, Bridge, NONE, close, completed, dentist, failed, id_of, leave};
use crate::requests::with;

#[tokio::test(flavor = "multi_thread")]
async fn a_supersede_whose_note_was_cut_is_not_sent_twice() {
    for again in [SupersedeAgain::Accepted, SupersedeAgain::BadRequest, SupersedeAgain::Forbidden] {
        let bridge = Bridge::set(&[("RESEND_AFTER_SECONDS", "0")]).await;
        bridge.hris().change_quirks(|quirks| {
            quirks.cuts_note_beyond_basic_plane = true;
            quirks.supersede_again = again;
        });
        let beach = |dates| with(leave(83, dates), &json!({"notes": "🏖 Beach"}));
        let old = completed(&bridge.insert(&beach("2026-12-08")).await);
        bridge.hris().fault(Fault::once(Operation::Create, Action::DropAfter));
        let changed = id_of(&beach("2026-12-08,2026-12-09"), old);
        let new = completed(&bridge.update(&changed).await);
        assert_eq!(completed(&bridge.update(&changed).await), new, "{again:?}");
        let only = bridge.only();
        assert_eq!((only.id, only.previous), (new, Some(old)), "{again:?}");
        assert_eq!(completed(&bridge.update(&close(old, "CANCELED")).await), new);
        assert_eq!(bridge.live(), NONE);
    }
}

/// One insert and one cancellation of the leave, beside whatever lies on its day.
async fn assert_written_and_cancelled(bridge: &Bridge, story: &str) {
    let before = bridge.live();
    let id = completed(&bridge.insert(&dentist()).await);
    let expected: Vec<_> = before.iter().copied().chain([id]).collect();
    assert_eq!(bridge.live(), expected, "{story}");
    assert_eq!(completed(&bridge.update(&close(id, "CANCELED")).await), id, "{story}");
    assert_eq!(bridge.live(), before, "{story}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_request_that_cannot_be_read_is_read_over() {
    let bridge = Bridge::start().await;
    let day = date(2026, 12, 8);
    let closed = NewRequest::new(AGENT, 78, day, day).per_day(8).status(RequestStatus::Canceled);
    let closed = bridge.hris().hr_creates_request(closed);
    let row = || RowMutation::of(Rows::Requests).id(closed);
    for mutation in [
        row().set("/amount/amount", ""),
        row().set("/amount/amount", Value::Null),
        row().set("/amount/amount", "1.0E-5"),
        row().set("/amount/amount", "1,040.00"),
        row().set("/dates/2026-12-08", Value::Null),
        row().set("/type", Value::Null),
        row().remove("/type").remove("/amount"),
    ] {
        let story = format!("{mutation:?}");
        bridge.hris().clear_row_mutations();
        bridge.hris().mutate_rows(mutation);
        assert_written_and_cancelled(&bridge, &story).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_is_none_counts_as_none() {
    let bridge = Bridge::start().await;
    let day = date(2026, 12, 8);
    let by_hand = NewRequest::new(AGENT, 83, day, day).per_day(2).employee_note("Sea");
    let by_hand = bridge.hris().hr_creates_request(by_hand);
    let row = || RowMutation::of(Rows::Requests).id(by_hand);
    for mutation in [
        row().set("/notes", ""),
        row().set("/notes", "text"),
        row().set("/notes/somebody", "else"),
        row().set_raw("/notes/employee", "\"Sea\tside\""),
        row().set_raw("/notes/employee", "\"Sea\u{b}side\""),
        row().set_raw("/notes/employee", "\"Sea \\ud83c\""),
    ] {
        let story = format!("{mutation:?}");
        bridge.hris().clear_row_mutations();
        bridge.hris().mutate_rows(mutation);
        assert_written_and_cancelled(&bridge, &story).await;
    }
    bridge.hris().mutate_rows(row().set("/notes", "text"));
    assert_eq!(completed(&bridge.update(&close(by_hand, "CANCELED")).await), by_hand);
    assert_eq!(bridge.live(), NONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_cannot_be_read_stops_no_other_one() {
    for mutation in [
        RowMutation::of(Rows::Types).id(97).set("/units", Value::Null),
        RowMutation::of(Rows::Types).id(97).set("/units", "weeks"),
        RowMutation::of(Rows::DefaultHours).id("Saturday").set("/amount", Value::Null),
        RowMutation::of(Rows::DefaultHours).id("Saturday").set("/amount", ""),
    ] {
        let story = format!("{mutation:?}");
        let bridge = Bridge::start().await;
        bridge.hris().mutate_rows(mutation);
        assert_written_and_cancelled(&bridge, &story).await;
    }
}

/// BambooHR's refusals may name people and balances: they are for the caller alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_quoted_in_the_answer_and_nowhere_else() {
    let bridge = Bridge::start().await;
    let text = "Ada Example-Person (ada@example.com): 12.5 hours left";
    let refuse = Action::Refuse { status: 400, text: text.into(), place: RefusalPlace::Header };
    bridge.hris().fault(Fault::once(Operation::Create, refuse));
    let answer = bridge.insert(&dentist()).await;
    failed(&answer, "HRIS_REJECTED");
    let sentence = answer.text("errorMsg");
    assert!(sentence.contains("Ada Example-Person"), "{sentence}");
    assert!(!sentence.contains("ada@example.com"), "{sentence}");
    assert_eq!(bridge.live(), NONE);
    for line in bridge.insert.lines(1).await {
        let line = line.to_string();
        assert!(!line.contains("Ada") && !line.contains("hours left"), "{line}");
    }
}
