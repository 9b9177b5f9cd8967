//! Looks after a send that fail themselves, and answers that ask for absurd things.

use bamboohr_simulator::{Action, Fault, Matcher, Operation, RequestStatus, RetryAfter};
use writes::{Input, Rig};

const AGENT: u64 = 452;

/// From the second list on, which is the look after the send, so many fail.
fn fail_looks(rig: &Rig, times: u64) {
    rig.hris.fault(Fault::new(
        Matcher::on(Operation::List).nth(2).times(times),
        Action::StatusBefore { status: 500 },
    ));
}

#[tokio::test]
async fn a_look_that_fails_is_repeated_while_there_is_time() {
    // After a 500 one look decides; after a lost answer those until the resend time, and the last
    // of them.
    for (send, looks) in [(Action::StatusBefore { status: 500 }, 1), (Action::DropBefore, 8)] {
        let rig = Rig::start().await;
        let process = rig.process();
        rig.hris.fault(Fault::once(Operation::Create, send.clone()));
        fail_looks(&rig, looks);
        let id = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
        assert_eq!((rig.only(AGENT).id, rig.hris.calls().create), (id, 2), "{send:?}");
    }
}

#[tokio::test]
async fn a_look_that_fails_after_a_send_that_arrived_finds_it_later() {
    let rig = Rig::start().await;
    let process = rig.process();
    rig.hris.fault(Fault::once(Operation::Create, Action::StatusAfter { status: 500 }));
    fail_looks(&rig, 2);
    let id = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    assert_eq!((rig.only(AGENT).id, rig.hris.calls().create), (id, 1));
}

#[tokio::test]
async fn an_approval_that_was_taken_is_read_until_it_can_be() {
    let mut looks = Vec::new();
    for failing in [0, 3] {
        let rig = Rig::start().await;
        let process = rig.process();
        let leave = Input::leave(AGENT, 83, "2026-12-01");
        let id = process.insert(&leave.clone().pending()).await.completed();
        let before = rig.hris.calls().list;
        if let Some(last) = looks.first() {
            rig.hris.fault(Fault::new(
                Matcher::on(Operation::List).nth(*last).times(failing),
                Action::StatusBefore { status: 500 },
            ));
        }
        assert_eq!(process.update(&leave.id(id)).await.completed(), id);
        assert_eq!((rig.only(AGENT).status, rig.hris.calls().status), (RequestStatus::Approved, 1));
        looks.push(rig.hris.calls().list - before);
    }
    assert_eq!(looks[1], looks[0] + 3);
}

/// Looking on with a key that is refused would get BambooHR's whole API disabled.
#[tokio::test]
async fn a_look_that_is_refused_is_not_repeated() {
    let rig = Rig::start().await;
    let process = rig.process();
    rig.hris.fault(Fault::once(Operation::Create, Action::DropBefore));
    rig.hris.fault(Fault::new(
        Matcher::on(Operation::List).nth(2),
        Action::StatusBefore { status: 401 },
    ));
    process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.failed("OUTCOME_UNKNOWN");
    assert_eq!(rig.hris.calls().list, 2);
}

#[tokio::test]
async fn an_absurd_retry_after_ends_the_call_and_gives_the_lease_back() {
    let absurd = || Action::Throttle { retry_after: Some(RetryAfter::Seconds(u64::MAX)) };
    let rig = Rig::start().await;
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    rig.hris.fault(Fault::once(Operation::Create, absurd()));
    rig.process().insert(&leave).await.failed("HRIS_RATE_LIMITED");
    // Another process, which was not told to wait.
    let id = rig.process().insert(&leave).await.completed();
    rig.hris.fault(Fault::once(Operation::Status, absurd()));
    rig.process()
        .update(&Input::status_of(AGENT, id, "CANCELED"))
        .await
        .failed("HRIS_RATE_LIMITED");
    assert_eq!(
        rig.process().update(&Input::status_of(AGENT, id, "CANCELED")).await.completed(),
        id
    );
}
