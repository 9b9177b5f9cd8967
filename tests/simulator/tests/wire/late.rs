//! Writes that take effect after their answer, or after their caller gave up.

use std::time::Duration;

use bamboohr_simulator::{
    Action, Actor, Change, Chaos, Fault, LateAnswer, Operation, Release, RequestStatus,
};
use serde_json::{Value, json};

use crate::caller::Caller;

fn one_day() -> Value {
    json!({"status": "approved", "start": "2026-12-01", "end": "2026-12-01", "timeOffTypeId": 83, "dates": [{"ymd": "2026-12-01", "amount": 8}]})
}

fn late(operation: Operation, release: Release, answer: LateAnswer) -> Fault {
    Fault::once(operation, Action::CommitLate { release, answer })
}

/// However a status change is answered, it takes effect when it is released and not before.
#[tokio::test]
async fn a_status_change_is_late_with_its_answer_lost_or_not() {
    let answers = [
        (LateAnswer::Drop, None),
        (LateAnswer::Status(504), Some(504)),
        (LateAnswer::Success, Some(200)),
    ];
    for (answer, seen) in answers {
        for release in
            [Release::AfterCalls(2), Release::AfterLists(2), Release::AfterMs(1), Release::OnDemand]
        {
            let caller = Caller::small().await;
            let id = caller.created(452, &one_day()).await;
            caller.sim.fault(late(Operation::Status, release.clone(), answer.clone()));
            let got = Caller::try_send(caller.changing(id, "canceled")).await;
            assert_eq!(got.ok().map(|answer| answer.status), seen);
            match release {
                Release::AfterMs(_) => {}
                Release::OnDemand => {
                    assert_eq!(caller.listed(id).await["status"]["status"], "approved");
                    assert_eq!(caller.sim.release_late(), 1);
                }
                _ => {
                    for _ in 0..2 {
                        assert_eq!(caller.listed(id).await["status"]["status"], "approved");
                    }
                }
            }
            caller.sim.until(|sim| sim.live(452).is_empty()).await;
            let last = caller.sim.history(id).pop().unwrap();
            assert_eq!(
                (last.by, last.change),
                (Actor::Api, Change::Status(RequestStatus::Canceled))
            );
            assert!(caller.sim.writes().pop().unwrap().late);
        }
    }
}

#[tokio::test]
async fn calls_about_somebody_else_release_nothing_and_calculators_do() {
    let caller = Caller::small().await;
    let id = caller.created(452, &one_day()).await;
    caller.sim.fault(late(Operation::Status, Release::AfterCalls(2), LateAnswer::Drop));
    Caller::try_send(caller.changing(id, "canceled")).await.unwrap_err();
    caller.list(441).await;
    caller.calculator(441, "2026-12-01").await;
    caller.calculator(452, "2026-12-01").await;
    assert_eq!(caller.sim.late_waiting(), 1);
    assert_eq!(caller.sim.live(452).len(), 1);
    caller.calculator(452, "2026-12-01").await;
    assert_eq!(caller.sim.live(452), []);
}

#[tokio::test]
async fn a_create_can_be_answered_before_it_is_seen() {
    let caller = Caller::small().await;
    let old = caller.created(452, &one_day()).await;
    let mut change = one_day();
    change["previousRequest"] = json!(old);
    caller.sim.fault(late(Operation::Create, Release::OnDemand, LateAnswer::Success));
    let promised = caller.created(452, &change).await;
    assert_eq!(caller.listed(promised).await, Value::Null);
    assert_eq!(caller.listed(old).await["status"]["status"], "approved");
    // Others may be made meanwhile; the id stays promised.
    let between = caller.created(441, &one_day()).await;
    assert_ne!(between, promised);
    assert_eq!(caller.sim.release_late(), 1);
    assert_eq!(caller.listed(promised).await["status"]["status"], "approved");
    assert_eq!(caller.listed(old).await["status"]["status"], "superceded");
    assert_eq!(caller.sim.writes().pop().unwrap().request_id, Some(promised));
}

#[tokio::test]
async fn what_would_be_refused_now_is_refused_and_never_late() {
    let caller = Caller::small().await;
    caller.sim.fault(late(Operation::Status, Release::OnDemand, LateAnswer::Success));
    assert_eq!(caller.change(9_999, "canceled").await.status, 404);
    assert_eq!(caller.sim.late_waiting(), 0);
}

/// A test that drives tokio's clock drives late writes with it.
#[tokio::test]
async fn a_time_is_one_of_tokios_clock() {
    let caller = Caller::small().await;
    let id = caller.created(452, &one_day()).await;
    caller.sim.fault(late(Operation::Status, Release::AfterMs(3_600_000), LateAnswer::Drop));
    Caller::try_send(caller.changing(id, "canceled")).await.unwrap_err();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(3_000)).await;
    assert_eq!((caller.sim.live(452).len(), caller.sim.late_waiting()), (1, 1));
    tokio::time::advance(Duration::from_secs(601)).await;
    caller.sim.until(|sim| sim.live(452).is_empty()).await;
}

#[tokio::test]
async fn chance_makes_writes_late_by_a_time() {
    let caller = Caller::small().await;
    let id = caller.created(452, &one_day()).await;
    caller.sim.chaos(Chaos { late_after_time: 1.0, late_by_ms: 1, ..Chaos::default() });
    Caller::try_send(caller.changing(id, "canceled")).await.unwrap_err();
    caller.sim.until(|sim| sim.live(452).is_empty()).await;
    assert_eq!(caller.sim.injected()["late_after_time"], 1);
}
