//! Writes that were taken in and wait to take effect.

use crate::call::Call;
use crate::fault_action::Release;
use crate::operation::Operation;

/// A write that waits for its release.
pub(crate) struct LateWrite {
    number: u64,
    pub(crate) call: Call,
    employee: Option<u64>,
    release: Release,
    /// The id that its caller was told already.
    pub(crate) promised_id: Option<u64>,
    /// How much had been done to requests when it was asked for.
    pub(crate) asked_after: u64,
}

/// What a call that was worked on means for the writes that wait.
pub(crate) struct Passing {
    pub(crate) operation: Operation,
    pub(crate) employee: Option<u64>,
    /// A list of everybody's requests.
    pub(crate) concerns_everybody: bool,
}

#[derive(Default)]
pub(crate) struct LateWrites {
    waiting: Vec<LateWrite>,
    so_far: u64,
}

impl LateWrites {
    pub(crate) fn add(
        &mut self,
        call: Call,
        employee: Option<u64>,
        release: Release,
        (promised_id, asked_after): (Option<u64>, u64),
    ) -> u64 {
        self.so_far += 1;
        let number = self.so_far;
        let late = LateWrite { number, call, employee, release, promised_id, asked_after };
        self.waiting.push(late);
        number
    }

    /// Takes out what was waiting for this call.
    pub(crate) fn due_after(&mut self, passing: &Passing) -> Vec<LateWrite> {
        let due = |late: &mut LateWrite| {
            let same = passing.concerns_everybody
                || (passing.employee.is_some() && passing.employee == late.employee);
            let is_list = passing.operation == Operation::List;
            match &mut late.release {
                Release::AfterLists(left) if same && is_list => count_down(left),
                Release::AfterCalls(left) if same => count_down(left),
                Release::AfterNextSend => same && passing.operation == late.call.operation,
                _ => false,
            }
        };
        self.waiting.extract_if(.., due).collect()
    }

    pub(crate) fn take_all(&mut self) -> Vec<LateWrite> {
        std::mem::take(&mut self.waiting)
    }

    pub(crate) fn take_one(&mut self, number: u64) -> Vec<LateWrite> {
        self.waiting.extract_if(.., |late| late.number == number).collect()
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

/// Whether that was the last one.
fn count_down(left: &mut u32) -> bool {
    *left = left.saturating_sub(1);
    *left == 0
}
