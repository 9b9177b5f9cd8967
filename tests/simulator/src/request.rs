//! Time-off requests: as a test enters them, as the company keeps them, as a test sees them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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

impl From<&Request> for NewRequest {
    /// The same leave once more, replacing nothing.
    fn from(request: &Request) -> Self {
        Self {
            employee: request.employee,
            type_id: request.type_id,
            status: request.status,
            start: request.start,
            end: request.end,
            dates: request.dates.clone(),
            employee_note: request.employee_note.clone(),
            manager_note: request.manager_note.clone(),
            previous: None,
        }
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
