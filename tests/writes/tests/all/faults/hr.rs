//! The HR department, which works on the same requests in the middle of it all.

use bamboohr_simulator::{Date, Edit, EditMode, NewRequest, RequestStatus, RequestView, date};
use fastrand::Rng;
use jiff::Span;
use writes::Rig;

use super::leave::Leave;

/// Where HR enters leave of its own: after every day that a leave of Genesys can have.
const OWN_DAYS: Date = date(2028, 6, 1);

/// One thing that HR does about an agent.
pub(crate) fn work(rig: &Rig, agent: u64, leaves: &mut [Leave], rng: &mut Rng) -> &'static str {
    let somewhere = OWN_DAYS.saturating_add(Span::new().days(rng.i64(0..300)));
    let number = rng.usize(..leaves.len());
    let leave = &mut leaves[number];
    let all = rig.hris.requests(agent);
    let live = leave.live_requests(&all);
    let Some(request) = live.get(rng.usize(..live.len().max(1))) else {
        let by_hand = NewRequest::new(agent, 78, somewhere, somewhere).per_day(8);
        rig.hris.hr_creates_request(by_hand.status(RequestStatus::Approved));
        return "HR entered leave by hand";
    };
    let id = request.id;
    match rng.u8(..12) {
        0 => {
            rig.hris.hr_copies_request(id, Edit::new().moved_to(somewhere));
            "HR copied a request to other days"
        }
        1 | 2 => {
            rig.hris.hr_copies_request(id, Edit::new().time_off_type(78));
            "HR copied a request as another type"
        }
        3 | 4 => {
            leave.approved();
            rig.hris.hr_approves_request(id);
            "HR approved a request"
        }
        5 | 6 => {
            leave.note_edited();
            rig.hris.hr_edits_note(id, mode(rng), "At ten");
            "HR edited a note"
        }
        other => take_over(rig, leave, request, (other, somewhere), rng),
    }
}

/// From now on the leave is as HR wants it, and Genesys has to be told so.
fn take_over(
    rig: &Rig,
    leave: &mut Leave,
    request: &RequestView,
    (choice, somewhere): (u8, Date),
    rng: &mut Rng,
) -> &'static str {
    leave.taken_over();
    let id = request.id;
    match choice {
        7 => {
            rig.hris.hr_moves_request(id, mode(rng), somewhere);
            "HR moved a request"
        }
        8 | 9 => {
            let amount = request.dates.values().max().copied().unwrap_or_default();
            let less = amount / bamboohr_simulator::Decimal::from(4);
            rig.hris.hr_edits_request(id, mode(rng), Edit::new().per_day(less));
            "HR edited the hours of a request"
        }
        10 => {
            rig.hris.hr_denies_request(id);
            "HR denied a request"
        }
        _ => {
            rig.hris.hr_deletes_request(id);
            "HR deleted a request"
        }
    }
}

fn mode(rng: &mut Rng) -> EditMode {
    if rng.bool() { EditMode::NewId } else { EditMode::InPlace }
}
