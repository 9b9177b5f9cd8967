//! Runs that are killed: at every call, before it arrives and after.

use std::ops::ControlFlow;

use genesys_simulator::{IntegrationStatus, Submission};
use timeoff_admin::Outcome;

use super::rig::{Rig, approved};
use crate::proxy::{Counted, Passage, Proxy};
use crate::world::MONDAY;

/// Something for each kind of repair: an insert, an approval, a cancellation, a replay.
async fn planted(rig: &Rig) -> [String; 4] {
    use bamboohr_simulator::{Action, Fault, Operation};

    let [missing, waiting, cancelled] = rig.three_to_repair().await;
    rig.bamboohr().fault(Fault::always(Operation::Create, Action::StatusBefore { status: 403 }));
    let part_day = Submission {
        dates: Vec::new(),
        start_date_times: vec![MONDAY.at(9, 0, 0, 0)],
        minutes: vec![90],
        ..approved(456)
    };
    let stored = rig.submitted(part_day).await;
    rig.bamboohr().clear_faults();
    [missing, waiting, cancelled, stored]
}

/// A link of the command to somebody, and which calls on it are counted.
type Link = (fn(&Rig) -> &Proxy, Counted);

const TO_BRIDGE: Link = (|rig| &rig.to_bridge, Counted::All);
/// A read that is the last call leaves what the write before it left.
const TO_GENESYS: Link = (|rig| &rig.to_genesys, Counted::Changes);

/// Kills a run at the call with that number, and lets the next one settle everything.
async fn killed_at(number: u64, fate: Passage, (proxy, counted): Link) -> ControlFlow<()> {
    let rig = Rig::start().await;
    let requests = planted(&rig).await;
    proxy(&rig).decide_of(counted, move |call| match call == number {
        true => fate,
        false => Passage::Through,
    });
    let was_killed = tokio::select! {
        biased;
        () = proxy(&rig).stuck() => true,
        _ = rig.reconcile(&["--repair"]) => false,
    };
    proxy(&rig).clear();
    if !was_killed {
        return ControlFlow::Break(());
    }
    // What the killed run had under way in the bridge ends, and so does its lease.
    rig.pass(1);
    rig.reconcile(&["--repair", "--mark-complete"]).await;
    for request in &requests {
        assert_eq!(
            rig.integration_status(request),
            Some(IntegrationStatus::ManuallyComplete),
            "{fate:?} {number}"
        );
    }
    for (agent, live) in [(452, 1), (450, 1), (448, 0), (456, 1)] {
        assert_eq!(rig.live(agent).len(), live, "{fate:?} {number}: {agent}");
    }
    assert_eq!(rig.live(450)[0].1, "Approved");
    assert_eq!(rig.reconcile(&[]).await.outcome, Outcome::Clean, "{fate:?} {number}");
    ControlFlow::Continue(())
}

/// There are four writes on each link.
async fn killed_at_each(fate: Passage, link: Link) {
    for number in 1..=4 {
        assert!(killed_at(number, fate, link).await.is_continue(), "{number}");
    }
    assert!(killed_at(5, fate, link).await.is_break());
}

#[tokio::test]
async fn killed_before_the_bridge_hears_of_a_write_the_next_run_settles_it() {
    killed_at_each(Passage::Lost, TO_BRIDGE).await;
}

#[tokio::test]
async fn killed_before_the_bridge_is_heard_the_next_run_settles_it() {
    killed_at_each(Passage::Hanging, TO_BRIDGE).await;
}

#[tokio::test]
async fn killed_before_genesys_hears_of_a_status_the_next_run_settles_it() {
    killed_at_each(Passage::Lost, TO_GENESYS).await;
}

#[tokio::test]
async fn killed_before_genesys_is_heard_the_next_run_settles_it() {
    killed_at_each(Passage::Hanging, TO_GENESYS).await;
}
