//! `state`.

use std::fmt;

use clap::Args;
use contract::ExternalId;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{Baseline, Index, Subject, UnsettledEntry};

use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::{Count, Report};

/// What `state` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example: timeoff-admin state --json")]
pub struct State {}

/// An entry that is due for as long as this was passed over by the schedule, which comes every 15
/// minutes.
const LATE: SignedDuration = SignedDuration::from_hours(1);

#[derive(Serialize)]
#[serde(tag = "report", rename = "state", rename_all = "camelCase")]
struct Shown {
    /// Of the last complete run; `null` before the first.
    index: Option<IndexState>,
    /// How many agents the last list over HTTP had.
    last_answered: Option<usize>,
    shrink_accepted: bool,
    unsettled: Vec<Unsettled>,
}

/// A request of which it is open what became of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unsettled {
    external_id: ExternalId,
    /// The key of the request, or its id in BambooHR.
    id: String,
    since: Timestamp,
    due: Timestamp,
}

/// What the last complete run left.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IndexState {
    last_seen: Timestamp,
    age_minutes: i64,
    refreshed: Option<Timestamp>,
    agents: u64,
    departed: u64,
    skipped: u64,
    conflicts: u64,
    pending: bool,
}

impl Run for State {
    async fn run(self, context: &Context) -> Result<Report, Error> {
        let (table, now) = (context.table().await?, context.now());
        let index = Index::new(table.clone());
        let state = index.state().await?.map(|state| IndexState::of(&state, now));
        let baseline = index.baseline().await?;
        let unsettled = table.unsettled(now).await?.into_iter().map(Unsettled::of);
        let shown = Shown {
            index: state,
            shrink_accepted: baseline.as_ref().is_some_and(|baseline| baseline.shrink_accepted),
            last_answered: baseline.map(|Baseline { ids, .. }| ids.len()),
            unsettled: unsettled.collect(),
        };
        Ok(Report::new(&shown, shown.wants_doing(now)))
    }
}

impl Shown {
    fn wants_doing(&self, now: Timestamp) -> bool {
        let is_late = |entry: &Unsettled| now.duration_since(entry.due) > LATE;
        self.index.as_ref().is_none_or(|state| state.pending) || self.unsettled.iter().any(is_late)
    }
}

impl Unsettled {
    fn of(entry: UnsettledEntry) -> Self {
        let id = match entry.subject {
            Subject::Key(key) => key.to_string(),
            Subject::Request(id) => id.to_string(),
        };
        let store::Unsettled { since, due } = entry.unsettled;
        Self { external_id: entry.agent, id, since, due }
    }
}

impl IndexState {
    fn of(state: &store::State, now: Timestamp) -> Self {
        Self {
            last_seen: state.last_seen,
            age_minutes: now.duration_since(state.last_seen).max(SignedDuration::ZERO).as_mins(),
            refreshed: state.refreshed,
            agents: state.agents,
            departed: state.departed,
            skipped: state.skipped,
            conflicts: state.conflicts,
            pending: state.pending,
        }
    }
}

impl fmt::Display for IndexState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ago = Count(self.age_minutes, "minute", "minutes");
        let refreshed = self.refreshed.map_or("none".to_owned(), |refreshed| refreshed.to_string());
        writeln!(f, "last complete run   {} ({ago} ago)", self.last_seen)?;
        writeln!(f, "last refresh        {refreshed}")?;
        writeln!(f, "agents              {}", self.agents)?;
        writeln!(f, "departed, kept      {}", self.departed)?;
        writeln!(f, "skipped             {}", self.skipped)?;
        writeln!(f, "conflicts           {}", self.conflicts)?;
        let pending = if self.pending { "yes, the next run finishes" } else { "no" };
        write!(f, "pending             {pending}")
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.index {
            None => writeln!(f, "No run has completed yet.")?,
            Some(state) => writeln!(f, "{state}")?,
        }
        match self.last_answered {
            None => writeln!(f, "last answered       nothing yet")?,
            Some(agents) => {
                writeln!(f, "last answered       {}", Count(agents, "agent", "agents"))?;
            }
        }
        writeln!(
            f,
            "shrink accepted     {}",
            if self.shrink_accepted { "yes, once" } else { "no" }
        )?;
        write!(f, "unsettled           {}", Count(self.unsettled.len(), "request", "requests"))?;
        self.unsettled.iter().try_for_each(|Unsettled { external_id, id, since, due }| {
            write!(f, "\n  agent {external_id}, {id}, since {since}, looked at from {due} on")
        })
    }
}
