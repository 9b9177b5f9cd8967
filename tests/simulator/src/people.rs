//! What people do to requests at BambooHR's screen, where none of the API's checks apply.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::company::Company;
use crate::history::{Actor, Change};
use crate::request::{NewRequest, RequestStatus, days};

/// What becomes of the id when a person edits a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditMode {
    /// A new request with a new id takes the old one's place, which is `superceded` if it was live.
    NewId,
    /// The same request changes.
    InPlace,
}

/// What a person changes of a request. What is not set stays, the notes among it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Edit {
    employee_id: Option<u64>,
    type_id: Option<u64>,
    moved_to: Option<Date>,
    start: Option<Date>,
    end: Option<Date>,
    per_day: Option<Decimal>,
    dates: BTreeMap<Date, Decimal>,
    status: Option<RequestStatus>,
    employee_note: Option<String>,
    manager_note: Option<String>,
}

impl Edit {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another employee; heeded by copies alone, since no edit gives a request to somebody else.
    #[must_use]
    pub fn employee(mut self, id: u64) -> Self {
        self.employee_id = Some(id);
        self
    }

    /// Another type.
    #[must_use]
    pub fn time_off_type(mut self, id: u64) -> Self {
        self.type_id = Some(id);
        self
    }

    /// The first day becomes this one, and all others go along.
    #[must_use]
    pub fn moved_to(mut self, first_day: Date) -> Self {
        self.moved_to = Some(first_day);
        self
    }

    /// Other first and last days; amounts of days outside are gone.
    #[must_use]
    pub fn between(mut self, start: Date, end: Date) -> Self {
        (self.start, self.end) = (Some(start), Some(end));
        self
    }

    /// This amount on every day, in the type's unit.
    #[must_use]
    pub fn per_day(mut self, amount: impl Into<Decimal>) -> Self {
        self.per_day = Some(amount.into());
        self
    }

    /// This amount on one day.
    #[must_use]
    pub fn day(mut self, day: Date, amount: impl Into<Decimal>) -> Self {
        self.dates.insert(day, amount.into());
        self
    }

    /// Another status.
    #[must_use]
    pub fn status(mut self, status: RequestStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Another employee's note.
    #[must_use]
    pub fn employee_note(mut self, note: impl Into<String>) -> Self {
        self.employee_note = Some(note.into());
        self
    }

    /// Another manager's note.
    #[must_use]
    pub fn manager_note(mut self, note: impl Into<String>) -> Self {
        self.manager_note = Some(note.into());
        self
    }

    fn apply_to(self, request: &mut NewRequest) {
        if let Some(first_day) = self.moved_to {
            let by = (first_day - request.start).get_days().days();
            let moved = |day: Date| day.saturating_add(by);
            (request.start, request.end) = (moved(request.start), moved(request.end));
            request.dates = request.dates.iter().map(|(day, held)| (moved(*day), *held)).collect();
        }
        request.start = self.start.unwrap_or(request.start);
        request.end = self.end.unwrap_or(request.end).max(request.start);
        request.dates.retain(|day, _| (request.start..=request.end).contains(day));
        if let Some(amount) = self.per_day {
            request.dates = days(request.start, request.end).map(|day| (day, amount)).collect();
        }
        request.dates.extend(self.dates);
        request.type_id = self.type_id.unwrap_or(request.type_id);
        request.status = self.status.unwrap_or(request.status);
        if let Some(note) = self.employee_note {
            request.employee_note = note;
        }
        if let Some(note) = self.manager_note {
            request.manager_note = note;
        }
    }
}

impl Company {
    /// The id that holds the leave afterwards; `None` when there is no such request.
    pub(crate) fn edit_by_hand(&mut self, id: u64, mode: EditMode, edit: Edit) -> Option<u64> {
        let mut edited = NewRequest::from(self.requests.get(&id)?);
        if mode == EditMode::NewId && !self.quirks.edit_carries_note {
            edited.employee_note.clear();
            edited.manager_note.clear();
        }
        edit.apply_to(&mut edited);
        match mode {
            EditMode::InPlace => self.replace_fields(id, edited),
            EditMode::NewId => {
                edited.previous = Some(id);
                let was_live = self.requests.get(&id)?.status.is_live();
                let new = self.store(edited, Actor::Person);
                if was_live {
                    let status = RequestStatus::Superceded;
                    self.set_status(id, status, Actor::Person, Change::SupercededBy(new));
                }
                Some(new)
            }
        }
    }

    /// A further request like this one, notes included; `None` when there is no such request.
    pub(crate) fn copy_by_hand(&mut self, id: u64, changed: Edit) -> Option<u64> {
        let mut copy = NewRequest::from(self.requests.get(&id)?);
        copy.employee = changed.employee_id.unwrap_or(copy.employee);
        changed.apply_to(&mut copy);
        Some(self.store(copy, Actor::Person))
    }

    fn replace_fields(&mut self, id: u64, edited: NewRequest) -> Option<u64> {
        let today = self.today;
        let employee_note = self.quirks.kept_note(edited.employee_note);
        let manager_note = self.quirks.kept_note(edited.manager_note);
        let request = self.requests.get_mut(&id)?;
        request.type_id = edited.type_id;
        request.status = edited.status;
        request.start = edited.start;
        request.end = edited.end;
        request.dates = edited.dates;
        request.employee_note = employee_note;
        request.manager_note = manager_note;
        request.last_changed = today;
        self.record(id, Actor::Person, Change::Edited);
        Some(id)
    }
}
