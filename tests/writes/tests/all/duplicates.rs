//! Second live requests of one key.

use bamboohr_simulator::{
    Action, Fault, LateAnswer, NewRequest, Operation, Release, RequestStatus, date,
};
use writes::{Input, Rig};

use crate::killed::{LEASES_ARE_OVER, kill_after_write};
use crate::stories::create_late;

const AGENT: u64 = 452;

fn leave() -> Input {
    Input::leave(AGENT, 83, "2026-12-01")
}

/// The first send arrives after the second one was done.
async fn with_a_duplicate(rig: &Rig) -> (writes::Process, u64) {
    let process = rig.process();
    let late = Action::CommitLate { release: Release::AfterNextSend, answer: LateAnswer::Drop };
    rig.hris.fault(Fault::once(Operation::Create, late));
    let id = process.insert(&leave()).await.completed();
    assert_eq!(rig.live(AGENT).len(), 2);
    assert_eq!(rig.live(AGENT)[0], id);
    (process, id)
}

#[tokio::test]
async fn the_next_touch_cancels_a_duplicate_and_counts_it() {
    let next = [
        ("insert", leave()),
        ("update", leave()),
        ("an insert over these days", Input::leave(AGENT, 78, "2026-12-01,2026-12-02")),
    ];
    for (how, input) in next {
        let rig = Rig::start().await;
        let (process, id) = with_a_duplicate(&rig).await;
        let answer = if how == "update" {
            process.update(&input.id(id)).await
        } else {
            process.insert(&input).await
        };
        answer.completed();
        assert!(rig.live(AGENT).contains(&id), "{how}");
        assert_eq!(
            rig.hris.live(AGENT).iter().filter(|request| request.type_id == 83).count(),
            1,
            "{how}"
        );
        assert_eq!(process.metric("DuplicateCancelled"), 1.0, "{how}");
    }
}

#[tokio::test]
async fn a_cancellation_takes_the_duplicate_along() {
    let rig = Rig::start().await;
    let (process, id) = with_a_duplicate(&rig).await;
    assert_eq!(process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed(), id);
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn a_duplicate_that_bamboohr_will_not_cancel_fails_nothing_and_is_counted() {
    let rig = Rig::start().await;
    let (process, id) = with_a_duplicate(&rig).await;
    rig.hris.fault(Fault::once(Operation::Status, Action::StatusBefore { status: 403 }));
    assert_eq!(process.insert(&leave()).await.completed(), id);
    assert_eq!(
        (process.metric("DuplicateRefused"), process.metric("DuplicateCancelled")),
        (1.0, 0.0)
    );
    assert_eq!(process.insert(&leave()).await.completed(), id);
    assert_eq!(rig.live(AGENT), [id]);
}

#[tokio::test]
async fn a_duplicate_that_cannot_be_cancelled_now_leaves_the_call_its_time() {
    let rig = Rig::start().await;
    let (_, id) = with_a_duplicate(&rig).await;
    rig.hris.fault(Fault::always(Operation::Status, Action::StatusBefore { status: 502 }));
    let process =
        rig.process_with(|settings| settings.api_budget = std::time::Duration::from_secs(4));
    let other = process.insert(&Input::leave(AGENT, 78, "2026-12-01")).await.completed();
    assert_eq!(rig.live(AGENT).len(), 3);
    rig.hris.clear_faults();
    assert_eq!(process.insert(&leave()).await.completed(), id);
    assert_eq!(rig.live(AGENT), [id, other]);
}

#[tokio::test]
async fn where_none_is_bound_the_approved_one_stays_else_the_lowest_id() {
    let rig = Rig::start().await;
    let (dying, process) = (rig.process(), rig.process());
    // Both sends arrive, and the call is killed before either is recorded.
    create_late(&rig);
    kill_after_write(&rig, Operation::Create, dying.insert(&leave().pending())).await;
    rig.hris.release_late();
    process.age(LEASES_ARE_OVER);
    let [lowest, second] = rig.live(AGENT)[..] else { panic!("two arrive") };
    assert_eq!(process.insert(&leave().pending()).await.completed(), lowest);
    assert_eq!(rig.live(AGENT), [lowest]);
    // What Genesys may hold from an answer that could not be recorded stands for the one that
    // stayed.
    assert_eq!(process.update(&leave().pending().id(second)).await.completed(), lowest);

    let rig = Rig::start().await;
    let (dying, process) = (rig.process(), rig.process());
    create_late(&rig);
    kill_after_write(&rig, Operation::Create, dying.insert(&leave().pending())).await;
    rig.hris.release_late();
    process.age(LEASES_ARE_OVER);
    let [lowest, approved] = rig.live(AGENT)[..] else { panic!("two arrive") };
    assert!(rig.hris.hr_approves_request(approved));
    assert_eq!(process.update(&leave().pending().id(lowest)).await.completed(), approved);
    assert_eq!(rig.live(AGENT), [approved]);
}

#[tokio::test]
async fn what_turns_up_of_a_closed_key_is_cancelled_by_the_next_touch() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let id = process.insert(&leave()).await.completed();
    assert_eq!(process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed(), id);
    rig.hris.release_late();
    assert_eq!(rig.live(AGENT).len(), 1);
    let other = process.insert(&Input::leave(AGENT, 78, "2026-12-01")).await.completed();
    assert_eq!(rig.live(AGENT), [other]);
    assert_eq!(process.metric("DuplicateCancelled"), 1.0);
}

