//! What no document says, where both readings matter.

use serde::{Deserialize, Serialize};

/// How the organisation behaves where Genesys does not say. All can be switched while it runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Choices {
    /// The zone of `Flow.startDateTimes`, which are written without one.
    pub start_times: StartTimes,
    /// Whether a part-day request has `Flow.dates`, too. The contract's older text says so.
    pub dates_of_part_days: bool,
    /// What the association query says of an agent without association.
    pub absent_agents: AbsentAgents,
    /// What happens when a request is cancelled or denied of which Genesys has no HRIS id.
    pub unheard_cancels: UnheardCancels,
    /// Whether lists that may come by `downloadUrl` do.
    pub downloads: bool,
    /// How often a job is `Processing` before its result is shown.
    pub polls_of_jobs: u32,
}

/// Zones of start times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StartTimes {
    /// The unit's.
    #[default]
    Unit,
    /// UTC.
    Utc,
}

/// Agents without association.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AbsentAgents {
    /// In the answer, with an empty list.
    #[default]
    EmptyList,
    /// Not in the answer.
    Missing,
}

/// Cancellations of requests whose insert was not heard of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnheardCancels {
    /// Nothing is sent, and the integration status stays as it was.
    #[default]
    Left,
    /// The workflow for updates runs without an id.
    Sent,
}
