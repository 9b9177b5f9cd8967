//! Why a call to Genesys Cloud failed, and whether a failed write may have happened all the same.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What went wrong, as far as a caller decides by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400 or 401 where tokens are given: the id or the secret is wrong, or of another region.
    InvalidClient,
    /// 401 with a token that was just renewed.
    Unauthorized,
    /// 403: [`Error::permissions`] names what the OAuth client's roles lack, where Genesys says so.
    /// Also given when the roles do not cover the record's division.
    Forbidden,
    /// 404: no such record in this organisation.
    NotFound,
    /// 400, 413 and every other 4xx without a kind of its own: the same call will fail again.
    Rejected,
    /// 409: the record has changed since it was read.
    Conflict,
    /// 429 more often, or for longer, than [`Limits`](crate::Limits) allow.
    RateLimited,
    /// 5xx or 408.
    Unavailable,
    /// An answer that cannot be understood: unreadable JSON, HTML, a redirect, a list that breaks
    /// off.
    BadResponse,
    /// No complete answer: no connection, a broken one, or a try that took too long.
    Transport,
}

/// Whether a failed write may have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Genesys did not do it: nothing was sent, or it refused. Always so for reads.
    None,
    /// Genesys may have done it. Read the record before repeating the write.
    Unknown,
}

/// A failed call to Genesys Cloud.
///
/// `Display` and `Debug` hold neither bodies nor tokens nor secrets nor e-mail addresses: both may
/// be logged. `Display` ends with the id that Genesys' support asks for.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    effect: Effect,
    endpoint: &'static str,
    status: Option<u16>,
    complaint: Complaint,
    correlation_id: Option<String>,
    detail: Option<String>,
    retry_after: Option<Duration>,
    source: Option<reqwest::Error>,
}

/// What an error body says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) context_id: Option<String>,
    pub(crate) permissions: Vec<String>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, endpoint: &'static str) -> Self {
        Self(Box::new(Inner {
            kind,
            effect: Effect::None,
            endpoint,
            status: None,
            complaint: Complaint::default(),
            correlation_id: None,
            detail: None,
            retry_after: None,
            source: None,
        }))
    }

    pub(crate) fn with_effect(mut self, effect: Effect) -> Self {
        self.0.effect = effect;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_complaint(mut self, complaint: Complaint) -> Self {
        self.0.complaint = complaint;
        self
    }

    pub(crate) fn with_correlation_id(mut self, id: Option<String>) -> Self {
        self.0.correlation_id = id;
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// The address is taken out of the source: it may be a pre-signed one.
    pub(crate) fn with_source(mut self, source: reqwest::Error) -> Self {
        self.0.source = Some(source.without_url());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether a failed write may have taken effect; [`Effect::None`] for reads.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The path of the call with its ids left out, such as `/users/{userId}`.
    pub fn endpoint(&self) -> &'static str {
        self.0.endpoint
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Genesys' code of the error, such as `missing.permissions`.
    pub fn code(&self) -> Option<&str> {
        self.0.complaint.code.as_deref()
    }

    /// Genesys' own words: at most 300 characters, on one line, without e-mail addresses. They may
    /// change at any time.
    pub fn message(&self) -> Option<&str> {
        self.0.complaint.message.as_deref()
    }

    /// The `contextId` of the error, which Genesys' support asks for; where it has none, the
    /// correlation id of the answer.
    pub fn context_id(&self) -> Option<&str> {
        self.0.complaint.context_id.as_deref().or(self.0.correlation_id.as_deref())
    }

    /// The permissions that a 403 names, such as `wfm:agent:view`, in Genesys' order. Whether all
    /// or any of them are needed, [`Error::code`] says (`missing.permissions`,
    /// `missing.any.permissions`).
    pub fn permissions(&self) -> &[String] {
        &self.0.complaint.permissions
    }

    /// How long Genesys asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether a read is worth another try.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Transport | ErrorKind::Unavailable)
            && !matches!(self.0.status, Some(501 | 505))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind() {
            ErrorKind::InvalidClient => {
                "Genesys Cloud does not know the OAuth client, or its secret is wrong; check both, \
                and the region"
            }
            ErrorKind::Unauthorized => {
                "Genesys Cloud does not accept a token that it has just given"
            }
            ErrorKind::Forbidden => "Genesys Cloud does not allow this to the OAuth client",
            ErrorKind::NotFound => "Genesys Cloud has no such record",
            ErrorKind::Rejected => "Genesys Cloud rejected the call",
            ErrorKind::Conflict => {
                "the record in Genesys Cloud has changed meanwhile; read it again"
            }
            ErrorKind::RateLimited => "Genesys Cloud asks for fewer calls; try again later",
            ErrorKind::Unavailable => "Genesys Cloud is unavailable; try again later",
            ErrorKind::BadResponse => "the answer of Genesys Cloud cannot be understood",
            ErrorKind::Transport => "Genesys Cloud could not be reached, or the connection broke",
        })?;
        if !self.permissions().is_empty() {
            let joint = if self.code() == Some("missing.any.permissions") { " or " } else { ", " };
            write!(f, "; its roles lack {}", self.permissions().join(joint))?;
        }
        if let Some(detail) = &self.0.detail {
            write!(f, ": {detail}")?;
        }
        write!(f, " ({}", self.endpoint())?;
        if let Some(status) = self.status() {
            write!(f, " answered {status}")?;
        }
        if let Some(code) = self.code() {
            write!(f, " {code}")?;
        }
        f.write_str(")")?;
        if let Some(message) = self.message().filter(|_| self.permissions().is_empty()) {
            write!(f, ": {message}")?;
        }
        match self.context_id() {
            Some(id) => write!(f, " [contextId {id}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
