//! The company behind the API: its records, and how they come and go.
//!
//! Nothing here knows of HTTP. What the API allows is in `api_rules.rs`, what people do beside it
//! in
//! `people.rs`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::history::{Actor, Change, Histories};
use crate::model::{Employee, TimeOffType};
use crate::quirks::Quirks;
use crate::request::{NewRequest, Request, RequestStatus, RequestView};
use crate::seed::Seed;

#[derive(Debug, Clone)]
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
    /// The id of the next request that is stored, where it was promised before.
    pub(crate) promised_id: Option<u64>,
    /// The id of the request that was stored last.
    pub(crate) last_stored: u64,
    pub(crate) histories: Histories,
    pub(crate) quirks: Quirks,
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
            promised_id: None,
            last_stored: 0,
            histories: Histories::default(),
            quirks: Quirks::default(),
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

    /// An id that no request has or gets by itself.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(crate) fn store(&mut self, new: NewRequest, by: Actor) -> u64 {
        let id = self.promised_id.take().unwrap_or_else(|| self.next_id());
        self.last_stored = id;
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
                employee_note: self.quirks.kept_note(new.employee_note),
                manager_note: self.quirks.kept_note(new.manager_note),
                previous: new.previous,
                first_step_done: false,
                within_opening: false,
            },
        );
        self.record(id, by, Change::Created);
        id
    }

    /// `change` says what the new status means. `false` when there is no such request.
    pub(crate) fn set_status(
        &mut self,
        id: u64,
        status: RequestStatus,
        by: Actor,
        change: Change,
    ) -> bool {
        let today = self.today;
        let found = self.requests.get_mut(&id).is_some_and(|request| {
            request.status = status;
            request.last_changed = today;
            true
        });
        self.record(id, by, change);
        found
    }

    /// A person enters a request at the screen, where nothing of the API's checks applies.
    pub(crate) fn enter_by_hand(&mut self, new: NewRequest) -> u64 {
        self.store(new, Actor::Person)
    }

    /// A person sets a status at the screen. `false` when there is no such request.
    pub(crate) fn set_status_by_hand(&mut self, id: u64, status: RequestStatus) -> bool {
        self.set_status(id, status, Actor::Person, Change::Status(status))
    }

    /// A person deletes a request. `false` when there is none.
    pub(crate) fn delete_by_hand(&mut self, id: u64) -> bool {
        self.record(id, Actor::Person, Change::Deleted);
        let Some(deleted) = self.requests.remove(&id) else { return false };
        if let Some(ids) = self.by_employee.get_mut(&deleted.employee) {
            ids.retain(|other| *other != id);
        }
        true
    }

    /// Writes down how a request is now, and who made it so.
    pub(crate) fn record(&mut self, id: u64, by: Actor, change: Change) {
        if let Some(request) = self.requests.get(&id) {
            self.histories.add(self.today, by, change, RequestView::from(request));
        }
    }
}
