//! What others do while a run is on its way.

use genesys_simulator::{Change, IntegrationStatus, RequestStatus, WorkflowFault, date};

use super::rig::{Reconciled, Rig, approved};
use crate::proxy::Passage;

/// Runs with these arguments, and does `act` once, before that call of the command to Genesys.
async fn reconciled_while(
    rig: &Rig,
    arguments: &[&str],
    call: u64,
    act: impl FnOnce(&Rig),
) -> Reconciled {
    rig.to_genesys.decide(
        move |number| {
            if number == call { Passage::Waits } else { Passage::Through }
        },
    );
    let meanwhile = async {
        rig.to_genesys.waits().await;
        act(rig);
        rig.genesys.settled().await;
        rig.to_genesys.go_on();
    };
    let (found, ()) = tokio::join!(rig.reconcile(arguments), meanwhile);
    rig.to_genesys.clear();
    found
}

/// How many calls a run makes of Genesys that only looks.
async fn calls_of_a_look(rig: &Rig) -> u64 {
    rig.to_genesys.clear();
    rig.reconcile(&[]).await;
    rig.to_genesys.calls()
}

#[tokio::test]
async fn a_request_that_is_changed_before_it_is_marked_is_left_and_said() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    let first = calls_of_a_look(&rig).await + 1;
    let found = reconciled_while(&rig, &["--mark-complete"], first, |rig| {
        let days = vec![date(2026, 12, 7)];
        let minutes = Some(vec![480]);
        let shorter = Change { dates: Some(days), minutes, ..Change::default() };
        rig.genesys.change(&request, shorter).unwrap();
    })
    .await;
    assert_eq!(found.of_request(&request), ("equal", "failed"));
    assert!(found.row(&request)["detail"].as_str().unwrap().contains("changed meanwhile"));
    assert_eq!(rig.integration_status(&request), Some(IntegrationStatus::AutomaticallyComplete));
}

#[tokio::test]
async fn a_status_that_is_set_before_it_is_read_again_is_not_overwritten() {
    for status in [IntegrationStatus::AutomaticallyComplete, IntegrationStatus::Processing] {
        let rig = Rig::start().await;
        let request = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
        let first = calls_of_a_look(&rig).await + 1;
        let found = reconciled_while(&rig, &["--mark-complete"], first, |rig| {
            rig.genesys.set_integration_status(&request, status).unwrap();
        })
        .await;
        assert_eq!(found.of_request(&request), ("equal", "failed"), "{status:?}");
        assert_eq!(rig.integration_status(&request), Some(status));
    }
}

/// Genesys compares no version: what changes between the look and the write is seen afterwards.
#[tokio::test]
async fn what_changes_while_it_is_marked_is_failed_and_said() {
    for (changes, said) in [(true, "changed in Genesys"), (false, "status was changed")] {
        let rig = Rig::start().await;
        let request = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
        let look = calls_of_a_look(&rig).await;
        // Association, listing, statuses, and then the write; the look that follows is held up.
        let found = reconciled_while(&rig, &["--mark-complete"], look + 5, |rig| {
            if changes {
                rig.genesys.decide(&request, RequestStatus::Canceled).unwrap();
            } else {
                let processing = IntegrationStatus::Processing;
                rig.genesys.set_integration_status(&request, processing).unwrap();
            }
        })
        .await;
        assert_eq!(found.of_request(&request), ("equal", "failed"), "{found:?}");
        let detail = found.row(&request)["detail"].as_str().unwrap();
        assert!(detail.contains(said), "{detail}");
    }
}

#[tokio::test]
async fn a_request_that_is_cancelled_before_it_is_repaired_is_not_inserted() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unsent, approved(452)).await;
    let first = calls_of_a_look(&rig).await + 1;
    let found = reconciled_while(&rig, &["--repair"], first, |rig| {
        rig.genesys.decide(&request, RequestStatus::Canceled).unwrap();
    })
    .await;
    assert_eq!(found.of_request(&request), ("missing", "failed"));
    assert!(rig.live(452).is_empty());
}

#[tokio::test]
async fn two_runs_beside_each_other_double_nothing() {
    let rig = Rig::start().await;
    let mut requests = Vec::new();
    for agent in [448, 450, 452, 456] {
        requests.push(rig.submitted_with(WorkflowFault::Unsent, approved(agent)).await);
    }
    let (one, other) =
        tokio::join!(rig.reconcile(&["--repair"]), rig.reconcile(&["--repair", "--mark-complete"]));
    for (request, agent) in requests.iter().zip([448, 450, 452, 456]) {
        assert_eq!(rig.live(agent).len(), 1, "{agent}");
        let actions = [&one, &other].map(|run| {
            let row = run.rows.iter().find(|row| row["requestId"] == request.as_str());
            row.map_or_else(String::new, |row| row["action"].as_str().unwrap().to_owned())
        });
        assert!(actions.iter().any(|action| action == "repaired"), "{actions:?}");
        assert_eq!(rig.integration_status(request), Some(IntegrationStatus::ManuallyComplete));
    }
}
