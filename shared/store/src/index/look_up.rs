//! Looking one agent up, in one request.

use std::fmt;

use contract::ExternalId;
use jiff::Timestamp;

use super::Index;
use super::agent::{Agent, folded_email};
use super::aliases::Alias;
use super::batch::take;
use super::bucket::BucketId;
use super::learned::Learned;
use super::slots::Slots;
use super::state::StateRecord;
use crate::Error;

/// Who is looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sought<'a> {
    /// By externalId.
    Id(ExternalId),
    /// By e-mail, in whatever case.
    Email(&'a str),
}

/// Without the e-mail, which is personal.
impl fmt::Debug for Sought<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => f.debug_tuple("Id").field(id).finish(),
            Self::Email(_) => f.write_str("Email"),
        }
    }
}

/// What the table knows about somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// An agent of the index.
    Agent {
        /// The agent.
        agent: Agent,
        /// When a run last saw the agent.
        last_seen: Timestamp,
    },
    /// Not in the index; learned from BambooHR within the last 24 hours.
    Learned(Learned),
    /// Neither.
    Nothing,
}

impl Index {
    /// What is known about somebody at `now`. Agents who were last seen before `departed_since` are forgotten. Of several with
    /// one e-mail the active one counts, else the one last seen. By externalId a pin shows at once; by e-mail from the next run on.
    /// One request.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn look_up(&self, sought: Sought<'_>, now: Timestamp, departed_since: Timestamp) -> Result<Known, Error> {
        match self.look_up_once(sought, now, departed_since).await {
            // The items of one request are not read at one moment: two runs may have published in between.
            Err(Error::Corrupt { .. }) => self.look_up_once(sought, now, departed_since).await,
            outcome => outcome,
        }
    }

    async fn look_up_once(&self, sought: Sought<'_>, now: Timestamp, departed_since: Timestamp) -> Result<Known, Error> {
        let (bucket, learned) = match sought {
            Sought::Id(id) => (BucketId::by_id(id), Learned::key_of_id(id)),
            Sought::Email(email) => (BucketId::by_email(email), Learned::key_of_email(email)),
        };
        let mut keys = vec![StateRecord::key(), Slots::key(bucket), learned.clone()];
        if let Sought::Id(id) = sought {
            keys.push(Alias::key(id));
        }
        let mut items = self.table.read_batch(keys).await?;
        let record = StateRecord::read(take(&mut items, &StateRecord::key()))?;
        let last_seen = record.state.map(|state| state.last_seen);

        let content = Slots::content(take(&mut items, &Slots::key(bucket)), record.published(bucket))?;
        let found = content
            .agents()?
            .into_iter()
            .filter(|agent| sought.is(agent))
            .filter_map(|agent| agent.departed.or(last_seen).map(|seen| (agent.is_active(), seen, agent)))
            .filter(|(active, seen, _)| *active || *seen >= departed_since)
            .max_by_key(|(active, seen, _)| (*active, *seen));
        let known = match found {
            Some((_, last_seen, agent)) => Known::Agent { agent, last_seen },
            None => Learned::read(take(&mut items, &learned), now, last_seen).map_or(Known::Nothing, Known::Learned),
        };
        let pin = match sought {
            Sought::Id(id) => take(&mut items, &Alias::key(id)).as_ref().map(Alias::read).transpose()?,
            Sought::Email(_) => None,
        };
        Ok(match pin {
            Some(alias) => known.with_email(alias.email),
            None => known,
        })
    }
}

impl Known {
    fn with_email(mut self, pinned: String) -> Self {
        match &mut self {
            Self::Agent { agent: Agent { email, .. }, .. } | Self::Learned(Learned { email, .. }) => *email = pinned,
            Self::Nothing => {}
        }
        self
    }
}

impl Sought<'_> {
    fn is(&self, agent: &Agent) -> bool {
        match self {
            Self::Id(id) => agent.external_id == *id,
            Self::Email(email) => folded_email(&agent.email) == folded_email(email),
        }
    }
}
