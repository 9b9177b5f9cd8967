//! What a look-up learned from BambooHR about an active employee whom the index does not know. Kept
//! apart from the index, for a day.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use contract::{Email, ExternalId};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::state::number;
use super::{Index, Sought};
use crate::Error;
use crate::table::{Item, key};

/// How long it counts.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const SK: &str = "LEARNED";

/// An active employee of BambooHR who was not in the index when asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Learned {
    /// BambooHR's id of the employee.
    pub external_id: ExternalId,
    /// The e-mail, where there is a usable one.
    pub email: Option<Email>,
}

/// Without the e-mail, which is personal.
impl fmt::Debug for Learned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learned").field("external_id", &self.external_id).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    external_id: u64,
    email: Option<String>,
    expiration: i64,
}

impl Learned {
    /// Where it is kept. By a digest of the e-mail: an address is no key.
    pub(super) fn key(sought: &Sought) -> Item {
        match sought {
            Sought::Id(external_id) => key(format!("LEARNED#ID#{external_id}"), SK),
            Sought::Email(email) => {
                let hex: String = Sha256::digest(email.folded())
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
        let email = attributes.email.map(|email| email.parse()).transpose().ok()?;
        (attributes.expiration > now.as_second()).then_some(Self { external_id, email })
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
        sought: &Sought,
        learned: &Learned,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut item = Learned::key(sought);
        item.insert("externalId".to_owned(), number(learned.external_id));
        item.insert("expiration".to_owned(), number((now + KEPT).as_second()));
        if let Some(email) = &learned.email {
            item.insert("email".to_owned(), AttributeValue::S(email.as_str().to_owned()));
        }
        let put = self.table.client().put_item().table_name(self.table.name());
        put.set_item(Some(item)).send().await?;
        Ok(())
    }
}
