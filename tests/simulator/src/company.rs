//! The company behind the API: its records and the rules that BambooHR applies to them.
//!
//! Nothing here knows of HTTP. Every rule whose origin is not obvious says where it is known from;
//! the README has the list.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{Employee, Source, TimeOffType, Unit};
use crate::request::{NewRequest, Request, RequestStatus, days, lump};
use crate::seed::Seed;

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

#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) today: Date,
    /// The day on which the seed's opening balances hold.
    pub(crate) opened: Date,
    pub(crate) employees: BTreeMap<u64, Employee>,
    pub(crate) types: Vec<TimeOffType>,
    pub(crate) default_hours: Option<Vec<(String, Decimal)>>,
    pub(crate) requests: BTreeMap<u64, Request>,
    by_employee: BTreeMap<u64, Vec<u64>>,
    next_id: u64,
    pub(crate) restricted_fields: BTreeSet<String>,
    pub(crate) shares_directory: bool,
}

impl Company {
    pub(crate) fn new(seed: Seed) -> Self {
        let mut company = Self {
            name: seed.company_name,
            today: seed.today,
            opened: seed.opened,
            employees: seed.employees,
            types: seed.types,
            default_hours: seed.default_hours,
            requests: BTreeMap::new(),
            by_employee: BTreeMap::new(),
            next_id: 1_001,
            restricted_fields: BTreeSet::new(),
            shares_directory: true,
        };
        for request in seed.requests {
            let id = company.enter_by_hand(request);
            if let Some(entered) = company.requests.get_mut(&id) {
                entered.within_opening =
                    entered.status == RequestStatus::Approved && entered.start <= company.opened;
            }
        }
        company
    }

    pub(crate) fn time_off_type(&self, id: u64) -> Option<&TimeOffType> {
        self.types.iter().find(|kind| kind.id == id)
    }

    pub(crate) fn requests_of(&self, employee: u64) -> impl Iterator<Item = &Request> {
        self.by_employee.get(&employee).into_iter().flatten().filter_map(|id| self.requests.get(id))
    }

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
            self.supersede(employee, previous)?;
        }
        Ok(self.store(NewRequest {
            employee,
            type_id: asked.type_id,
            status: asked.status,
            start: asked.start,
            end: asked.end,
            dates,
            employee_note: asked.employee_note.clone(),
            manager_note: asked.manager_note.clone(),
            previous: asked.previous,
        }))
    }

    fn supersede(&mut self, employee: u64, previous: u64) -> Result<(), Refusal> {
        const INVALID: Refusal = Refusal::Invalid("Invalid previous request");
        let today = self.today;
        let request = self.requests.get_mut(&previous).ok_or(INVALID)?;
        // A request that is no longer live cannot be superseded again. No recording shows this
        // case; 400 "an invalid previous request ID" is the OpenAPI's only answer that fits.
        if request.employee != employee || !request.status.is_live() {
            return Err(INVALID);
        }
        if request.status == RequestStatus::Approved && request.start <= today {
            return Err(Refusal::Forbidden(NO_ACCESS));
        }
        request.status = RequestStatus::Superceded;
        request.last_changed = today;
        Ok(())
    }

    fn store(&mut self, new: NewRequest) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.by_employee.entry(new.employee).or_default().push(id);
        self.requests.insert(
            id,
            Request {
                id,
                employee: new.employee,
                type_id: new.type_id,
                status: new.status,
                start: new.start,
                end: new.end,
                created: self.today,
                last_changed: self.today,
                dates: new.dates,
                employee_note: new.employee_note,
                manager_note: new.manager_note,
                previous: new.previous,
                first_step_done: false,
                within_opening: false,
            },
        );
        id
    }

    /// HR enters a request in BambooHR's own screens, where nothing of the API's checks applies.
    pub(crate) fn enter_by_hand(&mut self, new: NewRequest) -> u64 {
        self.store(new)
    }

    /// HR sets a status in BambooHR's own screens. `false` when there is no such request.
    pub(crate) fn set_status_by_hand(&mut self, id: u64, status: RequestStatus) -> bool {
        let today = self.today;
        self.requests.get_mut(&id).is_some_and(|request| {
            request.status = status;
            request.last_changed = today;
            true
        })
    }

    /// Changes a status the way the API does.
    pub(crate) fn change_status(
        &mut self,
        id: u64,
        to: RequestStatus,
        note: Option<&str>,
    ) -> Result<(), Refusal> {
        use RequestStatus::{Approved, Canceled, Denied, Requested};
        let today = self.today;
        let request =
            self.requests.get(&id).ok_or(Refusal::NotFound("Time off request not found"))?;
        let kind = self.time_off_type(request.type_id);
        let multi_step = kind.is_some_and(|kind| kind.multi_step);
        let refuses_deny = kind.is_some_and(|kind| kind.refuses_deny_of_approved);
        let started = request.start <= today;
        let allowed = match (request.status, to) {
            (Requested, Approved) => !request.first_step_done,
            (Requested, Denied | Canceled) => true,
            (Approved, Canceled) => !started,
            (Approved, Denied) => !started && !refuses_deny,
            // Whether a repeated change answers 200 or 403 was never recorded.
            _ => false,
        };
        if !allowed {
            return Err(Refusal::Forbidden(NO_ACCESS));
        }
        if let Some(request) = self.requests.get_mut(&id) {
            if to == Approved && multi_step {
                request.first_step_done = true;
            } else {
                request.status = to;
            }
            request.last_changed = today;
            if let Some(note) = note {
                note.clone_into(&mut request.manager_note);
            }
        }
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
        let amount = asked.amount.unwrap_or_default();
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
