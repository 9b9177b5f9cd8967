//! The stories that brought these rules about.

use std::time::Duration;

use bamboohr_simulator::{
    Action, Fault, LateAnswer, NewRequest, Operation, Release, RequestStatus, Seed, date,
};
use writes::{Input, Process, Rig};

use crate::killed::{LEASES_ARE_OVER, kill_after_write};

const AGENT: u64 = 452;

/// A process that cannot wait for a second send: ten seconds between sends, and one second for the
/// whole call.
pub(crate) fn hasty(rig: &Rig) -> Process {
    rig.process_with(|settings| {
        settings.api_budget = Duration::from_millis(1_800);
        settings.resend_after = Duration::from_secs(10);
    })
}

/// No send is waited for any more, nor any lease.
pub(crate) const WAITING_IS_OVER: Duration = Duration::from_secs(60);

/// The next create is done only when the test says so, and its caller hears nothing.
pub(crate) fn create_late(rig: &Rig) {
    let late = Action::CommitLate { release: Release::OnDemand, answer: LateAnswer::Drop };
    rig.hris.fault(Fault::once(Operation::Create, late));
}

#[tokio::test]
async fn pending_insert_whose_answer_is_lost_retried_then_approved() {
    let rig = Rig::start().await;
    let process = rig.process();
    // All of the balance: the retry must not be refused because of its own first try.
    let leave =
        Input::leave(AGENT, 83, "2026-12-01,2026-12-02,2026-12-03,2026-12-04").minutes(1_200);
    kill_after_write(&rig, Operation::Create, process.insert(&leave.clone().pending())).await;
    process.age(LEASES_ARE_OVER);
    let id = process.insert(&leave.clone().pending()).await.completed();
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (id, RequestStatus::Requested));
    assert_eq!(process.update(&leave.id(id)).await.completed(), id);
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (id, RequestStatus::Approved));
    assert_eq!(rig.hris.calls().create, 1);
}

#[tokio::test]
async fn insert_of_unknown_outcome_committed_20_s_later_cancelled_meanwhile_without_an_id() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    create_late(&rig);
    assert_eq!(process.insert(&leave).await.failed("OUTCOME_UNKNOWN"), 0);
    let cancel = leave.clone().status("CANCELED");
    assert_eq!(process.update(&cancel).await.failed("OUTCOME_UNKNOWN"), 0);
    process.age(Duration::from_secs(20));
    assert_eq!(rig.hris.release_late(), 1);
    assert_eq!(rig.live(AGENT).len(), 1);

    // Any later touch of these days ends it: here the repeated cancellation.
    process.update(&cancel).await.failed("OUTCOME_UNKNOWN");
    rig.assert_none_live(AGENT);
    assert_eq!(process.metric("DuplicateCancelled"), 1.0);
    process.age(Duration::from_secs(100));
    assert_eq!(process.update(&cancel).await.completed(), 0);
    assert_eq!(process.insert(&leave).await.completed(), rig.only(AGENT).id);
}

/// Somebody denied it, and then thought better of it: what arrives meanwhile is what is wanted.
#[tokio::test]
async fn insert_of_unknown_outcome_denied_and_then_approved_by_its_days() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    create_late(&rig);
    process.insert(&leave).await.failed("OUTCOME_UNKNOWN");
    process.update(&leave.clone().status("DENIED")).await.failed("OUTCOME_UNKNOWN");
    process.age(Duration::from_secs(20));
    assert_eq!(rig.hris.release_late(), 1);
    let id = rig.only(AGENT).id;
    assert_eq!(process.update(&leave).await.completed(), id);
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (id, RequestStatus::Approved));
}

#[tokio::test]
async fn what_the_schedule_has_settled_is_counted_once() {
    let rig = Rig::start().await;
    let process = rig.process();
    let days = ["2026-12-01", "2026-12-02"];
    for day in days {
        let leave = Input::leave(AGENT, 83, day);
        kill_after_write(&rig, Operation::Create, rig.process().insert(&leave)).await;
        process.age(LEASES_ARE_OVER);
    }
    process.settle().await.completed();
    assert_eq!(process.metric("Settled"), 2.0);
    assert_eq!((process.metric("Unsettled"), rig.live(AGENT).len()), (0.0, 2));
}

