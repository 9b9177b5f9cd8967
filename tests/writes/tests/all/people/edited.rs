//! People edit, move and approve what Genesys sent.

use bamboohr_simulator::{Edit, EditMode, NewRequest, RequestStatus, date};
use writes::{Input, Process, Rig};

use super::{
    AGENT, DAY, SETTLING_IS_DUE, assert_people_are_left_alone, dentist, everything,
    insert_that_looks_over_everything,
};
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
        let asked = dentist().pending().with("overrideBalanceThreshold", true);
        create_late(&rig);
        let bound = process.insert(&asked).await.completed();
        assert_eq!(rig.hris.release_late(), 1);
        let second = rig.live(AGENT).into_iter().find(|id| *id != bound).unwrap();
        assert!(rig.hris.hr_approves_request(second));
        process.age(SETTLING_IS_DUE);
        match touch {
            "insert" => assert_eq!(process.insert(&asked).await.completed(), second),
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
