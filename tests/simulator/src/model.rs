//! What a company holds: people, time-off types, policies and requests.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A piece of text that is either part of the program or made at run time.
///
/// A company of 50,000 repeats a few names, departments and titles; borrowing them keeps it small.
pub type Text = Cow<'static, str>;

/// One person of the company.
#[derive(Debug, Clone)]
pub struct Employee {
    /// BambooHR's immutable employee id.
    pub id: u64,
    /// First name.
    pub first_name: Text,
    /// Last name.
    pub last_name: Text,
    /// Preferred name, if any.
    pub preferred_name: Option<Text>,
    /// Job title by name.
    pub job_title: Option<Text>,
    /// Department by name.
    pub department: Option<Text>,
    /// Division by name.
    pub division: Option<Text>,
    /// Location by name.
    pub location: Option<Text>,
    /// Work e-mail as HR typed it. BambooHR allows none, and the same one twice.
    pub work_email: Option<Text>,
    /// Home e-mail as HR typed it.
    pub home_email: Option<Text>,
    /// `false` is `Inactive`: people who left and people who have not started yet.
    pub active: bool,
    /// Hidden from the directory, which BambooHR calls "intentionally incomplete".
    pub hidden_from_directory: bool,
    /// The types that the calculator lists for this person.
    pub assignments: Arc<[Assignment]>,
}

impl Employee {
    /// An active employee with a name, a work e-mail and nothing else.
    pub fn new(id: u64, first_name: impl Into<Text>, last_name: impl Into<Text>, work_email: impl Into<Text>) -> Self {
        Self {
            id,
            first_name: first_name.into(),
            last_name: last_name.into(),
            preferred_name: None,
            job_title: None,
            department: None,
            division: None,
            location: None,
            work_email: Some(work_email.into()),
            home_email: None,
            active: true,
            hidden_from_directory: false,
            assignments: Arc::new([]),
        }
    }

    /// The same employee with these types assigned.
    #[must_use]
    pub fn with_assignments(mut self, assignments: impl Into<Arc<[Assignment]>>) -> Self {
        self.assignments = assignments.into();
        self
    }

    pub(crate) fn display_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The unit of a time-off type, fixed per type in BambooHR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Amounts are hours; a day holds at most 24.
    Hours,
    /// Amounts are days; a day holds at most 1.
    Days,
}

impl Unit {
    pub(crate) fn most_per_day(self) -> Decimal {
        match self {
            Self::Hours => Decimal::from(24),
            Self::Days => Decimal::ONE,
        }
    }
}

/// Where a time-off type is managed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// In BambooHR itself.
    Internal,
    /// At an employer of record: listed by BambooHR, but a create is refused with 422.
    Remote,
}

/// One time-off type of the company.
#[derive(Debug, Clone)]
pub struct TimeOffType {
    /// Id of the type.
    pub id: u64,
    /// Name of the type.
    pub name: Text,
    /// Unit of every amount of the type.
    pub unit: Unit,
    /// Where the type is managed.
    pub source: Source,
    /// The API user approves only the first of several steps: approving leaves a request `requested`.
    pub multi_step: bool,
    /// An approved request cannot be denied: that status change answers 403.
    pub refuses_deny_of_approved: bool,
}

impl TimeOffType {
    /// A type managed in BambooHR, approved in one step, whose approved requests can be denied.
    pub fn new(id: u64, name: impl Into<Text>, unit: Unit) -> Self {
        Self { id, name: name.into(), unit, source: Source::Internal, multi_step: false, refuses_deny_of_approved: false }
    }
}

/// How a policy gives its balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PolicyType {
    /// Grows by accruals.
    Accruing,
    /// Changed by hand only.
    Manual,
    /// Unlimited: BambooHR only tracks what was used.
    Discretionary,
}

/// One time-off type as one employee has it.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Id of the time-off type.
    pub type_id: u64,
    /// Kind of policy.
    pub policy: PolicyType,
    /// Balance on the seed's first day, in the type's unit; may be negative.
    pub opening: Decimal,
    /// What the first of each month adds, in the type's unit.
    pub monthly_accrual: Decimal,
}

impl Assignment {
    /// A policy that accrues on the first of each month.
    pub fn accruing(type_id: u64, opening: impl Into<Decimal>, monthly: impl Into<Decimal>) -> Self {
        Self { type_id, policy: PolicyType::Accruing, opening: opening.into(), monthly_accrual: monthly.into() }
    }

    /// A policy without accruals.
    pub fn manual(type_id: u64, opening: impl Into<Decimal>) -> Self {
        Self { type_id, policy: PolicyType::Manual, opening: opening.into(), monthly_accrual: Decimal::ZERO }
    }

    /// A policy without a limit.
    pub fn discretionary(type_id: u64) -> Self {
        Self { type_id, policy: PolicyType::Discretionary, opening: Decimal::ZERO, monthly_accrual: Decimal::ZERO }
    }
}

