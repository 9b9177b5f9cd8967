//! The handle that a test or the local stack holds.

mod account;
mod faults;
mod people;

use std::net::Ipv4Addr;
use std::sync::Arc;

use call_log::CallLog;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio::net::TcpListener;

use crate::call_statistics::{Calls, Write};
use crate::operation::Operation;
use crate::request::RequestView;
use crate::seed::Seed;
use crate::server;
use crate::shared_state::SharedState;

/// A running simulator. It stops when this is dropped: open connections are closed, whoever waits
/// for an answer that was held back is cut off.
pub struct Simulator {
    shared: Arc<SharedState>,
    url: String,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Simulator").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl Simulator {
    /// Starts on a free port of 127.0.0.1, in the present tokio runtime.
    ///
    /// # Panics
    /// When the loopback interface gives no port; a test can do nothing sensible then.
    #[expect(clippy::expect_used, reason = "without a loopback port there is nothing to test")]
    pub async fn start(seed: Seed) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a loopback port");
        Self::serve_on(listener, seed).expect("the listener's own address")
    }

    /// Starts on a listener that is already bound, in the present tokio runtime.
    ///
    /// # Errors
    /// When the listener cannot say where it listens.
    pub fn serve_on(listener: TcpListener, seed: Seed) -> std::io::Result<Self> {
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(SharedState::new(seed));
        server::spawn(listener, Arc::clone(&shared));
        Ok(Self { shared, url })
    }

    /// What stands before `/api/v1`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every request of an employee, oldest first.
    pub fn requests(&self, employee: u64) -> Vec<RequestView> {
        self.shared.state().company.requests_of(employee).map(RequestView::from).collect()
    }

    /// The `requested` and `approved` requests of an employee, oldest first.
    pub fn live(&self, employee: u64) -> Vec<RequestView> {
        let mut requests = self.requests(employee);
        requests.retain(|request| request.status.is_live());
        requests
    }

    /// One request by its id.
    pub fn request(&self, id: u64) -> Option<RequestView> {
        self.shared.state().company.requests.get(&id).map(RequestView::from)
    }

    /// What the calculator gives for an employee and type on a day, in the type's unit, without
    /// being called. `None` when it does not list the type for the employee.
    pub fn balance(&self, employee: u64, type_id: u64, on: Date) -> Option<Decimal> {
        let state = self.shared.state();
        let employee = state.company.employees.get(&employee)?;
        let assigned = employee.assignments.iter().find(|assigned| assigned.type_id == type_id)?;
        Some(state.company.balance(employee, assigned, on, None).balance)
    }

    /// How often BambooHR was called since the start or the last
    /// [`reset_calls`](Self::reset_calls).
    pub fn calls(&self) -> Calls {
        self.shared.state().calls
    }

    /// When each call since then arrived, and when its answer was complete. A call whose caller
    /// hangs up ends with that.
    pub fn call_log(&self) -> &CallLog<Operation> {
        &self.shared.call_log
    }

    /// Counts calls from zero, and forgets when they arrived.
    pub fn reset_calls(&self) {
        self.shared.reset_calls();
    }

    /// Every write that reached the company, in the order in which they took effect.
    pub fn writes(&self) -> Vec<Write> {
        self.shared.state().writes.clone()
    }

    /// Waits until `condition` holds. It is looked at now, and after every call that arrives or
    /// takes effect.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        let mut changes = self.shared.changes();
        while !condition(self) {
            // The sender lives as long as `self`.
            let _told = changes.changed().await;
        }
    }
}
