//! A bucket's item: the last two contents that were written to it, and which attempt wrote last.

use serde::Deserialize;
use serde_bytes::ByteBuf;

use super::agent::Agent;
use super::bucket::{BucketId, Content, ContentHash};
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
        serde_dynamo::from_item(item).map_err(|_| Error::Corrupt { what: "agent bucket" })
    }

    pub(super) fn latest_is(&self, hash: ContentHash) -> bool {
        ContentHash::from_slice(&self.latest_hash) == Some(hash)
    }

    pub(super) fn previous_is(&self, hash: ContentHash) -> bool {
        ContentHash::from_slice(&self.previous_hash) == Some(hash)
    }

    /// The agents of the published content; `None` when neither content is the published one.
    pub(super) fn agents(&self, published: ContentHash) -> Option<Result<Vec<Agent>, Error>> {
        if self.latest_is(published) {
            Some(Content::unpack(&self.latest))
        } else if self.previous_is(published) {
            Some(Content::unpack(&self.previous))
        } else {
            None
        }
    }
}
