//! Bringing the index to the list of a run.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::Index;
use super::agent::Agent;
use super::bucket::{BucketId, Content, ContentHash, contents};
use super::findings::Findings;
use super::forget::Previous;
use super::slots::Slots;
use super::snapshot::Snapshot;
use super::state::{SET_RUN, State, StateRecord, number, run_values};
use crate::Error;

/// How many buckets are written at a time.
pub(super) const CONCURRENCY: usize = 16;

/// What a run found.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// When the run read BambooHR, to the second.
    pub read_at: Timestamp,
    /// Whether the schedule started it.
    pub scheduled: bool,
    /// Everybody who is to be found from now on, ascending by externalId: the list, and the
    /// departed that are kept.
    pub agents: &'a [Agent],
    /// Who is not in the list.
    pub findings: &'a Findings,
}

/// What became of the run in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// The index held exactly this already; it now says when it was seen.
    Unchanged,
    /// The index holds exactly this now.
    Changed {
        /// How many bucket items were written.
        buckets: usize,
    },
    /// Another run, of a later list or begun later, is at it: the index is left to that one.
    Overtaken,
}

impl Run<'_> {
    fn state(&self) -> State {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let active = self.agents.iter().filter(|agent| agent.is_active()).count();
        State {
            last_seen: self.read_at,
            refreshed: self.scheduled.then_some(self.read_at),
            agents: count(active),
            departed: count(self.agents.len() - active),
            skipped: count(self.findings.skipped.len()),
            conflicts: count(self.findings.conflicts.len()),
            pending: false,
        }
    }
}

impl Index {
    /// Brings the index to `run`, which was compared with `snapshot`, and removes what is no longer
    /// published. What was published before stays so until the state record is written; dropping
    /// the future before, or an error, leaves it so.
    ///
    /// An index that holds the run already, and nothing else, costs one write, of the state record.
    ///
    /// # Errors
    /// [`Error`]; the state record says whether the run is published. What else the items hold is
    /// left to the next run then.
    pub async fn publish(&self, snapshot: &Snapshot, run: Run<'_>) -> Result<Published, Error> {
        let record = &snapshot.record;
        let contents = contents(run.agents)?;
        let manifest: Vec<u8> =
            contents.iter().flat_map(|content| content.hash.as_bytes()).copied().collect();
        let changed: Vec<(BucketId, Content)> = BucketId::all()
            .zip(contents)
            .filter(|(bucket, content)| {
                content.hash != record.published(*bucket) || snapshot.is_to_be_rewritten(*bucket)
            })
            .collect();
        if *run.findings != snapshot.findings {
            self.write_findings(run.findings).await?;
        }
        let mut stale = snapshot.stale();
        if changed.is_empty() {
            let confirmed = self.confirm(record, &run.state()).await?;
            if confirmed == Published::Unchanged {
                self.forget_previous(stale).await?;
            }
            return Ok(confirmed);
        }

        let Some(attempt) = self.begin(record).await? else { return Ok(Published::Overtaken) };
        let buckets = changed.len();
        for (bucket, content) in &changed {
            stale.retain(|previous| previous.bucket != *bucket);
            if snapshot.holds_anything(*bucket) {
                stale.push(Previous { bucket: *bucket, attempt, published: content.hash });
            }
        }
        let writes = changed.into_iter().map(|(bucket, content)| {
            self.write_bucket(attempt, bucket, record.published(bucket), content)
        });
        let in_time: Vec<bool> =
            stream::iter(writes).buffer_unordered(CONCURRENCY).try_collect().await?;
        if in_time.contains(&false) {
            return Ok(Published::Overtaken);
        }
        let published = self.flip(attempt, manifest, &run.state(), buckets).await?;
        if matches!(published, Published::Changed { .. }) {
            self.forget_previous(stale).await?;
        }
        Ok(published)
    }

    /// The same agents as before: only the time is new.
    async fn confirm(&self, record: &StateRecord, state: &State) -> Result<Published, Error> {
        let confirmed = self
            .update_state(
                &set_run(state),
                "generation = :generation AND lastSeen <= :last_seen",
                state,
            )
            .expression_attribute_values(":generation", number(record.generation))
            .send()
            .await;
        Ok(if held(confirmed)?.is_some() { Published::Unchanged } else { Published::Overtaken })
    }

