//! The desk at which one agent's requests are looked at and written, by one call at a time.

use std::sync::Arc;
use std::time::Duration;

use contract::{Failure, RequestKey, TimeOffRequestId};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Span, Timestamp};
use lambda_host::Settings;
use store::{Claim, KeyRecord, Lease, Ledger, Table};
use tokio::time::Instant;

use crate::sight::{as_id, is_live};
use crate::{Error, Leave, Owner, Session, Sight};

/// The longest wait for the answer to one write.
const LONGEST_SEND: Duration = Duration::from_secs(10);

/// Between two tries; doubled up to the longest.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(100);
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Before any request: a pending one counts against the balance however long ago it began.
const EVER_SINCE: Date = date(1900, 1, 1);

/// One agent's requests, with the write lease that keeps every other call away from them.
///
/// Open it with [`Office::desk`](crate::Office::desk), and end with [`close`](Self::close) whatever
/// happened in between.
#[derive(Debug)]
pub struct Desk<'a> {
    pub(crate) session: Session<'a>,
    pub(crate) table: Table,
    pub(crate) settings: Arc<Settings>,
    pub(crate) lease: Lease,
    pub(crate) ledger: Ledger,
}

/// What placing a leave gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is live under this id.
    Live(TimeOffRequestId),
    /// It does not fit the balance; nothing was written.
    InsufficientBalance,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        session: Session<'a>,
        table: Table,
        settings: Arc<Settings>,
        lease: Lease,
        ledger: Ledger,
    ) -> Self {
        Self { session, table, settings, lease, ledger }
    }

    /// BambooHR during this call.
    pub fn session(&self) -> &Session<'a> {
        &self.session
    }

    /// What is recorded about the agent's requests.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What is recorded, to be changed; [`close`](Self::close) writes it.
    pub fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// The agent's request with this id; `None` when BambooHR has none.
    ///
    /// # Errors
    /// `REQUEST_CONFLICT` when it belongs to somebody else; BambooHR's failures.
    pub async fn request(&self, id: TimeOffRequestId) -> Result<Option<bamboohr::Request>, Error> {
        let found = self.session.run(|api| async move { api.request(as_id(id)).await }).await?;
        match found {
            Some(request)
                if as_id::<_, contract::ExternalId>(request.employee_id) != self.ledger.agent() =>
            {
                Err(Error::conflict(
                    "belongs to another agent; nothing was written. Check the agent's externalId in Genesys.",
                ))
            }
            found => Ok(found),
        }
    }

    /// Lists the agent's requests that share a day with `span`.
    ///
    /// # Errors
    /// BambooHR's failures.
    pub async fn look(&self, (start, end): (Date, Date)) -> Result<Sight, Error> {
        let employee = as_id(self.ledger.agent());
        self.session
            .run(|api| async move { api.requests(employee, start, end).await })
            .await
            .map(Sight::new)
    }

    /// The days to look at before `leave` is written: its own; and where the balance is to be
    /// checked, every day whose requests bear on it.
    pub fn days_bearing_on(&self, leave: &Leave, checks_balance: bool) -> (Date, Date) {
        let (start, end) = leave.span();
        if checks_balance { (EVER_SINCE, a_year_after(end)) } else { (start, end) }
    }

    /// Whether a send of `record`'s key with unknown outcome is so recent that it may still arrive.
    pub fn may_still_arrive(&self, record: &KeyRecord) -> bool {
        let patience = SignedDuration::try_from(10 * self.settings.resend_after)
            .unwrap_or(SignedDuration::MAX);
        record.claim.as_ref().is_some_and(|claim| {
            self.session.clock().now().duration_since(claim.sent_at) < patience
        })
    }

    /// When a request that was sent at `claim.sent_at` may be sent again.
    pub(crate) fn resend_time(&self, claim: &Claim) -> Instant {
        let since = self.session.clock().now().duration_since(claim.sent_at);
        let passed = Duration::try_from(since).unwrap_or_default();
        Instant::now() + self.settings.resend_after.saturating_sub(passed)
    }

    /// Records that `id` is the live request of `key`, and [what that says](Self::record_arrived)
    /// of the key's open claim.
    ///
    /// # Errors
    /// BambooHR's failures; nothing is recorded then.
    pub(crate) async fn record_live(
        &mut self,
        key: RequestKey,
        span: (Date, Date),
        id: TimeOffRequestId,
    ) -> Result<(), Error> {
        if !self.record_arrived(key, span, id, None).await? {
            self.ledger.bind_beside_claim(key, span, id);
        }
        Ok(())
    }

    /// Records that `id` is the live request of `key`, unless the key's claim is open and came to
    /// something else.
    ///
    /// A claim of which a request is to take another one's place came to `id` only if `id` is new
    /// and the other one is live no more. Otherwise `id` was there before, or came of another send,
    /// and the claim stays open.
    ///
    /// # Errors
    /// BambooHR's failures; nothing is recorded then.
    pub(crate) async fn record_arrived(
        &mut self,
        key: RequestKey,
        span: (Date, Date),
        id: TimeOffRequestId,
        sight: Option<&Sight>,
    ) -> Result<bool, Error> {
        // A closed key is inserted by itself again, whatever its last send was to do.
        let claim = self
            .ledger
            .key(key)
            .filter(|record| !record.closed)
            .and_then(|record| record.claim.as_ref());
        match claim.and_then(|claim| claim.previous) {
            None if self.ledger.is_bound(key, id) => {}
            None => self.ledger.bind(key, span, id),
            Some(previous)
                if self.ledger.bound_key(id) != Some(key)
                    && !self.is_still_live(previous, sight).await? =>
            {
                self.ledger.bind(key, span, id);
                self.record_replaced(previous, id, key, span.1);
            }
            Some(_) => return Ok(false),
        }
        Ok(true)
    }

    /// Whether a request is live, as seen or, where it is not in sight, as read.
    pub(crate) async fn is_still_live(
        &self,
        id: TimeOffRequestId,
        sight: Option<&Sight>,
    ) -> Result<bool, Error> {
        match sight.and_then(|sight| sight.get(id)) {
            Some(seen) => Ok(is_live(seen)),
            None => Ok(self.request(id).await?.is_some_and(|request| is_live(&request))),
        }
    }

    /// Records that `id`, the live request of `key`, took the place of `previous`: the other key
    /// that it had, and those of other sends that were to take its place, are closed. When
    /// `previous` was closed before, so was its key, which may have been inserted anew since.
    pub fn record_replaced(
        &mut self,
        previous: TimeOffRequestId,
        id: TimeOffRequestId,
        key: RequestKey,
        end: Date,
    ) {
        let lived = self.ledger.request(previous).filter(|record| !record.closed);
        let old = lived.and_then(|record| record.key).and_then(|old| self.ledger.key(old));
        let others = old
            .into_iter()
            .chain(self.ledger.claims_replacing(previous))
            .filter(|record| record.key != key);
        let others: Vec<_> =
            others.map(|record| (record.key, (record.start, record.end))).collect();
        self.ledger.supersede(previous, id, end);
        self.ledger.close_request(previous, end);
        for (other, span) in others {
            self.ledger.close_key(other, span);
        }
    }

    /// Binds the request to the leave's key where it belonged to another one, which is released. As
    /// the request lives on, whatever else turns up of the other key is a second one, unless it is
    /// inserted anew.
    ///
    /// # Errors
    /// A table that fails: the note keeps the other key's marker, so that only the table can tell.
    pub async fn take_from_other_key(
        &mut self,
        request: &bamboohr::Request,
        leave: &Leave,
    ) -> Result<(), Error> {
        match Owner::of(request, &self.ledger).key().filter(|other| *other != leave.key) {
            None => Ok(()),
            Some(other) => {
                self.ledger.release_key(other, (request.start, request.end), leave.key);
                self.ledger.bind(leave.key, leave.span(), as_id(request.id));
                self.save().await
            }
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
    pub async fn save(&mut self) -> Result<(), Error> {
        let now = self.now();
        match tokio::time::timeout_at(
            self.session.deadline(),
            self.table.save(&self.lease, &mut self.ledger, now),
        )
        .await
        {
            Ok(result) => result.map_err(Error::from),
            Err(_) => Err(Failure::out_of_time(
                "recording the request in DynamoDB; nothing was written to BambooHR by this step",
            )
            .into()),
        }
    }

    /// Records what was learnt and gives the write lease back. A result that is known stays what it
    /// is when that fails: the claim in the table and the marker in BambooHR let the next call
    /// record it.
    pub async fn close<T>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        let now = self.now();
        self.ledger.give_up_claims(self.lease.until(), now);
        let recording = async {
            if self.ledger.is_changed() {
                self.table.save_and_release(&self.lease, &mut self.ledger, now).await
            } else {
                self.table.release(&self.lease).await
            }
        };
        // A table that does not answer must not turn a result that is known into a time-out.
        let recorded =
            tokio::time::timeout_at(self.session.invocation().deadline(), recording).await;
        if let Err(error) = recorded.unwrap_or(Err(store::Error::Unreachable)) {
            tracing::warn!(event = "ledger.unrecorded", %error, "the outcome could not be recorded; the next call for this agent will");
        }
        result
    }
}

pub(crate) fn a_year_after(date: Date) -> Date {
    date.checked_add(Span::new().years(1)).unwrap_or(Date::MAX)
}
