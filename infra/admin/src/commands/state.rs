//! `state`.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{Baseline, Index, State};

use crate::count::Count;
use crate::{Error, Report};

#[derive(Serialize)]
#[serde(tag = "report", rename = "state", rename_all = "camelCase")]
struct Shown {
    /// Of the last complete run; `null` before the first.
    index: Option<IndexState>,
    /// How many agents the last list over HTTP had.
    last_answered: Option<usize>,
    shrink_accepted: bool,
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

pub(crate) async fn run(index: &Index, now: Timestamp) -> Result<Report, Error> {
    let state = index.state().await?.map(|state| IndexState::of(&state, now));
    let baseline = index.baseline().await?;
    let to_do = state.as_ref().is_none_or(|state| state.pending);
    let shown = Shown {
        index: state,
        shrink_accepted: baseline.as_ref().is_some_and(|baseline| baseline.shrink_accepted),
        last_answered: baseline.map(|Baseline { ids, .. }| ids.len()),
    };
    Ok(Report::new(&shown, to_do))
}

impl IndexState {
    fn of(state: &State, now: Timestamp) -> Self {
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
        write!(f, "shrink accepted     {}", if self.shrink_accepted { "yes, once" } else { "no" })
    }
}
