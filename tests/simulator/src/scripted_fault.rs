//! A fault as a test scripts it: which calls it meets, and what happens to them.

use serde::{Deserialize, Serialize};

use crate::fault_action::Action;
use crate::operation::Operation;

/// Which calls a fault meets. Everything that is set must hold; nothing set is every call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matcher {
    /// Only this operation.
    pub operation: Option<Operation>,
    /// Only this HTTP method, upper case.
    pub method: Option<String>,
    /// Only calls about this employee, as far as the call says whom it is about.
    pub employee: Option<u64>,
    /// Only this page of List Employees, counted from 1.
    pub page: Option<usize>,
    /// The first matching call that is hit, counted from 1; those before pass.
    pub nth: Option<u64>,
    /// How many calls are hit; without it all of them.
    pub times: Option<u64>,
}

impl Matcher {
    /// Every call of one operation.
    pub fn on(operation: Operation) -> Self {
        Self { operation: Some(operation), ..Self::default() }
    }

    /// Only calls about this employee.
    #[must_use]
    pub fn employee(mut self, id: u64) -> Self {
        self.employee = Some(id);
        self
    }

    /// Only this page of List Employees, counted from 1.
    #[must_use]
    pub fn page(mut self, page: usize) -> Self {
        self.page = Some(page);
        self
    }

    /// Lets the matching calls before the `nth` (from 1) pass.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Hits at most this many calls.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }
}

/// A scripted fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which calls it meets.
    #[serde(default)]
    pub on: Matcher,
    /// What happens to them.
    pub action: Action,
}

impl Fault {
    /// A fault for the calls that the matcher describes.
    pub fn new(on: Matcher, action: Action) -> Self {
        Self { on, action }
    }

    /// A fault for the next call of the operation only.
    pub fn once(operation: Operation, action: Action) -> Self {
        Self::new(Matcher::on(operation).times(1), action)
    }

    /// A fault for every call of the operation.
    pub fn always(operation: Operation, action: Action) -> Self {
        Self::new(Matcher::on(operation), action)
    }
}
