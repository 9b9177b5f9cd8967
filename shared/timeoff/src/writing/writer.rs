//! One agent's requests, read and written by one call at a time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use contract::{Failure, RequestKey, TimeOffRequestId};
use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};
use lambda_host::{Metric, Settings};
use store::{Lease, Ledger, Table};
use tokio::time::Instant;

use super::agent_requests::AgentRequests;
use super::ahead::Ahead;
use super::books::Books;
use super::open::About;
use crate::ids::Counterpart;
use crate::{Error, Leave, Session};

/// The longest wait for the answer to one write.
const LONGEST_SEND: Duration = Duration::from_secs(10);

/// Before any request: a pending one counts against the balance however long ago it began.
const EVER_SINCE: Date = date(1900, 1, 1);
/// After any request: inputs lie before it.
const EVER_AFTER: Date = date(2101, 12, 31);
pub(crate) const ALL_DAYS: (Date, Date) = (EVER_SINCE, EVER_AFTER);

/// One agent's requests, with the write lease that keeps every other call away from them.
///
/// Made by [`Writers`](super::Writers); ends with [`close`](Self::close), whatever happened in
/// between.
#[derive(Debug)]
pub(crate) struct AgentWriter<'a> {
    pub(crate) session: Session<'a>,
    pub(crate) table: Table,
    pub(crate) settings: Arc<Settings>,
    pub(crate) lease: Lease,
    pub(crate) ledger: Ledger,
    /// The leave that the call is about, where it names one.
    pub(crate) leave: Option<Leave>,
    /// What was asked for before it was needed.
    pub(crate) ahead: Ahead,
    /// Whose foreign markers were counted by this call.
    pub(crate) foreign: BTreeSet<TimeOffRequestId>,
}

