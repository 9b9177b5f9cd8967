//! People edit, move and approve what Genesys sent.

use bamboohr_simulator::{
    Action, Edit, EditMode, Fault, NewRequest, Operation, RequestStatus, date,
};
use local_aws::{Fault as TableFault, Injection};
use writes::{Input, Process, Rig};

use super::{
    AGENT, DAY, SETTLING_IS_DUE, assert_people_are_left_alone, dentist, everything,
    insert_that_looks_over_everything,
};
use crate::killed::{LEASES_ARE_OVER, kill_after_write};
use crate::stories::create_late;

const MODES: [EditMode; 2] = [EditMode::NewId, EditMode::InPlace];

/// The leave of 8 December, inserted, and edited by somebody.
async fn edited(rig: &Rig, mode: EditMode, edit: Edit) -> (Process, u64, u64) {
    let process = rig.process();
    let id = process.insert(&dentist()).await.completed();
    let edited = rig.hris.hr_edits_request(id, mode, edit).unwrap();
    (process, id, edited)
}

/// Whatever asks for the leave without naming a request is refused, and changes nothing.
async fn assert_conflict(rig: &Rig, process: &Process, story: &str) {
    let before = everything(rig);
    for status in ["APPROVED", "PENDING"] {
        process.insert(&dentist().status(status)).await.failed("REQUEST_CONFLICT");
    }
    for status in ["APPROVED", "PENDING", "CANCELED", "DENIED"] {
        process.update(&dentist().status(status)).await.failed("REQUEST_CONFLICT");
    }
    assert_eq!(everything(rig), before, "{story}");
    assert_people_are_left_alone(rig, story);
}

#[tokio::test]
async fn a_request_that_was_edited_to_other_hours_is_a_conflict() {
    use RequestStatus::{Approved, Requested};
    for mode in MODES {
        for status in [Requested, Approved] {
            let rig = Rig::start().await;
            let edit = Edit::new().per_day(4).status(status);
            let (process, _, _) = edited(&rig, mode, edit).await;
            assert_conflict(&rig, &process, &format!("{mode:?} {status:?}")).await;
        }
    }
}

#[tokio::test]
async fn a_pending_request_that_was_edited_does_not_go_round_the_balance() {
    for mode in MODES {
        let rig = Rig::start().await;
        let process = rig.process();
        // Of 80 hours 9 are left.
        let taken = NewRequest::new(AGENT, 83, date(2026, 11, 3), date(2026, 11, 3)).lump(71);
        rig.hris.hr_creates_request(taken.status(RequestStatus::Approved));
        let asked = Input::leave(AGENT, 83, "2026-12-08").pending();
        let id = process.insert(&asked).await.completed();
        let edited = rig.hris.hr_edits_request(id, mode, Edit::new().per_day(24)).unwrap();
        process.insert(&asked).await.failed("REQUEST_CONFLICT");
        assert_eq!(rig.hris.request(edited).unwrap().status, RequestStatus::Requested);
        assert_people_are_left_alone(&rig, "a pending request");
    }
}

#[tokio::test]
async fn an_update_by_id_supersedes_what_was_edited_in_place() {
    let rig = Rig::start().await;
    let (process, id, _) = edited(&rig, EditMode::InPlace, Edit::new().per_day(4)).await;
    process.insert(&dentist()).await.failed("REQUEST_CONFLICT");
    let new = process.update(&dentist().id(id)).await.completed();
    let only = rig.only(AGENT);
    assert_eq!((only.id, only.previous, only.amount), (new, Some(id), 8.into()));
    assert_eq!(process.insert(&dentist()).await.completed(), new);
}

#[tokio::test]
async fn a_request_of_which_the_note_alone_was_edited_is_cancelled_by_its_old_id() {
    for mode in MODES {
        for keeps_marker in [true, false] {
            for status in ["CANCELED", "DENIED"] {
                let rig = Rig::start().await;
                let process = rig.process();
                let id = process.insert(&dentist()).await.completed();
                let note = rig.hris.request(id).unwrap().employee_note;
                let note = if keeps_marker { format!("At ten. {note}") } else { "At ten".into() };
                let new = rig.hris.hr_edits_note(id, mode, note).unwrap();
                let answer = process.update(&Input::status_of(AGENT, id, status)).await;
                assert_eq!(answer.completed(), new, "{mode:?}, marker {keeps_marker}");
                rig.assert_none_live(AGENT);
            }
        }
    }
}

#[tokio::test]
async fn a_request_that_was_moved_to_another_day_is_a_conflict() {
    for mode in MODES {
        let rig = Rig::start().await;
        let (process, _, moved) =
            edited(&rig, mode, Edit::new().moved_to(date(2026, 12, 15))).await;
        assert_conflict(&rig, &process, &format!("{mode:?}")).await;
        let other = process.insert(&insert_that_looks_over_everything()).await.completed();
        assert_eq!(rig.live(AGENT), [moved, other], "{mode:?}");
        assert_people_are_left_alone(&rig, "another insert");
    }
}

/// Genesys is changed to what BambooHR holds, as the conflict's sentence says.
#[tokio::test]
async fn the_moved_leave_is_adopted_when_genesys_follows() {
    for mode in MODES {
        let rig = Rig::start().await;
        let (process, id, moved) =
            edited(&rig, mode, Edit::new().moved_to(date(2026, 12, 15))).await;
        let followed = Input::leave(AGENT, 78, "2026-12-15").notes("Dentist").id(id);
        assert_eq!(process.update(&followed).await.completed(), moved, "{mode:?}");
        assert_eq!(rig.live(AGENT), [moved], "{mode:?}");
        assert_people_are_left_alone(&rig, "followed");
    }
}

