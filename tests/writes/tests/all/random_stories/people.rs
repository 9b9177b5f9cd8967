//! What people do in a story.

use bamboohr_simulator::{Edit, EditMode, NewRequest, RequestStatus, date};
use fastrand::Rng;
use jiff::Span;
use writes::Rig;

use super::target::{TYPE, Target};

/// One thing that people do about an agent's leave.
pub(crate) fn act(rig: &Rig, agent: u64, target: Target, rng: &mut Rng) -> &'static str {
    let live = rig.live(agent);
    let elsewhere = date(2027, 3, 1).saturating_add(Span::new().days(rng.i64(0..60)));
    let status = [RequestStatus::Requested, RequestStatus::Approved][rng.usize(..2)];
    if live.is_empty() || rng.u8(..6) == 0 {
        let days = target.days();
        let is_equal = rng.bool();
        let hours = if is_equal { target.hours() } else { 6.into() };
        let by_hand = NewRequest::new(agent, TYPE, days[0], days[days.len() - 1]).per_day(hours);
        rig.hris.hr_creates_request(by_hand.status(status));
        return if is_equal { "equal by hand" } else { "other by hand" };
    }
    let id = live[rng.usize(..live.len())];
    let mode = [EditMode::NewId, EditMode::InPlace][rng.usize(..2)];
    let edit = Edit::new();
    match rng.u8(..12) {
        0 => {
            rig.hris.hr_copies_request(id, edit);
            "copied"
        }
        1 => {
            rig.hris.hr_copies_request(id, edit.moved_to(elsewhere).status(status));
            "copied to other days"
        }
        2 => {
            rig.hris.hr_copies_request(id, edit.time_off_type(78).status(status));
            "copied as another type"
        }
        3 => {
            rig.hris.hr_edits_request(id, mode, edit.per_day(5));
            "hours edited"
        }
        4 => {
            rig.hris.hr_edits_request(id, mode, edit.time_off_type(78));
            "type edited"
        }
        5 => {
            rig.hris.hr_moves_request(id, mode, elsewhere);
            "moved"
        }
        6 => {
            rig.hris.hr_edits_note(id, mode, "At ten");
            "note edited"
        }
        7 => {
            rig.hris.hr_edits_request(id, mode, edit.status(status));
            "status edited"
        }
        8 => {
            rig.hris.hr_denies_request(id);
            "denied"
        }
        9 => {
            rig.hris.hr_deletes_request(id);
            "deleted"
        }
        10 => {
            rig.hris.hr_cancels_request(id);
            "cancelled"
        }
        _ => {
            rig.hris.hr_approves_request(id);
            "approved"
        }
    }
}
