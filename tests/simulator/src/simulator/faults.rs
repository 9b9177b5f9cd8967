//! What goes wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Simulator;
use crate::fault_action::Action;
use crate::operation::Operation;
use crate::random_faults::Chaos;
use crate::row_mutation::RowMutation;
use crate::scripted_fault::{Fault, Matcher};

impl Simulator {
    /// Adds a scripted fault. Of several that meet a call the one added first takes it.
    pub fn fault(&self, fault: Fault) {
        self.shared.state().faults.add(fault);
    }

    /// Takes every scripted fault away.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Starts random faults from the beginning of their seed, or stops them.
    pub fn chaos(&self, chaos: impl Into<Option<Chaos>>) {
        self.shared.state().faults.set_chaos(chaos.into());
    }

    /// How often each fault was injected: scripted ones under their action's name, random ones
    /// under the name of their [`Chaos`] field.
    pub fn injected(&self) -> BTreeMap<&'static str, u64> {
        self.shared.state().faults.injected().clone()
    }

    /// This page of List Employees, counted from 1, answers 500 until the faults are cleared.
    pub fn fail_page(&self, page: usize) {
        self.fault(Fault::new(
            Matcher::on(Operation::Employees).page(page),
            Action::StatusBefore { status: 500 },
        ));
    }

    /// Shows some rows differently from what they should be, until the mutations are cleared.
    pub fn mutate_rows(&self, mutation: RowMutation) {
        self.shared.state().row_mutations.push(mutation);
    }

    /// Shows every row as it should be again.
    pub fn clear_row_mutations(&self) {
        self.shared.state().row_mutations.clear();
    }

    /// Does every write now that a fault postponed, and says how many there were.
    pub fn release_late(&self) -> usize {
        self.shared.change(|state| state.release_all())
    }

    /// How many postponed writes still wait.
    pub fn late_waiting(&self) -> usize {
        self.shared.state().waiting()
    }

    /// Answers every call this much later.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.state().faults.latency = latency;
    }
}