#[tokio::test]
async fn an_approval_that_hr_gave_to_the_second_of_two_stands() {
    for touch in ["insert", "another insert", "settle"] {
        let rig = Rig::start().await;
        let process = rig.process();
        let (bound, second) = approved_second(&rig, &process).await;
        process.age(SETTLING_IS_DUE);
        match touch {
            "insert" => assert_eq!(process.insert(&unchecked()).await.completed(), second),
            "settle" => {
                process.settle().await.completed();
            }
            _ => {
                let other = Input::leave(AGENT, 90, "2026-12-08");
                let other = process.insert(&other).await.completed();
                assert!(rig.hris.hr_cancels_request(other));
            }
        }
        let only = rig.only(AGENT);
        assert_eq!((only.id, only.status), (second, RequestStatus::Approved), "{touch}");
        assert_eq!((only.start, only.end), (DAY, DAY));
        // The id that Genesys holds stands for the one that stayed.
        assert_eq!(process.update(&dentist().id(bound)).await.completed(), second, "{touch}");
        let cancel = Input::status_of(AGENT, bound, "CANCELED");
        assert_eq!(process.update(&cancel).await.completed(), second, "{touch}");
        rig.assert_none_live(AGENT);
    }
}

/// Pending, whatever the balance.
fn unchecked() -> Input {
    dentist().pending().with("overrideBalanceThreshold", true)
}

/// A pending insert sent twice, of which the first arrived late and was approved by HR: the id that
/// was answered, and the approved one.
async fn approved_second(rig: &Rig, process: &Process) -> (u64, u64) {
    create_late(rig);
    let answered = process.insert(&unchecked()).await.completed();
    assert_eq!(rig.hris.release_late(), 1);
    let second = rig.live(AGENT).into_iter().find(|id| *id != answered).unwrap();
    assert!(rig.hris.hr_approves_request(second));
    (answered, second)
}

#[tokio::test]
async fn the_one_that_hr_did_not_approve_is_cancelled_however_often_that_fails() {
    let failures = [
        Action::StatusBefore { status: 403 },
        Action::Throttle { retry_after: Some(bamboohr_simulator::RetryAfter::Seconds(3_600)) },
    ];
    for failure in failures {
        let rig = Rig::start().await;
        let process = rig.process();
        let (answered, second) = approved_second(&rig, &process).await;
        rig.hris.fault(Fault::always(Operation::Status, failure.clone()));
        for _ in 0..3 {
            process.age(SETTLING_IS_DUE);
            process.settle().await.completed();
        }
        assert_eq!(rig.live(AGENT).len(), 2, "{failure:?}");
        rig.hris.clear_faults();
        // A process that BambooHR has told to wait would wait.
        let process = rig.process();
        process.age(SETTLING_IS_DUE);
        process.settle().await.completed();
        assert_eq!(rig.live(AGENT), [second], "{failure:?}");
        let cancel = Input::status_of(AGENT, answered, "CANCELED");
        assert_eq!(process.update(&cancel).await.completed(), second, "{failure:?}");
        rig.assert_none_live(AGENT);
    }
}

/// Genesys holds the id of a duplicate that the table never heard of, and the call that cancelled
/// it died before it could record that.
#[tokio::test]
async fn the_id_of_a_duplicate_stands_for_the_one_that_stays_although_its_cancellation_was_not_heard()
 {
    let rig = Rig::start().await;
    let process = rig.process();
    // The claim of each of the two sends is written, and the last record is not.
    let unrecorded = Injection::of(TableFault::AccessDenied).on("TransactWriteItems");
    rig.table.faults().inject(unrecorded.after(2));
    let (answered, second) = approved_second(&rig, &process).await;
    rig.table.faults().clear();
    process.age(LEASES_ARE_OVER + SETTLING_IS_DUE);
    kill_after_write(&rig, Operation::Status, rig.process().settle()).await;
    process.age(LEASES_ARE_OVER + SETTLING_IS_DUE);
    process.settle().await.completed();
    assert_eq!(rig.only(AGENT).id, second);
    let cancel = Input::status_of(AGENT, answered, "CANCELED");
    assert_eq!(process.update(&cancel).await.completed(), second);
    rig.assert_none_live(AGENT);
}

/// Nobody had looked at what arrived before HR edited it: to insert it again would double it.
#[tokio::test]
async fn what_arrived_unheard_of_and_was_edited_before_anybody_looked_is_not_inserted_again() {
    let next_week = date(2026, 12, 15);
    let edits = [
        Edit::new().per_day(4),
        Edit::new().moved_to(next_week),
        Edit::new().moved_to(next_week).per_day(4),
    ];
    for edit in edits {
        for mode in MODES {
            for is_settled in [false, true] {
                let rig = Rig::start().await;
                let process = rig.process();
                let dying = rig.process();
                kill_after_write(&rig, Operation::Create, dying.insert(&dentist())).await;
                let id = rig.only(AGENT).id;
                rig.hris.hr_edits_request(id, mode, edit.clone()).unwrap();
                process.age(LEASES_ARE_OVER + SETTLING_IS_DUE);
                if is_settled {
                    process.settle().await.completed();
                }
                let before = everything(&rig);
                for status in ["APPROVED", "PENDING"] {
                    let answer = process.insert(&dentist().status(status)).await;
                    answer.failed("REQUEST_CONFLICT");
                }
                assert_eq!(everything(&rig), before, "{mode:?} {edit:?}");
            }
        }
    }
}
