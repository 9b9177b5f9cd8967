//! What BambooHR's API allows: creates, supersedes, changes of status, `actions`.
//!
//! Every rule whose origin is not obvious says where it is known from; the README has the list.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::company::Company;
use crate::history::{Actor, Change};
use crate::model::{Source, Unit};
use crate::quirks::SupersedeAgain;
use crate::request::{NewRequest, Request, RequestStatus, days, lump};

/// Why BambooHR refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Invalid(&'static str),
    Forbidden(&'static str),
    NotFound(&'static str),
    Unprocessable(&'static str),
}

/// The sentence of the OpenAPI for a status change that the API user may not make.
pub(crate) const NO_ACCESS: &str =
    "The current user doesn't have access to change the status in this way";

/// A create as it came over the wire, parsed but not yet checked against the company.
#[derive(Debug, Clone)]
pub(crate) struct CreateRequest {
    pub(crate) status: RequestStatus,
    pub(crate) start: Date,
    pub(crate) end: Date,
    pub(crate) type_id: u64,
    pub(crate) amount: Option<Decimal>,
    pub(crate) dates: Vec<(Date, Decimal)>,
    pub(crate) employee_note: String,
    pub(crate) manager_note: String,
    pub(crate) previous: Option<u64>,
}

/// What the API user may do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Actions {
    view: bool,
    edit: bool,
    pub(crate) cancel: bool,
    approve: bool,
    deny: bool,
    bypass: bool,
}

impl Company {
    /// Creates a request the way the API does. Overlaps are no reason to refuse.
    pub(crate) fn create(&mut self, employee: u64, asked: &CreateRequest) -> Result<u64, Refusal> {
        if !self.employees.contains_key(&employee) {
            return Err(Refusal::NotFound("Employee not found"));
        }
        let kind =
            self.time_off_type(asked.type_id).ok_or(Refusal::Invalid("Invalid time off type"))?;
        if kind.source == Source::Remote {
            return Err(Refusal::Unprocessable(
                "Time off requests of this type are managed by the employer of record",
            ));
        }
        let dates = amounts(asked, kind.unit)?;
        if let Some(previous) = asked.previous {
            self.may_supersede(employee, previous)?;
        }
        let id = self.store(
            NewRequest {
                employee,
                type_id: asked.type_id,
                status: asked.status,
                start: asked.start,
                end: asked.end,
                dates,
                employee_note: asked.employee_note.clone(),
                manager_note: asked.manager_note.clone(),
                previous: asked.previous,
            },
            Actor::Api,
        );
        if let Some(previous) = asked.previous {
            let change = Change::SupercededBy(id);
            self.set_status(previous, RequestStatus::Superceded, Actor::Api, change);
        }
        Ok(id)
    }

    fn may_supersede(&self, employee: u64, previous: u64) -> Result<(), Refusal> {
        const INVALID: Refusal = Refusal::Invalid("Invalid previous request");
        let request = self.requests.get(&previous).ok_or(INVALID)?;
        let started = request.start <= self.today && !self.quirks.supersedes_started;
        match request.status {
            _ if request.employee != employee => Err(INVALID),
            RequestStatus::Requested => Ok(()),
            RequestStatus::Approved if started => Err(Refusal::Forbidden(NO_ACCESS)),
            RequestStatus::Approved => Ok(()),
            // No recording shows this case; 400 "an invalid previous request ID" is the OpenAPI's
            // only answer that fits.
            RequestStatus::Superceded => match self.quirks.supersede_again {
                SupersedeAgain::BadRequest => Err(INVALID),
                SupersedeAgain::Forbidden => Err(Refusal::Forbidden(NO_ACCESS)),
                SupersedeAgain::Accepted => Ok(()),
            },
            RequestStatus::Canceled | RequestStatus::Denied => Err(INVALID),
        }
    }

    /// Changes a status the way the API does.
    pub(crate) fn change_status(
        &mut self,
        id: u64,
        to: RequestStatus,
        note: Option<&str>,
    ) -> Result<(), Refusal> {
        use RequestStatus::{Approved, Canceled, Denied, Requested};
        let request =
            self.requests.get(&id).ok_or(Refusal::NotFound("Time off request not found"))?;
        let kind = self.time_off_type(request.type_id);
        let multi_step = kind.is_some_and(|kind| kind.multi_step);
        let refuses_deny = kind.is_some_and(|kind| kind.refuses_deny_of_approved);
        let started = request.start <= self.today && !self.quirks.closes_started;
        let allowed = match (request.status, to) {
            (Requested, Approved) => !request.first_step_done,
            (Requested, Denied | Canceled) => true,
            (Approved, Canceled) => !started,
            (Approved, Denied) => !started && !refuses_deny,
            // Whether a repeated change answers 200 or 403 was never recorded.
            (now, to) => now == to && self.quirks.accepts_repeated_status,
        };
        if !allowed {
            return Err(Refusal::Forbidden(NO_ACCESS));
        }
        let waits_for_others = to == Approved && multi_step && request.status == Requested;
        if let Some(request) = self.requests.get_mut(&id) {
            request.first_step_done |= waits_for_others;
            if let Some(note) = note {
                request.manager_note = self.quirks.kept_note(note.to_owned());
            }
        }
        let (status, change) = match waits_for_others {
            true => (Requested, Change::FirstApproval),
            false => (to, Change::Status(to)),
        };
        self.set_status(id, status, Actor::Api, change);
        Ok(())
    }

    /// `actions` as counted over 328 recorded requests (README, "actions").
    pub(crate) fn actions(&self, request: &Request) -> Actions {
        let none = Actions {
            view: true,
            edit: false,
            cancel: false,
            approve: false,
            deny: false,
            bypass: false,
        };
        match request.status {
            _ if self.quirks.reader_has_few_rights => none,
            RequestStatus::Requested => Actions {
                edit: true,
                cancel: true,
                approve: !request.first_step_done,
                deny: true,
                bypass: true,
                ..none
            },
            RequestStatus::Approved => {
                Actions { edit: true, cancel: request.start > self.today, ..none }
            }
            RequestStatus::Canceled => Actions { edit: true, ..none },
            RequestStatus::Denied | RequestStatus::Superceded => none,
        }
    }
}

/// The amount per day that a create stores.
fn amounts(asked: &CreateRequest, unit: Unit) -> Result<BTreeMap<Date, Decimal>, Refusal> {
    const CANNOT_HOLD: Refusal =
        Refusal::Invalid("The amount is outside what the date range can hold");
    if asked.end < asked.start {
        return Err(Refusal::Invalid("End date must be on or after the start date"));
    }
    let most = unit.most_per_day();
    if asked.dates.is_empty() {
        // Recorded in 2020: with no amount either, the first day alone is named.
        let Some(amount) = asked.amount else {
            return Ok(BTreeMap::from([(asked.start, Decimal::ZERO)]));
        };
        let count = days(asked.start, asked.end).count();
        if amount.is_sign_negative() && !amount.is_zero() || amount > most * Decimal::from(count) {
            return Err(CANNOT_HOLD);
        }
        return Ok(lump(asked.start, asked.end, amount));
    }
    let mut dates = BTreeMap::new();
    for (day, amount) in &asked.dates {
        if *day < asked.start || *day > asked.end {
            return Err(Refusal::Invalid("Dates must lie between start and end"));
        }
        *dates.entry(*day).or_insert(Decimal::ZERO) += amount.round_dp(4);
    }
    if dates
        .values()
        .any(|amount: &Decimal| amount.is_sign_negative() && !amount.is_zero() || *amount > most)
    {
        return Err(CANNOT_HOLD);
    }
    Ok(dates)
}
