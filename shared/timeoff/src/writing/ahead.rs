//! What is asked beside another question, before anybody knows whether it will be needed.
//!
//! BambooHR takes most of a call's time, so what does not depend on an answer does not wait for it.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr::{Balances, Request, Status, TimeOff};
use contract::{ExternalId, TimeOffRequestId};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::agent_requests::AgentRequests;
use super::insert::Submitted;
use super::writer::{AgentWriter, days_bearing_on};
use crate::ids::Counterpart;
use crate::{Error, Leave, Session};

/// Questions about a leave that can be asked before anything else is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Questions {
    /// The days whose requests are to be listed.
    pub days: (Date, Date),
    /// The dates whose balance the leave will have to fit, unless its key is known or the leave is
    /// there already.
    pub dates: BTreeSet<Date>,
}

/// Answers that came before they were asked for. Each is good for one use.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    pub listed: Option<Listed>,
    pub balances: Option<Result<BTreeMap<Date, Balances>, Error>>,
}

/// A list that was asked for ahead.
#[derive(Debug)]
pub(crate) struct Listed {
    pub days: (Date, Date),
    pub requests: Result<Vec<Request>, Error>,
}

impl Questions {
    /// About the leave as it is submitted. More days than may be asked about at once, with `beside`
    /// other calls, are left for later.
    pub(crate) fn about(submitted: &Submitted<'_>, at_once: usize, beside: usize) -> Self {
        let Submitted { leave, checks_balance, .. } = submitted;
        let dates: BTreeSet<Date> = leave.days.minutes().map(|(date, _)| date).collect();
        let asks = *checks_balance && dates.len() + beside <= at_once;
        Self {
            days: days_bearing_on(leave, *checks_balance),
            dates: if asks { dates } else { BTreeSet::new() },
        }
    }

    /// About the requests on these days alone.
    pub(crate) fn days(days: (Date, Date)) -> Self {
        Self { days, dates: BTreeSet::new() }
    }
}

impl Session<'_> {
    /// The agent's requests on these days.
    pub(super) async fn requests(
        &self,
        agent: ExternalId,
        (start, end): (Date, Date),
    ) -> Result<Vec<Request>, Error> {
        let employee = agent.counterpart();
        self.run(|api| async move { api.requests(employee, start, end).await }).await
    }

    /// The balances on the dates in question, if there are any.
    pub(super) async fn balances_ahead(
        &self,
        agent: ExternalId,
        questions: &Questions,
    ) -> Option<Result<BTreeMap<Date, Balances>, Error>> {
        if questions.dates.is_empty() {
            return None;
        }
        let dates = questions.dates.clone();
        Some(self.balances(agent, dates, questions.dates.len()).await)
    }
}

impl AgentWriter<'_> {
    /// Reads the agent's request with this id; and asks beside it what will be asked next.
    ///
    /// # Errors
    /// As of [`request`](Self::request).
    pub(crate) async fn request_beside(
        &mut self,
        id: TimeOffRequestId,
        questions: &Questions,
    ) -> Result<Option<Request>, Error> {
        let (agent, days) = (self.ledger.agent(), questions.days);
        let (found, listed, balances) = tokio::try_join!(
            self.request(id),
            async { Ok(self.session.requests(agent, days).await) },
            async { Ok(self.session.balances_ahead(agent, questions).await) },
        )?;
        self.ahead = Ahead { listed: Some(Listed { days, requests: listed }), balances };
        Ok(found)
    }

    /// The agent's requests on `days`; what was listed ahead counts once.
    pub(super) async fn list_days(&mut self, days: (Date, Date)) -> Result<Vec<Request>, Error> {
        match self.ahead.listed.take() {
            Some(listed) if listed.days == days => listed.requests,
            _ => {
                // They are older than this list, and may miss what it shows.
                self.ahead.balances = None;
                self.session.requests(self.ledger.agent(), days).await
            }
        }
    }

    /// The balances on `dates`, on which `leave` is checked: those that were asked for ahead, and
    /// the rest from the calculator.
    ///
    /// What was asked for ahead may be older than the list. A request that was approved in between
    /// is then counted nowhere, so with one in the list that may have been they are asked for
    /// again.
    pub(super) async fn balances(
        &mut self,
        dates: BTreeSet<Date>,
        leave: &Leave,
        listed: &AgentRequests,
    ) -> Result<BTreeMap<Date, Balances>, Error> {
        // Midnight in BambooHR's zone may be most of a day away from that of UTC.
        let today = self.now().to_zoned(TimeZone::UTC).date();
        let yesterday = today.yesterday().unwrap_or(Date::MIN);
        let type_id = leave.type_id.counterpart();
        let may_be_missed = |request: &Request| {
            let is_of_type = |time_off: &TimeOff| time_off.type_id == type_id;
            request.status == Status::Approved
                && request.changed.is_none_or(|changed| changed >= yesterday)
                && request.time_off.as_ref().map_or(true, is_of_type)
        };
        let ahead = self.ahead.balances.take().filter(|_| !listed.live().any(may_be_missed));
        let mut balances = ahead.transpose()?.unwrap_or_default();
        let rest = dates.into_iter().filter(|date| !balances.contains_key(date)).collect();
        let at_once = self.settings.upstream_concurrency;
        balances.extend(self.session.balances(self.ledger.agent(), rest, at_once).await?);
        Ok(balances)
    }
}
