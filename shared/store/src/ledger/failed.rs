//! Failed inputs: what insert or update was asked and could not do, kept for whoever repairs it.
//! `AGENT#<externalId>` / `FAILED#<key or request id>`, and a pointer in the partition `FAILED`, by
//! which all are found.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, TransactWriteItem, Update};
use contract::{ErrorCode, ExternalId, WriteInput};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::items::is_expired;
use super::{Ledger, Subject};
use crate::lease::{millis, partition};
use crate::table::key;
use crate::{Error, Item, Table};

const FAILED: &str = "FAILED";
pub(super) const FAILED_PREFIX: &str = "FAILED#";
/// As long as an earlier state of the table can be restored.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(35 * 24);
/// The largest input that is kept, as JSON. One with a year of days has 10 KiB.
const LARGEST_INPUT: usize = 32 * 1024;
/// How many agents are read at the same time.
const AGENTS_AT_ONCE: usize = 8;
const UNREADABLE: Error = Error::Corrupt { what: "failed input" };

/// An input of insert or update that ended in an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedInput {
    /// The request that it names by its id, else the key of its leave.
    pub subject: Subject,
    /// What was asked, without the agent's note.
    pub input: WriteInput,
    /// The `errorCode` of the last time.
    pub error_code: String,
    /// The correlation id of the last time.
    pub correlation_id: String,
    /// When it failed for the first time.
    pub first_seen: Timestamp,
    /// When it failed for the last time.
    pub last_seen: Timestamp,
    /// How often it failed.
    pub count: u64,
    /// Something about its leave was recorded since: it must not be sent any more.
    pub is_stale: bool,
}

/// A failed input, as it lies in the table.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailedItem {
    sk: String,
    operation: String,
    input: Map<String, Value>,
    error_code: String,
    correlation_id: String,
    /// Milliseconds since the epoch.
    first_seen: i64,
    last_seen: i64,
    count: u64,
}

/// Where a failed input is found among those of all agents.
#[derive(Debug, Serialize)]
struct Pointer {
    pk: &'static str,
    sk: String,
    expiration: i64,
}

impl FailedInput {
    /// Whose leave it is.
    pub fn agent(&self) -> ExternalId {
        self.input.agent()
    }

    pub(super) fn read(item: Item) -> Result<Self, Error> {
        let item: FailedItem = serde_dynamo::from_item(item).map_err(|_| UNREADABLE)?;
        let subject = item.sk.strip_prefix(FAILED_PREFIX).and_then(|text| text.parse().ok());
        let time = |milliseconds| Timestamp::from_millisecond(milliseconds).map_err(|_| UNREADABLE);
        Ok(Self {
            subject: subject.ok_or(UNREADABLE)?,
            input: WriteInput::parse(&item.operation, &item.input).map_err(|_| UNREADABLE)?,
            error_code: item.error_code,
            correlation_id: item.correlation_id,
            first_seen: time(item.first_seen)?,
            last_seen: time(item.last_seen)?,
            count: item.count,
            is_stale: false,
        })
    }
}

/// Of which leave an input is.
fn subject_of(input: &WriteInput) -> Option<Subject> {
    input.request().map(Subject::Request).or(input.key().map(Subject::Key))
}

fn sort_key(subject: Subject) -> String {
    format!("{FAILED_PREFIX}{subject}")
}

fn pointer_key(agent: ExternalId, subject: Subject) -> String {
    format!("AGENT#{agent}#{subject}")
}

