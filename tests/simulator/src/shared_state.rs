//! The state behind its lock, shared by all connections, and the end of it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use call_log::CallLog;
use tokio::sync::watch;

use crate::call_statistics::Calls;
use crate::operation::Operation;
use crate::seed::Seed;
use crate::state::SimulatorState;

pub(crate) struct SharedState {
    state: Mutex<SimulatorState>,
    pub(crate) call_log: CallLog<Operation>,
    /// Told after every call that arrives or takes effect, and after everything that people do.
    changed: watch::Sender<()>,
    closed: watch::Sender<bool>,
}

impl SharedState {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            state: Mutex::new(SimulatorState::new(seed)),
            call_log: CallLog::default(),
            changed: watch::Sender::new(()),
            closed: watch::Sender::new(false),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, SimulatorState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the state and tells those who wait for a change.
    pub(crate) fn change<T>(&self, work: impl FnOnce(&mut SimulatorState) -> T) -> T {
        let done = work(&mut self.state());
        self.changed.send_replace(());
        done
    }

    /// Counts calls from zero, and forgets when they arrived.
    pub(crate) fn reset_calls(&self) {
        self.state().calls = Calls::default();
        self.call_log.clear();
    }

    /// Hears of every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Holds `true` once the simulator stops.
    pub(crate) fn until_closed(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }

    /// Comes back when the simulator stops.
    pub(crate) async fn closing(&self) {
        // An error means that the sender is gone, which is the same.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    /// Waits for a time, but not beyond the simulator's end.
    pub(crate) async fn wait(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.closing() => {}
        }
    }
}
