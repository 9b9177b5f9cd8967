//! Outcomes that come late, or that nobody asks about again.

use bamboohr_simulator::{
    Action, EditMode, Fault, LateAnswer, Operation, Release, RequestStatus, date,
};
use e2e::Process;
use serde_json::{Value, json};

use super::{
    AGENT, Bridge, NONE, close, completed, dentist, failed, id_of, insert, leave, status_of, update,
};
use crate::requests::with;

/// Long enough for a late outcome to come into it.
const WAITING_TIME: (&str, &str) = ("RESEND_AFTER_SECONDS", "3");
/// A call that cannot wait so long.
const HASTY: (&str, &str) = ("API_BUDGET_MS", "1500");

/// The next write of this kind is done only when the test says so, and its caller hears nothing.
fn late(operation: Operation) -> Fault {
    Fault::once(
        operation,
        Action::CommitLate { release: Release::OnDemand, answer: LateAnswer::Drop },
    )
}

/// A send of `body` by a call that has no time to look for its late effect.
async fn send_late(bridge: &Bridge, hasty: &Process, operation: Operation, body: &Value) {
    bridge.hris().fault(late(operation));
    bridge.hris().fault(Fault::always(operation, Action::DropBefore));
    failed(&update(hasty, body).await, "OUTCOME_UNKNOWN");
    bridge.hris().clear_faults();
}

/// The leave as it was is asked for at once; the late effect comes while that call waits.
async fn put_again_with_late_effect(bridge: &Bridge, id: u64) -> u64 {
    let lists = bridge.hris().calls().list;
    let again = id_of(&dentist(), id);
    let (answer, ()) = tokio::join!(bridge.update(&again), async {
        bridge.hris().until(|hris| hris.calls().list >= lists + 2).await;
        assert_eq!(bridge.hris().release_late(), 1);
    });
    let new = completed(&answer);
    assert_eq!(completed(&bridge.update(&again).await), new);
    new
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wanted_again_while_it_is_closed_late_is_inserted_anew() {
    for status in ["CANCELED", "DENIED"] {
        let bridge = Bridge::set(&[WAITING_TIME]).await;
        let hasty = bridge.process("update-timeoff", &[HASTY]).await;
        let id = completed(&bridge.insert(&dentist()).await);
        send_late(&bridge, &hasty, Operation::Status, &close(id, status)).await;
        let new = put_again_with_late_effect(&bridge, id).await;
        assert_ne!(new, id, "{status}");
        assert_eq!(bridge.only().id, new, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wanted_again_while_it_is_changed_late_is_changed_back() {
    let bridge = Bridge::set(&[WAITING_TIME]).await;
    let hasty = bridge.process("update-timeoff", &[HASTY]).await;
    let id = completed(&bridge.insert(&dentist()).await);
    let longer = id_of(&leave(78, "2026-12-08,2026-12-09"), id);
    send_late(&bridge, &hasty, Operation::Create, &longer).await;
    let new = put_again_with_late_effect(&bridge, id).await;
    let only = bridge.only();
    assert_eq!((only.id, only.end), (new, date(2026, 12, 8)));
}

/// Days that ended more than 400 days ago are remembered, too.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_insert_of_days_long_gone_is_remembered() {
    let bridge = Bridge::set(&[("RESEND_AFTER_SECONDS", "1")]).await;
    // Else nobody can take a second request of leave that has begun away.
    bridge.hris().change_quirks(|quirks| quirks.closes_started = true);
    let slow = [("RESEND_AFTER_SECONDS", "60"), HASTY];
    let hasty = bridge.process("insert-timeoff", &slow).await;
    let long_gone = leave(83, "2020-06-02");
    bridge.hris().fault(late(Operation::Create));
    failed(&insert(&hasty, &long_gone).await, "OUTCOME_UNKNOWN");
    let id = completed(&bridge.insert(&long_gone).await);
    assert_eq!(bridge.hris().release_late(), 1);
    assert_eq!(bridge.live().len(), 2);
    bridge.settle().await;
    assert_eq!(bridge.live(), [id]);
    assert_eq!(completed(&bridge.insert(&long_gone).await), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_request_goes_with_the_next_settling_without_a_call() {
    let bridge = Bridge::set(&[("RESEND_AFTER_SECONDS", "0")]).await;
    bridge.hris().fault(late(Operation::Create));
    let id = completed(&bridge.insert(&dentist()).await);
    bridge.settle().await;
    assert_eq!(bridge.hris().release_late(), 1);
    assert_eq!(bridge.live().len(), 2);
    bridge.settle().await;
    assert_eq!(bridge.live(), [id]);
    let lines = bridge.update.lines(2).await;
    assert!(lines.iter().any(|line| line["event"] == "duplicate.cancelled"));
    assert!(lines.iter().any(|line| line["DuplicateCancelled"] == 1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_hr_gave_to_the_second_of_two_stands() {
    for settles in [false, true] {
        let bridge = Bridge::set(&[("RESEND_AFTER_SECONDS", "0")]).await;
        let forced = json!({"overrideBalanceThreshold": "true"});
        let asked = with(status_of(&dentist(), "PENDING"), &forced);
        bridge.hris().fault(late(Operation::Create));
        let bound = completed(&bridge.insert(&asked).await);
        assert_eq!(bridge.hris().release_late(), 1);
        let second = bridge.live().into_iter().find(|id| *id != bound).unwrap();
        assert!(bridge.hris().hr_approves_request(second));
        if settles {
            bridge.settle().await;
        } else {
            assert_eq!(completed(&bridge.insert(&asked).await), second);
        }
        let only = bridge.only();
        assert_eq!((only.id, only.status), (second, RequestStatus::Approved));
        // The id that Genesys holds stands for the one that stayed.
        assert_eq!(completed(&bridge.update(&id_of(&dentist(), bound)).await), second);
        assert_eq!(completed(&bridge.update(&close(bound, "CANCELED")).await), second);
        assert_eq!(bridge.live(), NONE);
    }
}

/// Nobody can tell the second request of a doubtful send from a copy: people have to.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_request_beside_one_with_an_edited_note_is_left_to_people() {
    let bridge = Bridge::set(&[("RESEND_AFTER_SECONDS", "0")]).await;
    bridge.hris().fault(late(Operation::Create));
    let id = completed(&bridge.insert(&dentist()).await);
    let edited = bridge.hris().hr_edits_note(id, EditMode::NewId, "At ten").unwrap();
    assert_eq!(bridge.hris().release_late(), 1);
    let second = bridge.live().into_iter().find(|id| *id != edited).unwrap();
    bridge.settle().await;
    let changed = id_of(&leave(78, "2026-12-08,2026-12-09"), id);
    failed(&bridge.update(&changed).await, "REQUEST_CONFLICT");
    failed(&bridge.update(&close(id, "CANCELED")).await, "REQUEST_CONFLICT");
    assert_eq!(bridge.hris().live(AGENT).len(), 2);
    bridge.assert_people_are_left_alone();
    assert_eq!(bridge.live(), [edited, second]);
}
