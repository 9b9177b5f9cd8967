//! Open outcomes: what was sent for a request, by whatever call, and may take effect still.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::{RequestKey, TimeOffRequestId};
use jiff::Timestamp;
use jiff::civil::Date;
use store::{StatusChange, Subject};
use tokio::time::Instant;

use super::agent_requests::AgentRequests;
use super::backoff::Backoff;
use super::writer::AgentWriter;
use crate::Error;

/// What a call is about: the requests and keys whose open outcomes it has to wait for.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    /// The key of the leave in hand.
    pub leave: Option<RequestKey>,
    /// Every key concerned.
    pub keys: BTreeSet<RequestKey>,
    /// Every request concerned.
    pub ids: BTreeSet<TimeOffRequestId>,
    /// The change of status that is asked for: the same one may be sent again at once.
    pub change: Option<StatusChange>,
    /// The key that is about to be inserted, or put by its days: a late request of it is adopted,
    /// not cancelled, even if an update had closed the key.
    pub inserting: Option<RequestKey>,
    /// The request that an update names: it is meant, even if its key was closed before it turned
    /// up.
    pub named: Option<TimeOffRequestId>,
}

impl AgentWriter<'_> {
    /// What a call is about that names the leave of `key`.
    pub(crate) fn about_key(&self, key: RequestKey) -> About {
        let bound = self.ledger.requests().filter(|record| record.key == Some(key));
        About {
            leave: Some(key),
            keys: BTreeSet::from([key]),
            ids: bound.map(|record| record.id).collect(),
            ..About::default()
        }
    }

    /// What a call is about that names a request by `id`, the last of its chain.
    pub(crate) fn about_request(&self, id: TimeOffRequestId) -> About {
        let ids = self.ledger.chain_of(id);
        let leave = self.leave.as_ref().map(|leave| leave.key);
        let keys = ids.iter().filter_map(|id| self.ledger.bound_key(*id)).chain(leave).collect();
        About { leave, keys, ids, named: Some(id), ..About::default() }
    }

    /// Lists the agent's requests once nothing is open any more of what the call is about: what a
    /// send has brought about is recorded as soon as it is seen, and what is not seen is waited for
    /// until it could be sent again. Duplicates are cancelled on the way.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when time runs out while something is open; BambooHR's failures.
    pub(crate) async fn list_settled(
        &mut self,
        days: (Date, Date),
        about: &About,
    ) -> Result<AgentRequests, Error> {
        let mut waits: BTreeMap<(Subject, Timestamp), Instant> = BTreeMap::new();
        let mut backoff = Backoff::looks(self.settings.resend_after);
        loop {
            match self.list_and_record(days, about).await {
                Ok(listed) => {
                    let open = self.open_sends(about).map(|(subject, sent_at)| {
                        let until = self.resend_time(sent_at);
                        *waits.entry((subject, sent_at)).or_insert(until)
                    });
                    match open.max().filter(|until| Instant::now() < *until) {
                        None => return Ok(listed),
                        Some(until) => self.wait(until, &mut backoff).await?,
                    }
                }
                // What is waited for is worth another try.
                Err(error) if error.may_pass() && !waits.is_empty() => {
                    self.wait(self.session.deadline(), &mut backoff).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn list_and_record(
        &mut self,
        days: (Date, Date),
        about: &About,
    ) -> Result<AgentRequests, Error> {
        let mut listed = self.list(days, about).await?;
        self.record_arrivals(&mut listed, about).await?;
        self.cancel_duplicates(&mut listed, about).await;
        Ok(listed)
    }

    async fn wait(&self, until: Instant, backoff: &mut Backoff) -> Result<(), Error> {
        let left = until.saturating_duration_since(Instant::now());
        let pause = backoff.pause().min(left.max(Duration::from_millis(1)));
        self.pause(pause).await.map_err(|_| Error::OutcomeUnknown)
    }

    /// The open sends that the call has to wait for, with their times.
    fn open_sends<'s>(
        &'s self,
        about: &'s About,
    ) -> impl Iterator<Item = (Subject, Timestamp)> + 's {
        let claims = self.ledger.keys().filter_map(move |record| {
            let claim = record.claim.as_ref()?;
            let concerns = about.keys.contains(&record.key)
                || claim.previous.is_some_and(|previous| about.ids.contains(&previous));
            concerns.then_some((Subject::Key(record.key), claim.sent_at))
        });
        let changes = self.ledger.requests().filter_map(move |record| {
            let open = record.open?;
            let concerns = about.ids.contains(&record.id)
                || record.key.is_some_and(|key| about.keys.contains(&key));
            (concerns && about.change != Some(open.change))
                .then_some((Subject::Request(record.id), open.sent_at))
        });
        claims.chain(changes)
    }

    /// When what was sent at `sent_at` may be sent again.
    pub(crate) fn resend_time(&self, sent_at: Timestamp) -> Instant {
        let passed = Duration::try_from(self.now().duration_since(sent_at)).unwrap_or_default();
        Instant::now() + self.settings.resend_after.saturating_sub(passed)
    }

    /// Whether a send at `sent_at` is so recent that nobody may say that it never arrives.
    pub(crate) fn may_still_arrive(&self, sent_at: Timestamp) -> bool {
        let patience = jiff::SignedDuration::try_from(10 * self.settings.resend_after)
            .unwrap_or(jiff::SignedDuration::MAX);
        self.now().duration_since(sent_at) < patience
    }
}