    /// Takes the next number; `None` when another run has published since `record` was read.
    async fn begin(&self, record: &StateRecord) -> Result<Option<u64>, Error> {
        let request = self
            .table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(StateRecord::key()))
            .update_expression("SET pending = :yes ADD attempt :one")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew);
        let request = match record.generation {
            0 => request.condition_expression("attribute_not_exists(generation)"),
            generation => request
                .condition_expression("generation = :generation")
                .expression_attribute_values(":generation", number(generation)),
        };
        let Some(begun) = held(request.send().await)? else { return Ok(None) };
        let attempt = begun
            .attributes()
            .and_then(|attributes| attributes.get("attempt")?.as_n().ok()?.parse().ok());
        attempt.map(Some).ok_or(Error::Corrupt { what: "state record of the index" })
    }

    /// Writes a bucket so that its item keeps the published content. `false` when a later attempt
    /// has written it.
    async fn write_bucket(
        &self,
        attempt: u64,
        bucket: BucketId,
        published: ContentHash,
        content: Content,
    ) -> Result<bool, Error> {
        let hash = content.hash;
        let update = self
            .table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(Slots::key(bucket)))
            .expression_attribute_values(":attempt", number(attempt))
            .expression_attribute_values(":hash", bytes(hash.as_bytes()))
            .expression_attribute_values(":content", AttributeValue::B(Blob::new(content.pack()?)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let replace = "SET latest = :content, latestHash = :hash, attempt = :attempt";

        // Nothing of this bucket is published: whatever stands there may go.
        if published == ContentHash::EMPTY {
            let replaced = update
                .update_expression(replace)
                .condition_expression("attribute_not_exists(attempt) OR attempt <= :attempt")
                .send()
                .await;
            return Ok(held(replaced)?.is_some());
        }
        let rotated = update
            .clone()
            .update_expression(format!("{replace}, previous = latest, previousHash = latestHash"))
            .condition_expression("attempt <= :attempt AND latestHash = :published")
            .expression_attribute_values(":published", bytes(published.as_bytes()))
            .send()
            .await;
        let Some(found) = refused(rotated)? else { return Ok(true) };
        match found {
            Some(slots) if slots.attempt > attempt => Ok(false),
            // Our own write, whose answer got lost.
            Some(slots) if slots.attempt == attempt && slots.latest_is(hash) => Ok(true),
            // The published content is the previous one, under the leftover of a run that did not
            // publish; or it is gone.
            found => {
                let condition = match &found {
                    Some(slots) if slots.previous_is(published) => {
                        "attempt <= :attempt AND previousHash = :published"
                    }
                    _ => {
                        "(attribute_not_exists(attempt) OR attempt <= :attempt) AND NOT latestHash \
                        = :published"
                    }
                };
                let replaced = update
                    .update_expression(replace)
                    .condition_expression(condition)
                    .expression_attribute_values(":published", bytes(published.as_bytes()))
                    .send()
                    .await;
                Ok(held(replaced)?.is_some())
            }
        }
    }

    /// Publishes, unless another run has begun since or a later list is published.
    async fn flip(
        &self,
        attempt: u64,
        manifest: Vec<u8>,
        state: &State,
        buckets: usize,
    ) -> Result<Published, Error> {
        let published = self
            .update_state(
                &format!("{}, generation = :attempt, manifest = :manifest", set_run(state)),
                "attempt = :attempt AND (attribute_not_exists(lastSeen) OR lastSeen <= :last_seen)",
                state,
            )
            .expression_attribute_values(":attempt", number(attempt))
            .expression_attribute_values(":manifest", AttributeValue::B(Blob::new(manifest)))
            .send()
            .await;
        Ok(if held(published)?.is_some() {
            Published::Changed { buckets }
        } else {
            Published::Overtaken
        })
    }

    fn update_state(
        &self,
        update: &str,
        condition: &str,
        state: &State,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        self.table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(StateRecord::key()))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_values(Some(run_values(state)))
    }
}

fn set_run(state: &State) -> String {
    match state.refreshed {
        Some(_) => format!("SET {SET_RUN}, refreshed = :last_seen"),
        None => format!("SET {SET_RUN}"),
    }
}

pub(super) fn bytes(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

/// `None` when the condition of the write did not hold.
pub(super) fn held<R>(
    result: Result<UpdateItemOutput, SdkError<UpdateItemError, R>>,
) -> Result<Option<UpdateItemOutput>, Error> {
    match result {
        Ok(output) => Ok(Some(output)),
        Err(SdkError::ServiceError(context))
            if context.err().is_conditional_check_failed_exception() =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// `None` when the write was applied, else what stood there when its condition did not hold:
/// nothing, or an item; an item that cannot be read counts as nothing.
fn refused<R>(
    result: Result<UpdateItemOutput, SdkError<UpdateItemError, R>>,
) -> Result<Option<Option<Slots>>, Error> {
    match result {
        Ok(_) => Ok(None),
        Err(SdkError::ServiceError(context)) => match context.into_err() {
            UpdateItemError::ConditionalCheckFailedException(failed) => {
                Ok(Some(failed.item.and_then(|item| Slots::read(item).ok())))
            }
            error => Err(SdkError::<_, ()>::service_error(error, ()).into()),
        },
        Err(error) => Err(error.into()),
    }
}
