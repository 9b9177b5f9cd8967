//! Pins: an agent whose e-mail in Genesys differs from the one in BambooHR.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use contract::{Email, ExternalId};
use jiff::Timestamp;

use super::Index;
use super::publish::held;
use super::state::number;
use crate::table::key;
use crate::{Error, Item};

const PARTITION: &str = "ALIAS";
const WHAT: &str = "alias";
/// The TTL attribute: only a pin that has gone with its agent has it.
const EXPIRATION: &str = "expiration";

/// The e-mail that an operator pinned to an agent. It counts from the next run on.
#[derive(Clone, PartialEq, Eq)]
pub struct Alias {
    /// The agent.
    pub external_id: ExternalId,
    /// The e-mail of the agent in Genesys.
    pub email: Email,
}

/// Without the e-mail, which is personal.
impl fmt::Debug for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alias").field("external_id", &self.external_id).finish_non_exhaustive()
    }
}

impl Alias {
    pub(super) fn key(external_id: ExternalId) -> Item {
        key(PARTITION, external_id.to_string())
    }

    /// `None` for a pin that has gone with its agent.
    pub(super) fn read(item: &Item) -> Result<Option<Self>, Error> {
        if item.contains_key(EXPIRATION) {
            return Ok(None);
        }
        let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
        let external_id = text("sk").and_then(|id| id.parse().ok());
        match (external_id, text("email").and_then(|email| email.parse().ok())) {
            (Some(external_id), Some(email)) => Ok(Some(Self { external_id, email })),
            _ => Err(Error::Corrupt { what: WHAT }),
        }
    }
}

impl Index {
    /// All pins, in no particular order. One request for each megabyte of them.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn aliases(&self) -> Result<Vec<Alias>, Error> {
        let mut aliases = Vec::new();
        let mut from = None;
        loop {
            let page = self
                .table
                .client()
                .query()
                .table_name(self.table.name())
                .consistent_read(true)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", AttributeValue::S(PARTITION.to_owned()))
                .set_exclusive_start_key(from)
                .send()
                .await?;
            for item in page.items() {
                aliases.extend(Alias::read(item)?);
            }
            match page.last_evaluated_key {
                Some(last) if !last.is_empty() => from = Some(last),
                _ => return Ok(aliases),
            }
        }
    }

    /// Pins an e-mail to an agent, in place of an earlier pin of that agent.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn pin(&self, alias: &Alias) -> Result<(), Error> {
        self.table
            .client()
            .put_item()
            .table_name(self.table.name())
            .set_item(Some(Alias::key(alias.external_id)))
            .item("email", AttributeValue::S(alias.email.as_str().to_owned()))
            .send()
            .await?;
        Ok(())
    }

    /// Removes the pin of an agent; gives what it was.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn unpin(&self, external_id: ExternalId) -> Result<Option<Alias>, Error> {
        let removed = self
            .table
            .client()
            .delete_item()
            .table_name(self.table.name())
            .set_key(Some(Alias::key(external_id)))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllOld)
            .send()
            .await?;
        Ok(removed.attributes.as_ref().map(Alias::read).transpose()?.flatten())
    }

    /// Takes the address out of a pin whose agent left long ago; DynamoDB removes the rest. A pin
    /// that was changed meanwhile stays.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn retire_pin(&self, alias: &Alias, now: Timestamp) -> Result<(), Error> {
        let retired = self
            .table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(Alias::key(alias.external_id)))
            .update_expression("SET expiration = :now REMOVE email")
            .condition_expression("email = :email")
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(
                ":email",
                AttributeValue::S(alias.email.as_str().to_owned()),
            )
            .send()
            .await;
        held(retired).map(drop)
    }
}
