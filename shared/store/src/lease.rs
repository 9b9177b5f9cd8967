//! The write lease of an agent: two calls that write for one agent never interleave.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use contract::ExternalId;
use jiff::{SignedDuration, Timestamp};

use crate::table::key;
use crate::{Error, Item, Table};

pub(crate) const LEASE: &str = "LEASE";

/// How long an expired lease stays in the table before DynamoDB may delete it.
const KEPT_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(24);

/// The right to write for one agent until it expires; kept by the condition that every write of the
/// ledger carries.
///
/// A holder that is killed leaves the lease to expire; one that is merely slow cannot write any
/// more once another has taken it over, because the token in the table is no longer its own.
#[derive(Debug)]
pub struct Lease {
    agent: ExternalId,
    token: String,
}

/// What asking for a lease gives.
#[derive(Debug)]
pub enum LeaseAnswer {
    /// It is ours.
    Granted(Lease),
    /// Another call holds it, at the longest until then.
    Held(Timestamp),
}

impl Lease {
    /// Whose requests may be written.
    pub fn agent(&self) -> ExternalId {
        self.agent
    }

    /// Part of a transaction that fails when the lease is no longer ours.
    pub(crate) fn check(&self, table: &Table) -> Result<TransactWriteItem, Error> {
        let check = ConditionCheck::builder()
            .table_name(table.name())
            .set_key(Some(key(partition(self.agent), LEASE)))
            .condition_expression("#token = :token")
            .expression_attribute_names("#token", "token")
            .expression_attribute_values(":token", AttributeValue::S(self.token.clone()))
            .build()
            .map_err(Error::unbuildable)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// Part of a transaction that gives the lease back, and fails when it is no longer ours.
    pub(crate) fn release(&self, table: &Table) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(table.name())
            .set_key(Some(key(partition(self.agent), LEASE)))
            .condition_expression("#token = :token")
            .expression_attribute_names("#token", "token")
            .expression_attribute_values(":token", AttributeValue::S(self.token.clone()))
            .build()
            .map_err(Error::unbuildable)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

impl Table {
    /// Asks for the write lease of `agent`, from `now` until `until`. `token` is unique to the
    /// asking call: asking again with it, after an answer that got lost, is granted again. One
    /// request to DynamoDB.
    ///
    /// # Errors
    /// What every call to the table can return; nobody holds a lease for us then, or it expires
    /// unused.
    pub async fn ask_lease(
        &self,
        agent: ExternalId,
        token: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LeaseAnswer, Error> {
        let item: Item = HashMap::from([
            ("pk".to_owned(), AttributeValue::S(partition(agent))),
            ("sk".to_owned(), AttributeValue::S(LEASE.to_owned())),
            ("token".to_owned(), AttributeValue::S(token.to_owned())),
            ("until".to_owned(), millis(until)),
            (
                "expiration".to_owned(),
                AttributeValue::N((until + KEPT_AFTER_EXPIRY).as_second().to_string()),
            ),
        ]);
        let put = self
            .client()
            .put_item()
            .table_name(self.name())
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR #until < :now OR #token = :token")
            .expression_attribute_names("#until", "until")
            .expression_attribute_names("#token", "token")
            .expression_attribute_values(":now", millis(now))
            .expression_attribute_values(":token", AttributeValue::S(token.to_owned()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(LeaseAnswer::Granted(Lease { agent, token: token.to_owned() })),
            Err(SdkError::ServiceError(context))
                if matches!(context.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                let PutItemError::ConditionalCheckFailedException(failed) = context.into_err()
                else {
                    return Err(Error::ConditionFailed);
                };
                let until = failed
                    .item()
                    .and_then(|item| item.get("until"))
                    .and_then(|until| until.as_n().ok());
                let until = until
                    .and_then(|until| until.parse().ok())
                    .and_then(|until| Timestamp::from_millisecond(until).ok());
                until.map(LeaseAnswer::Held).ok_or(Error::Corrupt { what: "write lease" })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The partition of everything that is kept about one agent's requests.
pub(crate) fn partition(agent: ExternalId) -> String {
    format!("AGENT#{agent}")
}

pub(crate) fn millis(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_millisecond().to_string())
}
