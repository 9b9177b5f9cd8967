//! Balances, from BambooHR's calculator.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::api::{Api, Outgoing};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::id::{EmployeeId, TimeOffTypeId};
use crate::rows::value;
use crate::types::Unit;
use crate::unreadable::UnreadableBalance;
use crate::wire::{Amount, Text};

/// More than this, above or below zero, is no balance, and would spoil sums.
const LARGEST_BALANCE: u64 = 10_000_000;

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

/// What the calculator says of an employee on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balances {
    listed: Vec<Balance>,
    unreadable: Vec<UnreadableBalance>,
}

impl Balances {
    /// The balance of this type; `None` when the calculator does not list it for the employee.
    ///
    /// # Errors
    /// [`UnreadableBalance`] when the entry of this type cannot be read, or when the type is not
    /// listed beside an entry of which nobody can tell the type.
    pub fn of(&self, type_id: TimeOffTypeId) -> Result<Option<&Balance>, UnreadableBalance> {
        let unreadable = |id| {
            self.unreadable.iter().copied().find(move |entry| entry.id == id).map_or(Ok(()), Err)
        };
        unreadable(Some(type_id))?;
        let balance = self.listed.iter().find(|balance| balance.type_id == type_id);
        if balance.is_none() {
            unreadable(None)?;
        }
        Ok(balance)
    }
}

impl Api {
    /// The balances of every type that the employee has and the key's owner may see, as of a day,
    /// with four decimals. What cannot be read of one type does not stop the others.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get; [`NotFound`](crate::ErrorKind::NotFound) when
    /// there is no such employee.
    pub async fn balances(&self, employee: EmployeeId, end: Date) -> Result<Balances, Error> {
        let end = end.to_string();
        // The default precision of 2 would turn 20 minutes, 0.3333 hours, into 19.8.
        let query = [("end", end.as_str()), ("precision", "4")];
        let path = format!("/employees/{employee}/time_off/calculator");
        let answer = self.read(Outgoing::get_at(Endpoint::Calculator, path, &query)).await?;
        let mut balances = Balances::default();
        answer.each_row(answer.text()?, |row| {
            match value::<WireBalance<'_>>(Some(row)).unwrap_or_default().read() {
                Ok(balance) => balances.listed.push(balance),
                Err(unreadable) => balances.unreadable.push(unreadable),
            }
            Ok(())
        })?;
        Ok(balances)
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBalance<'a> {
    #[serde(borrow)]
    time_off_type: Option<&'a RawValue>,
    #[serde(borrow)]
    units: Option<&'a RawValue>,
    #[serde(borrow)]
    balance: Option<&'a RawValue>,
    #[serde(borrow)]
    policy_type: Option<&'a RawValue>,
    #[serde(borrow)]
    used_year_to_date: Option<&'a RawValue>,
}

impl WireBalance<'_> {
    fn read(self) -> Result<Balance, UnreadableBalance> {
        let id = value(self.time_off_type);
        let missing = |field| UnreadableBalance { id, field };
        let policy = match self.policy_type {
            None => Text::default(),
            Some(_) => value(self.policy_type).ok_or(missing("policyType"))?,
        };
        Ok(Balance {
            type_id: id.ok_or(missing("timeOffType"))?,
            unit: value(self.units).ok_or(missing("units"))?,
            balance: amount(self.balance).ok_or(missing("balance"))?,
            policy: Policy::named(policy.filled().unwrap_or_default()),
            used_year_to_date: amount(self.used_year_to_date),
        })
    }
}

fn amount(raw: Option<&RawValue>) -> Option<Decimal> {
    let Amount(amount) = value(raw)?;
    (amount.abs() <= Decimal::from(LARGEST_BALANCE)).then_some(amount)
}

impl Policy {
    fn named(policy: &str) -> Self {
        match policy.to_ascii_lowercase().as_str() {
            "accruing" => Self::Accruing,
            "manual" => Self::Manual,
            // The create answer's documentation calls the same policy unlimited.
            "discretionary" | "unlimited" => Self::Discretionary,
            _ => Self::Other(policy.to_owned()),
        }
    }
}
