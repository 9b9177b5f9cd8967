//! Refused API keys.

use std::time::Duration;

use bamboohr_simulator::{Action, Fault, Operation};
use writes::{Input, KEY, Rig};

const AGENT: u64 = 452;

fn leave() -> Input {
    Input::leave(AGENT, 83, "2026-12-01")
}

#[tokio::test]
async fn a_refused_key_is_held_for_a_minute() {
    let rig = Rig::start().await;
    let process = rig.process();
    rig.hris.revoke_key(KEY);
    process.insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    let (calls, reads) = (rig.hris.calls().total(), rig.secrets.reads());
    assert_eq!(calls, 1, "the key was tried once");

    process.insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    assert_eq!(rig.hris.calls().total(), calls, "BambooHR was called during the hold");
    assert_eq!(rig.secrets.reads(), reads + 1, "the secret was read anew once");

    rig.hris.rotate_key(KEY);
    process.insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    process.age(Duration::from_secs(61));
    process.insert(&leave()).await.completed();
}

#[tokio::test]
async fn a_new_secret_ends_the_hold_at_once() {
    let rig = Rig::start().await;
    let process = rig.process();
    rig.hris.revoke_key(KEY);
    process.insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    rig.hris.rotate_key("another-key");
    rig.set_key("another-key");
    process.insert(&leave()).await.completed();
}

/// The secret changes between two calls, and also in the middle of one: at its look, its
/// calculators, its create.
#[tokio::test]
async fn a_rotated_key_fails_no_call() {
    let rig = Rig::start().await;
    let process = rig.process();
    process.warm_up().await;
    let days = ["2026-12-01", "2026-12-02", "2026-12-03"];
    for (round, operation) in
        [Operation::List, Operation::Calculator, Operation::Create].into_iter().enumerate()
    {
        let key = format!("key-{round}");
        rig.hris.rotate_key(&key);
        rig.set_key(&key);
        // What the simulator answers to the key that the process still holds.
        rig.hris.fault(Fault::once(operation, Action::StatusBefore { status: 401 }));
        let input = Input::leave(AGENT, 83, days[round]).pending();
        process.insert(&input).await.completed();
    }
    assert_eq!(rig.live(AGENT).len(), 3);
    assert_eq!(rig.hris.writes().len(), 3);
}

#[tokio::test]
async fn a_403_on_listing_the_types_is_a_refused_key() {
    let rig = Rig::start().await;
    let process = rig.process();
    rig.hris.fault(Fault::always(Operation::Types, Action::StatusBefore { status: 403 }));
    process.insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    let calls = rig.hris.calls().total();
    process.insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    assert_eq!(rig.hris.calls().total(), calls);
    rig.hris.clear_faults();
    process.age(Duration::from_secs(61));
    process.insert(&leave()).await.completed();
}

#[tokio::test]
async fn a_403_elsewhere_holds_nothing() {
    let rig = Rig::start().await;
    let process = rig.process();
    rig.hris.fault(Fault::once(Operation::List, Action::StatusBefore { status: 403 }));
    process.insert(&leave()).await.failed("HRIS_FORBIDDEN");
    process.insert(&leave()).await.completed();
}

#[tokio::test]
async fn a_key_refused_in_the_middle_of_a_call_leaves_nothing_behind_but_its_input() {
    let rig = Rig::start().await;
    let process = rig.process();
    process.warm_up().await;
    rig.hris.fault(Fault::always(Operation::Create, Action::StatusBefore { status: 401 }));
    process.insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    let recorded = rig.recorded(AGENT).await;
    assert!(recorded.len() == 1 && recorded[0].starts_with("FAILED#"), "{recorded:?}");
    rig.hris.clear_faults();
    process.age(Duration::from_secs(61));
    process.insert(&leave()).await.completed();
    assert_eq!(rig.live(AGENT).len(), 1);
}
