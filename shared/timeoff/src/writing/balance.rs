//! Whether a pending request fits the balance.

use std::collections::BTreeSet;

use bamboohr::{Policy, Request, Status};
use contract::{ErrorCode, Failure};
use jiff::civil::Date;
use rust_decimal::Decimal;
use store::SentStatus;

use super::agent_requests::AgentRequests;
use super::books::is_live;
use super::writer::{AgentWriter, a_year_after};
use crate::ids::Counterpart;
use crate::{Error, Leave};

/// Half a minute: what rounding to four decimals can hide.
const TOLERANCE_MINUTES: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

impl AgentWriter<'_> {
    /// Whether the leave fits the balance on each of its dates, and on the first day of every later
    /// request of its type within a year: a leave in spring must not take what a leave in summer
    /// was granted.
    ///
    /// `listed` holds every request that bears on it
    /// (`days_bearing_on`); `replaced` is the request whose place it
    /// takes.
    ///
    /// # Errors
    /// A balance that cannot be read, or a type that the calculator does not list: never a pass.
    pub(crate) async fn fits_balance(
        &mut self,
        leave: &Leave,
        listed: &AgentRequests,
        replaced: Option<&Request>,
    ) -> Result<bool, Error> {
        let (start, end) = leave.span();
        let others = self.others_of_type(leave, listed, replaced)?;
        let later = others
            .iter()
            .map(|other| other.start)
            .filter(|first| *first > start && *first <= a_year_after(end));
        let dates: BTreeSet<Date> =
            leave.days.minutes().map(|(date, _)| date).chain(later).collect();

        let balances = self.balances(dates, leave, listed).await?;
        let amounts = leave.amounts();
        let threshold = leave.amount_of(Decimal::from(self.settings.balance_threshold_minutes));
        let tolerance = leave.amount_of(TOLERANCE_MINUTES);
        for (date, listed) in balances {
            let type_id = leave.type_id.counterpart();
            let balance = listed.of(type_id).map_err(bamboohr::Error::from)?;
            let balance = balance.ok_or_else(not_listed)?;
            if balance.policy == Policy::Discretionary {
                return Ok(true);
            }
            let pending: Decimal = others
                .iter()
                .filter(|other| other.is_pending && other.start <= date)
                .map(|other| other.amount)
                .sum();
            let given_back = replaced
                .filter(|replaced| replaced.status == Status::Approved && replaced.start <= date)
                .and_then(|replaced| replaced.time_off.as_ref().ok())
                .filter(|time_off| time_off.type_id == type_id)
                .map_or(Decimal::ZERO, |time_off| time_off.amount);
            let asked: Decimal = amounts.range(..=date).map(|(_, amount)| amount).sum();
            if balance.balance + given_back - pending - asked < threshold - tolerance {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The other leave of the type: what is listed, and what was sent a moment ago and may arrive.
    fn others_of_type(
        &self,
        leave: &Leave,
        listed: &AgentRequests,
        replaced: Option<&Request>,
    ) -> Result<Vec<Other>, Error> {
        let mut others = Vec::new();
        for request in listed.live() {
            let time_off =
                request.time_off.as_ref().map_err(|error| bamboohr::Error::from(*error))?;
            if time_off.type_id.counterpart() == leave.type_id
                && replaced.is_none_or(|replaced| replaced.id != request.id)
            {
                others.push(Other {
                    start: request.start,
                    amount: time_off.amount,
                    is_pending: request.status == Status::Requested,
                });
            }
        }
        let is_live_there = |id| listed.get(id).is_some_and(is_live);
        let sent = self.ledger.keys().filter(|record| record.key != leave.key);
        for record in sent.filter(|record| record.leave.type_id == leave.type_id) {
            let Some(claim) = &record.claim else { continue };
            let counts = claim.status == SentStatus::Requested
                && self.may_still_arrive(claim.sent_at)
                && !claim.previous.is_some_and(is_live_there)
                && listed.own(record.key, self.books()).is_none();
            if counts {
                others.push(Other {
                    start: record.leave.start,
                    amount: record.leave.amounts.values().sum(),
                    is_pending: true,
                });
            }
        }
        Ok(others)
    }
}

/// Leave of the type beside the one that is checked.
#[derive(Debug)]
struct Other {
    start: Date,
    amount: Decimal,
    /// It waits for approval: the calculator does not know of it yet.
    is_pending: bool,
}

fn not_listed() -> Failure {
    Failure::new(
        ErrorCode::InvalidInput,
        "timeOffTypeId is a type that BambooHR does not list for this employee. Assign a policy of \
        the type to the employee in BambooHR.",
    )
}
