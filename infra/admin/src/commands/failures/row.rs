//! A failed input as it is shown.

use contract::ExternalId;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use store::{FailedInput, Subject};

/// A failed input as lists show it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub external_id: ExternalId,
    #[serde(serialize_with = "as_text")]
    pub id: Subject,
    pub operation: &'static str,
    pub error_code: String,
    pub correlation_id: String,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub count: u64,
    pub stale: bool,
}

impl Row {
    pub(super) fn of(failed: &FailedInput) -> Self {
        Self {
            external_id: failed.agent(),
            id: failed.subject,
            operation: failed.input.operation(),
            error_code: failed.error_code.clone(),
            correlation_id: failed.correlation_id.clone(),
            first_seen: failed.first_seen,
            last_seen: failed.last_seen,
            count: failed.count,
            stale: failed.is_stale,
        }
    }
}

pub(super) fn as_text<S: Serializer>(id: &Subject, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

/// The key or the request id on a command line.
pub(super) fn id(text: &str) -> Result<Subject, &'static str> {
    text.parse().map_err(|_| "neither a key of 12 hexadecimal digits nor a request id")
}

/// What a failed input is called in a sentence.
pub(super) fn named(external_id: ExternalId, id: Subject) -> String {
    match id {
        Subject::Key(_) => format!("agent {external_id}, key {id}"),
        Subject::Request(_) => format!("agent {external_id}, request {id}"),
    }
}
