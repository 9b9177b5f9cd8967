//! What people do to requests at BambooHR's screen, and what became of it.

use jiff::civil::Date;

use crate::Simulator;
use crate::history::{HistoryEntry, TouchedByPerson};
use crate::people::{Edit, EditMode};
use crate::request::{NewRequest, RequestStatus};

impl Simulator {
    /// HR enters a request by hand, past the API's checks, and gets its id.
    pub fn hr_creates_request(&self, request: NewRequest) -> u64 {
        self.shared.change(|state| state.company.enter_by_hand(request))
    }

    /// Somebody changes a request, past the API's checks. The id that holds the leave afterwards:
    /// a new one, or the same, as `mode` says. `None` when there is no such request.
    pub fn hr_edits_request(&self, id: u64, mode: EditMode, edit: Edit) -> Option<u64> {
        self.shared.change(|state| state.company.edit_by_hand(id, mode, edit))
    }

    /// Somebody moves a request to other days: `first_day` becomes its first day, and the others go
    /// along. The id that holds the leave afterwards; `None` when there is no such request.
    pub fn hr_moves_request(&self, id: u64, mode: EditMode, first_day: Date) -> Option<u64> {
        self.hr_edits_request(id, mode, Edit::new().moved_to(first_day))
    }

    /// Somebody changes nothing but the employee's note. The id that holds the leave afterwards;
    /// `None` when there is no such request.
    pub fn hr_edits_note(&self, id: u64, mode: EditMode, note: impl Into<String>) -> Option<u64> {
        self.hr_edits_request(id, mode, Edit::new().employee_note(note))
    }

    /// Somebody enters a further request like this one, with its notes, but for what `changed`
    /// says: other days, another type, another employee. Its id; `None` when there is no such
    /// request.
    pub fn hr_copies_request(&self, id: u64, changed: Edit) -> Option<u64> {
        self.shared.change(|state| state.company.copy_by_hand(id, changed))
    }

    /// HR changes a request's status by hand, past the API's checks: also approves what still waits
    /// for further approvers. `false` when there is no such request.
    pub fn hr_changes_status(&self, id: u64, status: RequestStatus) -> bool {
        self.shared.change(|state| state.company.set_status_by_hand(id, status))
    }

    /// HR approves a request for good. `false` when there is no such request.
    pub fn hr_approves_request(&self, id: u64) -> bool {
        self.hr_changes_status(id, RequestStatus::Approved)
    }

    /// HR denies a request. `false` when there is no such request.
    pub fn hr_denies_request(&self, id: u64) -> bool {
        self.hr_changes_status(id, RequestStatus::Denied)
    }

    /// HR or the employee cancels a request. `false` when there is no such request.
    pub fn hr_cancels_request(&self, id: u64) -> bool {
        self.hr_changes_status(id, RequestStatus::Canceled)
    }

    /// HR deletes a request: no list and no status change finds it any more; its history stays.
    /// `false` when there is no such request.
    pub fn hr_deletes_request(&self, id: u64) -> bool {
        self.shared.change(|state| state.company.delete_by_hand(id))
    }

    /// Everything that was ever done to a request, oldest first, also after it was deleted.
    pub fn history(&self, id: u64) -> Vec<HistoryEntry> {
        self.shared.state().company.histories.of(id).to_vec()
    }

    /// The histories of all requests of an employee, by id, deleted ones included.
    pub fn histories(&self, employee: u64) -> Vec<Vec<HistoryEntry>> {
        self.shared.state().company.histories.of_employee(employee)
    }

    /// Every request that a person made or changed, by id, and what the API did to it since. What
    /// a seed holds from the start counts as made by people.
    pub fn touched_by_people(&self) -> Vec<TouchedByPerson> {
        self.shared.state().company.histories.touched_by_people()
    }
}