impl Table {
    /// Keeps an input that ended in an error at `seen`, in place of what failed before for the same
    /// request or key. One request to DynamoDB.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for an input of more than 32 KiB, and what every call can return.
    pub async fn keep_failed_input(
        &self,
        input: &WriteInput,
        error_code: ErrorCode,
        correlation_id: &str,
        seen: Timestamp,
    ) -> Result<(), Error> {
        // An update without an id has a leave.
        let Some(subject) = subject_of(input) else { return Ok(()) };
        let fields = input.fields();
        let length = serde_json::to_string(&fields).map_err(Error::unbuildable)?.len();
        if length > LARGEST_INPUT {
            return Err(Error::TooLarge { what: "failed input" });
        }
        let expiration =
            seen.saturating_add(KEPT_FOR).map_or(i64::from(i32::MAX), Timestamp::as_second);
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = Update::builder()
            .table_name(self.name())
            .set_key(Some(key(partition(input.agent()), sort_key(subject))))
            .update_expression(
                "SET operation = :operation, #input = :input, errorCode = :code, \
                 correlationId = :correlation, firstSeen = if_not_exists(firstSeen, :seen), \
                 lastSeen = :seen, expiration = :expiration ADD #count :one",
            )
            // A call that was held up does not write over what failed after it.
            .condition_expression("attribute_not_exists(lastSeen) OR lastSeen <= :seen")
            .expression_attribute_names("#input", "input")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":operation", text(input.operation()))
            .expression_attribute_values(
                ":input",
                serde_dynamo::to_attribute_value(&fields).map_err(Error::unbuildable)?,
            )
            .expression_attribute_values(":code", text(error_code.as_str()))
            .expression_attribute_values(":correlation", text(correlation_id))
            .expression_attribute_values(":seen", millis(seen))
            .expression_attribute_values(":expiration", AttributeValue::N(expiration.to_string()))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .build()
            .map_err(Error::unbuildable)?;
        let sk = pointer_key(input.agent(), subject);
        let pointer = self.put(&Pointer { pk: FAILED, sk, expiration })?;
        let update = TransactWriteItem::builder().update(update).build();
        match self.transact(vec![update, pointer]).await {
            // What failed later is there already.
            Err(Error::ConditionFailed) => Ok(()),
            result => result,
        }
    }

    /// The failed inputs of all agents, the oldest first. One request to DynamoDB, and one for each
    /// agent that has any.
    ///
    /// # Errors
    /// What every call can return, and [`Error::Corrupt`] for a failed input that is not of the
    /// form written here.
    pub async fn failed_inputs(&self, now: Timestamp) -> Result<Vec<FailedInput>, Error> {
        let mut agents: BTreeSet<ExternalId> = BTreeSet::new();
        for item in self.partition(FAILED.to_owned()).await? {
            let sk = item.get("sk").and_then(|sk| sk.as_s().ok()).map(String::as_str);
            let agent = sk.and_then(|sk| sk.strip_prefix("AGENT#")?.split_once('#'));
            let agent: Option<ExternalId> = agent.and_then(|(agent, _)| agent.parse().ok());
            if !is_expired(&item, now) {
                agents.insert(agent.ok_or(UNREADABLE)?);
            }
        }
        let of_each: Vec<Vec<FailedInput>> = stream::iter(agents)
            .map(|agent| self.failed_inputs_of(agent, now))
            .buffered(AGENTS_AT_ONCE)
            .try_collect()
            .await?;
        let mut all: Vec<_> = of_each.into_iter().flatten().collect();
        all.sort_by_key(|failed| failed.last_seen);
        Ok(all)
    }

    /// The failed inputs of one agent. One request to DynamoDB. Where the agent's ledger cannot be
    /// read, all of them are stale: nobody knows what was recorded since.
    ///
    /// # Errors
    /// As of [`failed_inputs`](Self::failed_inputs).
    pub async fn failed_inputs_of(
        &self,
        agent: ExternalId,
        now: Timestamp,
    ) -> Result<Vec<FailedInput>, Error> {
        let items = self.partition(partition(agent)).await?;
        let is_failed = |item: &&Item| {
            let sk = item.get("sk").and_then(|sk| sk.as_s().ok());
            sk.is_some_and(|sk| sk.starts_with(FAILED_PREFIX)) && !is_expired(item, now)
        };
        let failed: Vec<_> = items.iter().filter(is_failed).cloned().collect();
        let failed: Vec<_> = failed.into_iter().map(FailedInput::read).collect::<Result<_, _>>()?;
        match Ledger::of_items(agent, items, now) {
            Ok(ledger) => Ok(ledger.failed),
            Err(_) => {
                Ok(failed.into_iter().map(|it| FailedInput { is_stale: true, ..it }).collect())
            }
        }
    }

    /// Erases one failed input; whether there was one.
    ///
    /// # Errors
    /// What every call can return.
    pub async fn forget_failed_input(
        &self,
        agent: ExternalId,
        subject: Subject,
    ) -> Result<bool, Error> {
        let delete = |pk: String, sk: String| {
            self.client().delete_item().table_name(self.name()).set_key(Some(key(pk, sk)))
        };
        // The pointer last: what it points to must not be left where nobody finds it.
        let item = delete(partition(agent), sort_key(subject)).return_values(ReturnValue::AllOld);
        let was_there = item.send().await?.attributes.is_some();
        delete(FAILED.to_owned(), pointer_key(agent, subject)).send().await?;
        Ok(was_there)
    }

    /// The parts of a transaction that erase a failed input.
    pub(super) fn erase_failed_input(
        &self,
        agent: ExternalId,
        subject: Subject,
    ) -> Result<[TransactWriteItem; 2], Error> {
        Ok([
            self.delete(&partition(agent), &sort_key(subject))?,
            self.delete(FAILED, &pointer_key(agent, subject))?,
        ])
    }
}
