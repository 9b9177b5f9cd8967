//! An agent's balances as Genesys asks for them: in minutes, by date and time-off type.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr::{Balance, Balances, Policy, Unit};
use contract::{DayLengths, ExternalId, TimeOffTypeId};
use jiff::civil::Date;

use crate::balance::balance_minutes;
use crate::ids::Counterpart;
use crate::{Error, Session};

/// What BambooHR's calculator says about an agent on each of the dates asked about.
#[derive(Debug)]
pub struct AgentBalances(BTreeMap<Date, Balances>);

/// The balance of one time-off type on one date.
#[derive(Clone, Copy, Debug)]
pub struct AgentBalance<'a>(&'a Balance);

impl AgentBalances {
    /// The balance of a type on a date; `None` where the calculator does not list the type for this
    /// employee.
    ///
    /// # Errors
    /// `HRIS_BAD_RESPONSE` where the entry of this type cannot be read.
    pub fn get(
        &self,
        date: Date,
        type_id: TimeOffTypeId,
    ) -> Result<Option<AgentBalance<'_>>, Error> {
        let Some(listed) = self.0.get(&date) else { return Ok(None) };
        let balance = listed.of(type_id.counterpart()).map_err(bamboohr::Error::from)?;
        Ok(balance.map(AgentBalance))
    }
}

impl AgentBalance<'_> {
    /// Whether it takes the length of a day to tell the balance in minutes.
    pub fn counts_days(self) -> bool {
        self.0.unit == Unit::Days && self.0.policy != Policy::Discretionary
    }

    /// The balance in whole minutes; `unlimited` for a discretionary type, whose balance means
    /// nothing.
    pub fn minutes(self, lengths: &DayLengths, unlimited: i64) -> i64 {
        balance_minutes(self.0, lengths, unlimited)
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
