//! A bucket's item: the last two contents that were written to it, and which attempt wrote last.

use serde::Deserialize;
use serde_bytes::ByteBuf;

use super::bucket::{BucketId, Content, ContentHash, WHAT};
use crate::Error;
use crate::table::{Item, key};

/// The sort key of every bucket.
const SK: &str = "BUCKET";

/// A bucket's item, as read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Slots {
    pub(super) attempt: u64,
    latest: ByteBuf,
    latest_hash: ByteBuf,
    #[serde(default)]
    previous: ByteBuf,
    #[serde(default)]
    previous_hash: ByteBuf,
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
        ContentHash::from_slice(&self.previous_hash) == Some(hash)
    }

    /// The published content of the bucket whose item is `item`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is not there as it was published.
    pub(super) fn content(item: Option<Item>, published: ContentHash) -> Result<Content, Error> {
        if published == ContentHash::EMPTY {
            return Ok(Content::EMPTY);
        }
        let slots = Self::read(item.ok_or(Error::Corrupt { what: WHAT })?)?;
        let packed = if slots.latest_is(published) { slots.latest } else { slots.previous };
        Content::unpack(&packed, published)
    }
}
