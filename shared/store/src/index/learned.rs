//! What a look-up learned from BambooHR about somebody whom the index does not know. Kept apart from the index, for a day.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use contract::ExternalId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Index;
use super::agent::folded_email;
use super::state::number;
use crate::Error;
use crate::table::{Item, key};

/// How long it counts.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const SK: &str = "LEARNED";

/// An employee of BambooHR who was not in the index when asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Learned {
    /// BambooHR's id of the employee.
    pub external_id: ExternalId,
    /// The e-mail; `""` when there is none, or when it is that of an agent of the index.
    pub email: String,
    /// Whether the employee works for the company.
    pub active: bool,
}

/// Without the e-mail, which is personal.
impl fmt::Debug for Learned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learned").field("external_id", &self.external_id).field("active", &self.active).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    external_id: u64,
    email: String,
    active: bool,
    learned_at: i64,
    expiration: i64,
}

impl Learned {
    pub(super) fn key_of_id(external_id: ExternalId) -> Item {
        key(format!("LEARNED#ID#{external_id}"), SK)
    }

    /// By a digest: an address is no key.
    pub(super) fn key_of_email(email: &str) -> Item {
        let digest = Sha256::digest(folded_email(email));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        key(format!("LEARNED#EMAIL#{hex}"), SK)
    }

    /// What still counts at `now`. DynamoDB deletes late, so the time is looked at here. A complete run since it was learned
    /// supersedes it: `last_seen` is that of the last one. An item that cannot be read counts as none.
    pub(super) fn read(item: Option<Item>, now: Timestamp, last_seen: Option<Timestamp>) -> Option<Self> {
        let attributes: Attributes = serde_dynamo::from_item(item?).ok()?;
        let counts =
            attributes.expiration > now.as_second() && last_seen.is_none_or(|last_seen| attributes.learned_at >= last_seen.as_second());
        let external_id = ExternalId::new(attributes.external_id)?;
        counts.then_some(Self { external_id, email: attributes.email, active: attributes.active })
    }
}

impl Index {
    /// Keeps what was learned at `now`, for 24 hours: under the externalId, and under `sought_email` where it was an e-mail
    /// that was looked up.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn learn(&self, learned: &Learned, sought_email: Option<&str>, now: Timestamp) -> Result<(), Error> {
        let key = match sought_email {
            Some(email) => Learned::key_of_email(email),
            None => Learned::key_of_id(learned.external_id),
        };
        self.table
            .client()
            .put_item()
            .table_name(self.table.name())
            .set_item(Some(key))
            .item("externalId", number(learned.external_id))
            .item("email", AttributeValue::S(learned.email.clone()))
            .item("active", AttributeValue::Bool(learned.active))
            .item("learnedAt", number(now.as_second()))
            .item("expiration", number((now + KEPT).as_second()))
            .send()
            .await?;
        Ok(())
    }
}
