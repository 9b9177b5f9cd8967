//! The ledger's items: `AGENT#<externalId>` / `KEY#<key>` and `REQUEST#<id>`, read in one query,
//! written in one transaction.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use contract::{RequestKey, TimeOffRequestId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lease::{LEASE, millis, partition};
use crate::table::key;
use crate::{Claim, Error, Item, KeyRecord, Lease, Ledger, RequestRecord, Table};

/// Bindings and successors outlive a request by this many days: a late change or cancellation still
/// finds its request.
const KEPT_DAYS_AFTER_END: i32 = 400;

/// Powertools' names for the states of an idempotency record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum State {
    InProgress,
    Completed,
    Closed,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyItem {
    pk: String,
    sk: String,
    state: State,
    start: Date,
    end: Date,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    released_to: Option<RequestKey>,
    /// Milliseconds since the epoch, as Powertools keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_progress_expiry: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<TimeOffRequestId>,
    expiration: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestItem {
    pk: String,
    sk: String,
    end: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<RequestKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    successor: Option<TimeOffRequestId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
    expiration: i64,
}

const KEY_PREFIX: &str = "KEY#";
const REQUEST_PREFIX: &str = "REQUEST#";
const UNREADABLE: Error = Error::Corrupt { what: "agent's ledger" };

impl Table {
    /// Reads everything recorded about the requests of the lease's agent. One request to DynamoDB
    /// (more beyond 1 MB, which is thousands of requests).
    ///
    /// # Errors
    /// What every call can return, and [`Error::Corrupt`] for an item that is not of the form
    /// written here.
    pub async fn ledger(&self, lease: &Lease, now: Timestamp) -> Result<Ledger, Error> {
        let agent = lease.agent();
        let mut pages = self
            .client()
            .query()
            .table_name(self.name())
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(partition(agent)))
            .consistent_read(true)
            .into_paginator()
            .send();
        let (mut keys, mut requests) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next().await {
            for item in page?.items.unwrap_or_default() {
                let sk = item.get("sk").and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
                // DynamoDB deletes expired items days late; until then they are as good as gone.
                if sk == LEASE || is_expired(&item, now) {
                    continue;
                }
                if let Some(text) = sk.strip_prefix(KEY_PREFIX) {
                    keys.push(read_key(text, item)?);
                } else if let Some(text) = sk.strip_prefix(REQUEST_PREFIX) {
                    requests.push(read_request(text, item)?);
                }
            }
        }
        Ok(Ledger::read(agent, keys, requests))
    }

    /// Opens a connection ahead of the first call, by a query of a partition that nobody has. Best
    /// effort.
    pub async fn warm_up(&self) {
        let query =
            self.client().query().table_name(self.name()).key_condition_expression("pk = :pk");
        let _ = query
            .expression_attribute_values(":pk", AttributeValue::S("AGENT#0".to_owned()))
            .send()
            .await;
    }

    /// Writes what changed in the ledger, all or nothing, if the lease is still ours. One request
    /// to DynamoDB, none when nothing changed.
    ///
    /// # Errors
    /// [`Error::ConditionFailed`] when the lease was taken over, or a claim that is about to be
    /// replaced is still in progress.
    pub async fn save(
        &self,
        lease: &Lease,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !ledger.is_changed() {
            return Ok(());
        }
        let mut items = self.changes(lease, ledger, now)?;
        items.push(lease.check(self)?);
        self.transact(items).await?;
        ledger.saved();
        Ok(())
    }

    /// As [`save`](Self::save), and gives the lease back in the same transaction.
    ///
    /// # Errors
    /// As `save`; the lease then ends by itself at its time.
    pub async fn save_and_release(
        &self,
        lease: &Lease,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut items = self.changes(lease, ledger, now)?;
        items.push(lease.release(self)?);
        self.transact(items).await?;
        ledger.saved();
        Ok(())
    }

    /// Gives the lease back without writing anything else.
    ///
    /// # Errors
    /// What every call can return; the lease then ends by itself at its time.
    pub async fn release(&self, lease: &Lease) -> Result<(), Error> {
        self.transact(vec![lease.release(self)?]).await
    }

    fn changes(
        &self,
        lease: &Lease,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let pk = partition(ledger.agent());
        let mut items = Vec::new();
        for (changed, record) in ledger.changed_keys() {
            let sk = format!("{KEY_PREFIX}{changed}");
            items.push(match record {
                Some(record) => self.put_key(lease, KeyItem::of(pk.clone(), sk, record), now)?,
                None => self.delete(&pk, &sk)?,
            });
        }
        for record in ledger.changed_requests() {
            let item =
                RequestItem::of(pk.clone(), format!("{REQUEST_PREFIX}{}", record.id), record);
            let put = Put::builder().table_name(self.name()).set_item(Some(to_item(&item)?));
            items.push(
                TransactWriteItem::builder().put(put.build().map_err(Error::unbuildable)?).build(),
            );
        }
        Ok(items)
    }

    /// The conditional put of an idempotency record: absent, expired, not in progress, in progress
    /// past its limit, or in progress by the holder of this very lease.
    fn put_key(
        &self,
        lease: &Lease,
        item: KeyItem,
        now: Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        let put = Put::builder()
            .table_name(self.name())
            .set_item(Some(to_item(&item)?))
            .condition_expression(
                "attribute_not_exists(pk) OR expiration < :seconds OR #state <> :inProgress \
                 OR inProgressExpiry <= :now OR inProgressExpiry = :mine",
            )
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":seconds", AttributeValue::N(now.as_second().to_string()))
            .expression_attribute_values(":inProgress", AttributeValue::S("INPROGRESS".to_owned()))
            .expression_attribute_values(":now", millis(now))
            .expression_attribute_values(":mine", millis(lease.until()))
            .build()
            .map_err(Error::unbuildable)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn delete(&self, pk: &str, sk: &str) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(key(pk, sk)))
            .build()
            .map_err(Error::unbuildable)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

