//! The list last answered over HTTP: what the shrink guard compares with.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use contract::ExternalId;
use serde::Deserialize;
use serde_bytes::ByteBuf;

use super::{Index, packed};
use crate::Error;
use crate::table::{Item, key};

const WHAT: &str = "baseline of the shrink guard";

/// Who was in the list that was last answered over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The agents, ascending.
    pub ids: Vec<ExternalId>,
    /// Whether an operator allows one list that is much shorter.
    pub shrink_accepted: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    ids: Option<ByteBuf>,
    #[serde(default)]
    shrink_accepted: bool,
}

impl Baseline {
    pub(super) fn key() -> Item {
        key("INDEX", "ANSWERED")
    }

    pub(super) fn read(item: Option<Item>) -> Result<Option<Self>, Error> {
        let Some(item) = item else { return Ok(None) };
        let Attributes { ids, shrink_accepted } =
            serde_dynamo::from_item(item).map_err(|_| Error::Corrupt { what: WHAT })?;
        let ids = match ids {
            Some(ids) => packed::unpack_ids(&ids, WHAT)?,
            None => Vec::new(),
        };
        let ids: Option<Vec<ExternalId>> = ids.into_iter().map(ExternalId::new).collect();
        Ok(Some(Self { ids: ids.ok_or(Error::Corrupt { what: WHAT })?, shrink_accepted }))
    }
}

impl Index {
    /// Records the list that is about to be answered: `ids` ascend. With `use_acceptance` the
    /// operator's acceptance is taken off in the same write.
    ///
    /// # Errors
    /// [`Error::ConditionFailed`] when the acceptance to be used is gone: another run used it, or
    /// the operator withdrew it.
    pub async fn record_answered(
        &self,
        ids: &[ExternalId],
        use_acceptance: bool,
    ) -> Result<(), Error> {
        let numbers: Vec<u64> = ids.iter().map(|id| id.get()).collect();
        let mut update = self
            .table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(Baseline::key()))
            .expression_attribute_values(
                ":ids",
                AttributeValue::B(Blob::new(packed::pack_ids(&numbers)?)),
            );
        if use_acceptance {
            update = update
                .update_expression("SET ids = :ids REMOVE shrinkAccepted")
                // The second alternative is our own write again, after its answer got lost.
                .condition_expression("shrinkAccepted = :yes OR ids = :ids")
                .expression_attribute_values(":yes", AttributeValue::Bool(true));
        } else {
            update = update.update_expression("SET ids = :ids");
        }
        update.send().await?;
        Ok(())
    }

    /// Allows the next list over HTTP to be much shorter, once; or takes that back.
    ///
    /// Gives the number of agents last answered, or `None` when nothing was answered yet, so that
    /// there is nothing to accept.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn accept_shrink(&self, accept: bool) -> Result<Option<usize>, Error> {
        let updated = self
            .table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(Baseline::key()))
            .update_expression("SET shrinkAccepted = :accept")
            .condition_expression("attribute_exists(ids)")
            .expression_attribute_values(":accept", AttributeValue::Bool(accept))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew)
            .send()
            .await;
        match updated {
            Ok(updated) => {
                Ok(Baseline::read(updated.attributes)?.map(|baseline| baseline.ids.len()))
            }
            Err(SdkError::ServiceError(context))
                if context.err().is_conditional_check_failed_exception() =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}
