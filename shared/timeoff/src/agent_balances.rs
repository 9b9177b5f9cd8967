//! An agent's balances as Genesys asks for them: in minutes, by date and time-off type.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr::{Balance, Policy, Unit};
use contract::{DayLengths, ExternalId, TimeOffTypeId};
use jiff::civil::Date;

use crate::balance::balance_minutes;
use crate::sight::as_id;
use crate::{Error, Session};

/// What BambooHR's calculator says about an agent on each of the dates asked about.
#[derive(Debug)]
pub struct AgentBalances(BTreeMap<Date, Vec<Balance>>);

impl AgentBalances {
    /// Whether the calculator lists the type for this employee on this date.
    pub fn is_listed(&self, date: Date, type_id: TimeOffTypeId) -> bool {
        self.find(date, type_id).is_some()
    }

    /// Whether the balance is one in days, so that it takes the length of a day to tell it in
    /// minutes.
    pub fn counts_days(&self, date: Date, type_id: TimeOffTypeId) -> bool {
        self.find(date, type_id).is_some_and(|balance| {
            balance.unit == Unit::Days && balance.policy != Policy::Discretionary
        })
    }

    /// The balance in whole minutes; 0 for a type that is not listed, `unlimited` for a
    /// discretionary one.
    pub fn minutes(
        &self,
        date: Date,
        type_id: TimeOffTypeId,
        lengths: &DayLengths,
        unlimited: i64,
    ) -> i64 {
        self.find(date, type_id).map_or(0, |balance| balance_minutes(balance, lengths, unlimited))
    }

    fn find(&self, date: Date, type_id: TimeOffTypeId) -> Option<&Balance> {
        let listed = self.0.get(&date)?;
        listed.iter().find(|balance| as_id::<_, TimeOffTypeId>(balance.type_id) == type_id)
    }
}

impl Session<'_> {
    /// The agent's balances on each of these dates, `at_once` calls at a time.
    ///
    /// # Errors
    /// `AGENT_NOT_FOUND` and BambooHR's failures; one failed date fails all.
    pub async fn agent_balances(
        &self,
        agent: ExternalId,
        dates: BTreeSet<Date>,
        at_once: usize,
    ) -> Result<AgentBalances, Error> {
        Ok(AgentBalances(self.balances(agent, dates, at_once).await?))
    }
}
