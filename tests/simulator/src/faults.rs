//! What can go wrong on purpose: scripted faults, and seeded chance.

use std::collections::BTreeMap;
use std::time::Duration;

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
    fn name(&self) -> &'static str {
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

/// Random faults: probabilities from 0 to 1, at most one fault per call.
///
/// What happens to a call depends on the seed, the operation, the employee and how many such calls
/// there were before it, and on nothing else: callers that work on different employees cannot change
/// each other's luck, in whatever order they run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chaos {
    /// Seed of all decisions.
    pub seed: u64,
    /// Writes: done, then the connection is closed without an answer.
    pub drop_after_write: f64,
    /// Writes: done, then answered 500, 502, 503 or 504.
    pub error_after_write: f64,
    /// Writes: not done, answered 500, 502, 503 or 504.
    pub error_before_write: f64,
    /// Writes: not done, answered 429.
    pub throttle: f64,
    /// Writes: done, then answered after `slow_by_ms`.
    pub slow: f64,
    /// Writes: done, then answered with a body that is no JSON. A status change, whose proper
    /// answer has no body to read, is met all the same.
    pub garbage: f64,
    /// Writes: the connection is closed; done right after the employee's next list.
    pub late_after_lookup: f64,
    /// Writes: the connection is closed; done right after the employee's next write of that kind.
    pub late_after_resend: f64,
    /// Reads: answered 429.
    pub throttle_reads: f64,
    /// Reads: answered 502, 503 or 504.
    pub error_reads: f64,
    /// How long `slow` waits, in milliseconds.
    pub slow_by_ms: u64,
    /// `Retry-After` of every 429, in seconds.
    pub retry_after_seconds: u64,
}

impl Default for Chaos {
    fn default() -> Self {
        Self {
            seed: 0,
            drop_after_write: 0.0,
            error_after_write: 0.0,
            error_before_write: 0.0,
            throttle: 0.0,
            slow: 0.0,
            garbage: 0.0,
            late_after_lookup: 0.0,
            late_after_resend: 0.0,
            throttle_reads: 0.0,
            error_reads: 0.0,
            slow_by_ms: 60_000,
            retry_after_seconds: 0,
        }
    }
}

impl Chaos {
    fn decide(&self, call: &Met<'_>, before: u64) -> Option<(&'static str, Action)> {
        let mut chance = fastrand::Rng::with_seed(mix([self.seed, call.operation as u64, call.employee.unwrap_or(0), before]));
        let roll = chance.f64();
        let throttle = Action::Throttle { retry_after: Some(RetryAfter::Seconds(self.retry_after_seconds)) };
        let late = |release| Action::CommitLate { release, answer: LateAnswer::Drop };
        let choices = if call.operation.is_write() {
            let status = chance.choice([500, 502, 503, 504]).unwrap_or(500);
            vec![
                ("drop_after_write", self.drop_after_write, Action::DropAfter),
                ("error_after_write", self.error_after_write, Action::StatusAfter { status }),
                ("error_before_write", self.error_before_write, Action::StatusBefore { status }),
                ("throttle", self.throttle, throttle),
                ("slow", self.slow, Action::DelayAfter { ms: self.slow_by_ms }),
                ("garbage", self.garbage, Action::Garbage),
                ("late_after_lookup", self.late_after_lookup, late(Release::AfterLists(1))),
                ("late_after_resend", self.late_after_resend, late(Release::AfterNextSend)),
            ]
        } else {
            let status = chance.choice([502, 503, 504]).unwrap_or(503);
            vec![("throttle_reads", self.throttle_reads, throttle), ("error_reads", self.error_reads, Action::StatusBefore { status })]
        };
        let mut reached = 0.0;
        choices.into_iter().find_map(|(name, probability, action)| {
            reached += probability;
            (roll < reached).then_some((name, action))
        })
    }
}

/// Spreads a few numbers over 64 bits (the finaliser of `SplitMix64` after each).
fn mix(parts: [u64; 4]) -> u64 {
    parts.into_iter().fold(0, |state, part| {
        let mut z = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// What faults can tell calls apart by.
pub(crate) struct Met<'a> {
    pub(crate) operation: Operation,
    pub(crate) method: &'a str,
    pub(crate) employee: Option<u64>,
    pub(crate) page: Option<usize>,
}

struct Scripted {
    fault: Fault,
    seen: u64,
}

/// Everything that is switched on, and what it did so far.
#[derive(Default)]
pub(crate) struct Faults {
    scripted: Vec<Scripted>,
    chaos: Option<Chaos>,
    chances: BTreeMap<(Operation, Option<u64>), u64>,
    injected: BTreeMap<&'static str, u64>,
    pub(crate) latency: Duration,
}

impl Faults {
    pub(crate) fn new(latency: Duration) -> Self {
        Self { latency, ..Self::default() }
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.scripted.push(Scripted { fault, seen: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.scripted.clear();
    }

    pub(crate) fn set_chaos(&mut self, chaos: Option<Chaos>) {
        self.chaos = chaos;
        self.chances.clear();
    }

    pub(crate) fn list(&self) -> Vec<&Fault> {
        self.scripted.iter().map(|scripted| &scripted.fault).collect()
    }

    pub(crate) fn injected(&self) -> &BTreeMap<&'static str, u64> {
        &self.injected
    }

    /// Whether a fault asks for the page of List Employees, which takes a look to find out.
    pub(crate) fn care_for_pages(&self) -> bool {
        self.scripted.iter().any(|scripted| scripted.fault.on.page.is_some())
    }

    /// What happens to this call: the first scripted fault that meets it, else chance.
    pub(crate) fn decide(&mut self, call: &Met<'_>) -> Option<Action> {
        for scripted in &mut self.scripted {
            let on = &scripted.fault.on;
            let met = on.operation.is_none_or(|wanted| wanted == call.operation)
                && on.method.as_deref().is_none_or(|wanted| wanted == call.method)
                && on.employee.is_none_or(|wanted| Some(wanted) == call.employee)
                && on.page.is_none_or(|wanted| Some(wanted) == call.page);
            if !met {
                continue;
            }
            scripted.seen += 1;
            let first = on.nth.unwrap_or(1).max(1);
            let hit = scripted.seen >= first && on.times.is_none_or(|times| scripted.seen - first < times);
            if hit {
                let action = scripted.fault.action.clone();
                *self.injected.entry(action.name()).or_default() += 1;
                return Some(action);
            }
        }
        let chaos = self.chaos.as_ref()?;
        let before = self.chances.entry((call.operation, call.employee)).or_default();
        *before += 1;
        let (name, action) = chaos.decide(call, *before)?;
        *self.injected.entry(name).or_default() += 1;
        Some(action)
    }
}