#[tokio::test]
async fn changed_update_whose_answer_is_lost_retried_with_the_old_id_then_cancelled_with_the_old_id()
 {
    let rig = Rig::start().await;
    let process = rig.process();
    let old = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    let changed = Input::leave(AGENT, 83, "2026-12-01,2026-12-02").id(old);
    kill_after_write(&rig, Operation::Create, process.update(&changed)).await;
    process.age(LEASES_ARE_OVER);
    let new = process.update(&changed).await.completed();
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).previous), (new, Some(old)));
    assert_eq!(process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), new);
    rig.assert_none_live(AGENT);
}

/// As above, and cancelled at once: the table knows only the claim.
#[tokio::test]
async fn changed_update_whose_answer_is_lost_then_cancelled_with_the_old_id() {
    let rig = Rig::start().await;
    let process = rig.process();
    let old = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    // Days that do not touch the old ones, and a cancellation that names no days: the claim alone
    // knows where to look.
    let changed = Input::leave(AGENT, 83, "2027-02-01").id(old);
    kill_after_write(&rig, Operation::Create, process.update(&changed)).await;
    process.age(LEASES_ARE_OVER);
    let new = rig.only(AGENT).id;
    assert_eq!(process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), new);
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn two_leaves_of_one_day_with_the_same_minutes_one_cancelled() {
    let rig = Rig::start().await;
    let process = rig.process();
    let morning = Input::leave(AGENT, 83, "").from_time("2026-12-01T09:00:00", 90);
    let afternoon = Input::leave(AGENT, 83, "").from_time("2026-12-01T14:00:00", 90);
    let first = process.insert(&morning).await.completed();
    let second = process.insert(&afternoon).await.completed();
    assert_eq!(rig.live(AGENT), [first, second]);
    assert_eq!(process.update(&morning.clone().status("CANCELED")).await.completed(), first);
    assert_eq!(rig.live(AGENT), [second]);
    // Repeated, it must not take the other one.
    process.update(&morning.clone().status("CANCELED")).await.failed("REQUEST_CONFLICT");
    assert_eq!(
        process.update(&Input::status_of(AGENT, first, "CANCELED")).await.completed(),
        first
    );
    assert_eq!(process.insert(&afternoon).await.completed(), second);
    assert_eq!(rig.live(AGENT), [second]);
}

#[tokio::test]
async fn hr_entered_the_same_leave_as_requested_and_genesys_inserts_it_approved() {
    let by_hand = || {
        NewRequest::new(AGENT, 83, date(2026, 12, 1), date(2026, 12, 2))
            .per_day(8)
            .employee_note("By HR")
    };
    let leave = Input::leave(AGENT, 83, "2026-12-01,2026-12-02");

    let rig = Rig::start().await;
    let id = rig.hris.hr_creates_request(by_hand());
    assert_eq!(rig.process().insert(&leave).await.completed(), id);
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (id, RequestStatus::Approved));

    let rig = Rig::with(Seed::small().multi_step(83)).await;
    let id = rig.hris.hr_creates_request(by_hand());
    let new = rig.process().insert(&leave).await.completed();
    let request = rig.only(AGENT);
    assert_eq!(
        (request.id, request.status, request.previous),
        (new, RequestStatus::Approved, Some(id))
    );
    assert!(request.employee_note.starts_with("By HR [tb:"), "{}", request.employee_note);
}

#[tokio::test]
async fn the_same_days_asked_again_after_a_denial() {
    let rig = Rig::start().await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01").pending();
    let first = process.insert(&leave).await.completed();
    assert_eq!(process.update(&Input::status_of(AGENT, first, "DENIED")).await.completed(), first);
    let second = process.insert(&leave).await.completed();
    assert_eq!(rig.live(AGENT), [second]);
    assert_ne!(first, second);
    // A plain insert gives the first id no successor: a late repetition of the denial hits nothing.
    assert_eq!(process.update(&Input::status_of(AGENT, first, "DENIED")).await.completed(), first);
    assert_eq!(rig.live(AGENT), [second]);
    // Nor does it make the second one a duplicate.
    assert_eq!(process.insert(&leave).await.completed(), second);
    assert_eq!(rig.live(AGENT), [second]);
}

