//! What can go wrong at the table. Every function of this crate that talks to DynamoDB returns
//! [`Error`].

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Why the table could not be read or written. The texts carry neither item content nor keys, so
/// they may be logged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No usable answer: no connection, a time-out, or an answer that broke off. A write may have
    /// been applied.
    #[error("DynamoDB gave no answer; a write may or may not have been applied")]
    Unreachable,
    /// DynamoDB is out of capacity for us at the moment (`ThrottlingException`,
    /// `RequestLimitExceeded`, `ProvisionedThroughputExceededException`), after the SDK's own
    /// retries. Nothing was applied.
    #[error("DynamoDB throttled the call; nothing was written")]
    Throttled,
    /// A condition of the write did not hold. Nothing was applied.
    #[error("the table changed meanwhile; nothing was written")]
    ConditionFailed,
    /// Another transaction touched the same items at the same time. Nothing was applied; it may be
    /// tried again.
    #[error("another write to the same items was under way; nothing was written")]
    Contended,
    /// DynamoDB refused the call for want of permission or credentials.
    #[error(
        "DynamoDB refused access to the table; check the role of the function and its credentials"
    )]
    Forbidden,
    /// There is no such table in this account and region.
    #[error("the DynamoDB table does not exist; check TABLE_NAME and the region")]
    NoTable,
    /// An item of ours does not have the form that this crate writes.
    #[error(
        "the {what} in the table cannot be read; it was not written by this version or was edited \
        by hand"
    )]
    Corrupt {
        /// Which kind of item.
        what: &'static str,
    },
    /// More than is kept of one thing.
    #[error("the {what} is too large to be kept")]
    TooLarge {
        /// Which kind of item.
        what: &'static str,
    },
    /// Anything else: a fault inside DynamoDB or in this crate.
    #[error("DynamoDB failed with {code}")]
    Internal {
        /// DynamoDB's error code, or what failed on our side.
        code: String,
    },
}

impl Error {
    /// A request or an item that cannot even be put together: a mistake in this crate.
    pub(crate) fn unbuildable(_: impl std::error::Error) -> Self {
        Self::Internal { code: "a request that could not be built".to_owned() }
    }

    /// Builds the error for a call that DynamoDB refused with `code`.
    pub(crate) fn from_code(code: &str) -> Self {
        match code {
            "ThrottlingException"
            | "Throttling"
            | "RequestLimitExceeded"
            | "ThrottlingError"
            | "ProvisionedThroughputExceeded"
            | "ProvisionedThroughputExceededException" => Self::Throttled,
            "ConditionalCheckFailed" | "ConditionalCheckFailedException" => Self::ConditionFailed,
            "TransactionConflict"
            | "TransactionConflictException"
            | "TransactionInProgressException"
            | "ReplicatedWriteConflictException" => Self::Contended,
            "AccessDeniedException"
            | "UnrecognizedClientException"
            | "MissingAuthenticationTokenException"
            | "IncompleteSignatureException"
            | "InvalidSignatureException"
            | "ExpiredTokenException" => Self::Forbidden,
            "ResourceNotFoundException" => Self::NoTable,
            code => Self::Internal { code: code.to_owned() },
        }
    }
}

impl<E: ProvideErrorMetadata, R> From<SdkError<E, R>> for Error {
    fn from(error: SdkError<E, R>) -> Self {
        match error {
            SdkError::ServiceError(context) => match context.err().code() {
                Some(code) => Self::from_code(code),
                None => Self::Internal { code: "an answer without an error code".to_owned() },
            },
            SdkError::TimeoutError(_)
            | SdkError::DispatchFailure(_)
            | SdkError::ResponseError(_) => Self::Unreachable,
            _ => Self::Internal { code: "a request that could not be built".to_owned() },
        }
    }
}
