use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

/// What went wrong, for a machine to branch on: the envelope's `errorCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The input breaks a rule; the sentence names the field.
    InvalidInput,
    /// The HRIS knows no such employee.
    AgentNotFound,
    /// The HRIS knows no such time-off request.
    RequestNotFound,
    /// The request is in a state that forbids the change, or belongs to another agent.
    RequestConflict,
    /// Another call is writing for the same agent.
    WriteInProgress,
    /// A write was sent and nobody can say whether it took effect.
    OutcomeUnknown,
    /// The time budget ran out.
    DeadlineExceeded,
    /// The HRIS refused the content of a request.
    HrisRejected,
    /// The HRIS refused the permission.
    HrisForbidden,
    /// The HRIS refused the API key.
    HrisUnauthorized,
    /// The HRIS asked to slow down for longer than the budget lasts.
    HrisRateLimited,
    /// The HRIS could not be reached, or answered with a server error.
    HrisUnavailable,
    /// The HRIS answered something unreadable or incomplete.
    HrisBadResponse,
    /// Too many agents are missing at once.
    ShrinkGuard,
    /// More agents than Genesys can take.
    TooManyAgents,
    /// Writing is switched off.
    ReadOnly,
    /// A setting or the secret is missing or malformed.
    Configuration,
    /// A fault of this product or of its own infrastructure.
    Internal,
}

impl ErrorCode {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 18] = [
        Self::InvalidInput,
        Self::AgentNotFound,
        Self::RequestNotFound,
        Self::RequestConflict,
        Self::WriteInProgress,
        Self::OutcomeUnknown,
        Self::DeadlineExceeded,
        Self::HrisRejected,
        Self::HrisForbidden,
        Self::HrisUnauthorized,
        Self::HrisRateLimited,
        Self::HrisUnavailable,
        Self::HrisBadResponse,
        Self::ShrinkGuard,
        Self::TooManyAgents,
        Self::ReadOnly,
        Self::Configuration,
        Self::Internal,
    ];

    /// The code as the envelope spells it, `UPPER_SNAKE_CASE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "INVALID_INPUT",
            Self::AgentNotFound => "AGENT_NOT_FOUND",
            Self::RequestNotFound => "REQUEST_NOT_FOUND",
            Self::RequestConflict => "REQUEST_CONFLICT",
            Self::WriteInProgress => "WRITE_IN_PROGRESS",
            Self::OutcomeUnknown => "OUTCOME_UNKNOWN",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::HrisRejected => "HRIS_REJECTED",
            Self::HrisForbidden => "HRIS_FORBIDDEN",
            Self::HrisUnauthorized => "HRIS_UNAUTHORIZED",
            Self::HrisRateLimited => "HRIS_RATE_LIMITED",
            Self::HrisUnavailable => "HRIS_UNAVAILABLE",
            Self::HrisBadResponse => "HRIS_BAD_RESPONSE",
            Self::ShrinkGuard => "SHRINK_GUARD",
            Self::TooManyAgents => "TOO_MANY_AGENTS",
            Self::ReadOnly => "READ_ONLY",
            Self::Configuration => "CONFIGURATION",
            Self::Internal => "INTERNAL",
        }
    }

    /// The envelope's `statusCode`: 408 where time ran out or the outcome is open, 500 for every
    /// other failure.
    pub const fn status_code(self) -> u16 {
        match self {
            Self::DeadlineExceeded | Self::WriteInProgress | Self::OutcomeUnknown => 408,
            _ => 500,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A failed operation, as a caller sees it: a code for machines and one plain sentence for people.
///
/// The sentence says what happened and what to do. It never holds an e-mail address, a name, notes,
/// a balance or a secret, and it never quotes an input value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {sentence}")]
pub struct Failure {
    /// What a machine branches on.
    pub code: ErrorCode,
    /// What a person reads.
    pub sentence: Cow<'static, str>,
}

impl Failure {
    /// A failure with the given code and sentence.
    pub fn new(code: ErrorCode, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { code, sentence: sentence.into() }
    }

    /// The input field `field` breaks `rule`, which completes the sentence "`field` …".
    pub fn invalid(field: &str, rule: impl fmt::Display) -> Self {
        Self::new(ErrorCode::InvalidInput, format!("{field} {rule}."))
    }

    /// The time budget ran out while `doing` something, which completes "Time ran out while …".
    pub fn out_of_time(doing: &str) -> Self {
        Self::new(ErrorCode::DeadlineExceeded, format!("Time ran out while {doing}. Try again."))
    }
}
