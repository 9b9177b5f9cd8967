//! Everything that a run compares with, read in two requests at once.

use futures_util::future::try_join;

use super::Index;
use super::agent::Agent;
use super::baseline::Baseline;
use super::batch::take;
use super::bucket::{BucketId, Family};
use super::findings::Findings;
use super::slots::{Leftover, Slots};
use super::state::{State, StateRecord};
use crate::Error;

/// The published index.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) record: StateRecord,
    /// Buckets whose published content is gone or unreadable: to be written whatever they should
    /// hold.
    pub(super) damaged: Vec<BucketId>,
    /// Buckets whose item holds more than what is published: addresses that are to go.
    pub(super) leftovers: Vec<(BucketId, Leftover)>,
    /// What the last run could not put into the list.
    pub findings: Findings,
    /// The list last answered over HTTP; `None` before the first answer.
    pub baseline: Option<Baseline>,
    /// The agents, active and departed, ascending by externalId.
    pub agents: Vec<Agent>,
}

impl Snapshot {
    /// What the last complete run left; `None` before the first.
    pub fn state(&self) -> Option<&State> {
        self.record.state.as_ref()
    }

    /// Whether everybody who is published could be read.
    pub fn is_whole(&self) -> bool {
        self.damaged.iter().all(|bucket| bucket.family() == Family::Email)
    }
}

impl Index {
    /// Reads the published index, the buckets by e-mail only to see that they are there. Two
    /// requests at once.
    ///
    /// A bucket that is damaged is logged and taken as empty; the next run that publishes writes it
    /// anew.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the state record or the shrink guard's baseline cannot be read, and
    /// what every call can return.
    pub async fn snapshot(&self) -> Result<Snapshot, Error> {
        let snapshot = self.read_snapshot().await?;
        if snapshot.damaged.is_empty() {
            return Ok(snapshot);
        }
        // The items of one request are not read at one moment: two runs may have published in
        // between.
        let snapshot = self.read_snapshot().await?;
        if !snapshot.damaged.is_empty() {
            tracing::error!(
                event = "index.damaged",
                buckets = snapshot.damaged.len(),
                "buckets of the index cannot be read; the next run that publishes writes them anew"
            );
        }
        Ok(snapshot)
    }

    async fn read_snapshot(&self) -> Result<Snapshot, Error> {
        let mut keys = vec![StateRecord::key(), Baseline::key(), Findings::key()];
        keys.extend(BucketId::of(Family::Id).map(Slots::key));
        let by_email = BucketId::of(Family::Email).map(Slots::key).collect();
        let (mut items, by_email) =
            try_join(self.table.read_batch(keys), self.table.read_batch(by_email)).await?;
        items.extend(by_email);

        let record = StateRecord::read(take(&mut items, &StateRecord::key()))?;
        let baseline = Baseline::read(take(&mut items, &Baseline::key()))?;
        let findings = Findings::read(take(&mut items, &Findings::key()));
        let mut agents = Vec::new();
        let (mut damaged, mut leftovers) = (Vec::new(), Vec::new());
        for bucket in BucketId::all() {
            let published = record.published(bucket);
            let slots = take(&mut items, &Slots::key(bucket)).map(Slots::read).transpose();
            if let Ok(Some(slots)) = &slots {
                leftovers.extend(slots.leftover(published).map(|leftover| (bucket, leftover)));
            }
            let content = slots.and_then(|slots| Slots::content(slots, published));
            let read = match bucket.family() {
                Family::Id => {
                    content.and_then(|content| content.agents()).map(|found| agents.extend(found))
                }
                // The same agents once more.
                Family::Email => content.map(drop),
            };
            if read.is_err() {
                damaged.push(bucket);
            }
        }
        agents.sort_unstable_by_key(|agent| agent.external_id);
        Ok(Snapshot { record, damaged, leftovers, findings, baseline, agents })
    }

    /// What the last complete run left; `None` before the first. One request.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn state(&self) -> Result<Option<State>, Error> {
        let read = self
            .table
            .client()
            .get_item()
            .table_name(self.table.name())
            .set_key(Some(StateRecord::key()))
            .consistent_read(true)
            .send()
            .await?;
        Ok(StateRecord::read(read.item)?.state)
    }

    /// The list last answered over HTTP. One request.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn baseline(&self) -> Result<Option<Baseline>, Error> {
        let read = self
            .table
            .client()
            .get_item()
            .table_name(self.table.name())
            .set_key(Some(Baseline::key()))
            .consistent_read(true)
            .send()
            .await?;
        Baseline::read(read.item)
    }
}
