//! Balances, as the calculator gives them, and what they are in minutes.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr::{Balance, Balances, Policy};
use contract::DayLengths;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;

use crate::catalogue::unit;
use crate::ids::Counterpart;
use crate::{Error, Session};

/// The balance that BambooHR's calculator gives, in whole minutes; `unlimited` for a discretionary
/// type, whose balance means nothing.
pub(crate) fn balance_minutes(balance: &Balance, lengths: &DayLengths, unlimited: i64) -> i64 {
    match balance.policy {
        Policy::Discretionary => unlimited,
        _ => unit(balance.unit).minutes(balance.balance, lengths),
    }
}

impl Session<'_> {
    /// What BambooHR's calculator says on each of these dates, `at_once` calls at a time.
    ///
    /// # Errors
    /// `AGENT_NOT_FOUND` and BambooHR's failures; one failed date fails all.
    pub(crate) async fn balances(
        &self,
        agent: contract::ExternalId,
        dates: BTreeSet<Date>,
        at_once: usize,
    ) -> Result<BTreeMap<Date, Balances>, Error> {
        stream::iter(dates)
            .map(|date| async move {
                let listed = self
                    .run(|api| async move { api.balances(agent.counterpart(), date).await })
                    .await?;
                Ok::<_, Error>((date, listed))
            })
            .buffer_unordered(at_once.max(1))
            .try_collect()
            .await
    }
}
