//! Processes that are killed in the middle of a call.

use std::future::Future;
use std::time::Duration;

use bamboohr_simulator::{Action, Fault, Operation, RequestStatus, Simulator, date};
use writes::{Input, Rig};

/// Longer than any lease of the rig's processes.
pub(crate) const LEASES_ARE_OVER: Duration = Duration::from_secs(60);

const AGENT: u64 = 452;

/// Runs `call` until `killed` holds, and drops it there: nothing of it runs any more, as in a
/// process that is gone.
pub(crate) async fn kill<T>(
    rig: &Rig,
    call: impl Future<Output = T>,
    killed: impl Fn(&Simulator) -> bool,
) {
    tokio::select! {
        biased;
        () = rig.hris.until(killed) => {}
        _ = call => panic!("the call ended before it could be killed"),
    }
}

/// Kills `call` once BambooHR has done its next write.
pub(crate) async fn kill_after_write<T>(
    rig: &Rig,
    operation: Operation,
    call: impl Future<Output = T>,
) {
    let before = rig.hris.writes().len();
    rig.hris.fault(Fault::once(operation, Action::Hang));
    kill(rig, call, |hris| hris.writes().len() > before).await;
}

#[tokio::test]
async fn an_insert_killed_between_the_write_and_the_record_is_found_by_the_next() {
    let rig = Rig::start().await;
    let input = Input::leave(AGENT, 83, "2026-12-01").notes("Sea");
    let (dying, next) = (rig.process(), rig.process());
    kill_after_write(&rig, Operation::Create, dying.insert(&input)).await;
    assert!(
        rig.recorded(AGENT).await.iter().all(|sk| !sk.starts_with("REQUEST#")),
        "it was recorded already"
    );

    let in_time = rig
        .process_with(|settings| settings.api_budget = Duration::from_millis(1_200))
        .insert(&input)
        .await;
    in_time.failed("WRITE_IN_PROGRESS");
    next.age(LEASES_ARE_OVER);
    assert_eq!(next.insert(&input).await.completed(), rig.only(AGENT).id);
    assert_eq!(rig.hris.calls().create, 1);
}

#[tokio::test]
async fn an_insert_killed_before_the_write_is_made_by_the_next() {
    let rig = Rig::start().await;
    let input = Input::leave(AGENT, 83, "2026-12-01");
    let (dying, next) = (rig.process(), rig.process());
    rig.hris.fault(Fault::once(Operation::Create, Action::DelayBefore { ms: 3_600_000 }));
    kill(&rig, dying.insert(&input), |hris| hris.calls().create == 1).await;

    next.age(LEASES_ARE_OVER);
    assert_eq!(next.insert(&input).await.completed(), rig.only(AGENT).id);
}

#[tokio::test]
async fn a_supersede_killed_before_its_record_leads_to_its_successor() {
    let rig = Rig::start().await;
    let (dying, next) = (rig.process(), rig.process());
    let old = dying.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    let changed = Input::leave(AGENT, 83, "2026-12-02").id(old);
    kill_after_write(&rig, Operation::Create, dying.update(&changed)).await;

    next.age(LEASES_ARE_OVER);
    let new = next.update(&changed).await.completed();
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).previous), (new, Some(old)));
    assert_eq!(next.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), new);
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn a_cancellation_of_an_unrecorded_successor_killed_half_way_is_repeated() {
    let rig = Rig::start().await;
    let (dying, next) = (rig.process(), rig.process());
    let old = dying.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    kill_after_write(
        &rig,
        Operation::Create,
        dying.update(&Input::leave(AGENT, 83, "2026-12-02").id(old)),
    )
    .await;
    dying.age(LEASES_ARE_OVER);
    let new = rig.only(AGENT).id;
    let cancel = Input::status_of(AGENT, old, "CANCELED");
    kill_after_write(&rig, Operation::Status, dying.update(&cancel)).await;

    next.age(LEASES_ARE_OVER);
    assert_eq!(next.update(&cancel).await.completed(), new);
    rig.assert_none_live(AGENT);
}

/// A second send may still arrive, and nobody repeats the cancellation.
#[tokio::test]
async fn what_turns_up_after_a_cancellation_that_was_killed_is_a_duplicate_all_the_same() {
    let rig = Rig::start().await;
    let (dying, next) = (rig.process(), rig.process());
    crate::stories::create_late(&rig);
    let id = dying.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    kill_after_write(
        &rig,
        Operation::Status,
        dying.update(&Input::status_of(AGENT, id, "CANCELED")),
    )
    .await;
    rig.hris.release_late();

    next.age(LEASES_ARE_OVER);
    let other = next.insert(&Input::leave(AGENT, 78, "2026-12-01")).await.completed();
    assert_eq!(rig.live(AGENT), [other]);
}

#[tokio::test]
async fn a_cancellation_killed_before_its_record_is_repeated() {
    let rig = Rig::start().await;
    let (dying, next) = (rig.process(), rig.process());
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let id = dying.insert(&leave).await.completed();
    kill_after_write(
        &rig,
        Operation::Status,
        dying.update(&Input::status_of(AGENT, id, "CANCELED")),
    )
    .await;

    next.age(LEASES_ARE_OVER);
    assert_eq!(next.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed(), id);
    rig.assert_none_live(AGENT);
    // The repeated cancellation closed it, so that it may be inserted anew by an update.
    let anew = next.update(&leave.id(id)).await.completed();
    assert_eq!(rig.only(AGENT).id, anew);
}

#[tokio::test]
async fn an_approval_killed_before_its_record_is_repeated() {
    let rig = Rig::start().await;
    let (dying, next) = (rig.process(), rig.process());
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let id = dying.insert(&leave.clone().pending()).await.completed();
    kill_after_write(&rig, Operation::Status, dying.update(&leave.clone().id(id))).await;

    next.age(LEASES_ARE_OVER);
    assert_eq!(next.update(&leave.id(id)).await.completed(), id);
    let request = rig.only(AGENT);
    assert_eq!(
        (request.id, request.status, request.start),
        (id, RequestStatus::Approved, date(2026, 12, 1))
    );
}