impl KeyItem {
    fn of(pk: String, sk: String, record: &KeyRecord) -> Self {
        let claim = record.claim.as_ref();
        Self {
            pk,
            sk,
            state: match (claim, record.closed) {
                (Some(_), _) => State::InProgress,
                (None, true) => State::Closed,
                (None, false) => State::Completed,
            },
            start: record.start,
            end: record.end,
            closed: record.closed,
            released_to: record.released_to,
            in_progress_expiry: claim.map(|claim| claim.in_progress_until.as_millisecond()),
            sent_at: claim.map(|claim| claim.sent_at.as_millisecond()),
            previous: claim.and_then(|claim| claim.previous),
            expiration: expiration(record.end),
        }
    }
}

impl RequestItem {
    fn of(pk: String, sk: String, record: &RequestRecord) -> Self {
        Self {
            pk,
            sk,
            end: record.end,
            key: record.key,
            successor: record.successor,
            closed: record.closed,
            expiration: expiration(record.end),
        }
    }
}

fn read_key(text: &str, item: Item) -> Result<KeyRecord, Error> {
    let item: KeyItem = serde_dynamo::from_item(item).map_err(|_| UNREADABLE)?;
    let claim = match (item.in_progress_expiry, item.sent_at) {
        (Some(until), Some(sent_at)) => Some(Claim {
            in_progress_until: Timestamp::from_millisecond(until).map_err(|_| UNREADABLE)?,
            sent_at: Timestamp::from_millisecond(sent_at).map_err(|_| UNREADABLE)?,
            previous: item.previous,
        }),
        _ => None,
    };
    let key = text.parse().map_err(|_| UNREADABLE)?;
    Ok(KeyRecord {
        key,
        start: item.start,
        end: item.end,
        claim,
        closed: item.closed,
        released_to: item.released_to,
    })
}

fn read_request(text: &str, item: Item) -> Result<RequestRecord, Error> {
    let item: RequestItem = serde_dynamo::from_item(item).map_err(|_| UNREADABLE)?;
    let id = text.parse().map_err(|_| UNREADABLE)?;
    Ok(RequestRecord {
        id,
        end: item.end,
        key: item.key,
        successor: item.successor,
        closed: item.closed,
    })
}

fn to_item<T: Serialize>(item: &T) -> Result<Item, Error> {
    serde_dynamo::to_item(item).map_err(Error::unbuildable)
}

fn is_expired(item: &Item, now: Timestamp) -> bool {
    let expiration = item
        .get("expiration")
        .and_then(|value| value.as_n().ok())
        .and_then(|text| text.parse::<i64>().ok());
    expiration.is_some_and(|expiration| expiration < now.as_second())
}

fn expiration(end: Date) -> i64 {
    end.checked_add(Span::new().days(KEPT_DAYS_AFTER_END))
        .and_then(|date| date.to_zoned(TimeZone::UTC))
        .map_or(i64::from(i32::MAX), |midnight| midnight.timestamp().as_second())
}
