//! The words in which a fault is scripted.

use serde::{Deserialize, Serialize};

/// The calls of BambooHR that the simulator answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `PUT /api/v1/employees/{id}/time_off/request`
    Create,
    /// `PUT /api/v1/time_off/requests/{id}/status`
    Status,
    /// `GET /api/v1/time_off/requests`
    List,
    /// `GET /api/v1/employees/{id}/time_off/calculator`
    Calculator,
    /// `GET /api/v1/meta/time_off/types`
    Types,
    /// `GET /api/v1/employees`
    Employees,
    /// `GET /api/v1/employees/directory`
    Directory,
}

impl Operation {
    /// Creates and status changes write.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Create | Self::Status)
    }
}

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

/// The value of a `Retry-After` header. BambooHR does not document which form it sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// Delta-seconds.
    Seconds(u64),
    /// An HTTP-date, this many seconds ahead of the machine's clock, cut to whole seconds.
    HttpDate(u64),
}

/// When a late write is done after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// Right after the employee's requests were listed this many times more.
    AfterLists(u32),
    /// Right after the next write of the same operation for the same employee: the second send is
    /// done first, the late one follows it.
    AfterNextSend,
    /// After a time.
    AfterMs(u64),
    /// When [`release_late`](crate::Simulator::release_late) is called.
    OnDemand,
}

/// What the caller of a late write gets at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateAnswer {
    /// The connection is closed without an answer.
    #[default]
    Drop,
    /// No answer at all, until the caller gives up.
    Hang,
    /// This HTTP status, with an empty body.
    Status(u16),
}

/// What happens to a call that a fault meets. "Write" is the call's effect; for a read it is the
/// making of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Waits, then does what was asked and answers.
    DelayBefore {
        /// Milliseconds.
        ms: u64,
    },
    /// Does what was asked, then waits with the answer.
    DelayAfter {
        /// Milliseconds.
        ms: u64,
    },
    /// 429, nothing done.
    Throttle {
        /// The `Retry-After` header; none when absent.
        retry_after: Option<RetryAfter>,
    },
    /// An HTTP status with an empty body, nothing done.
    StatusBefore {
        /// HTTP status.
        status: u16,
    },
    /// Does what was asked, then answers an HTTP status with an empty body.
    StatusAfter {
        /// HTTP status.
        status: u16,
    },
    /// Closes the connection without an answer, nothing done.
    DropBefore,
    /// Does what was asked, then closes the connection without an answer.
    DropAfter,
    /// Does what was asked, then never answers, until the caller gives up.
    Hang,
    /// Does what was asked, then answers its status with a body that is no JSON.
    Garbage,
    /// Does what was asked, then answers its status with an empty body.
    Empty,
    /// Does not do what was asked, answers at once, and does it later.
    CommitLate {
        /// When it is done.
        release: Release,
        /// What the caller gets at once.
        #[serde(default)]
        answer: LateAnswer,
    },
    /// List Employees: leaves out the second half of the page's rows; total and cursor are as if
    /// they were there.
    TruncatedPage,
    /// List Employees: `meta.total` is one too high.
    WrongTotal,
    /// List Employees: 400 with `BadPage`.
    BadPage,
}

impl Action {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::DelayBefore { .. } => "delay_before",
            Self::DelayAfter { .. } => "delay_after",
            Self::Throttle { .. } => "throttle",
            Self::StatusBefore { .. } => "status_before",
            Self::StatusAfter { .. } => "status_after",
            Self::DropBefore => "drop_before",
            Self::DropAfter => "drop_after",
            Self::Hang => "hang",
            Self::Garbage => "garbage",
            Self::Empty => "empty",
            Self::CommitLate { .. } => "commit_late",
            Self::TruncatedPage => "truncated_page",
            Self::WrongTotal => "wrong_total",
            Self::BadPage => "bad_page",
        }
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