#[tokio::test]
async fn denied_re_approved_with_a_new_id_then_cancelled_with_the_first_id() {
    let rig = Rig::start().await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let first = process.insert(&leave.clone().pending()).await.completed();
    assert_eq!(process.update(&leave.clone().status("DENIED").id(first)).await.completed(), first);
    let second = process.update(&leave.clone().id(first)).await.completed();
    assert_ne!(first, second);
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (second, RequestStatus::Approved));
    assert_eq!(
        process.update(&Input::status_of(AGENT, first, "CANCELED")).await.completed(),
        second
    );
    rig.assert_none_live(AGENT);
    // And round again.
    let third = process.update(&leave.id(first)).await.completed();
    assert_eq!(rig.only(AGENT).id, third);
    assert_eq!(
        process.update(&Input::status_of(AGENT, first, "CANCELED")).await.completed(),
        third
    );
    rig.assert_none_live(AGENT);
}

/// The answer of an insert could not be recorded, and a stale repetition of an older cancellation
/// comes in between.
#[tokio::test]
async fn a_stale_cancellation_does_not_cost_a_leave_that_was_inserted_anew() {
    let rig = Rig::start().await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let first = process.insert(&leave).await.completed();
    let cancel = Input::status_of(AGENT, first, "CANCELED");
    assert_eq!(process.update(&cancel).await.completed(), first);
    kill_after_write(&rig, Operation::Create, process.insert(&leave)).await;
    process.age(LEASES_ARE_OVER);
    let second = rig.only(AGENT).id;

    assert_eq!(process.update(&cancel).await.completed(), first);
    let other = process.insert(&Input::leave(AGENT, 78, "2026-12-01")).await.completed();
    assert_eq!(process.insert(&leave).await.completed(), second);
    assert_eq!(rig.live(AGENT), [second, other]);
    assert_eq!(process.metric("DuplicateCancelled"), 0.0);
}

/// HR enters by hand what a supersede of unknown outcome was to make: two requests, and each keeps
/// its own id.
#[tokio::test]
async fn an_equal_request_by_hand_is_not_taken_for_a_lost_supersede() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let old = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    create_late(&rig);
    let other_days = Input::leave(AGENT, 83, "2026-12-02");
    assert_eq!(process.update(&other_days.clone().id(old)).await.failed("OUTCOME_UNKNOWN"), old);
    let day = NewRequest::new(AGENT, 83, date(2026, 12, 2), date(2026, 12, 2))
        .per_day(8)
        .status(RequestStatus::Approved);
    let by_hand = rig.hris.hr_creates_request(day);
    process.insert(&other_days).await.failed("OUTCOME_UNKNOWN");
    process.age(WAITING_IS_OVER);
    assert_eq!(process.insert(&other_days).await.completed(), by_hand);
    assert_eq!(process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), old);
    assert_eq!(rig.live(AGENT), [by_hand]);
}

/// Two changes of one request, of which the first was given up and arrives last.
#[tokio::test]
async fn a_change_that_was_given_up_does_not_outlive_the_next_one() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let old = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    create_late(&rig);
    assert_eq!(
        process
            .update(&Input::leave(AGENT, 83, "2026-12-02").id(old))
            .await
            .failed("OUTCOME_UNKNOWN"),
        old
    );
    let before = rig.recorded(AGENT).await;
    process.age(WAITING_IS_OVER);
    let new = process.update(&Input::leave(AGENT, 83, "2026-12-03").id(old)).await.completed();
    assert_eq!(rig.live(AGENT), [new]);

    // The simulator would refuse the late one, since what it replaces is replaced; nobody knows
    // whether BambooHR does. The marker of the first leave does not fit that day: somebody may have
    // copied it.
    let marker = |sk: &String| Some(format!("Away [tb:{}]", sk.strip_prefix("KEY#")?));
    let arrived: Vec<u64> = before
        .iter()
        .filter_map(marker)
        .map(|note| {
            let day = NewRequest::new(AGENT, 83, date(2026, 12, 2), date(2026, 12, 2))
                .per_day(8)
                .employee_note(note);
            rig.hris.hr_creates_request(day)
        })
        .collect();
    assert_eq!(
        process.update(&Input::leave(AGENT, 83, "2026-12-03").id(old)).await.completed(),
        new
    );
    let left = rig.live(AGENT);
    assert_eq!(left.len(), 2, "{arrived:?} {left:?}");
    assert!(left.contains(&new) && left.iter().any(|id| arrived.contains(id)));
    assert_eq!(process.metric("DuplicateCancelled"), 1.0);
}
