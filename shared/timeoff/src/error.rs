//! Everything that can fail in this crate is an [`Error`]; it becomes the caller's [`Failure`] here
//! and nowhere else.

use bamboohr::{Endpoint, ErrorKind};
use contract::{ErrorCode, Failure};
use lambda_host::{Failed, SecretError};

/// What can fail between a parsed input and an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// BambooHR refused, failed, or could not be reached. Nothing was written by the call that
    /// failed so.
    #[error(transparent)]
    BambooHr(#[from] bamboohr::Error),
    /// BambooHR refused the API key, now or within the last minute.
    #[error("BambooHR refuses the API key")]
    Unauthorized,
    /// The table could not be read or written.
    #[error(transparent)]
    Table(#[from] store::Error),
    /// The secret is not to be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A write was sent and nobody can say whether it took effect.
    #[error("the outcome of a write is unknown")]
    OutcomeUnknown,
    /// Anything that is a failure for the caller as it is.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Error {
    /// The state of a request forbids what was asked, for the reason that completes "The request
    /// …".
    pub fn conflict(reason: &str) -> Self {
        Failure::new(ErrorCode::RequestConflict, format!("The request {reason}")).into()
    }

    /// Whether BambooHR refuses the API key: nothing else can succeed then.
    pub(crate) fn is_key_refused(&self) -> bool {
        matches!(self, Self::Unauthorized)
    }

    /// Whether a read that failed so may succeed a moment later.
    pub(crate) fn may_pass(&self) -> bool {
        use ErrorKind::{BadResponse, RateLimited, Transport, Unavailable};
        matches!(self, Self::BambooHr(error)
            if matches!(error.kind(), BadResponse | RateLimited | Transport | Unavailable)
                && error.record().is_none())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::BambooHr(error) => bamboohr_failure(&error),
            Error::Unauthorized => Self::new(
                ErrorCode::HrisUnauthorized,
                "BambooHR refuses the API key. Put a valid key into the secret; it is read again \
                within a minute.",
            ),
            Error::Table(error) => table_failure(&error),
            Error::Secret(error) => error.into(),
            Error::OutcomeUnknown => Self::new(
                ErrorCode::OutcomeUnknown,
                "The request was sent to BambooHR and no answer says whether it took effect. \
                Repeat the call in a minute: it looks before it writes.",
            ),
            Error::Failure(failure) => failure,
        }
    }
}

impl<T> From<Error> for Failed<T> {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}

