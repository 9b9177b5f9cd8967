//! Supersedes whose outcome is unknown, by a leave of which there is one already.

use std::time::Duration;

use bamboohr_simulator::{Action, Fault, NewRequest, Operation, RequestStatus, date};
use writes::{Input, Rig};

use crate::killed::kill_after_write;
use crate::stories::{WAITING_IS_OVER, create_late, hasty};

const AGENT: u64 = 452;

fn first() -> Input {
    Input::leave(AGENT, 83, "2026-12-01")
}

fn second() -> Input {
    Input::leave(AGENT, 83, "2026-12-02")
}

fn drop_the_next_create(rig: &Rig) {
    rig.hris.fault(Fault::once(Operation::Create, Action::DropBefore));
}

#[tokio::test]
async fn a_lost_supersede_is_not_taken_for_the_request_that_its_key_has_already() {
    let rig = Rig::start().await;
    let process = rig.process();
    let old = process.insert(&first()).await.completed();
    let other = process.insert(&second()).await.completed();
    drop_the_next_create(&rig);
    let new = process.update(&second().id(old)).await.completed();
    assert_eq!(rig.hris.request(new).unwrap().previous, Some(old));
    assert_eq!(rig.live(AGENT), [other, new]);
}

#[tokio::test]
async fn a_supersede_of_unknown_outcome_is_not_recorded_by_the_next_touch_of_its_key() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let old = process.insert(&first()).await.completed();
    let other = process.insert(&second()).await.completed();
    drop_the_next_create(&rig);
    assert_eq!(process.update(&second().id(old)).await.failed("OUTCOME_UNKNOWN"), old);
    // The claim keeps to its waiting time, whoever asks.
    process.insert(&second()).await.failed("OUTCOME_UNKNOWN");
    assert_eq!(process.update(&second().id(old)).await.failed("OUTCOME_UNKNOWN"), old);
    process.age(WAITING_IS_OVER);
    assert_eq!(process.insert(&second()).await.completed(), other);
    assert_eq!(process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), old);
    assert_eq!(rig.live(AGENT), [other]);
}

/// An insert of the very days was given up before, and arrives while the lost supersede is looked
/// for.
#[tokio::test]
async fn a_late_insert_is_not_taken_for_a_lost_supersede() {
    let rig = Rig::start().await;
    let process = rig.process_with(|settings| settings.resend_after = Duration::from_millis(400));
    let old = process.insert(&first()).await.completed();
    create_late(&rig);
    assert_eq!(hasty(&rig).insert(&second()).await.failed("OUTCOME_UNKNOWN"), 0);
    process.age(Duration::from_secs(20));
    drop_the_next_create(&rig);
    let creates = rig.hris.calls().create;
    let supersede = second().id(old);
    let (answer, ()) = tokio::join!(process.update(&supersede), async {
        rig.hris.until(|hris| hris.calls().create > creates).await;
        assert_eq!(rig.hris.release_late(), 1);
    });
    let new = answer.completed();
    assert_eq!(rig.hris.request(new).unwrap().previous, Some(old));
    // The late one is a duplicate, which the next touch cancels.
    assert_eq!(process.update(&supersede).await.completed(), new);
    assert_eq!(rig.live(AGENT), [new]);
}

/// As above, and it arrives before the supersede is tried again: nobody was told of it, so it is a
/// duplicate of what the supersede makes.
#[tokio::test]
async fn a_late_insert_is_a_duplicate_of_the_supersede_that_is_sent_again() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let old = process.insert(&first()).await.completed();
    create_late(&rig);
    process.insert(&second()).await.failed("OUTCOME_UNKNOWN");
    process.age(Duration::from_secs(20));
    drop_the_next_create(&rig);
    process.update(&second().id(old)).await.failed("OUTCOME_UNKNOWN");
    assert_eq!(rig.hris.release_late(), 1);
    process.age(Duration::from_secs(20));
    let other = process.insert(&Input::leave(AGENT, 78, "2026-12-02")).await.completed();
    let new = process.update(&second().id(old)).await.completed();
    assert_eq!(process.update(&second().id(old)).await.completed(), new);
    assert_eq!(rig.live(AGENT), [other, new]);
}

#[tokio::test]
async fn a_supersede_waits_for_an_insert_of_its_days_that_may_still_arrive() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let old = process.insert(&first()).await.completed();
    create_late(&rig);
    process.insert(&second()).await.failed("OUTCOME_UNKNOWN");
    let creates = rig.hris.calls().create;
    assert_eq!(process.update(&second().id(old)).await.failed("OUTCOME_UNKNOWN"), old);
    assert_eq!(rig.hris.calls().create, creates);
    assert_eq!(rig.live(AGENT), [old]);
}

