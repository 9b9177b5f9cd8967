//! Removing what is no longer published: the addresses of agents who left long ago, and replaced
//! ones.
//!
//! While a run is on its way, a bucket's item holds the published content and the one that is to be
//! published: whichever the state record names then is there. Afterwards the other one is of no
//! use. The run that published removes it; what it could not remove, the next run finds in its
//! snapshot, whether or not that bucket changed since.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::Index;
use super::bucket::{BucketId, ContentHash};
use super::publish::{CONCURRENCY, bytes, held};
use super::slots::{Leftover, Slots};
use super::snapshot::Snapshot;
use super::state::number;
use crate::Error;

/// A bucket whose item may hold the content before the one that `attempt` published.
pub(super) struct Previous {
    pub(super) bucket: BucketId,
    pub(super) attempt: u64,
    pub(super) published: ContentHash,
}

impl Snapshot {
    /// Whether the bucket is written even where its content stays the same: what is published is
    /// gone, or lies under what a run wrote that did not publish. Only a later attempt may remove
    /// that, since the run may still be on its way.
    pub(super) fn is_to_be_rewritten(&self, bucket: BucketId) -> bool {
        self.damaged.contains(&bucket) || self.leftovers.contains(&(bucket, Leftover::Unpublished))
    }

    /// Whether a write of the bucket can leave a previous content in its item.
    pub(super) fn holds_anything(&self, bucket: BucketId) -> bool {
        self.record.published(bucket) != ContentHash::EMPTY
            || self.damaged.contains(&bucket)
            || self.leftovers.iter().any(|(left, _)| *left == bucket)
    }

    /// The buckets that hold a previous content.
    pub(super) fn stale(&self) -> Vec<Previous> {
        let previous = |&(bucket, leftover): &(BucketId, Leftover)| match leftover {
            Leftover::Previous { attempt } => {
                Some(Previous { bucket, attempt, published: self.record.published(bucket) })
            }
            Leftover::Unpublished => None,
        };
        self.leftovers.iter().filter_map(previous).collect()
    }
}

impl Index {
    /// Removes the contents that were published before. An item that another run has written since
    /// is left to that run.
    pub(super) async fn forget_previous(&self, stale: Vec<Previous>) -> Result<(), Error> {
        let writes = stale.into_iter().map(|Previous { bucket, attempt, published }| async move {
            let forgotten = self
                .table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Slots::key(bucket)))
                .update_expression("REMOVE previous, previousHash")
                .condition_expression("attempt = :attempt AND latestHash = :published")
                .expression_attribute_values(":attempt", number(attempt))
                .expression_attribute_values(":published", bytes(published.as_bytes()))
                .send()
                .await;
            held(forgotten).map(drop)
        });
        stream::iter(writes).buffer_unordered(CONCURRENCY).try_collect().await
    }
}
