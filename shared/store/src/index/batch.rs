//! Reading several items in one request.

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use crate::{Error, Item, Table};

/// How often DynamoDB is asked again for items that it left out of an answer, as it does under
/// load.
const ROUNDS: u32 = 6;

impl Table {
    /// The items with these keys (100 at most) that exist, in no particular order, strongly
    /// consistent one by one. One request, unless DynamoDB leaves items out.
    pub(crate) async fn read_batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, Error> {
        let mut items = Vec::with_capacity(keys.len());
        let mut keys = Some(keys);
        for round in 0..ROUNDS {
            let Some(wanted) = keys.take() else { break };
            let request = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .map_err(Error::unbuildable)?;
            let answer =
                self.client().batch_get_item().request_items(self.name(), request).send().await?;
            items.extend(answer.responses.unwrap_or_default().into_values().flatten());
            keys = answer
                .unprocessed_keys
                .and_then(|mut left| left.remove(self.name()))
                .map(|left| left.keys);
            if keys.is_none() {
                return Ok(items);
            }
            tokio::time::sleep(Duration::from_millis(25 << round)).await;
        }
        Err(Error::Throttled)
    }
}

/// Takes the item with the key `key` out of `items`.
pub(crate) fn take(items: &mut Vec<Item>, key: &Item) -> Option<Item> {
    let is = |item: &Item| {
        key.iter().all(|(name, value): (&String, &AttributeValue)| item.get(name) == Some(value))
    };
    let position = items.iter().position(is)?;
    Some(items.swap_remove(position))
}
