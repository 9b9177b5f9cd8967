//! Why a call to BambooHR failed, and whether a failed write may have happened all the same.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::endpoint::Endpoint;

/// What went wrong, as far as a caller decides by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// 401: the key is missing or unknown. Never repeat it: unknown keys get the whole API disabled
    /// for a while.
    Unauthorized,
    /// 403: the key's owner may not do this, or BambooHR has disabled its API after too many
    /// unknown keys.
    Forbidden,
    /// 404: no such employee or request; of the directory, that it is empty.
    NotFound,
    /// 400, 406, 422 and every other 4xx without a kind of its own: the same call will fail again.
    Rejected,
    /// 409 or 410: the state of the record does not allow it.
    Conflict,
    /// 429, or the call was not made because an earlier 429 asked this client to wait longer than
    /// its deadline. A write is not even held back: it fails with this at once.
    RateLimited,
    /// 5xx or 408.
    Unavailable,
    /// An answer that cannot be understood: unreadable JSON, HTML, a redirect.
    BadResponse,
    /// No complete answer: no connection, a broken one, or an attempt that took too long.
    Transport,
    /// The deadline of the work passed first.
    DeadlineExceeded,
    /// A list whose rows do not add up to what BambooHR says there are.
    Incomplete,
    /// The owner of the key may not read this field, so that the list would be wrong without
    /// showing it.
    RestrictedField {
        /// BambooHR's name of the field, such as `workEmail`.
        field: &'static str,
    },
}

/// Whether a failed write may have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// BambooHR did not do it: nothing was sent, or it refused. Always so for reads.
    None,
    /// BambooHR may have done it. Look before repeating it: nothing there protects against a second
    /// request.
    Unknown,
}

/// A failed call to BambooHR.
///
/// `Display` and `Debug` hold neither bodies nor keys nor e-mail addresses, and nothing of
/// BambooHR's own message, which may name a person or a balance: both may be logged. The message is
/// for whoever made the call, by [`Error::message`].
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    effect: Effect,
    endpoint: Endpoint,
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    detail: Option<String>,
    record: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    source: Option<reqwest::Error>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, endpoint: Endpoint) -> Self {
        Self(Box::new(Inner {
            kind,
            effect: Effect::None,
            endpoint,
            status: None,
            code: None,
            message: None,
            detail: None,
            record: None,
            request_id: None,
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

    pub(crate) fn with_code(mut self, code: Option<String>) -> Self {
        self.0.code = code;
        self
    }

    pub(crate) fn with_message(mut self, message: Option<String>) -> Self {
        self.0.message = message;
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_record(mut self, sentence: String) -> Self {
        self.0.record = Some(sentence);
        self
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// The address is taken out of the source: its query may hold an e-mail address.
    pub(crate) fn with_source(mut self, source: reqwest::Error) -> Self {
        self.0.source = Some(source.without_url());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Whether a failed write may have taken effect; [`Effect::None`] for reads.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The call that failed.
    pub fn endpoint(&self) -> Endpoint {
        self.0.endpoint
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// BambooHR's own code of the error, such as `BadPage`, where the answer had one.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// BambooHR's own words, from its error header or its error document: at most 200 characters,
    /// on one line, without e-mail addresses, the API key and the note that was sent. BambooHR may
    /// change its words at any time.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The id that BambooHR gave the call, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// What cannot be read, when that is one field of one record: a clause that names both by id
    /// and name, without the value, and a sentence about what to do, without its full stop.
    pub fn record(&self) -> Option<&str> {
        self.0.record.as_deref()
    }

    /// How long BambooHR asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether a read is worth another try.
    pub(crate) fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::RateLimited | ErrorKind::Transport => true,
            _ => matches!(self.0.status, Some(408 | 502 | 503 | 504 | 598)),
        }
    }

    /// Whether an established connection broke, as one does that died while the process was frozen.
    pub(crate) fn is_broken_connection(&self) -> bool {
        self.0.source.as_ref().is_some_and(|source| !source.is_connect() && !source.is_timeout())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind() {
            ErrorKind::Unauthorized => "BambooHR does not know the API key",
            ErrorKind::Forbidden => "BambooHR does not allow this to the owner of the API key",
            ErrorKind::NotFound => "BambooHR has no such record",
            ErrorKind::Rejected => "BambooHR rejected the call",
            ErrorKind::Conflict => "the state of the record in BambooHR does not allow this",
            ErrorKind::RateLimited => "BambooHR asks for fewer calls",
            ErrorKind::Unavailable => "BambooHR is unavailable",
            ErrorKind::BadResponse => "the answer of BambooHR cannot be understood",
            ErrorKind::Transport => "BambooHR could not be reached, or the connection broke",
            ErrorKind::DeadlineExceeded => "the time for calls to BambooHR ran out",
            ErrorKind::Incomplete => "the list that BambooHR gave is incomplete",
            ErrorKind::RestrictedField { field } => {
                return write!(
                    f,
                    "the owner of the API key may not read the field {field} of every employee"
                );
            }
        };
        f.write_str(what)?;
        for detail in [&self.0.detail, &self.0.record].into_iter().flatten() {
            write!(f, ": {detail}")?;
        }
        write!(f, " ({}", self.endpoint())?;
        if let Some(status) = self.status() {
            write!(f, " answered {status}")?;
        }
        if let Some(code) = self.code() {
            write!(f, ", code {code}")?;
        }
        if let Some(id) = self.request_id() {
            write!(f, ", request id {id}")?;
        }
        f.write_str(")")
    }
}

/// Without BambooHR's message.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, effect, endpoint, status, code, detail, record, .. } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("effect", effect)
            .field("endpoint", endpoint)
            .field("status", status)
            .field("code", code)
            .field("detail", detail)
            .field("record", record)
            .field("request_id", &self.0.request_id)
            .field("retry_after", &self.0.retry_after)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
