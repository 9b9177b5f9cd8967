//! Everything that the page shows beside the calls and the balances, as it is now.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr_simulator::{Actor, Date, RequestView as BambooHrRequest, Unit};
use genesys_simulator::{IntegrationStatus, RequestDetails, RequestView};
use serde::Serialize;

use crate::console::Console;
use crate::console::breaks::Break;

/// The state of both sides, for one agent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot {
    today: Date,
    /// The agent's requests in Genesys, newest first.
    genesys: Vec<RequestDetails>,
    /// The agent's requests in BambooHR, by their first day.
    bamboohr: Vec<BambooHrRow>,
    counters: Counters,
    broken: Vec<Break>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BambooHrRow {
    #[serde(flatten)]
    request: BambooHrRequest,
    /// Whether a person entered it at BambooHR's screen.
    by_hand: bool,
    /// Of its amounts.
    unit: Option<Unit>,
}

/// Of all agents.
#[derive(Debug, Default, Serialize)]
struct Counters {
    submitted: usize,
    complete: usize,
    waiting: usize,
    failed: usize,
    duplicates: usize,
}

impl Console {
    pub(crate) fn snapshot(&self, user: &str) -> Snapshot {
        let bamboohr = &self.breaks.bamboohr;
        let counters = self.count(&self.genesys.requests());
        let mut genesys = self.genesys.requests_of(user);
        genesys.reverse();
        let mut in_bamboohr: Vec<BambooHrRow> = self
            .external_id(user)
            .map_or_else(Vec::new, |employee| bamboohr.requests(employee))
            .into_iter()
            .map(|request| BambooHrRow {
                by_hand: self.is_by_hand(request.id),
                unit: bamboohr.time_off_type(request.type_id).map(|known| known.unit),
                request,
            })
            .collect();
        in_bamboohr.sort_by_key(|row| (row.request.start, row.request.id));
        Snapshot {
            today: bamboohr.today(),
            genesys,
            bamboohr: in_bamboohr,
            counters,
            broken: self.breaks.active(),
        }
    }

    /// The agent's id in BambooHR.
    fn external_id(&self, user: &str) -> Option<u64> {
        let agents = self.genesys.agents();
        agents.into_iter().find(|agent| agent.id == user)?.external_id?.parse().ok()
    }

    fn count(&self, requests: &[RequestView]) -> Counters {
        let mut counters = Counters { submitted: requests.len(), ..Counters::default() };
        for request in requests {
            match request.integration_status {
                Some(IntegrationStatus::Processing) => counters.waiting += 1,
                Some(IntegrationStatus::Error) => counters.failed += 1,
                Some(_) => counters.complete += 1,
                None => {}
            }
        }
        let users: BTreeSet<&str> = requests.iter().map(|request| &*request.user).collect();
        let agents = self.genesys.agents().into_iter().filter(|agent| users.contains(&*agent.id));
        let employees = agents.filter_map(|agent| agent.external_id?.parse().ok());
        counters.duplicates = employees.map(|employee| self.duplicates(employee)).sum();
        counters
    }

    /// Live requests of an employee that the bridge made for a leave that another one stands for
    /// already: they bear the same marker. What people copy by hand is theirs.
    fn duplicates(&self, employee: u64) -> usize {
        let mut markers: BTreeMap<String, usize> = BTreeMap::new();
        for request in self.breaks.bamboohr.live(employee) {
            if let Some(marker) = marker(&request.employee_note)
                && !self.is_by_hand(request.id)
            {
                *markers.entry(marker.to_owned()).or_default() += 1;
            }
        }
        markers.values().map(|count| count - 1).sum()
    }

    fn is_by_hand(&self, request: u64) -> bool {
        self.breaks.bamboohr.history(request).first().is_none_or(|first| first.by == Actor::Person)
    }
}

/// `tb:…` in a note.
fn marker(note: &str) -> Option<&str> {
    note.rsplit_once("[tb:")?.1.split_once(']').map(|(marker, _)| marker)
}