impl AgentWriter<'_> {
    /// What decides whose a request is.
    pub(crate) fn books(&self) -> Books<'_> {
        Books { ledger: &self.ledger, leave: self.leave.as_ref() }
    }

    /// The agent's request with this id; `None` when BambooHR has none.
    ///
    /// # Errors
    /// `REQUEST_CONFLICT` when it belongs to somebody else; BambooHR's failures.
    pub(crate) async fn request(
        &self,
        id: TimeOffRequestId,
    ) -> Result<Option<bamboohr::Request>, Error> {
        let found = self.session.run(|api| async move { api.request(id.counterpart()).await });
        match found.await? {
            Some(request) if request.employee_id.counterpart() != self.ledger.agent() => {
                Err(Error::conflict(
                    "belongs to another agent; nothing was written. Check the agent's externalId \
                    in Genesys.",
                ))
            }
            found => Ok(found),
        }
    }

    /// Lists the agent's requests on `days`, and reads those that are bound to the leave in hand
    /// and lie elsewhere. Where one of them was replaced or deleted and nobody knows by what, all
    /// days are listed.
    ///
    /// # Errors
    /// BambooHR's failures.
    pub(crate) async fn list(
        &mut self,
        days: (Date, Date),
        about: &About,
    ) -> Result<AgentRequests, Error> {
        let mut listed = AgentRequests::new(self.list_days(days).await?);
        let bound: BTreeSet<_> =
            about.leave.into_iter().flat_map(|key| self.ledger.bound_to(key)).collect();
        for id in &bound {
            if listed.get(*id).is_none() {
                listed.add(*id, self.request(*id).await?);
            }
        }
        let has_vanished = |id: &TimeOffRequestId| {
            let is_replaced =
                |request: &bamboohr::Request| request.status == bamboohr::Status::Superseded;
            (listed.is_gone(*id) || listed.get(*id).is_some_and(is_replaced))
                && self.ledger.claims_replacing(*id).next().is_none()
        };
        if bound.iter().any(has_vanished) && days != ALL_DAYS {
            listed = listed.widened(self.list_days(ALL_DAYS).await?);
        }
        self.count_foreign_markers(&listed);
        Ok(listed)
    }

    /// Markers that were copied, or carried on when somebody edited a request: they count for
    /// nothing, and somebody may want to know.
    fn count_foreign_markers(&mut self, listed: &AgentRequests) {
        let books = self.books();
        let foreign: Vec<_> = listed
            .live()
            .filter_map(|request| Some((request, books.foreign_marker(request)?)))
            .map(|(request, key)| (request.id.counterpart(), books.concerns_us(key, request)))
            .collect();
        for (id, concerns_us) in foreign {
            if self.foreign.insert(id) {
                tracing::warn!(
                    event = "marker.foreign",
                    agent_id = %self.ledger.agent(),
                    timeoff_request_id = %id,
                    "a request bears the marker of a leave that it is not; the marker counts for \
                    nothing"
                );
                self.session.invocation().count(Metric::ForeignMarker, u64::from(concerns_us));
            }
        }
    }

    /// Records that `id`, the live request of `key`, took the place of `previous`: the other key
    /// that it had, and those of other sends that were to take its place, are closed. When
    /// `previous` was closed before, so was its key, which may have been inserted anew since.
    pub(crate) fn record_replaced(
        &mut self,
        previous: TimeOffRequestId,
        id: TimeOffRequestId,
        key: RequestKey,
        end: Date,
    ) {
        let lived = self.ledger.request(previous).filter(|record| !record.closed);
        let old = lived.and_then(|record| record.key).and_then(|old| self.ledger.key(old));
        let others = old.into_iter().chain(self.ledger.claims_replacing(previous));
        let others: Vec<_> = others
            .filter(|record| record.key != key && record.closed.is_none())
            .map(|record| (record.key, record.leave.clone()))
            .collect();
        self.ledger.supersede(previous, id, end);
        self.ledger.close_request(previous, end);
        for (other, leave) in others {
            self.ledger.close_key(other, leave, store::Closed::Replaced);
        }
    }

    /// Until when the answer to one write is waited for: never more than half of what is left, so
    /// that there is time to look.
    pub(crate) fn patience(&self) -> Instant {
        let now = Instant::now();
        now + LONGEST_SEND.min(self.session.deadline().saturating_duration_since(now) / 2)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.session.clock().now()
    }

    /// When what is sent now is to be looked at, should nobody have done it by then.
    pub(crate) fn due(&self) -> Timestamp {
        let after = jiff::SignedDuration::try_from(self.settings.resend_after);
        self.now() + after.unwrap_or_default()
    }

    /// Sleeps for `pause`, unless the call would be over by then.
    pub(crate) async fn pause(&self, pause: Duration) -> Result<(), Failure> {
        // BambooHR names some pauses, and may name any.
        match Instant::now().checked_add(pause).filter(|end| *end < self.session.deadline()) {
            Some(end) => {
                tokio::time::sleep_until(end).await;
                Ok(())
            }
            None => Err(Failure::out_of_time("waiting for BambooHR")),
        }
    }

    /// Writes the ledger while the call goes on: what a write relies on has to be in the table
    /// before it goes out.
    ///
    /// # Errors
    /// A table that fails, or does not answer in time.
    pub(crate) async fn save(&mut self) -> Result<(), Error> {
        let now = self.now();
        let deadline = self.session.deadline();
        let saving = self.table.save(&self.lease, &mut self.ledger, now);
        match tokio::time::timeout_at(deadline, saving).await {
            Ok(result) => result.map_err(Error::from),
            Err(_) => Err(Failure::out_of_time(
                "recording the request in DynamoDB; nothing was written to BambooHR by this step",
            )
            .into()),
        }
    }

    /// Records what was learnt and gives the write lease back; when that was. A result that is
    /// known stays what it is when that fails: the claim in the table and the marker in BambooHR
    /// let the next call record it.
    pub(crate) async fn close(mut self) -> Timestamp {
        let now = self.now();
        // A table that does not answer must not turn a result that is known into a time-out.
        let deadline = self.session.invocation().deadline();
        let recorded = tokio::time::timeout_at(deadline, self.record_and_release(now)).await;
        if let Err(error) = recorded.unwrap_or(Err(store::Error::Unreachable)) {
            tracing::warn!(
                event = "ledger.unrecorded",
                %error,
                "the outcome could not be recorded; the next call for this agent will"
            );
        }
        now
    }

    async fn record_and_release(&mut self, now: Timestamp) -> Result<(), store::Error> {
        if !self.ledger.is_changed() {
            return self.table.release(&self.lease).await;
        }
        match self.table.save_and_release(&self.lease, &mut self.ledger, now).await {
            // A call that fails without the lease keeps its input at this moment: that one stays.
            Err(store::Error::Contended) if self.ledger.leave_failed_inputs() => {
                self.table.save_and_release(&self.lease, &mut self.ledger, now).await
            }
            recorded => recorded,
        }
    }
}

/// The days to look at before `leave` is written: its own; and where the balance is to be checked,
/// every day whose requests bear on it.
pub(crate) fn days_bearing_on(leave: &Leave, checks_balance: bool) -> (Date, Date) {
    let (start, end) = leave.span();
    if checks_balance { (EVER_SINCE, a_year_after(end)) } else { (start, end) }
}

pub(crate) fn a_year_after(date: Date) -> Date {
    date.checked_add(Span::new().years(1)).unwrap_or(Date::MAX)
}
