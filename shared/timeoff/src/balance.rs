//! Whether a pending request fits the balance, and what a balance is in minutes.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr::{Balance, Policy, Request, Status};
use contract::{DayLengths, ErrorCode, Failure, TimeOffTypeId};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::catalogue::unit;
use crate::desk::a_year_after;
use crate::sight::as_id;
use crate::{Desk, Error, Leave, Session, Sight};

/// Half a minute: what rounding to four decimals can hide.
const TOLERANCE_MINUTES: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

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
    ) -> Result<BTreeMap<Date, Vec<Balance>>, Error> {
        stream::iter(dates)
            .map(|date| async move {
                let listed =
                    self.run(|api| async move { api.balances(as_id(agent), date).await }).await?;
                Ok::<_, Error>((date, listed))
            })
            .buffer_unordered(at_once.max(1))
            .try_collect()
            .await
    }
}

impl Desk<'_> {
    /// Whether the leave fits the balance on each of its dates, and on the first day of every later
    /// request of its type within a year: a leave in spring must not take what a leave in summer
    /// was granted.
    ///
    /// `sight` holds every request that bears on it ([`Desk::days_bearing_on`]); `replaced` is the
    /// request whose place it takes.
    ///
    /// # Errors
    /// A balance that cannot be read, or a type that the calculator does not list: never a pass.
    pub(crate) async fn fits_balance(
        &self,
        leave: &Leave,
        sight: &Sight,
        replaced: Option<&Request>,
    ) -> Result<bool, Error> {
        let (start, end) = leave.span();
        let others: Vec<&Request> = sight
            .live()
            .filter(|request| as_id::<_, TimeOffTypeId>(request.type_id) == leave.type_id)
            .filter(|request| replaced.is_none_or(|replaced| replaced.id != request.id))
            .collect();
        let later = others
            .iter()
            .map(|request| request.start)
            .filter(|first| *first > start && *first <= a_year_after(end));
        let dates: BTreeSet<Date> =
            leave.days.minutes().map(|(date, _)| date).chain(later).collect();

        let balances =
            self.session.balances(leave.agent, dates, self.settings.upstream_concurrency).await?;
        let amounts = leave.amounts();
        let threshold = leave.amount_of(Decimal::from(self.settings.balance_threshold_minutes));
        let tolerance = leave.amount_of(TOLERANCE_MINUTES);
        for (date, listed) in balances {
            let Some(balance) = listed
                .iter()
                .find(|balance| as_id::<_, TimeOffTypeId>(balance.type_id) == leave.type_id)
            else {
                return Err(not_listed().into());
            };
            if balance.policy == Policy::Discretionary {
                return Ok(true);
            }
            let pending: Decimal = others
                .iter()
                .filter(|request| request.status == Status::Requested && request.start <= date)
                .map(|request| request.amount)
                .sum();
            let given_back = replaced
                .filter(|replaced| replaced.status == Status::Approved && replaced.start <= date)
                .filter(|replaced| as_id::<_, TimeOffTypeId>(replaced.type_id) == leave.type_id)
                .map_or(Decimal::ZERO, |replaced| replaced.amount);
            let asked: Decimal = amounts.range(..=date).map(|(_, amount)| amount).sum();
            if balance.balance + given_back - pending - asked < threshold - tolerance {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn not_listed() -> Failure {
    Failure::new(
        ErrorCode::InvalidInput,
        "timeOffTypeId is a type that BambooHR does not list for this employee. Assign a policy of the type to the employee in BambooHR.",
    )
}
