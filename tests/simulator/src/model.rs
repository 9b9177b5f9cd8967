//! What a company holds beside requests: people, time-off types and policies.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

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
    pub fn new(
        id: u64,
        first_name: impl Into<Text>,
        last_name: impl Into<Text>,
        work_email: impl Into<Text>,
    ) -> Self {
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
    /// The API user approves only the first of several steps: approving leaves a request
    /// `requested`.
    pub multi_step: bool,
    /// An approved request cannot be denied: that status change answers 403.
    pub refuses_deny_of_approved: bool,
}

impl TimeOffType {
    /// A type managed in BambooHR, approved in one step, whose approved requests can be denied.
    pub fn new(id: u64, name: impl Into<Text>, unit: Unit) -> Self {
        Self {
            id,
            name: name.into(),
            unit,
            source: Source::Internal,
            multi_step: false,
            refuses_deny_of_approved: false,
        }
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
    pub fn accruing(
        type_id: u64,
        opening: impl Into<Decimal>,
        monthly: impl Into<Decimal>,
    ) -> Self {
        Self {
            type_id,
            policy: PolicyType::Accruing,
            opening: opening.into(),
            monthly_accrual: monthly.into(),
        }
    }

    /// A policy without accruals.
    pub fn manual(type_id: u64, opening: impl Into<Decimal>) -> Self {
        Self {
            type_id,
            policy: PolicyType::Manual,
            opening: opening.into(),
            monthly_accrual: Decimal::ZERO,
        }
    }

    /// A policy without a limit.
    pub fn discretionary(type_id: u64) -> Self {
        Self {
            type_id,
            policy: PolicyType::Discretionary,
            opening: Decimal::ZERO,
            monthly_accrual: Decimal::ZERO,
        }
    }
}