#[tokio::test]
async fn what_turns_up_of_a_superseded_key_is_cancelled_by_the_next_touch() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let old = process.insert(&leave()).await.completed();
    let changed = Input::leave(AGENT, 83, "2026-12-01,2026-12-02").id(old);
    let new = process.update(&changed).await.completed();
    rig.hris.release_late();
    assert_eq!(process.update(&changed).await.completed(), new);
    assert_eq!(rig.live(AGENT), [new]);
}

#[tokio::test]
async fn an_insert_of_a_closed_key_adopts_what_turned_up() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let id = process.insert(&leave()).await.completed();
    process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed();
    rig.hris.release_late();
    let late = rig.only(AGENT).id;
    assert_eq!(process.insert(&leave()).await.completed(), late);
    assert_eq!(rig.live(AGENT), [late]);
    assert_eq!(process.metric("DuplicateCancelled"), 0.0);
}

#[tokio::test]
async fn an_update_that_inserts_anew_adopts_what_turned_up() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let id = process.insert(&leave()).await.completed();
    process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed();
    rig.hris.release_late();
    let late = rig.only(AGENT).id;
    assert_eq!(process.update(&leave().id(id)).await.completed(), late);
    assert_eq!(process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed(), late);
    rig.assert_none_live(AGENT);
}

/// Genesys names the very request that turned up late: it is meant, whatever became of its key
/// before.
#[tokio::test]
async fn a_late_request_that_is_named_by_its_id_is_no_duplicate() {
    let rig = Rig::start().await;
    let process = rig.process();
    create_late(&rig);
    let id = process.insert(&leave()).await.completed();
    process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed();
    rig.hris.release_late();
    let late = rig.only(AGENT).id;
    assert_eq!(process.update(&leave().id(late)).await.completed(), late);
    assert_eq!(rig.live(AGENT), [late]);
    assert_eq!(process.insert(&leave()).await.completed(), late);
}

/// Genesys repeats a cancellation although the same days were inserted anew since.
#[tokio::test]
async fn a_repeated_cancellation_does_not_close_a_key_that_was_inserted_since() {
    for table_is_lost in [true, false] {
        let mut rig = Rig::start().await;
        let process = rig.process();
        let first = process.insert(&leave()).await.completed();
        let cancel = Input::status_of(AGENT, first, "CANCELED");
        assert_eq!(process.update(&cancel).await.completed(), first);
        let mut wanted = process.insert(&leave()).await.completed();
        if table_is_lost {
            rig.table = local_aws::TestTable::create().await.unwrap();
        }
        let process = rig.process();
        assert_eq!(process.update(&cancel).await.completed(), first);
        if !table_is_lost {
            wanted = edited_by_hr(&rig, wanted);
        }
        let other = process.insert(&Input::leave(AGENT, 78, "2026-12-01")).await.completed();
        assert_eq!(rig.live(AGENT), [wanted, other], "table lost: {table_is_lost}");
    }
}

/// One leave was inserted anew by an insert, and another one, with other days, by an update of the
/// closed id.
#[tokio::test]
async fn an_insert_anew_by_an_update_does_not_close_a_key_that_was_inserted_since() {
    let rig = Rig::start().await;
    let process = rig.process();
    let first = process.insert(&leave()).await.completed();
    assert_eq!(
        process.update(&Input::status_of(AGENT, first, "CANCELED")).await.completed(),
        first
    );
    let second = process.insert(&leave()).await.completed();
    let third = process.update(&Input::leave(AGENT, 83, "2026-12-08").id(first)).await.completed();
    let edited = edited_by_hr(&rig, second);
    let other = process.insert(&Input::leave(AGENT, 78, "2026-12-01")).await.completed();
    assert_eq!(rig.live(AGENT), [third, edited, other]);
}

/// HR changes the minutes of a request in BambooHR, which replaces it; the note stays.
fn edited_by_hr(rig: &Rig, id: u64) -> u64 {
    let note = rig.hris.request(id).unwrap().employee_note;
    assert!(rig.hris.hr_changes_status(id, RequestStatus::Superceded));
    let edited = NewRequest::new(AGENT, 83, date(2026, 12, 1), date(2026, 12, 1))
        .per_day(7)
        .employee_note(note);
    rig.hris.hr_creates_request(edited.status(RequestStatus::Approved))
}

/// A leave that became another one by its start times alone carries the marker of the first in its
/// note for ever.
#[tokio::test]
async fn what_hr_makes_of_a_request_with_a_released_key_is_kept() {
    let rig = Rig::start().await;
    let process = rig.process();
    let [morning, noon, afternoon] =
        ["09", "12", "14"].map(|hour| leave().from_time(&format!("2026-12-01T{hour}:00:00"), 480));
    let id = process.insert(&morning).await.completed();
    for moved in [noon, afternoon.clone()] {
        assert_eq!(process.update(&moved.id(id)).await.completed(), id);
    }
    let edited = edited_by_hr(&rig, id);
    let other = process.insert(&Input::leave(AGENT, 78, "2026-12-01")).await.completed();
    assert_eq!(rig.live(AGENT), [edited, other]);
    // It is no longer what the afternoon says: a person has to settle that.
    process.insert(&afternoon).await.failed("REQUEST_CONFLICT");
    // The morning itself can be inserted again.
    let anew = process.insert(&morning).await.completed();
    assert_eq!(rig.live(AGENT), [edited, other, anew]);
}