/// An update inserts anew what an update had closed, and nobody knows whether it arrived: whoever
/// closes it by the old id means the new request as well.
#[tokio::test]
async fn an_insert_anew_of_unknown_outcome_is_closed_by_the_old_id() {
    for arrives_before in [true, false] {
        let rig = Rig::start().await;
        let process = hasty(&rig);
        let old = process.insert(&first()).await.completed();
        let cancel = Input::status_of(AGENT, old, "CANCELED");
        assert_eq!(process.update(&cancel).await.completed(), old);
        create_late(&rig);
        assert_eq!(process.update(&first().id(old)).await.failed("OUTCOME_UNKNOWN"), old);
        if arrives_before {
            rig.hris.release_late();
            let new = rig.only(AGENT).id;
            assert_eq!(process.update(&cancel).await.completed(), new);
        } else {
            assert_eq!(process.update(&cancel).await.failed("OUTCOME_UNKNOWN"), old);
            process.age(WAITING_IS_OVER);
            assert_eq!(process.update(&cancel).await.completed(), old);
            rig.hris.release_late();
            process.update(&cancel).await.completed();
        }
        rig.assert_none_live(AGENT);
    }
}

/// Two inserts anew for one closed request, both of unknown outcome, arrive before anybody looks:
/// the last one is what is wanted.
#[tokio::test]
async fn of_two_inserts_anew_for_one_request_the_last_stays() {
    // Which of two keys comes first is as their digests are.
    for (given_up, wanted) in [("2026-12-02", "2026-12-03"), ("2026-12-03", "2026-12-02")] {
        let rig = Rig::start().await;
        let process = hasty(&rig);
        let old = process.insert(&first()).await.completed();
        process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed();
        for dates in [given_up, wanted] {
            create_late(&rig);
            let anew = Input::leave(AGENT, 83, dates).id(old);
            assert_eq!(process.update(&anew).await.failed("OUTCOME_UNKNOWN"), old);
            process.age(Duration::from_secs(20));
        }
        assert_eq!(rig.hris.release_late(), 2);
        let anew = Input::leave(AGENT, 83, wanted).id(old);
        let new = process.update(&anew).await.completed();
        assert_eq!(process.update(&anew).await.completed(), new);
        let only = rig.only(AGENT);
        assert_eq!((only.id, only.start.to_string().as_str()), (new, wanted));
        let cancel = Input::status_of(AGENT, old, "CANCELED");
        assert_eq!(process.update(&cancel).await.completed(), new);
        rig.assert_none_live(AGENT);
    }
}

/// An equal one by hand was taken for what was inserted anew, and then the lost send arrives.
#[tokio::test]
async fn a_late_insert_anew_is_a_duplicate_of_the_equal_one_that_was_adopted() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    let old = process.insert(&first()).await.completed();
    let cancel = Input::status_of(AGENT, old, "CANCELED");
    process.update(&cancel).await.completed();
    create_late(&rig);
    assert_eq!(process.update(&first().id(old)).await.failed("OUTCOME_UNKNOWN"), old);
    let day = date(2026, 12, 1);
    let by_hand = NewRequest::new(AGENT, 83, day, day).per_day(8).status(RequestStatus::Approved);
    let by_hand = rig.hris.hr_creates_request(by_hand);
    process.age(Duration::from_secs(20));
    assert_eq!(process.update(&first().id(old)).await.completed(), by_hand);
    assert_eq!(rig.hris.release_late(), 1);
    assert_eq!(process.update(&first().id(old)).await.completed(), by_hand);
    assert_eq!(rig.only(AGENT).id, by_hand);
    assert_eq!(process.update(&cancel).await.completed(), by_hand);
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn a_supersede_that_arrived_is_found_by_the_next_insert_of_its_days() {
    let rig = Rig::start().await;
    let process = rig.process();
    let old = process.insert(&first()).await.completed();
    kill_after_write(&rig, Operation::Create, process.update(&second().id(old))).await;
    process.age(crate::killed::LEASES_ARE_OVER);
    let new = rig.only(AGENT).id;
    assert_eq!(process.insert(&second()).await.completed(), new);
    assert_eq!(rig.hris.request(old).unwrap().status, RequestStatus::Superceded);
    assert_eq!(process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), new);
    rig.assert_none_live(AGENT);
}
