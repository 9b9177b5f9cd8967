//! The account: its people, types and keys, and how it differs from other accounts.

use jiff::civil::Date;

use crate::Simulator;
use crate::model::{Employee, Text, TimeOffType};
use crate::quirks::Quirks;

impl Simulator {
    /// How this account differs from others.
    pub fn quirks(&self) -> Quirks {
        self.shared.state().company.quirks.clone()
    }

    /// Changes how this account differs from others, from now on.
    pub fn change_quirks(&self, change: impl FnOnce(&mut Quirks)) {
        change(&mut self.shared.state().company.quirks);
    }

    /// The company's today.
    pub fn today(&self) -> Date {
        self.shared.state().company.today
    }

    /// Sets the company's today.
    pub fn set_today(&self, today: Date) {
        self.shared.state().company.today = today;
    }

    /// HR adds an employee, or replaces the one with this id.
    pub fn add_employee(&self, employee: Employee) {
        self.shared.state().company.employees.insert(employee.id, employee);
    }

    /// A time-off type by its id.
    pub fn time_off_type(&self, id: u64) -> Option<TimeOffType> {
        self.shared.state().company.types.iter().find(|known| known.id == id).cloned()
    }

    /// HR sets a time-off type up. Nobody has it until it is assigned, and BambooHR lets it be
    /// requested all the same.
    pub fn add_time_off_type(&self, time_off_type: TimeOffType) {
        self.shared.state().company.types.push(time_off_type);
    }

    /// HR deletes an employee's record. `false` when there is none.
    pub fn remove_employee(&self, id: u64) -> bool {
        self.shared.state().company.employees.remove(&id).is_some()
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
        self.shared.state().company.employees.get_mut(&id).map(change).is_some()
    }

    /// A further API key is accepted from now on; the ones before stay valid.
    pub fn rotate_key(&self, key: impl Into<String>) {
        self.shared.state().api_keys.keys.insert(key.into());
    }

    /// This API key is not accepted any more.
    pub fn revoke_key(&self, key: &str) {
        self.shared.state().api_keys.keys.remove(key);
    }

    /// Ends a lock-out, and forgets the bad tries.
    pub fn end_lockout(&self) {
        self.shared.state().api_keys.end_lockout();
    }

    /// Whether everything is answered 403 at present.
    pub fn is_locked_out(&self) -> bool {
        self.shared.state().api_keys.is_locked()
    }

    /// The key may not read this field of List Employees any more, such as `workEmail`.
    pub fn restrict_field(&self, field: &str) {
        self.shared.state().company.restricted_fields.insert(field.to_owned());
    }

    /// The key may read this field again.
    pub fn unrestrict_field(&self, field: &str) {
        self.shared.state().company.restricted_fields.remove(field);
    }

    /// Whether the company shares its directory; if not, it answers 403.
    pub fn share_directory(&self, shared: bool) {
        self.shared.state().company.shares_directory = shared;
    }
}
