//! The ledger's items: `AGENT#<externalId>` / `KEY#<key>` and `REQUEST#<id>`, read in one query,
//! written in one transaction, together with their entries in the partition `UNSETTLED`.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use contract::{ExternalId, RequestKey, TimeOffRequestId, TimeOffTypeId, Unit};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::failed::FAILED_PREFIX;
use super::unsettled::UnsettledItem;
use super::{
    Claim, Closed, Doubt, FailedInput, KeptLeave, KeyRecord, Ledger, OpenChange, RequestRecord,
    SentStatus, StatusChange, Subject, Unsettled,
};
use crate::lease::{LEASE, partition};
use crate::table::key;
use crate::{Error, Item, Lease, Table};

/// Records outlive the last day of a request, and their own last change, by this many days: a late
/// change or cancellation still finds its request.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(400 * 24);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyItem {
    pk: String,
    sk: String,
    leave: LeaveItem,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    doubt: Vec<StatusName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<ClosedName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    released_to: Option<RequestKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unsettled: Option<Times>,
    /// When something new of it was last written.
    recorded: i64,
    expiration: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LeaveItem {
    type_id: TimeOffTypeId,
    unit: UnitName,
    start: Date,
    end: Date,
    amounts: BTreeMap<Date, Decimal>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClaimItem {
    /// Milliseconds since the epoch, as all times of these items.
    sent_at: i64,
    status: StatusName,
    sends: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<TimeOffRequestId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<TimeOffRequestId>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    since: i64,
    due: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StatusName {
    Requested,
    Approved,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum UnitName {
    Hours,
    Days,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ClosedName {
    Ended,
    Replaced,
    Released,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ChangeName {
    Approve,
    Deny,
    Cancel,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<OpenItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unsettled: Option<Times>,
    /// When something new of it was last written.
    recorded: i64,
    expiration: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpenItem {
    change: ChangeName,
    sent_at: i64,
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
        self.ledger_of(lease.agent(), now).await
    }

    /// As [`ledger`](Self::ledger), for somebody who only looks: a call may write meanwhile.
    ///
    /// # Errors
    /// As of `ledger`.
    pub async fn ledger_of(&self, agent: ExternalId, now: Timestamp) -> Result<Ledger, Error> {
        Ledger::of_items(agent, self.partition(partition(agent)).await?, now)
    }

    /// All items of a partition.
    pub(super) async fn partition(&self, pk: String) -> Result<Vec<Item>, Error> {
        let mut pages = self
            .client()
            .query()
            .table_name(self.name())
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk))
            .consistent_read(true)
            .into_paginator()
            .send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page?.items.unwrap_or_default());
        }
        Ok(items)
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
    /// [`Error::ConditionFailed`] when the lease was taken over.
    pub async fn save(
        &self,
        lease: &Lease,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !ledger.is_changed() {
            return Ok(());
        }
        self.write(lease.check(self)?, ledger, now).await
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
        self.write(lease.release(self)?, ledger, now).await
    }

    /// Gives the lease back without writing anything else.
    ///
    /// # Errors
    /// What every call can return; the lease then ends by itself at its time.
    pub async fn release(&self, lease: &Lease) -> Result<(), Error> {
        self.transact(vec![lease.release(self)?]).await
    }

    async fn write(
        &self,
        lease: TransactWriteItem,
        ledger: &mut Ledger,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut items = self.changes(ledger, now)?;
        items.push(lease);
        ledger.saving();
        self.transact(items).await?;
        ledger.saved(now);
        Ok(())
    }

    fn changes(&self, ledger: &Ledger, now: Timestamp) -> Result<Vec<TransactWriteItem>, Error> {
        let agent = ledger.agent();
        let mut items = Vec::new();
        for (changed, before, after) in ledger.changed_keys() {
            let sk = format!("{KEY_PREFIX}{changed}");
            let recorded = ledger.recorded_at(Subject::Key(changed), now);
            items.push(match after {
                Some(record) => {
                    self.put(&KeyItem::of(partition(agent), sk, record, (recorded, now)))?
                }
                None => self.delete(&partition(agent), &sk)?,
            });
            let unsure = ledger.is_unsure_of_key(changed);
            let (before, after) =
                (before.and_then(|it| it.unsettled), after.and_then(|it| it.unsettled));
            let entry = (Subject::Key(changed), before, after);
            items.extend(self.entry_change(ledger, entry, unsure)?);
        }
        for (before, record) in ledger.changed_requests() {
            let sk = format!("{REQUEST_PREFIX}{}", record.id);
            let times = (ledger.recorded_at(Subject::Request(record.id), now), now);
            items.push(self.put(&RequestItem::of(partition(agent), sk, record, times))?);
            let unsure = ledger.is_unsure_of_request(record.id);
            let before = before.and_then(|before| before.unsettled);
            let entry = (Subject::Request(record.id), before, record.unsettled);
            items.extend(self.entry_change(ledger, entry, unsure)?);
        }
        for subject in ledger.erased() {
            items.extend(self.erase_failed_input(agent, subject)?);
        }
        Ok(items)
    }

    fn entry_change(
        &self,
        ledger: &Ledger,
        (subject, before, after): (Subject, Option<Unsettled>, Option<Unsettled>),
        is_unsure: bool,
    ) -> Result<Option<TransactWriteItem>, Error> {
        if before == after && !is_unsure {
            return Ok(None);
        }
        match after {
            Some(unsettled) => {
                self.put(&UnsettledItem::of(ledger.agent(), subject, unsettled)).map(Some)
            }
            None if before.is_none() && !is_unsure => Ok(None),
            None => {
                let (pk, sk) = UnsettledItem::key(ledger.agent(), subject);
                self.delete(&pk, &sk).map(Some)
            }
        }
    }

    pub(super) fn put(&self, item: &impl Serialize) -> Result<TransactWriteItem, Error> {
        let item: Item = serde_dynamo::to_item(item).map_err(Error::unbuildable)?;
        let put = Put::builder().table_name(self.name()).set_item(Some(item));
        Ok(TransactWriteItem::builder().put(put.build().map_err(Error::unbuildable)?).build())
    }

    pub(super) fn delete(&self, pk: &str, sk: &str) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(key(pk, sk)))
            .build()
            .map_err(Error::unbuildable)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

impl KeyItem {
    fn of(
        pk: String,
        sk: String,
        record: &KeyRecord,
        (recorded, now): (Timestamp, Timestamp),
    ) -> Self {
        let KeptLeave { type_id, unit, start, end, amounts } = &record.leave;
        let (closed, released_to) = match record.closed {
            None => (None, None),
            Some(Closed::Ended) => (Some(ClosedName::Ended), None),
            Some(Closed::Replaced) => (Some(ClosedName::Replaced), None),
            Some(Closed::Released(to)) => (Some(ClosedName::Released), Some(to)),
        };
        let doubt = [
            (record.doubt.requested, StatusName::Requested),
            (record.doubt.approved, StatusName::Approved),
        ];
        Self {
            pk,
            sk,
            leave: LeaveItem {
                type_id: *type_id,
                unit: match unit {
                    Unit::Hours => UnitName::Hours,
                    Unit::Days => UnitName::Days,
                },
                start: *start,
                end: *end,
                amounts: amounts.clone(),
            },
            claim: record.claim.as_ref().map(ClaimItem::of),
            doubt: doubt.into_iter().filter_map(|(is_so, name)| is_so.then_some(name)).collect(),
            closed,
            released_to,
            unsettled: record.unsettled.map(Times::of),
            recorded: recorded.as_millisecond(),
            expiration: expiration(*end, now),
        }
    }
}

impl ClaimItem {
    fn of(claim: &Claim) -> Self {
        Self {
            sent_at: claim.sent_at.as_millisecond(),
            status: match claim.status {
                SentStatus::Requested => StatusName::Requested,
                SentStatus::Approved => StatusName::Approved,
            },
            sends: claim.sends,
            previous: claim.previous,
            seen: claim.seen.clone(),
        }
    }

    fn read(self) -> Result<Claim, Error> {
        Ok(Claim {
            sent_at: read_time(self.sent_at)?,
            status: match self.status {
                StatusName::Requested => SentStatus::Requested,
                StatusName::Approved => SentStatus::Approved,
            },
            sends: self.sends,
            previous: self.previous,
            seen: self.seen,
        })
    }
}

impl Times {
    fn of(unsettled: Unsettled) -> Self {
        Self { since: unsettled.since.as_millisecond(), due: unsettled.due.as_millisecond() }
    }

    fn read(self) -> Result<Unsettled, Error> {
        Ok(Unsettled { since: read_time(self.since)?, due: read_time(self.due)? })
    }
}

impl RequestItem {
    fn of(
        pk: String,
        sk: String,
        record: &RequestRecord,
        (recorded, now): (Timestamp, Timestamp),
    ) -> Self {
        let open = record.open.map(|open| OpenItem {
            change: match open.change {
                StatusChange::Approve => ChangeName::Approve,
                StatusChange::Deny => ChangeName::Deny,
                StatusChange::Cancel => ChangeName::Cancel,
            },
            sent_at: open.sent_at.as_millisecond(),
        });
        Self {
            pk,
            sk,
            end: record.end,
            key: record.key,
            successor: record.successor,
            closed: record.closed,
            open,
            unsettled: record.unsettled.map(Times::of),
            recorded: recorded.as_millisecond(),
            expiration: expiration(record.end, now),
        }
    }
}

impl Ledger {
    /// The ledger of the items of an agent's partition.
    pub(super) fn of_items(
        agent: ExternalId,
        items: Vec<Item>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let (mut keys, mut requests, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let mut recorded = BTreeMap::new();
        for item in items {
            let sk = item.get("sk").and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
            // DynamoDB deletes expired items days late; until then they are as good as gone.
            if sk == LEASE || is_expired(&item, now) {
                continue;
            }
            if let Some(text) = sk.strip_prefix(KEY_PREFIX) {
                let (record, at) = read_key(text, item)?;
                recorded.insert(Subject::Key(record.key), at);
                keys.push(record);
            } else if let Some(text) = sk.strip_prefix(REQUEST_PREFIX) {
                let (record, at) = read_request(text, item)?;
                recorded.insert(Subject::Request(record.id), at);
                requests.push(record);
            } else if sk.starts_with(FAILED_PREFIX) {
                // No write may fail for the want of one that failed before.
                failed.extend(FailedInput::read(item).ok());
            }
        }
        Ok(Self::read(agent, keys, requests).with_failed(failed, recorded))
    }
}

fn read_key(text: &str, item: Item) -> Result<(KeyRecord, Timestamp), Error> {
    let item: KeyItem = serde_dynamo::from_item(item).map_err(|_| UNREADABLE)?;
    let LeaveItem { type_id, unit, start, end, amounts } = item.leave;
    let unit = match unit {
        UnitName::Hours => Unit::Hours,
        UnitName::Days => Unit::Days,
    };
    let closed = match (item.closed, item.released_to) {
        (None, _) => None,
        (Some(ClosedName::Ended), _) => Some(Closed::Ended),
        (Some(ClosedName::Replaced), _) => Some(Closed::Replaced),
        (Some(ClosedName::Released), Some(to)) => Some(Closed::Released(to)),
        (Some(ClosedName::Released), None) => return Err(UNREADABLE),
    };
    let recorded = read_time(item.recorded)?;
    let record = KeyRecord {
        key: text.parse().map_err(|_| UNREADABLE)?,
        leave: KeptLeave { type_id, unit, start, end, amounts },
        claim: item.claim.map(ClaimItem::read).transpose()?,
        doubt: Doubt {
            requested: item.doubt.contains(&StatusName::Requested),
            approved: item.doubt.contains(&StatusName::Approved),
        },
        closed,
        unsettled: item.unsettled.map(Times::read).transpose()?,
    };
    Ok((record, recorded))
}

fn read_request(text: &str, item: Item) -> Result<(RequestRecord, Timestamp), Error> {
    let item: RequestItem = serde_dynamo::from_item(item).map_err(|_| UNREADABLE)?;
    let open = item.open.map(|open| {
        let change = match open.change {
            ChangeName::Approve => StatusChange::Approve,
            ChangeName::Deny => StatusChange::Deny,
            ChangeName::Cancel => StatusChange::Cancel,
        };
        Ok::<_, Error>(OpenChange { change, sent_at: read_time(open.sent_at)? })
    });
    let recorded = read_time(item.recorded)?;
    let record = RequestRecord {
        id: text.parse().map_err(|_| UNREADABLE)?,
        end: item.end,
        key: item.key,
        successor: item.successor,
        closed: item.closed,
        open: open.transpose()?,
        unsettled: item.unsettled.map(Times::read).transpose()?,
    };
    Ok((record, recorded))
}

fn read_time(milliseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| UNREADABLE)
}

pub(super) fn is_expired(item: &Item, now: Timestamp) -> bool {
    let expiration = item
        .get("expiration")
        .and_then(|value| value.as_n().ok())
        .and_then(|text| text.parse::<i64>().ok());
    expiration.is_some_and(|expiration| expiration < now.as_second())
}

/// Counted from the later of the last day and the change that is written now: what was sent for
/// leave of long ago has to be remembered too.
fn expiration(end: Date, now: Timestamp) -> i64 {
    let end = end.to_zoned(jiff::tz::TimeZone::UTC).map_or(now, |midnight| midnight.timestamp());
    end.max(now).saturating_add(KEPT_FOR).map_or(i64::from(i32::MAX), Timestamp::as_second)
}
