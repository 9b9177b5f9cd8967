//! The state record: what is published, and who may publish next.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Deserialize;
use serde_bytes::ByteBuf;

use super::bucket::{BUCKETS, BucketId, ContentHash};
use crate::Error;
use crate::table::{Item, key};

const WHAT: &str = "state record of the index";

/// What the last complete run published, for lists, metrics and operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// When the last complete run read its list: `lastSeen` of every active agent.
    pub last_seen: Timestamp,
    /// When the last complete scheduled refresh read its list.
    pub refreshed: Option<Timestamp>,
    /// Active agents.
    pub agents: u64,
    /// Agents who left and can still be looked up.
    pub departed: u64,
    /// Active records without a usable e-mail.
    pub skipped: u64,
    /// Active records that lost their e-mail to another record.
    pub conflicts: u64,
    /// Whether a run began to write and did not get to publish: the next one finishes.
    pub pending: bool,
}

/// The state record with what protects it.
#[derive(Clone, Debug, Default)]
pub(super) struct StateRecord {
    /// What is published; `None` before the first complete run.
    pub(super) state: Option<State>,
    /// The number of the attempt that published; 0 before the first.
    pub(super) generation: u64,
    manifest: Vec<ContentHash>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    #[serde(default)]
    generation: u64,
    #[serde(default)]
    pending: bool,
    manifest: Option<ByteBuf>,
    last_seen: Option<i64>,
    refreshed: Option<i64>,
    #[serde(default)]
    agents: u64,
    #[serde(default)]
    departed: u64,
    #[serde(default)]
    skipped: u64,
    #[serde(default)]
    conflicts: u64,
}

impl StateRecord {
    pub(super) fn key() -> Item {
        key("INDEX", "STATE")
    }

    pub(super) fn read(item: Option<Item>) -> Result<Self, Error> {
        let Some(item) = item else { return Ok(Self::default()) };
        let damaged = || Error::Corrupt { what: WHAT };
        let attributes: Attributes = serde_dynamo::from_item(item).map_err(|_| damaged())?;
        let Some(last_seen) = attributes.last_seen else {
            // A first run has begun and has not published.
            return Ok(Self { generation: attributes.generation, ..Self::default() });
        };
        let time = |seconds| Timestamp::from_second(seconds).map_err(|_| damaged());
        let manifest: Option<Vec<ContentHash>> = attributes
            .manifest
            .unwrap_or_default()
            .chunks(ContentHash::LENGTH)
            .map(ContentHash::from_slice)
            .collect();
        let manifest = manifest
            .filter(|hashes| hashes.len() == 2 * usize::from(BUCKETS))
            .ok_or_else(damaged)?;
        Ok(Self {
            state: Some(State {
                last_seen: time(last_seen)?,
                refreshed: attributes.refreshed.map(time).transpose()?,
                agents: attributes.agents,
                departed: attributes.departed,
                skipped: attributes.skipped,
                conflicts: attributes.conflicts,
                pending: attributes.pending,
            }),
            generation: attributes.generation,
            manifest,
        })
    }

    /// The content of the bucket that is published.
    pub(super) fn published(&self, bucket: BucketId) -> ContentHash {
        self.manifest.get(bucket.position()).copied().unwrap_or(ContentHash::EMPTY)
    }
}

/// The attributes that a complete run sets, as expression values: those of [`SET_RUN`].
pub(super) const SET_RUN: &str = "lastSeen = :last_seen, agents = :agents, departed = :departed, skipped = :skipped, \
     conflicts = :conflicts, pending = :no";

pub(super) fn run_values(state: &State) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (":last_seen".to_owned(), number(state.last_seen.as_second())),
        (":agents".to_owned(), number(state.agents)),
        (":departed".to_owned(), number(state.departed)),
        (":skipped".to_owned(), number(state.skipped)),
        (":conflicts".to_owned(), number(state.conflicts)),
        (":no".to_owned(), AttributeValue::Bool(false)),
    ])
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
