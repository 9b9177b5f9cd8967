//! An HTTP answer, and which failure it stands for.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::error::{Effect, Error, ErrorKind};
use crate::{error_body, retry};

/// A body is given up beyond this. A time-off request takes about 1 KB.
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// A success, as far as the status says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) endpoint: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON. What cannot be read is not quoted: bodies hold personal data.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let kind = if error.is_data() { "unexpected data" } else { "no valid JSON" };
            self.bad(format!("{kind} at line {}, column {}", error.line(), error.column()))
        })
    }

    /// The body of an answer to a write: one that cannot be read says nothing of whether it was
    /// done.
    pub(crate) fn json_of_write<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.json().map_err(|error| error.with_effect(Effect::Unknown))
    }

    pub(crate) fn bad(&self, detail: impl Into<String>) -> Error {
        Error::new(ErrorKind::BadResponse, self.endpoint)
            .with_status(self.status.as_u16())
            .with_correlation_id(correlation_id(&self.headers))
            .with_detail(detail)
    }
}

/// Which call an answer belongs to, as far as its meaning depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reads by the API.
    Read,
    /// Changes something by the API.
    Write,
    /// Asks for a token.
    Token,
    /// Fetches what an answer pointed to.
    Download,
}

/// The failure that an answer stands for, if it does.
pub(crate) fn failure(
    purpose: Purpose,
    endpoint: &'static str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    secret: &str,
) -> Option<Error> {
    if status.is_success() {
        return None;
    }
    let error = Error::new(kind_of(purpose, status.as_u16()), endpoint)
        .with_status(status.as_u16())
        .with_complaint(error_body::complaint(body, secret))
        .with_correlation_id(correlation_id(headers))
        .with_retry_after(retry::retry_after(headers))
        .with_effect(effect_of(purpose, status));
    Some(match (purpose, status.is_redirection()) {
        (_, true) => error.with_detail("it redirects elsewhere; is the region right?"),
        (Purpose::Download, _) => error.with_detail("the download was refused"),
        _ => error,
    })
}

fn kind_of(purpose: Purpose, status: u16) -> ErrorKind {
    match (purpose, status) {
        (_, 429) => ErrorKind::RateLimited,
        (_, 408 | 500..=599) => ErrorKind::Unavailable,
        // A file store's 403 says that its address has expired, not which permission is missing.
        (Purpose::Download, _) => ErrorKind::BadResponse,
        (Purpose::Token, 400 | 401) => ErrorKind::InvalidClient,
        (_, 401) => ErrorKind::Unauthorized,
        (_, 403) => ErrorKind::Forbidden,
        (_, 404) => ErrorKind::NotFound,
        (_, 409) => ErrorKind::Conflict,
        (_, 400..=499) => ErrorKind::Rejected,
        _ => ErrorKind::BadResponse,
    }
}

/// A refusal has no effect. 408 is no refusal but somebody's time-out.
fn effect_of(purpose: Purpose, status: StatusCode) -> Effect {
    let refused = status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT;
    if purpose == Purpose::Write && !refused { Effect::Unknown } else { Effect::None }
}

pub(crate) fn correlation_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("inin-correlation-id")?.to_str().ok()?;
    error_body::is_plain(id).then(|| id.to_owned())
}

/// Reads the whole body, within reason. `None` when it is longer than that.
pub(crate) async fn body_of(
    mut response: reqwest::Response,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}
