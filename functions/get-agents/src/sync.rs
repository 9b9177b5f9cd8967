//! The list of agents: read, guarded, answered, and kept in the index.

use contract::{
    AgentList, BUCKET_COUNT, BUCKET_SIZE, Email, ErrorCode, ExternalId, Failure, TooManyAgents,
};
use jiff::Timestamp;
use lambda_host::{Invocation, Metric};
use store::{Agent, Alias, Baseline, Findings, Published, Run, Snapshot};
use timeoff::Error;
use tokio::time::timeout_at;

use crate::GetAgents;
use crate::guard::{self, Passage};
use crate::roster::{Roster, roster};
use crate::succession::{pins_to_retire, succeed};

/// A complete list and what it was compared with.
struct Reading {
    roster: Roster,
    snapshot: Snapshot,
    aliases: Vec<Alias>,
    passage: Passage,
    read_at: Timestamp,
}

impl GetAgents {
    /// `GET /agents`: the list, read live, or where that is allowed the one of a recent scheduled
    /// refresh.
    pub(crate) async fn list(&self, invocation: &Invocation) -> Result<AgentList, Error> {
        if !self.max_age.is_zero()
            && let Some(list) = in_time(invocation, self.recent_list(invocation)).await?
        {
            return Ok(list);
        }
        let reading = in_time(invocation, async {
            let reading = self.read(invocation).await?;
            self.record_answered(&reading.snapshot, &reading.roster.agents, reading.passage)
                .await?;
            Ok(reading)
        })
        .await?;

        // Genesys gets the list whatever becomes of the index; the next run finishes what this one
        // cannot.
        if let Err(error) = self.publish(invocation, &reading, false).await {
            let failure = Failure::from(error);
            tracing::warn!(
                event = "index.pending",
                error_code = failure.code.as_str(),
                "the list is answered and the index is left to the next run: {failure}"
            );
        }
        let Roster { agents, findings } = reading.roster;
        Ok(AgentList::new(agents, findings.skipped.len(), 0).map_err(Failure::from)?)
    }

    /// The scheduled refresh: keeps the index fresh and finishes what a deadline cut off. It never
    /// moves the guard's baseline.
    pub(crate) async fn refresh(&self, invocation: &Invocation) -> Result<(), Error> {
        let reading = in_time(invocation, self.read(invocation)).await?;
        self.publish(invocation, &reading, true).await
    }

    /// Reads BambooHR to the end, and the table meanwhile; makes the list of it and guards it.
    async fn read(&self, invocation: &Invocation) -> Result<Reading, Error> {
        // To the second, as the index keeps it.
        let now = self.clock.now();
        let read_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let session = self.bamboohr.open(invocation, invocation.deadline()).await?;
        let aliases = async { self.index.aliases().await.map_err(Error::from) };
        let (snapshot, aliases, records) =
            tokio::try_join!(self.snapshot(invocation), aliases, self.source.list(&session))?;

        let roster = roster(records, &aliases, &snapshot.agents);
        report(invocation, &roster);
        if roster.agents.len() > BUCKET_COUNT * BUCKET_SIZE {
            return Err(Failure::from(TooManyAgents).into());
        }
        let passage = guard::check(
            snapshot.baseline.as_ref(),
            &ids(&roster.agents),
            self.max_shrink_percent,
        )?;
        Ok(Reading { roster, snapshot, aliases, passage, read_at })
    }

    async fn snapshot(&self, invocation: &Invocation) -> Result<Snapshot, Error> {
        let snapshot = self.index.snapshot().await?;
        if let Some(state) = snapshot.state() {
            invocation
                .gauge(Metric::AgentSyncAge, seconds_between(state.last_seen, self.clock.now()));
        }
        Ok(snapshot)
    }

    /// Moves the guard's baseline to the list that is about to be answered.
    async fn record_answered(
        &self,
        snapshot: &Snapshot,
        agents: &[(ExternalId, Email)],
        passage: Passage,
    ) -> Result<(), Error> {
        let ids = ids(agents);
        let use_acceptance = passage == Passage::Accepted;
        if !use_acceptance
            && snapshot
                .baseline
                .as_ref()
                .is_some_and(|Baseline { ids: answered, .. }| *answered == ids)
        {
            return Ok(());
        }
        match self.index.record_answered(&ids, use_acceptance).await {
            Err(store::Error::ConditionFailed) => Err(Failure::new(
                ErrorCode::ShrinkGuard,
                "The operator's acceptance of a shorter list was used by another run or withdrawn. \
                Nothing was changed. Accept it once more if it is still meant.",
            )
            .into()),
            recorded => Ok(recorded?),
        }
    }

