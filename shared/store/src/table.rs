//! The one DynamoDB table, and the few ways in which this crate talks to it.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use crate::Error;

/// The attributes of one item.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The table and the client that reaches it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
}

impl Table {
    /// `name` is the table's name or ARN. Nothing is called until the first access.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// The client, for the calls that the modules of this crate make.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The table's name or ARN.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Applies all `items` or none. The SDK gives every call a token of its own, so that its
    /// retries after a lost answer cannot apply one twice.
    ///
    /// # Errors
    /// [`Error::ConditionFailed`] when a condition did not hold, [`Error::Contended`] when another
    /// transaction was in the way, and what every call can return.
    pub(crate) async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<(), Error> {
        self.client
            .transact_write_items()
            .set_transact_items(Some(items))
            .send()
            .await
            .map(|_| ())
            .map_err(transaction_error)
    }
}

/// The key of an item.
pub(crate) fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(pk.into())),
        ("sk".to_owned(), AttributeValue::S(sk.into())),
    ])
}

/// A cancelled transaction names one reason per item; the first that is no mere "None" decides, a
/// failed condition before a conflict, since after a conflict the transaction may be tried again.
fn transaction_error<R>(error: SdkError<TransactWriteItemsError, R>) -> Error {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        Some(other) if other.code() == Some("IdempotentParameterMismatchException") => {
            return Error::Internal { code: "IdempotentParameterMismatchException".to_owned() };
        }
        _ => return error.into(),
    };
    let codes: Vec<&str> =
        reasons.iter().filter_map(|reason| reason.code()).filter(|code| *code != "None").collect();
    match codes.iter().find(|code| **code == "ConditionalCheckFailed").or(codes.first()) {
        Some(code) => Error::from_code(code),
        None => Error::Internal { code: "TransactionCanceledException".to_owned() },
    }
}
