//! A bucket's item: its content, while a run writes also the one before, and which attempt wrote
//! last.

use serde::Deserialize;
use serde_bytes::ByteBuf;

use super::bucket::{BucketId, Content, ContentHash, WHAT};
use crate::Error;
use crate::table::{Item, key};

/// The sort key of every bucket.
const SK: &str = "BUCKET";

/// What a bucket's item holds beside the published content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leftover {
    /// The content before the write of `attempt`, which published.
    Previous { attempt: u64 },
    /// What a run wrote that did not get to publish.
    Unpublished,
}

/// A bucket's item, as read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Slots {
    pub(super) attempt: u64,
    latest: ByteBuf,
    latest_hash: ByteBuf,
    previous: Option<ByteBuf>,
    previous_hash: Option<ByteBuf>,
}

impl Slots {
    pub(super) fn key(bucket: BucketId) -> Item {
        key(bucket.pk(), SK)
    }

    pub(super) fn read(item: Item) -> Result<Self, Error> {
        serde_dynamo::from_item(item).map_err(|_| Error::Corrupt { what: WHAT })
    }

    pub(super) fn latest_is(&self, hash: ContentHash) -> bool {
        ContentHash::from_slice(&self.latest_hash) == Some(hash)
    }

    pub(super) fn previous_is(&self, hash: ContentHash) -> bool {
        let previous = self.previous_hash.as_deref().and_then(|hash| ContentHash::from_slice(hash));
        previous == Some(hash)
    }

    /// What of the item is not the content that is published.
    pub(super) fn leftover(&self, published: ContentHash) -> Option<Leftover> {
        if !self.latest_is(published) {
            Some(Leftover::Unpublished)
        } else if self.previous.is_some() || self.previous_hash.is_some() {
            Some(Leftover::Previous { attempt: self.attempt })
        } else {
            None
        }
    }

    /// The published content of the bucket whose item is `slots`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is not there as it was published.
    pub(super) fn content(slots: Option<Self>, published: ContentHash) -> Result<Content, Error> {
        if published == ContentHash::EMPTY {
            return Ok(Content::EMPTY);
        }
        let slots = slots.ok_or(Error::Corrupt { what: WHAT })?;
        let packed = if slots.latest_is(published) {
            slots.latest
        } else {
            slots.previous.unwrap_or_default()
        };
        Content::unpack(&packed, published)
    }
}
