//! An HTTP answer, and which failure it stands for.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::endpoint::Endpoint;
use crate::error::{Effect, Error, ErrorKind};
use crate::rows::{MOST_ROWS, Stopped, each_row};
use crate::{error_text, retry};

/// A success, as far as the status and the body say.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) endpoint: Endpoint,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON. What cannot be read is not quoted: bodies hold personal data.
    pub(crate) fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(&error))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.body).map_err(|_| self.bad("no text"))
    }

    /// Hands the rows of a list in the body on, one by one.
    pub(crate) fn each_row<'a>(
        &self,
        list: &'a str,
        read: impl FnMut(&'a RawValue) -> Result<(), Error>,
    ) -> Result<(), Error> {
        each_row(list, read).map_err(|stopped| match stopped {
            Stopped::NoList(error) => self.unreadable(&error),
            Stopped::TooMany => self.bad(format!("a list of more than {MOST_ROWS} rows")),
            Stopped::Row(error) if error.status().is_some() => error,
            Stopped::Row(error) => {
                error.with_status(self.status.as_u16()).with_request_id(request_id(&self.headers))
            }
        })
    }

    pub(crate) fn unreadable(&self, error: &serde_json::Error) -> Error {
        let kind = if error.is_data() { "unexpected data" } else { "no valid JSON" };
        self.bad(format!("{kind} at line {}, column {}", error.line(), error.column()))
    }

    pub(crate) fn bad(&self, detail: impl Into<String>) -> Error {
        Error::new(ErrorKind::BadResponse, self.endpoint)
            .with_status(self.status.as_u16())
            .with_request_id(request_id(&self.headers))
            .with_detail(detail)
    }

    /// The last segment of `Location`. Its host is whichever was called, so nothing before it is
    /// looked at.
    pub(crate) fn created_segment(&self) -> Option<&str> {
        let location = self.headers.get(LOCATION)?.to_str().ok()?;
        let path = location.split(['?', '#']).next()?;
        path.trim_end_matches('/').rsplit('/').next()
    }

    pub(crate) fn is_html(&self) -> bool {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.contains("html"))
    }
}

/// The status line and headers of an answer, and the call that they belong to.
pub(crate) struct Head<'a> {
    pub(crate) endpoint: Endpoint,
    pub(crate) is_write: bool,
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
}

impl Head<'_> {
    /// The failure that a complete answer stands for, if it does.
    pub(crate) fn failure(&self, body: &[u8], secrets: &[&str]) -> Option<Error> {
        let claimed =
            self.status.is_success().then(|| error_text::status_of_error_body(body)).flatten();
        if self.status.is_success() && claimed.is_none() {
            return None;
        }
        let complaint = error_text::complaint(self.headers, body, secrets);
        let kind = match claimed {
            None => kind_of(self.status.as_u16()),
            Some(Some(status)) => kind_of(status),
            Some(None) => ErrorKind::Rejected,
        };
        // An error inside a success contradicts itself, so that nothing follows for what was done.
        let effect = match (self.is_write, claimed) {
            (false, _) => Effect::None,
            (true, None) => effect_of(self.status),
            (true, Some(_)) => Effect::Unknown,
        };
        let error = Error::new(kind, self.endpoint)
            .with_status(self.status.as_u16())
            .with_effect(effect)
            .with_code(complaint.code)
            .with_message(complaint.message)
            .with_request_id(request_id(self.headers))
            .with_retry_after(retry::retry_after(self.headers));
        Some(match self.status.is_redirection() {
            true => error.with_detail("it redirects elsewhere; is the company domain right?"),
            false => error,
        })
    }
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 | 410 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        408 | 500..=599 => ErrorKind::Unavailable,
        400..=499 => ErrorKind::Rejected,
        _ => ErrorKind::BadResponse,
    }
}

/// A refusal has no effect. 408 is no refusal but somebody's time-out, possibly that of a proxy in
/// between.
fn effect_of(status: StatusCode) -> Effect {
    if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT {
        Effect::None
    } else {
        Effect::Unknown
    }
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = ["x-request-id", "x-bamboohr-request-id", "request-id"]
        .iter()
        .find_map(|name| headers.get(*name))?
        .to_str()
        .ok()?;
    let plain = !id.is_empty()
        && id.len() <= 128
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    plain.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;
    use crate::error_text::HEADERS;

    proptest! {
        /// The message is for the answer; `Display` and `Debug` are for the log.
        #[test]
        fn what_bamboohr_says_is_in_no_log(
            status in prop_oneof![300_u16..600, Just(200)],
            words in "[A-Z][a-z]{4,9} has [1-9][0-9]{3} hours",
            place in 0_usize..HEADERS.len() + 3,
            is_write: bool,
        ) {
            let mut headers = HeaderMap::new();
            if let Some(name) = HEADERS.get(place) {
                let value = HeaderValue::from_str(&words).unwrap();
                headers.insert(HeaderName::from_static(name), value);
            }
            let body = match place.wrapping_sub(HEADERS.len()) {
                0 => format!(r#"{{"error":{{"code":429,"message":"{words}"}}}}"#),
                1 => format!(r#"{{"title":"{words}","fields":{{"x":"{words}"}}}}"#),
                _ => format!(r#"{{"errors":[{{"error":"{words}"}}]}}"#),
            };
            let endpoint = Endpoint::CreateRequest;
            let status = StatusCode::from_u16(status).unwrap();
            let head = Head { endpoint, is_write, status, headers: &headers };
            if let Some(error) = head.failure(body.as_bytes(), &[]) {
                prop_assert!(error.message().is_some_and(|message| message.contains(&words)));
                let logged = format!("{error} {error:?} {error:#?}");
                for word in words.split(' ') {
                    prop_assert!(!logged.contains(word) || "has hours".contains(word), "{logged}");
                }
            } else {
                prop_assert!(status.is_success());
            }
        }
    }
}
