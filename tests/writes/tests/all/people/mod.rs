//! What people do in BambooHR, and what the rest of the world makes of a leave: cases from public
//! reports and from an attack on the release binaries, each with its right answer.

mod copied;
mod edited;
mod inputs;
mod late_outcomes;
mod notes;
mod rows;
mod variants_of_edits;
mod variants_of_lateness;
mod variants_of_rows;

use std::time::Duration;

use bamboohr_simulator::{Date, RequestView, date};
use writes::{Input, Rig};

/// Longer than the schedule leaves between two looks at what is unsettled.
pub(crate) const SETTLING_IS_DUE: Duration = Duration::from_secs(1_000);

pub(crate) const AGENT: u64 = 452;

/// 8 December: the day of the leave in hand.
pub(crate) const DAY: Date = date(2026, 12, 8);

/// Eight hours of vacation on 8 December, approved, with a note.
pub(crate) fn dentist() -> Input {
    Input::leave(AGENT, 78, "2026-12-08").notes("Dentist")
}

/// A pending insert of another day. For its balance check it looks at every day there ever was.
pub(crate) fn insert_that_looks_over_everything() -> Input {
    Input::leave(AGENT, 78, "2026-12-22").pending()
}

/// Checks that nothing which a person made or changed was changed by the API since.
#[track_caller]
pub(crate) fn assert_people_are_left_alone(rig: &Rig, story: &str) {
    for touched in rig.hris.touched_by_people() {
        assert!(touched.by_api_since.is_empty(), "{story}: {touched:#?}");
    }
}

/// Every request of the agent, whatever its status: what a refused call leaves as it was.
pub(crate) fn everything(rig: &Rig) -> Vec<RequestView> {
    rig.hris.requests(AGENT)
}