    /// Brings the index to the list, as far as the call's time goes.
    async fn publish(
        &self,
        invocation: &Invocation,
        reading: &Reading,
        scheduled: bool,
    ) -> Result<(), Error> {
        let Reading { roster, snapshot, aliases, read_at, .. } = reading;
        let last_seen = snapshot.state().map(|state| state.last_seen);
        let agents =
            succeed(&snapshot.agents, last_seen, &roster.agents, *read_at - self.retention);
        let run = Run { read_at: *read_at, scheduled, agents: &agents, findings: &roster.findings };
        let retired = pins_to_retire(aliases, &snapshot.agents, &agents, &roster.findings);
        let work = async {
            // First: only while the index knows these agents can a run tell that they left.
            for alias in retired {
                self.index.retire_pin(alias, *read_at).await?;
            }
            self.index.publish(snapshot, run).await
        };
        let published = timeout_at(invocation.deadline(), Box::pin(work)).await;
        invocation.gauge(Metric::IndexPending, u64::from(!matches!(published, Ok(Ok(_)))));
        match published {
            Ok(Ok(outcome)) => {
                let buckets =
                    if let Published::Changed { buckets } = outcome { buckets } else { 0 };
                tracing::info!(
                    event = "index.published",
                    published = ?outcome,
                    buckets,
                    agents = roster.agents.len(),
                    "the index was compared with BambooHR's list"
                );
                if outcome != Published::Overtaken {
                    invocation
                        .gauge(Metric::AgentSyncAge, seconds_between(*read_at, self.clock.now()));
                }
                Ok(())
            }
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Failure::out_of_time("writing the index").into()),
        }
    }

    /// The list of the last complete scheduled refresh, guarded and recorded like a live one;
    /// `None` when that is too old.
    async fn recent_list(&self, invocation: &Invocation) -> Result<Option<AgentList>, Error> {
        let snapshot = self.snapshot(invocation).await?;
        let Some(state) = snapshot.state().filter(|_| snapshot.is_whole()) else { return Ok(None) };
        let age = |since| seconds_between(since, self.clock.now());
        if state.refreshed.is_none_or(|refreshed| age(refreshed) >= self.max_age.as_secs()) {
            return Ok(None);
        }
        let agents: Vec<(ExternalId, Email)> = snapshot
            .agents
            .iter()
            .filter(|agent| agent.is_active())
            .map(|Agent { external_id, email, .. }| (*external_id, email.clone()))
            .collect();
        let skipped = usize::try_from(state.skipped).unwrap_or(usize::MAX);
        count(
            invocation,
            agents.len(),
            skipped,
            usize::try_from(state.conflicts).unwrap_or(usize::MAX),
        );
        let passage =
            guard::check(snapshot.baseline.as_ref(), &ids(&agents), self.max_shrink_percent)?;
        self.record_answered(&snapshot, &agents, passage).await?;
        let list =
            AgentList::new(agents, skipped, age(state.last_seen) / 60).map_err(Failure::from)?;
        Ok(Some(list))
    }
}

/// Counts who is in the list and who is not, and logs the conflicts, by ids.
fn report(invocation: &Invocation, roster: &Roster) {
    let Findings { skipped, conflicts } = &roster.findings;
    count(invocation, roster.agents.len(), skipped.len(), conflicts.len());
    for conflict in conflicts.iter().take(LOGGED_CONFLICTS) {
        tracing::warn!(
            event = "agents.conflict",
            lost = %conflict.lost,
            kept = %conflict.kept,
            "employee {} has the e-mail address of employee {} and is left out of the list",
            conflict.lost,
            conflict.kept
        );
    }
}

/// `timeoff-admin conflicts` lists all of them.
const LOGGED_CONFLICTS: usize = 20;

fn count(invocation: &Invocation, agents: usize, skipped: usize, conflicts: usize) {
    let gauge =
        |metric, number: usize| invocation.gauge(metric, u64::try_from(number).unwrap_or(u64::MAX));
    gauge(Metric::AgentCount, agents);
    gauge(Metric::AgentSkipped, skipped);
    gauge(Metric::AgentConflicts, conflicts);
}

fn ids(agents: &[(ExternalId, Email)]) -> Vec<ExternalId> {
    agents.iter().map(|(id, _)| *id).collect()
}

fn seconds_between(earlier: Timestamp, later: Timestamp) -> u64 {
    u64::try_from(later.duration_since(earlier).as_secs()).unwrap_or_default()
}

async fn in_time<T>(
    invocation: &Invocation,
    work: impl Future<Output = Result<T, Error>> + Send,
) -> Result<T, Error> {
    let out_of_time = || Failure::out_of_time("reading the list of employees");
    timeout_at(invocation.deadline(), Box::pin(work))
        .await
        .unwrap_or_else(|_| Err(out_of_time().into()))
}