fn bamboohr_failure(error: &bamboohr::Error) -> Failure {
    use ErrorCode::{
        AgentNotFound, Configuration, DeadlineExceeded, HrisBadResponse, HrisForbidden,
        HrisRateLimited, HrisRejected, HrisUnauthorized, HrisUnavailable, RequestConflict,
        RequestNotFound,
    };
    let failure = match error.kind() {
        ErrorKind::Unauthorized => Failure::new(
            HrisUnauthorized,
            "BambooHR refuses the API key. Put a valid key into the secret.",
        ),
        ErrorKind::Forbidden => Failure::new(
            HrisForbidden,
            "BambooHR does not allow this to the owner of the API key. Give that user access to \
            the employees, the time-off types and their requests.",
        ),
        ErrorKind::NotFound
            if matches!(error.endpoint(), Endpoint::Calculator | Endpoint::CreateRequest) =>
        {
            Failure::new(
                AgentNotFound,
                "BambooHR knows no employee with this agentId. Check the agent's externalId in \
                Genesys.",
            )
        }
        ErrorKind::NotFound if error.endpoint() == Endpoint::ChangeStatus => {
            Failure::new(RequestNotFound, "BambooHR knows no time-off request with this id.")
        }
        ErrorKind::Rejected if error.message().is_some() => {
            Failure::new(HrisRejected, "BambooHR rejected the request.")
        }
        ErrorKind::Rejected => Failure::new(
            HrisRejected,
            "BambooHR rejected the request and gave no reason. Check the time-off type and the \
            amounts in BambooHR.",
        ),
        ErrorKind::Conflict => Failure::new(
            RequestConflict,
            "BambooHR says that the state of the request does not allow this. Look at the request \
            in BambooHR.",
        ),
        ErrorKind::RateLimited => Failure::new(
            HrisRateLimited,
            "BambooHR asks to slow down for longer than this call may last. Try again in a minute.",
        ),
        ErrorKind::Unavailable | ErrorKind::Transport => {
            Failure::new(HrisUnavailable, "BambooHR could not be reached or failed. Try again.")
        }
        ErrorKind::DeadlineExceeded => {
            Failure::new(DeadlineExceeded, "Time ran out while waiting for BambooHR. Try again.")
        }
        ErrorKind::Incomplete => Failure::new(
            HrisBadResponse,
            "BambooHR's list of employees was incomplete: it kept changing, or its rows do not add \
            up to its total. Try again.",
        ),
        ErrorKind::RestrictedField { field } => Failure::new(
            Configuration,
            format!(
                "The owner of the API key may not read the field {field} of every employee. Allow \
                it in BambooHR's access levels, or change EMAIL_FIELD or AGENT_FILTER."
            ),
        ),
        ErrorKind::BadResponse if error.record().is_some() => Failure::new(
            HrisBadResponse,
            format!(
                "BambooHR's answer could not be understood: {}.",
                error.record().unwrap_or_default()
            ),
        ),
        _ => Failure::new(
            HrisBadResponse,
            "BambooHR's answer could not be understood. Try again; if it stays so, report the \
            correlation id.",
        ),
    };
    // Only a refusal's own words tell the caller more than our sentence.
    match error.message() {
        Some(message) if *error.kind() == ErrorKind::Rejected => failure.quoting(message),
        _ => failure,
    }
}

fn table_failure(error: &store::Error) -> Failure {
    let sentence = match error {
        store::Error::Unreachable => {
            "DynamoDB did not answer. Nothing was written to BambooHR by this step. Try again."
        }
        store::Error::Throttled => {
            "DynamoDB is throttling the table. Nothing was written to BambooHR by this step. Try \
            again in a minute."
        }
        store::Error::Forbidden => {
            "The function may not use its DynamoDB table. Check the permissions of its role."
        }
        store::Error::NoTable => {
            "The DynamoDB table that TABLE_NAME names does not exist. Correct the setting or \
            deploy the table."
        }
        store::Error::Corrupt { what } => {
            tracing::error!(
                event = "table.damaged",
                item = what,
                "an item in the DynamoDB table cannot be read"
            );
            "An item in the DynamoDB table cannot be read. The log names its kind; see the runbook."
        }
        store::Error::ConditionFailed | store::Error::Contended => {
            return Failure::new(
                ErrorCode::WriteInProgress,
                "Another call took over writing for this agent. Try again.",
            );
        }
        _ => "The DynamoDB table failed. Try again; if it stays so, report the correlation id.",
    };
    Failure::new(ErrorCode::Internal, sentence)
}

#[cfg(test)]
mod tests {
    use lambda_host::logs::{Captured, LogFilter, subscriber};
    use tracing::level_filters::LevelFilter;

    use super::*;

    #[test]
    fn a_damaged_item_is_named_in_the_log() {
        let log = Captured::new();
        let failure = tracing::subscriber::with_default(
            subscriber(&LogFilter::at(LevelFilter::INFO), log.lines()),
            || Failure::from(Error::from(store::Error::Corrupt { what: "write lease" })),
        );
        assert_eq!(failure.code, ErrorCode::Internal);
        let lines = log.text();
        assert!(
            lines.contains(r#""event":"table.damaged""#)
                && lines.contains(r#""item":"write lease""#),
            "{lines}"
        );
    }
}
