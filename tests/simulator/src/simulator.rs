//! The handle that a test or the local stack holds.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio::net::TcpListener;

use crate::chaos::Chaos;
use crate::fault::{Action, Fault, Matcher, Operation};
use crate::model::{Employee, Text, TimeOffType};
use crate::request::{NewRequest, RequestStatus, RequestView};
use crate::seed::Seed;
use crate::server;
use crate::shared::Shared;
use crate::world::{Calls, Write};

/// A running simulator. It stops when this is dropped: open connections are closed, whoever waits
/// for an answer that was held back is cut off.
pub struct Simulator {
    shared: Arc<Shared>,
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
        let shared = Arc::new(Shared::new(seed, url.clone()));
        server::spawn(listener, Arc::clone(&shared));
        Ok(Self { shared, url })
    }

    /// What stands before `/api/v1`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    // What is there.

    /// Every request of an employee, oldest first.
    pub fn requests(&self, employee: u64) -> Vec<RequestView> {
        self.shared.world().company.requests_of(employee).map(RequestView::from).collect()
    }

    /// The `requested` and `approved` requests of an employee, oldest first.
    pub fn live(&self, employee: u64) -> Vec<RequestView> {
        let mut requests = self.requests(employee);
        requests.retain(|request| request.status.is_live());
        requests
    }

    /// One request by its id.
    pub fn request(&self, id: u64) -> Option<RequestView> {
        self.shared.world().company.requests.get(&id).map(RequestView::from)
    }

    /// What the calculator gives for an employee and type on a day, in the type's unit, without
    /// being called. `None` when it does not list the type for the employee.
    pub fn balance(&self, employee: u64, type_id: u64, on: Date) -> Option<Decimal> {
        let world = self.shared.world();
        let employee = world.company.employees.get(&employee)?;
        let assigned = employee.assignments.iter().find(|assigned| assigned.type_id == type_id)?;
        Some(world.company.balance(employee, assigned, on, None).balance)
    }

    /// How often BambooHR was called since the start or the last
    /// [`reset_calls`](Self::reset_calls).
    pub fn calls(&self) -> Calls {
        self.shared.world().calls
    }

    /// Counts calls from zero.
    pub fn reset_calls(&self) {
        self.shared.world().calls = Calls::default();
    }

    /// Every write that reached the company, in the order in which they took effect.
    pub fn writes(&self) -> Vec<Write> {
        self.shared.world().writes.clone()
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

    // What goes wrong.

    /// Adds a scripted fault. Of several that meet a call the one added first takes it.
    pub fn fault(&self, fault: Fault) {
        self.shared.world().faults.add(fault);
    }

    /// Takes every scripted fault away.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Starts random faults from the beginning of their seed, or stops them.
    pub fn chaos(&self, chaos: impl Into<Option<Chaos>>) {
        self.shared.world().faults.set_chaos(chaos.into());
    }

    /// How often each fault was injected: scripted ones under their action's name, random ones
    /// under the name of their [`Chaos`] field.
    pub fn injected(&self) -> BTreeMap<&'static str, u64> {
        self.shared.world().faults.injected().clone()
    }

    /// This page of List Employees, counted from 1, answers 500 until the faults are cleared.
    pub fn fail_page(&self, page: usize) {
        self.fault(Fault::new(
            Matcher::on(Operation::Employees).page(page),
            Action::StatusBefore { status: 500 },
        ));
    }

    /// Does every write now that a fault postponed, and says how many there were.
    pub fn release_late(&self) -> usize {
        self.shared.change(|world| world.release_all())
    }

    /// How many postponed writes still wait.
    pub fn late_waiting(&self) -> usize {
        self.shared.world().waiting()
    }

    /// Answers every call this much later.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.world().faults.latency = latency;
    }

    // What others do meanwhile.

    /// The company's today.
    pub fn today(&self) -> Date {
        self.shared.world().company.today
    }

    /// Sets the company's today.
    pub fn set_today(&self, today: Date) {
        self.shared.world().company.today = today;
    }

    /// HR adds an employee, or replaces the one with this id.
    pub fn add_employee(&self, employee: Employee) {
        self.shared.world().company.employees.insert(employee.id, employee);
    }

    /// HR sets a time-off type up. Nobody has it until it is assigned, and BambooHR lets it be
    /// requested all the same.
    pub fn add_time_off_type(&self, time_off_type: TimeOffType) {
        self.shared.world().company.types.push(time_off_type);
    }

    /// HR deletes an employee's record. `false` when there is none.
    pub fn remove_employee(&self, id: u64) -> bool {
        self.shared.world().company.employees.remove(&id).is_some()
    }

    /// HR sets an employee's status. `false` when there is no such employee.
    pub fn set_active(&self, id: u64, active: bool) -> bool {
        self.change_employee(id, |employee| employee.active = active)
    }

    /// An employee leaves: the record stays, `Inactive`. `false` when there is no such employee.
    pub fn deactivate_employee(&self, id: u64) -> bool {
        self.set_active(id, false)
    }

    /// HR sets or clears an employee's work e-mail. `false` when there is no such employee.
    pub fn set_email(&self, id: u64, email: Option<&str>) -> bool {
        let email = email.map(|email| Text::from(email.to_owned()));
        self.change_employee(id, |employee| employee.work_email = email)
    }

    /// HR changes anything about an employee. `false` when there is no such employee.
    pub fn change_employee(&self, id: u64, change: impl FnOnce(&mut Employee)) -> bool {
        self.shared.world().company.employees.get_mut(&id).map(change).is_some()
    }

    /// HR enters a request by hand, past the API's checks, and gets its id.
    pub fn hr_creates_request(&self, request: NewRequest) -> u64 {
        self.shared.world().company.enter_by_hand(request)
    }

    /// HR changes a request's status by hand, past the API's checks: also approves what still waits
    /// for further approvers. `false` when there is no such request.
    pub fn hr_changes_status(&self, id: u64, status: RequestStatus) -> bool {
        self.shared.world().company.set_status_by_hand(id, status)
    }

    /// A further API key is accepted from now on; the ones before stay valid.
    pub fn rotate_key(&self, key: impl Into<String>) {
        self.shared.world().gate.keys.insert(key.into());
    }

    /// This API key is not accepted any more.
    pub fn revoke_key(&self, key: &str) {
        self.shared.world().gate.keys.remove(key);
    }

    /// Ends a lock-out, and forgets the bad tries.
    pub fn end_lockout(&self) {
        self.shared.world().gate.end_lockout();
    }

    /// Whether everything is answered 403 at present.
    pub fn is_locked_out(&self) -> bool {
        self.shared.world().gate.is_locked()
    }

    /// The key may not read this field of List Employees any more, such as `workEmail`.
    pub fn restrict_field(&self, field: &str) {
        self.shared.world().company.restricted_fields.insert(field.to_owned());
    }

    /// The key may read this field again.
    pub fn unrestrict_field(&self, field: &str) {
        self.shared.world().company.restricted_fields.remove(field);
    }

    /// Whether the company shares its directory; if not, it answers 403.
    pub fn share_directory(&self, shared: bool) {
        self.shared.world().company.shares_directory = shared;
    }
}
