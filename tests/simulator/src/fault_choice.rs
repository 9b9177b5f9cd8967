//! Which fault, if any, a call meets.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::fault_action::Action;
use crate::operation::Operation;
use crate::random_faults::Chaos;
use crate::scripted_fault::Fault;

/// What faults can tell calls apart by.
pub(crate) struct Met<'a> {
    pub(crate) operation: Operation,
    pub(crate) method: &'a str,
    pub(crate) employee: Option<u64>,
    pub(crate) page: Option<usize>,
}

struct Counted {
    fault: Fault,
    seen: u64,
}

/// Everything that is switched on, and what it did so far.
#[derive(Default)]
pub(crate) struct FaultChoice {
    scripted: Vec<Counted>,
    chaos: Option<Chaos>,
    chances: BTreeMap<(Operation, Option<u64>), u64>,
    injected: BTreeMap<&'static str, u64>,
    pub(crate) latency: Duration,
}

impl FaultChoice {
    pub(crate) fn new(latency: Duration) -> Self {
        Self { latency, ..Self::default() }
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.scripted.push(Counted { fault, seen: 0 });
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
            let hit = scripted.seen >= first
                && on.times.is_none_or(|times| scripted.seen - first < times);
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
