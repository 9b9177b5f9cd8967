//! Looking one agent up: in one request when the index knows the agent.

use std::fmt;

use contract::{Email, ExternalId};
use jiff::Timestamp;

use super::Index;
use super::agent::Agent;
use super::aliases::Alias;
use super::batch::take;
use super::bucket::BucketId;
use super::learned::Learned;
use super::slots::Slots;
use super::state::StateRecord;
use crate::{Error, Item};

/// Who is looked up.
#[derive(Clone, PartialEq, Eq)]
pub enum Sought {
    /// By externalId.
    Id(ExternalId),
    /// By e-mail, in whatever case.
    Email(Email),
}

/// Without the e-mail, which is personal.
impl fmt::Debug for Sought {
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
    /// Not in the index; learned from BambooHR within the last 24 hours. Without the e-mail when an
    /// active agent has it.
    Learned(Learned),
    /// Neither.
    Nothing,
}

impl Index {
    /// What is known about somebody at `now`. Agents who were last seen before `departed_since` are
    /// forgotten. Of several with one e-mail the active one counts, else the one last seen. By
    /// externalId a pin shows at once; by e-mail from the next run on. One request; for what was
    /// learned, that of [`reconcile`](Self::reconcile) too.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn look_up(
        &self,
        sought: &Sought,
        now: Timestamp,
        departed_since: Timestamp,
    ) -> Result<Known, Error> {
        let mut keys = vec![Slots::key(sought.bucket()), Learned::key(sought)];
        if let Sought::Id(id) = sought {
            keys.push(Alias::key(*id));
        }
        let known = self
            .view(&keys, |mut view| match view.agent(sought, departed_since)? {
                Some(agent) => Ok(agent.with_email(match sought {
                    Sought::Id(id) => view.pin(*id)?,
                    Sought::Email(_) => None,
                })),
                None => Ok(Learned::read(view.take(&Learned::key(sought)), now)
                    .map_or(Known::Nothing, Known::Learned)),
            })
            .await?;
        match known {
            Known::Learned(learned) => self.reconcile(&learned, departed_since).await,
            known => Ok(known),
        }
    }

    /// What becomes of what BambooHR says about somebody, in view of the table: who is an agent of
    /// the index is what the index says, a pin shows, and an e-mail is not taken from an active
    /// agent. One request.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn reconcile(
        &self,
        learned: &Learned,
        departed_since: Timestamp,
    ) -> Result<Known, Error> {
        let by_id = Sought::Id(learned.external_id);
        let by_email = learned.email.clone().map(Sought::Email);
        let mut keys = vec![Slots::key(by_id.bucket()), Alias::key(learned.external_id)];
        keys.extend(by_email.iter().map(|by_email| Slots::key(by_email.bucket())));
        self.view(&keys, |mut view| {
            let mut find = |sought: &Sought| view.agent(sought, departed_since);
            let holder = by_email.as_ref().map(&mut find).transpose()?.flatten();
            let known = match (find(&by_id)?, holder) {
                (Some(agent), _) => agent,
                (None, Some(Known::Agent { agent, .. })) if agent.is_active() => {
                    Known::Learned(Learned { email: None, ..learned.clone() })
                }
                (None, _) => Known::Learned(learned.clone()),
            };
            Ok(known.with_email(view.pin(learned.external_id)?))
        })
        .await
    }

    /// Reads the state record and the items with these keys, and makes something of them.
    async fn view<T>(
        &self,
        keys: &[Item],
        make: impl Fn(View) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match make(self.view_once(keys).await?) {
            // The items of one request are not read at one moment: two runs may have published in
            // between.
            Err(Error::Corrupt { .. }) => make(self.view_once(keys).await?),
            made => made,
        }
    }

    async fn view_once(&self, keys: &[Item]) -> Result<View, Error> {
        let keys = [StateRecord::key()].iter().chain(keys).cloned().collect();
        let mut items = self.table.read_batch(keys).await?;
        let record = StateRecord::read(take(&mut items, &StateRecord::key()))?;
        Ok(View { record, items })
    }
}

/// What one request showed.
struct View {
    record: StateRecord,
    items: Vec<Item>,
}

impl View {
    fn take(&mut self, key: &Item) -> Option<Item> {
        take(&mut self.items, key)
    }

    /// A [`Known::Agent`], where there is one.
    fn agent(
        &mut self,
        sought: &Sought,
        departed_since: Timestamp,
    ) -> Result<Option<Known>, Error> {
        let bucket = sought.bucket();
        let last_seen = self.record.state.map(|state| state.last_seen);
        let slots = self.take(&Slots::key(bucket)).map(Slots::read).transpose()?;
        let content = Slots::content(slots, self.record.published(bucket))?;
        let found = content
            .agents()?
            .into_iter()
            .filter(|agent| sought.is(agent))
            .filter_map(|agent| {
                agent.departed.or(last_seen).map(|seen| (agent.is_active(), seen, agent))
            })
            .filter(|(active, seen, _)| *active || *seen >= departed_since)
            .max_by_key(|(active, seen, _)| (*active, *seen));
        Ok(found.map(|(_, last_seen, agent)| Known::Agent { agent, last_seen }))
    }

    /// The e-mail that is pinned to somebody.
    fn pin(&mut self, external_id: ExternalId) -> Result<Option<Email>, Error> {
        let alias = self.take(&Alias::key(external_id)).as_ref().map(Alias::read).transpose()?;
        Ok(alias.flatten().map(|alias| alias.email))
    }
}

impl Known {
    fn with_email(mut self, pinned: Option<Email>) -> Self {
        match (pinned, &mut self) {
            (Some(pinned), Self::Agent { agent, .. }) => agent.email = pinned,
            (Some(pinned), Self::Learned(learned)) => learned.email = Some(pinned),
            _ => {}
        }
        self
    }
}

impl Sought {
    fn bucket(&self) -> BucketId {
        match self {
            Self::Id(id) => BucketId::by_id(*id),
            Self::Email(email) => BucketId::by_email(email),
        }
    }

    fn is(&self, agent: &Agent) -> bool {
        match self {
            Self::Id(id) => agent.external_id == *id,
            Self::Email(email) => agent.email.is_same(email),
        }
    }
}
