//! Balances, from BambooHR's calculator.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::api::{Api, Outgoing};
use crate::error::Error;
use crate::id::{EmployeeId, TimeOffTypeId};
use crate::types::Unit;
use crate::wire::{Amount, Text};

const ENDPOINT: &str = "/employees/{id}/time_off/calculator";

/// How an employee comes by the time off of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// It accrues.
    Accruing,
    /// Somebody grants it by hand.
    Manual,
    /// Unlimited: only what is used is tracked, and the balance means nothing.
    Discretionary,
    /// Something that BambooHR has added since; empty when it does not say.
    Other(String),
}

/// The balance of one time-off type on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The type.
    pub type_id: TimeOffTypeId,
    /// What the amounts count.
    pub unit: Unit,
    /// The balance; negative ones are normal. Approved time off is deducted in full from its first
    /// day on, requested time off is not (inferred from recordings, not documented).
    pub balance: Decimal,
    /// How the employee comes by it.
    pub policy: Policy,
    /// What was used in the calendar year so far; `None` when BambooHR does not say.
    pub used_year_to_date: Option<Decimal>,
}

impl Api {
    /// The balances of every type that the employee has and the key's owner may see, as of a day,
    /// with four decimals.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get; [`NotFound`](crate::ErrorKind::NotFound) when
    /// there is no such employee.
    pub async fn balances(&self, employee: EmployeeId, end: Date) -> Result<Vec<Balance>, Error> {
        let end = end.to_string();
        // The default precision of 2 would turn 20 minutes, 0.3333 hours, into 19.8.
        let query = [("end", end.as_str()), ("precision", "4")];
        let answer = self
            .read(Outgoing::get(
                ENDPOINT,
                format!("/employees/{employee}/time_off/calculator"),
                &query,
            ))
            .await?;
        let balances = answer.json::<Vec<WireBalance>>()?;
        Ok(balances.into_iter().map(WireBalance::into_balance).collect())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBalance {
    time_off_type: TimeOffTypeId,
    units: Unit,
    balance: Amount,
    #[serde(default)]
    policy_type: Text,
    #[serde(default)]
    used_year_to_date: Option<Amount>,
}

impl WireBalance {
    fn into_balance(self) -> Balance {
        let policy = match self.policy_type.filled().unwrap_or_default() {
            policy if policy.eq_ignore_ascii_case("accruing") => Policy::Accruing,
            policy if policy.eq_ignore_ascii_case("manual") => Policy::Manual,
            // The create answer's documentation calls the same policy unlimited.
            policy
                if ["discretionary", "unlimited"]
                    .iter()
                    .any(|name| policy.eq_ignore_ascii_case(name)) =>
            {
                Policy::Discretionary
            }
            policy => Policy::Other(policy.to_owned()),
        };
        Balance {
            type_id: self.time_off_type,
            unit: self.units,
            balance: self.balance.0,
            policy,
            used_year_to_date: self.used_year_to_date.map(|used| used.0),
        }
    }
}
