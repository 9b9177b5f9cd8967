//! Who did what to a request, so that a test can tell people's work from the API's.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::request::{RequestStatus, RequestView};

/// Who made or changed a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody at BambooHR's screen.
    Person,
    /// A caller of the API.
    Api,
}

/// What was done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was made, also as the one that replaces another.
    Created,
    /// Its days, amounts, type or notes changed under the same id.
    Edited,
    /// It has this status now.
    Status(RequestStatus),
    /// The first of several approvers approved it; it stays `requested`.
    FirstApproval,
    /// Another request, of this id, replaced it.
    SupercededBy(u64),
    /// It is gone.
    Deleted,
}

/// One thing that was done to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Counts everything that was ever done to any request, from 1.
    pub order: u64,
    /// The company's today.
    pub on: Date,
    /// Who did it.
    pub by: Actor,
    /// What was done.
    pub change: Change,
    /// How much had been done when this was asked for: less than `order` less one where it was
    /// late, and others came first.
    pub asked_after: u64,
    /// The request as it was left; a deleted one as it was before.
    pub left: RequestView,
}

/// A request that a person made or changed, and what the API did to it since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TouchedByPerson {
    /// The request as the last person left it; a deleted one as it was before.
    pub left: RequestView,
    /// What that person did.
    pub change: Change,
    /// What the API did to it since then, oldest first.
    pub by_api_since: Vec<HistoryEntry>,
}

/// The histories of all requests, deleted ones included.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histories {
    by_request: BTreeMap<u64, Vec<HistoryEntry>>,
    so_far: u64,
    /// When what is done now was asked for, if it is late.
    late_since: Option<u64>,
}

impl Histories {
    pub(crate) fn add(&mut self, on: Date, by: Actor, change: Change, left: RequestView) {
        let asked_after = self.late_since.unwrap_or(self.so_far);
        self.so_far += 1;
        let entry = HistoryEntry { order: self.so_far, on, by, change, asked_after, left };
        self.by_request.entry(entry.left.id).or_default().push(entry);
    }

    pub(crate) fn of_employee(&self, employee: u64) -> Vec<Vec<HistoryEntry>> {
        let is_of = |entries: &&Vec<HistoryEntry>| {
            entries.first().is_some_and(|first| first.left.employee_id == employee)
        };
        self.by_request.values().filter(is_of).cloned().collect()
    }

    /// How much was done so far.
    pub(crate) fn so_far(&self) -> u64 {
        self.so_far
    }

    /// What is done from now on was asked for then; `None` for now.
    pub(crate) fn set_late_since(&mut self, asked_after: Option<u64>) {
        self.late_since = asked_after;
    }

    pub(crate) fn of(&self, id: u64) -> &[HistoryEntry] {
        self.by_request.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn touched_by_people(&self) -> Vec<TouchedByPerson> {
        let touched = |entries: &Vec<HistoryEntry>| {
            let last = entries.iter().rposition(|entry| entry.by == Actor::Person)?;
            let (until, since) = entries.split_at(last + 1);
            let last = until.last()?;
            Some(TouchedByPerson {
                left: last.left.clone(),
                change: last.change,
                by_api_since: since.to_vec(),
            })
        };
        self.by_request.values().filter_map(touched).collect()
    }
}