/// The statuses a request has on the wire, with BambooHR's own spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestStatus {
    /// Waiting for approval.
    Requested,
    /// Approved.
    Approved,
    /// Denied.
    Denied,
    /// Cancelled.
    Canceled,
    /// Replaced by another request; BambooHR spells it with a `c`.
    Superceded,
}

impl RequestStatus {
    /// `requested` and `approved` are live.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Requested | Self::Approved)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Canceled => "canceled",
            Self::Superceded => "superceded",
        }
    }
}

/// A request that HR enters by hand, or that a seed holds from the start.
#[derive(Debug, Clone)]
pub struct NewRequest {
    pub(crate) employee: u64,
    pub(crate) type_id: u64,
    pub(crate) status: RequestStatus,
    pub(crate) start: Date,
    pub(crate) end: Date,
    pub(crate) dates: BTreeMap<Date, Decimal>,
    pub(crate) employee_note: String,
    pub(crate) manager_note: String,
    pub(crate) previous: Option<u64>,
}

impl NewRequest {
    /// A `requested` request without any amount yet.
    pub fn new(employee: u64, type_id: u64, start: Date, end: Date) -> Self {
        Self {
            employee,
            type_id,
            status: RequestStatus::Requested,
            start,
            end,
            dates: BTreeMap::new(),
            employee_note: String::new(),
            manager_note: String::new(),
            previous: None,
        }
    }

    /// Sets one day's amount in the type's unit. Days never set are absent from the answer, as in
    /// most of BambooHR's recorded requests.
    #[must_use]
    pub fn day(mut self, day: Date, amount: impl Into<Decimal>) -> Self {
        self.dates.insert(day, amount.into());
        self
    }

    /// Sets the same amount for every day from start to end.
    #[must_use]
    pub fn per_day(mut self, amount: impl Into<Decimal>) -> Self {
        let amount = amount.into();
        self.dates = days(self.start, self.end).map(|day| (day, amount)).collect();
        self
    }

    /// Puts the whole amount on the first day and zero on the others.
    #[must_use]
    pub fn lump(mut self, amount: impl Into<Decimal>) -> Self {
        self.dates = lump(self.start, self.end, amount.into());
        self
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: RequestStatus) -> Self {
        self.status = status;
        self
    }

    /// Sets the manager's note.
    #[must_use]
    pub fn manager_note(mut self, note: impl Into<String>) -> Self {
        self.manager_note = note.into();
        self
    }

    /// Sets the employee's note.
    #[must_use]
    pub fn employee_note(mut self, note: impl Into<String>) -> Self {
        self.employee_note = note.into();
        self
    }
}

/// Every day from `start` to `end`, both included.
pub(crate) fn days(start: Date, end: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(start), |day| day.tomorrow().ok()).take_while(move |day| *day <= end)
}

/// BambooHR's reading of an amount without `dates`: all of it on the first day.
pub(crate) fn lump(start: Date, end: Date, amount: Decimal) -> BTreeMap<Date, Decimal> {
    days(start, end).map(|day| (day, if day == start { amount } else { Decimal::ZERO })).collect()
}

/// A request as the company keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) id: u64,
    pub(crate) employee: u64,
    pub(crate) type_id: u64,
    pub(crate) status: RequestStatus,
    pub(crate) start: Date,
    pub(crate) end: Date,
    pub(crate) created: Date,
    pub(crate) last_changed: Date,
    pub(crate) dates: BTreeMap<Date, Decimal>,
    pub(crate) employee_note: String,
    pub(crate) manager_note: String,
    pub(crate) previous: Option<u64>,
    /// The API user has done the first of several approval steps.
    pub(crate) first_step_done: bool,
    /// Was approved and begun before the seed's first day, so the opening balance already lacks it.
    pub(crate) within_opening: bool,
}

impl Request {
    pub(crate) fn amount(&self) -> Decimal {
        self.dates.values().sum()
    }
}

/// A request as a test sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// Id of the request.
    pub id: u64,
    /// Whose it is.
    pub employee_id: u64,
    /// Present status.
    pub status: RequestStatus,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Id of the time-off type.
    pub type_id: u64,
    /// Sum of all days in the type's unit.
    pub amount: Decimal,
    /// Amount per day in the type's unit; days that were never given are absent.
    pub dates: BTreeMap<Date, Decimal>,
    /// The employee's note, empty when there is none.
    pub employee_note: String,
    /// The manager's note, empty when there is none.
    pub manager_note: String,
    /// The request that this one superseded.
    pub previous: Option<u64>,
}

impl From<&Request> for RequestView {
    fn from(request: &Request) -> Self {
        Self {
            id: request.id,
            employee_id: request.employee,
            status: request.status,
            start: request.start,
            end: request.end,
            type_id: request.type_id,
            amount: request.amount().normalize(),
            dates: request.dates.iter().map(|(day, amount)| (*day, amount.normalize())).collect(),
            employee_note: request.employee_note.clone(),
            manager_note: request.manager_note.clone(),
            previous: request.previous,
        }
    }
}
