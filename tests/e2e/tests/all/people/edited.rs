//! People edit, move and approve what Genesys sent.

use bamboohr_simulator::{Edit, EditMode, NewRequest, RequestStatus, date};
use serde_json::json;

use super::{
    AGENT, Bridge, NONE, close, completed, dentist, failed, id_of,
    insert_that_looks_over_everything, leave, status_of,
};
use crate::requests::with;

const MODES: [EditMode; 2] = [EditMode::NewId, EditMode::InPlace];

/// The leave of 8 December, inserted, and edited by somebody: the id that was sent, and the one
/// that holds the leave now.
async fn edited(mode: EditMode, edit: Edit) -> (Bridge, u64, u64) {
    let bridge = Bridge::start().await;
    let id = completed(&bridge.insert(&dentist()).await);
    let edited = bridge.hris().hr_edits_request(id, mode, edit).unwrap();
    (bridge, id, edited)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_edited_to_other_hours_is_a_conflict() {
    for mode in MODES {
        for status in [RequestStatus::Requested, RequestStatus::Approved] {
            let edit = Edit::new().per_day(4).status(status);
            let (bridge, ..) = edited(mode, edit).await;
            bridge.assert_conflict(&dentist(), &format!("{mode:?} {status:?}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_request_that_was_edited_does_not_go_round_the_balance() {
    for mode in MODES {
        let bridge = Bridge::start().await;
        // Of 80 hours 9 are left.
        let taken = NewRequest::new(AGENT, 83, date(2026, 11, 3), date(2026, 11, 3)).lump(71);
        bridge.hris().hr_creates_request(taken.status(RequestStatus::Approved));
        let asked = status_of(&leave(83, "2026-12-08"), "PENDING");
        let id = completed(&bridge.insert(&asked).await);
        let edited = bridge.hris().hr_edits_request(id, mode, Edit::new().per_day(24)).unwrap();
        failed(&bridge.insert(&asked).await, "REQUEST_CONFLICT");
        let request = bridge.hris().request(edited).unwrap();
        assert_eq!(request.status, RequestStatus::Requested, "{mode:?}");
        bridge.assert_people_are_left_alone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_by_id_supersedes_what_was_edited_in_place() {
    let (bridge, id, _) = edited(EditMode::InPlace, Edit::new().per_day(4)).await;
    failed(&bridge.insert(&dentist()).await, "REQUEST_CONFLICT");
    let new = completed(&bridge.update(&id_of(&dentist(), id)).await);
    let only = bridge.only();
    assert_eq!((only.id, only.previous, only.amount), (new, Some(id), 8.into()));
    assert_eq!(completed(&bridge.insert(&dentist()).await), new);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_which_the_note_alone_was_edited_is_cancelled_by_its_old_id() {
    for keeps_marker in [true, false] {
        for status in ["CANCELED", "DENIED"] {
            let bridge = Bridge::start().await;
            let id = completed(&bridge.insert(&dentist()).await);
            let note = bridge.hris().request(id).unwrap().employee_note;
            let note = if keeps_marker { format!("At ten. {note}") } else { "At ten".into() };
            let new = bridge.hris().hr_edits_note(id, EditMode::NewId, note).unwrap();
            assert_eq!(completed(&bridge.update(&close(id, status)).await), new, "{keeps_marker}");
            assert_eq!(bridge.live(), NONE);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_moved_to_another_day_is_a_conflict_until_genesys_follows() {
    for mode in MODES {
        let moved_to = Edit::new().moved_to(date(2026, 12, 15));
        let (bridge, id, moved) = edited(mode, moved_to).await;
        bridge.assert_conflict(&dentist(), &format!("{mode:?}")).await;
        let other = completed(&bridge.insert(&insert_that_looks_over_everything()).await);
        assert_eq!(bridge.live(), [moved, other], "{mode:?}");
        let followed = with(leave(78, "2026-12-15"), &json!({"notes": "At the dentist"}));
        assert_eq!(completed(&bridge.update(&id_of(&followed, id)).await), moved, "{mode:?}");
        assert_eq!(bridge.live(), [moved, other], "{mode:?}");
        bridge.assert_people_are_left_alone();
    }
}
