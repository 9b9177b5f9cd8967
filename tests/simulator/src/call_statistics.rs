//! What was called and what was written, for a test to ask.

use serde::Serialize;

use crate::operation::Operation;

/// How often each operation was called since the start or the last reset, whatever it answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Creates.
    pub create: u64,
    /// Status changes.
    pub status: u64,
    /// Lists of requests.
    pub list: u64,
    /// Calculators.
    pub calculator: u64,
    /// Lists of types.
    pub types: u64,
    /// Pages of employees.
    pub employees: u64,
    /// Directories.
    pub directory: u64,
    /// How many of all these brought no accepted key.
    pub unauthorized: u64,
}

impl Calls {
    /// All calls.
    pub fn total(&self) -> u64 {
        self.reads() + self.writes()
    }

    /// Creates and status changes.
    pub fn writes(&self) -> u64 {
        self.create + self.status
    }

    /// Everything else.
    pub fn reads(&self) -> u64 {
        self.list + self.calculator + self.types + self.employees + self.directory
    }

    pub(crate) fn count(&mut self, operation: Operation) {
        *match operation {
            Operation::Create => &mut self.create,
            Operation::Status => &mut self.status,
            Operation::List => &mut self.list,
            Operation::Calculator => &mut self.calculator,
            Operation::Types => &mut self.types,
            Operation::Employees => &mut self.employees,
            Operation::Directory => &mut self.directory,
        } += 1;
    }
}

/// A write that reached the company, in the order in which they took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Write {
    /// Create or status change.
    pub operation: Operation,
    /// Whose request it was about, when that is known.
    pub employee_id: Option<u64>,
    /// The request that was made or changed; `None` when the write was refused.
    pub request_id: Option<u64>,
    /// The HTTP status that the company gave, whatever the caller got to see.
    pub status: u16,
    /// It took effect after its caller had gone.
    pub late: bool,
}
