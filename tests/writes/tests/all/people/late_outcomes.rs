//! Outcomes that come late, or that nobody asks about again.

use std::time::Duration;

use bamboohr_simulator::{EditMode, NewRequest, Operation, RequestStatus};
use writes::{Input, Rig};

use super::{AGENT, DAY, SETTLING_IS_DUE, assert_people_are_left_alone, dentist};
use crate::killed::kill_after_write;
use crate::stories::{create_late, hasty};

/// Days that ended more than 400 days ago are remembered for 400 days, too.
#[tokio::test]
async fn an_open_insert_of_days_long_gone_is_remembered() {
    for is_late_for_good in [true, false] {
        let rig = Rig::start().await;
        // Else nobody can take a second request of leave that has begun away.
        rig.hris.change_quirks(|quirks| quirks.closes_started = true);
        let process = rig.process();
        let leave = Input::leave(AGENT, 83, "2025-06-02");
        create_late(&rig);
        hasty(&rig).insert(&leave).await.failed("OUTCOME_UNKNOWN");
        if !is_late_for_good {
            assert_eq!(rig.hris.release_late(), 1);
        }
        process.age(SETTLING_IS_DUE);
        let id = process.insert(&leave).await.completed();
        rig.hris.release_late();
        process.age(SETTLING_IS_DUE);
        process.settle().await.completed();
        assert_eq!(rig.live(AGENT), [id]);
        assert_eq!(process.insert(&leave).await.completed(), id);
    }
}

#[tokio::test]
async fn a_second_request_goes_with_the_next_settling_without_a_call() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let id = process.insert(&dentist()).await.completed();
    process.age(SETTLING_IS_DUE);
    // It is looked for before it is there, too.
    process.settle().await.completed();
    assert_eq!(rig.hris.release_late(), 1);
    assert_eq!(rig.live(AGENT).len(), 2);
    process.age(SETTLING_IS_DUE);
    process.settle().await.completed();
    assert_eq!(rig.live(AGENT), [id]);
    assert_eq!(process.metric("DuplicateCancelled"), 1.0);
    // After a day without anything new the entry is done.
    process.age(Duration::from_secs(2 * 24 * 3_600));
    process.settle().await.completed();
    rig.hris.reset_calls();
    process.settle().await.completed();
    assert_eq!(rig.hris.calls().total(), 0);
    assert_eq!(rig.live(AGENT), [id]);
}

/// Settling writes no leave: what was never sent, or was given up, stays away.
#[tokio::test]
async fn settling_creates_nothing_and_approves_nothing() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    hasty(&rig).insert(&dentist()).await.failed("OUTCOME_UNKNOWN");
    process.age(SETTLING_IS_DUE);
    process.settle().await.completed();
    rig.assert_none_live(AGENT);
    let by_hand = NewRequest::new(AGENT, 78, DAY, DAY).per_day(8);
    let by_hand = rig.hris.hr_creates_request(by_hand);
    process.age(SETTLING_IS_DUE);
    process.settle().await.completed();
    assert_eq!(rig.only(AGENT).status, RequestStatus::Requested);
    assert_people_are_left_alone(&rig, "by hand");
    assert_eq!(rig.hris.release_late(), 1);
    process.age(SETTLING_IS_DUE);
    process.settle().await.completed();
    // What was sent arrived and is recorded: Genesys finds it.
    let late = process.insert(&dentist()).await.completed();
    assert_ne!(late, by_hand);
    assert_eq!(rig.live(AGENT), [by_hand, late]);
}

#[tokio::test]
async fn settling_counts_only_where_nothing_may_be_written() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    process.insert(&dentist()).await.completed();
    assert_eq!(rig.hris.release_late(), 1);
    process.age(SETTLING_IS_DUE);
    let reader = rig.process_with(|settings| settings.read_only = true);
    rig.hris.reset_calls();
    reader.settle().await.completed();
    assert_eq!((rig.hris.calls().total(), rig.live(AGENT).len()), (0, 2));
    assert!(reader.metric("UnsettledAge") > 0.0 && reader.metric("Unsettled") == 1.0);
}

#[tokio::test]
async fn an_agent_whose_lease_is_taken_waits_for_the_next_settling() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let id = process.insert(&dentist()).await.completed();
    assert_eq!(rig.hris.release_late(), 1);
    process.age(SETTLING_IS_DUE);
    // A killed call holds the lease until it ends.
    let other = Input::leave(AGENT, 83, "2027-01-11");
    kill_after_write(&rig, Operation::Create, rig.process().insert(&other)).await;
    process.settle().await.completed();
    assert_eq!(rig.live(AGENT).len(), 3);
    process.age(SETTLING_IS_DUE);
    process.settle().await.completed();
    let live = rig.live(AGENT);
    assert!(live.len() == 2 && live.contains(&id), "{live:?}");
}

/// Nobody can tell the second request of a doubtful send from a copy by hand, or from the edited
/// one: people have to, once an operation needs to know.
#[tokio::test]
async fn a_second_request_beside_one_with_an_edited_note_is_left_to_people() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let id = process.insert(&dentist()).await.completed();
    let edited = rig.hris.hr_edits_note(id, EditMode::NewId, "At ten").unwrap();
    assert_eq!(rig.hris.release_late(), 1);
    process.age(SETTLING_IS_DUE);
    process.settle().await.completed();
    let live = rig.live(AGENT);
    assert!(live.len() == 2 && live.contains(&edited), "{live:?}");
    let changed = Input::leave(AGENT, 78, "2026-12-08,2026-12-09").id(id);
    for input in [changed, Input::status_of(AGENT, id, "CANCELED")] {
        let answer = process.update(&input).await;
        answer.failed("REQUEST_CONFLICT");
        assert!(answer.sentence().contains("several requests there may be meant"), "{answer:?}");
    }
    assert_eq!(rig.live(AGENT), live);
    // Named by its days, the leave is the one with the marker.
    let second = process.insert(&dentist()).await.completed();
    assert!(second != edited && rig.live(AGENT) == live);
    assert_people_are_left_alone(&rig, "an edited note");
}
