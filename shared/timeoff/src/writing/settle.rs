//! Settling: what is open is looked after on a schedule, so that nobody has to call again for the
//! books to come right.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contract::{ExternalId, Failure};
use jiff::Timestamp;
use lambda_host::{Invocation, Metric};
use store::{Subject, UnsettledEntry};
use tokio::time::Instant;

use super::agent_requests::around;
use super::open::About;
use super::writer::AgentWriter;
use super::writers::Writers;
use crate::Error;

/// How many records of one agent a run looks at: with their entries they are saved in one
/// transaction, which takes 100 items.
const MOST_AT_ONCE: usize = 25;

/// How long an agent is worked on: the lease must not keep a caller waiting, should the run be
/// killed.
const LONGEST_TURN: Duration = Duration::from_secs(25);

impl Writers {
    /// Looks at everything that is due, agent by agent: records what arrived and cancels
    /// duplicates; it creates nothing and approves nothing. An agent whose lease is taken, or whose
    /// requests cannot be read, waits for the next run. With `READ_ONLY` it only counts.
    ///
    /// Counts `Settled`, and sets `Unsettled` and `UnsettledAge` (seconds by which the oldest due
    /// entry is overdue, as found).
    ///
    /// # Errors
    /// A table that cannot be read. A BambooHR that fails shows in `UnsettledAge`.
    pub async fn settle(&self, invocation: &Invocation) -> Result<(), Error> {
        let now = self.clock().now();
        let deadline = self.deadline(invocation);
        let reading = tokio::time::timeout_at(deadline, self.table().unsettled(now)).await;
        let entries = reading.map_err(|_| Failure::out_of_time("reading what is unsettled"))??;
        let mut due: BTreeMap<ExternalId, Vec<UnsettledEntry>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.unsettled.due <= now) {
            due.entry(entry.agent).or_default().push(*entry);
        }
        invocation.gauge(Metric::UnsettledAge, overdue_seconds(&entries, now));

        let mut settled = 0;
        if !self.is_read_only() {
            for (agent, entries) in due {
                if Instant::now() >= deadline {
                    break;
                }
                match self.settle_agent(invocation, agent, &entries).await {
                    Ok(count) => settled += count,
                    Err(error) => {
                        tracing::warn!(
                            event = "settle.failed",
                            agent_id = %agent,
                            %error,
                            "an agent's open outcomes could not be looked at; the next run will"
                        );
                        if error.is_key_refused() {
                            break;
                        }
                    }
                }
            }
        }
        invocation.count(Metric::Settled, settled);
        let left = u64::try_from(entries.len()).unwrap_or(u64::MAX).saturating_sub(settled);
        invocation.gauge(Metric::Unsettled, left);
        Ok(())
    }

    /// How many entries of the agent are done.
    async fn settle_agent(
        &self,
        invocation: &Invocation,
        agent: ExternalId,
        entries: &[UnsettledEntry],
    ) -> Result<u64, Error> {
        let turn = (Instant::now() + LONGEST_TURN).min(self.deadline(invocation));
        let session = self.open_until(invocation, turn).await?;
        let Some(mut writer) = self.try_writer(session, agent).await? else { return Ok(0) };
        // Under the lease: nobody else can write such an entry meanwhile.
        let forgotten = self.forget_left_over(&writer, entries).await;
        let looked = writer.look_after_due().await;
        writer.close().await;
        Ok(forgotten? + looked?)
    }

    /// Removes the entries whose record is gone, as after a restored table; how many.
    async fn forget_left_over(
        &self,
        writer: &AgentWriter<'_>,
        entries: &[UnsettledEntry],
    ) -> Result<u64, Error> {
        let mut forgotten = 0;
        for entry in entries.iter().filter(|entry| !is_kept(writer, entry.subject)) {
            self.table().forget_unsettled(entry).await?;
            forgotten += 1;
        }
        Ok(forgotten)
    }
}

impl AgentWriter<'_> {
    /// Looks at everything of the agent that is due. How many of it are done.
    async fn look_after_due(&mut self) -> Result<u64, Error> {
        let now = self.now();
        // What is left waits for the next run.
        let due: BTreeSet<_> = self.ledger.due(now).into_iter().take(MOST_AT_ONCE).collect();
        let keys: BTreeSet<_> = due
            .iter()
            .filter_map(|subject| match subject {
                Subject::Key(key) => Some(*key),
                Subject::Request(_) => None,
            })
            .collect();
        let ids = due.iter().filter_map(|subject| match subject {
            Subject::Request(id) => Some(*id),
            Subject::Key(_) => None,
        });
        let about = About { ids: ids.collect(), keys, ..About::default() };
        let ends = about.ids.iter().filter_map(|id| self.ledger.request(*id));
        let spans = ends
            .map(|record| (record.end, record.end))
            .chain(about.keys.iter().filter_map(|key| Some(self.ledger.key(*key)?.leave.span())));
        let Some(days) = spans.reduce(around) else { return Ok(0) };
        let before = self.unsettled_count();
        let mut listed = self.list(days, &about).await?;
        self.record_arrivals(&mut listed, &about).await?;
        self.cancel_duplicates(&mut listed, &about).await;
        self.ledger.looked_at(&due, now);
        Ok(before.saturating_sub(self.unsettled_count()))
    }

    fn unsettled_count(&self) -> u64 {
        let keys = self.ledger.keys().filter(|record| record.unsettled.is_some()).count();
        let requests = self.ledger.requests().filter(|record| record.unsettled.is_some()).count();
        u64::try_from(keys + requests).unwrap_or(u64::MAX)
    }
}

/// Whether the ledger still knows of what an entry is about.
fn is_kept(writer: &AgentWriter<'_>, subject: Subject) -> bool {
    match subject {
        Subject::Key(key) => {
            writer.ledger.key(key).is_some_and(|record| record.unsettled.is_some())
        }
        Subject::Request(id) => {
            writer.ledger.request(id).is_some_and(|record| record.unsettled.is_some())
        }
    }
}

/// By how many seconds the oldest due entry is overdue.
fn overdue_seconds(entries: &[UnsettledEntry], now: Timestamp) -> u64 {
    let oldest = entries.iter().map(|entry| entry.unsettled.due).min();
    let overdue = oldest.map_or(0, |oldest| now.duration_since(oldest).as_secs());
    u64::try_from(overdue).unwrap_or(0)
}
