//! What a command found, for people and for scripts.

use std::fmt;

use contract::{Email, ExternalId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{Agent, Baseline, Findings, Known, Learned, State};

/// What a command did or found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "report")]
pub enum Report {
    /// A pin was set.
    Pinned {
        /// The agent.
        external_id: Id,
    },
    /// A pin was removed.
    Unpinned {
        /// The agent.
        external_id: Id,
        /// Whether there was one.
        was_pinned: bool,
    },
    /// Active records left out because another has their e-mail.
    Conflicts {
        /// Each with the one that is in the list instead.
        conflicts: Vec<ConflictRow>,
    },
    /// Active records left out for want of a usable e-mail.
    Skipped {
        /// Their ids.
        external_ids: Vec<Id>,
    },
    /// A shorter list was accepted, or that was withdrawn.
    Shrink {
        /// Whether one is accepted now.
        accepted: bool,
        /// How many agents the last list over HTTP had; nothing was answered yet where it is
        /// absent.
        last_answered: Option<usize>,
    },
    /// Somebody was looked up.
    LookUp {
        /// Who it is; nobody where it is absent.
        agent: Option<AgentRow>,
    },
    /// The state of the index.
    State {
        /// Of the last complete run; none where it is absent.
        index: Option<StateRow>,
        /// How many agents the last list over HTTP had.
        last_answered: Option<usize>,
        /// Whether the next list may be much shorter.
        shrink_accepted: bool,
    },
}

/// An externalId; text in JSON, as everywhere.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Id(ExternalId);

impl From<ExternalId> for Id {
    fn from(id: ExternalId) -> Self {
        Self(id)
    }
}

/// Two records with one e-mail.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictRow {
    lost: Id,
    kept: Id,
}

/// What the table knows about somebody.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentRow {
    external_id: Id,
    email: Option<Email>,
    active: bool,
    last_seen: Option<Timestamp>,
}

/// What the last complete run left.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateRow {
    last_seen: Timestamp,
    age_minutes: i64,
    refreshed: Option<Timestamp>,
    agents: u64,
    departed: u64,
    skipped: u64,
    conflicts: u64,
    pending: bool,
}

impl Report {
    pub(crate) fn conflicts(findings: Findings) -> Self {
        let row = |conflict: store::Conflict| ConflictRow {
            lost: Id(conflict.lost),
            kept: Id(conflict.kept),
        };
        Self::Conflicts { conflicts: findings.conflicts.into_iter().map(row).collect() }
    }

    pub(crate) fn skipped(findings: Findings) -> Self {
        Self::Skipped { external_ids: findings.skipped.into_iter().map(Id).collect() }
    }

    pub(crate) fn looked_up(known: Known) -> Self {
        let agent = match known {
            Known::Agent { agent: Agent { external_id, email, departed }, last_seen } => {
                Some(AgentRow {
                    external_id: Id(external_id),
                    email: Some(email),
                    active: departed.is_none(),
                    last_seen: Some(last_seen),
                })
            }
            Known::Learned(Learned { external_id, email }) => Some(AgentRow {
                external_id: Id(external_id),
                email,
                active: true,
                last_seen: None,
            }),
            Known::Nothing => None,
        };
        Self::LookUp { agent }
    }

    pub(crate) fn state(state: Option<State>, baseline: Option<Baseline>, now: Timestamp) -> Self {
        let index = state.map(|state| StateRow {
            last_seen: state.last_seen,
            age_minutes: now.duration_since(state.last_seen).max(SignedDuration::ZERO).as_mins(),
            refreshed: state.refreshed,
            agents: state.agents,
            departed: state.departed,
            skipped: state.skipped,
            conflicts: state.conflicts,
            pending: state.pending,
        });
        let shrink_accepted = baseline.as_ref().is_some_and(|baseline| baseline.shrink_accepted);
        Self::State {
            index,
            last_answered: baseline.map(|baseline| baseline.ids.len()),
            shrink_accepted,
        }
    }

    /// Whether what was asked for is not there.
    pub fn is_negative(&self) -> bool {
        matches!(
            self,
            Self::LookUp { agent: None }
                | Self::Unpinned { was_pinned: false, .. }
                | Self::Shrink { last_answered: None, .. }
        )
    }

    /// One JSON object.
    pub fn to_json(&self) -> String {
        // Nothing in it can fail to be JSON: no map with other keys than text, no float.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pinned { external_id: Id(id) } => write!(f, "Agent {id} is pinned. It counts from the next run on."),
            Self::Unpinned { external_id: Id(id), was_pinned: true } => {
                write!(f, "The pin of agent {id} is removed. It counts from the next run on.")
            }
            Self::Unpinned { external_id: Id(id), was_pinned: false } => write!(f, "Agent {id} has no pin."),
            Self::Conflicts { conflicts } => {
                write!(f, "{} records are left out because another record has their e-mail.", conflicts.len())?;
                conflicts
                    .iter()
                    .try_for_each(|ConflictRow { lost: Id(lost), kept: Id(kept) }| write!(f, "\n{lost} is left out, {kept} is in the list"))
            }
            Self::Skipped { external_ids } => {
                write!(f, "{} records are left out because they have no usable e-mail.", external_ids.len())?;
                external_ids.iter().try_for_each(|Id(id)| write!(f, "\n{id}"))
            }
            Self::Shrink { last_answered: None, .. } => {
                f.write_str("No list was answered over HTTP yet: the first one is not guarded, and there is nothing to accept.")
            }
            Self::Shrink { accepted: true, last_answered: Some(count) } => {
                write!(f, "The next list may be much shorter than the {count} agents last answered, once.")
            }
            Self::Shrink { accepted: false, last_answered: Some(_) } => f.write_str("No shorter list is accepted any more."),
            Self::LookUp { agent: None } => f.write_str("The table knows nobody by that."),
            Self::LookUp { agent: Some(AgentRow { external_id: Id(id), email, active, last_seen }) } => {
                let standing = match (active, last_seen) {
                    (true, Some(_)) => "active",
                    (false, Some(_)) => "left",
                    (_, None) => "not in the list yet, active in BambooHR",
                };
                let email = email.as_ref().map_or("none", Email::as_str);
                write!(f, "externalId  {id}\ne-mail      {email}\nstanding    {standing}")?;
                last_seen.iter().try_for_each(|seen| write!(f, "\nlast seen   {seen}"))
            }
            Self::State { index, last_answered, shrink_accepted } => {
                match index {
                    None => f.write_str("No run has completed yet.")?,
                    Some(state) => write!(
                        f,
                        "last complete run   {} ({} minutes ago)\nlast refresh        {}\nagents              {}\ndeparted, kept      {}\nskipped             {}\nconflicts           {}\npending             {}",
                        state.last_seen,
                        state.age_minutes,
                        state.refreshed.map_or("none".to_owned(), |refreshed| refreshed.to_string()),
                        state.agents,
                        state.departed,
                        state.skipped,
                        state.conflicts,
                        if state.pending { "yes, the next run finishes" } else { "no" },
                    )?,
                }
                match last_answered {
                    None => f.write_str("\nlast answered       nothing yet")?,
                    Some(count) => write!(f, "\nlast answered       {count} agents")?,
                }
                write!(f, "\nshrink accepted     {}", if *shrink_accepted { "yes, once" } else { "no" })
            }
        }
    }
}
