//! What a look-up learned from BambooHR about somebody whom the index does not know. Kept apart
//! from the index, for a day.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use contract::ExternalId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::agent::folded_email;
use super::state::number;
use super::{Index, Sought};
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
    /// The e-mail; `""` when there is none.
    pub email: String,
    /// Whether the employee works for the company.
    pub active: bool,
}

/// Without the e-mail, which is personal.
impl fmt::Debug for Learned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learned")
            .field("external_id", &self.external_id)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    external_id: u64,
    email: String,
    active: bool,
    expiration: i64,
}

impl Learned {
    /// Where it is kept. By a digest of the e-mail: an address is no key.
    pub(super) fn key(sought: Sought<'_>) -> Item {
        match sought {
            Sought::Id(external_id) => key(format!("LEARNED#ID#{external_id}"), SK),
            Sought::Email(email) => {
                let hex: String = Sha256::digest(folded_email(email))
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                key(format!("LEARNED#EMAIL#{hex}"), SK)
            }
        }
    }

    /// What still counts at `now`. DynamoDB deletes late, so the time is looked at here. An item
    /// that cannot be read counts as none.
    pub(super) fn read(item: Option<Item>, now: Timestamp) -> Option<Self> {
        let attributes: Attributes = serde_dynamo::from_item(item?).ok()?;
        let external_id = ExternalId::new(attributes.external_id)?;
        (attributes.expiration > now.as_second()).then_some(Self {
            external_id,
            email: attributes.email,
            active: attributes.active,
        })
    }
}

impl Index {
    /// Keeps what was learned at `now` when asked for `sought`, for 24 hours, as BambooHR has it:
    /// how it stands to the index is seen when it is read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn learn(
        &self,
        sought: Sought<'_>,
        learned: &Learned,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.table
            .client()
            .put_item()
            .table_name(self.table.name())
            .set_item(Some(Learned::key(sought)))
            .item("externalId", number(learned.external_id))
            .item("email", AttributeValue::S(learned.email.clone()))
            .item("active", AttributeValue::Bool(learned.active))
            .item("expiration", number((now + KEPT).as_second()))
            .send()
            .await?;
        Ok(())
    }
}
