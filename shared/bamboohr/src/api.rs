//! How a call is made: deadline, tries, pauses, log.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{info, warn};

use crate::answer::{Answer, Head, request_id};
use crate::body::{NoBody, mend, whole_body};
use crate::client::Shared;
use crate::endpoint::Endpoint;
use crate::error::{Effect, Error, ErrorKind};
use crate::retry;
use crate::statistics::{CallStatistics, Counters};

/// BambooHR's calls for one piece of work: every call, repeat and wait of it ends before one
/// deadline. Cheap to clone; clones count into the same [`CallStatistics`].
///
/// Reads are tried up to four times, on 408, 429, 502, 503, 504, 598 and broken connections. Writes
/// are tried once.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
    deadline: Instant,
    counters: Arc<Counters>,
}

/// A call before it is sent.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    pub(crate) endpoint: Endpoint,
    pub(crate) path: String,
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<Vec<u8>>,
    /// Text that was sent and must not come back in an error's message.
    pub(crate) note: Option<&'a str>,
}

impl<'a> Outgoing<'a> {
    pub(crate) fn get(endpoint: Endpoint, query: &'a [(&'a str, &'a str)]) -> Self {
        Self::get_at(endpoint, endpoint.path().to_owned(), query)
    }

    /// Where the path has ids in it.
    pub(crate) fn get_at(
        endpoint: Endpoint,
        path: String,
        query: &'a [(&'a str, &'a str)],
    ) -> Self {
        Self { method: Method::GET, endpoint, path, query, body: None, note: None }
    }

    pub(crate) fn put(
        endpoint: Endpoint,
        path: String,
        body: Vec<u8>,
        note: Option<&'a str>,
    ) -> Self {
        Self { method: Method::PUT, endpoint, path, query: &[], body: Some(body), note }
    }

    fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.endpoint)
    }

    /// The innermost cause says it best: "Connection refused" and not "error sending request".
    fn broken(&self, error: reqwest::Error) -> Error {
        let mut cause = error.source();
        while let Some(inner) = cause.and_then(|cause| cause.source()) {
            cause = Some(inner);
        }
        let detail = cause.map_or_else(|| "no complete answer".to_owned(), ToString::to_string);
        self.error(ErrorKind::Transport).with_detail(detail).with_source(error)
    }

    /// The effect of a call that was begun and did not end.
    fn effect_once_begun(&self) -> Effect {
        if self.is_write() { Effect::Unknown } else { Effect::None }
    }
}

impl Api {
    pub(crate) fn new(shared: Arc<Shared>, deadline: Instant) -> Self {
        Self { shared, deadline, counters: Arc::default() }
    }

    /// The same work with a tighter deadline; a later one than the present is not given.
    #[must_use]
    pub fn until(&self, earlier: Instant) -> Self {
        Self { deadline: self.deadline.min(earlier), ..self.clone() }
    }

    /// When every call of this work has ended.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// What the work cost so far.
    pub fn statistics(&self) -> CallStatistics {
        self.counters.read()
    }

    /// A read: tried again while that may help and the deadline allows.
    pub(crate) async fn read(&self, call: Outgoing<'_>) -> Result<Answer, Error> {
        let mut attempt = 1;
        loop {
            self.wait_out_cooldown(&call).await?;
            let error = match self.attempt(&call, attempt).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let wait = retry::wait_after(attempt, &error);
            let again_at =
                Instant::now().checked_add(wait).filter(|again_at| *again_at < self.deadline);
            let Some(again_at) =
                again_at.filter(|_| error.is_transient() && attempt < retry::ATTEMPTS)
            else {
                return Err(error);
            };
            warn!(
                event = "upstream.retry",
                endpoint = call.endpoint.path(),
                attempt,
                kind = ?error.kind(),
                status = error.status(),
                upstream_request_id = error.request_id(),
                wait_ms = millis(wait),
                "BambooHR did not answer as it should; trying again"
            );
            sleep_until(again_at).await;
            attempt += 1;
        }
    }

    /// A write: one try and no wait, since only the caller knows what a second one would do.
    pub(crate) async fn write(&self, call: Outgoing<'_>) -> Result<Answer, Error> {
        if let Some(ends_at) = self.shared.cooldown.ends_at() {
            return Err(held_back(&call, ends_at));
        }
        self.attempt(&call, 1).await
    }

    /// Waits until an earlier 429 allows calls again.
    async fn wait_out_cooldown(&self, call: &Outgoing<'_>) -> Result<(), Error> {
        while let Some(ends_at) = self.shared.cooldown.ends_at() {
            if ends_at >= self.deadline {
                return Err(held_back(call, ends_at));
            }
            sleep_until(ends_at).await;
        }
        Ok(())
    }

    async fn attempt(&self, call: &Outgoing<'_>, attempt: u32) -> Result<Answer, Error> {
        let started = Instant::now();
        if started >= self.deadline {
            return Err(call.error(ErrorKind::DeadlineExceeded));
        }
        let limit = started
            .checked_add(self.shared.attempt_timeout)
            .map_or(self.deadline, |limit| limit.min(self.deadline));
        self.counters.sent(attempt > 1);
        let outcome = timeout_at(limit, self.exchange(call))
            .await
            .unwrap_or_else(|_| Err(self.timed_out(call)));
        let took = started.elapsed();
        self.counters.took(took);
        let (status, request_id) = match &outcome {
            Ok(answer) => (Some(answer.status.as_u16()), request_id(&answer.headers)),
            Err(error) => (error.status(), error.request_id().map(str::to_owned)),
        };
        info!(
            event = "upstream.call",
            method = call.method.as_str(),
            endpoint = call.endpoint.path(),
            attempt,
            status,
            upstream_request_id = request_id,
            duration_ms = millis(took),
            "called BambooHR"
        );
        if let Err(error) = &outcome
            && *error.kind() == ErrorKind::RateLimited
        {
            self.counters.throttled();
            self.shared
                .cooldown
                .start(error.retry_after().unwrap_or_else(|| retry::backoff(attempt)));
        }
        outcome
    }

    async fn exchange(&self, call: &Outgoing<'_>) -> Result<Answer, Error> {
        let url = self.shared.site.url(&call.path).map_err(|error| {
            call.error(ErrorKind::Transport)
                .with_detail(error.to_string())
                .with_effect(Effect::None)
        })?;
        let mut request = self
            .shared
            .http
            .request(call.method.clone(), url)
            .query(call.query)
            .basic_auth(self.shared.key.expose(), Some("x"))
            // Without it, most endpoints answer in XML.
            .header(ACCEPT, "application/json");
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        let response = request.send().await.map_err(|error| {
            let effect = if error.is_connect() || error.is_builder() {
                Effect::None
            } else {
                call.effect_once_begun()
            };
            call.broken(error).with_effect(effect)
        })?;
        let status = response.status();
        let headers = response.headers().clone();
        let head =
            Head { endpoint: call.endpoint, is_write: call.is_write(), status, headers: &headers };
        let secrets = [self.shared.key.expose(), call.note.unwrap_or_default()];
        let mut body = match whole_body(response, call.endpoint.longest_body()).await {
            Ok(body) => body,
            // The status alone says that it failed, and how.
            Err(_) if !status.is_success() => Vec::new(),
            // The id of a created record is in the headers too.
            Err(_) if call.is_write() && headers.contains_key(LOCATION) => Vec::new(),
            Err(reason) => {
                let error = match reason {
                    NoBody::Broken(error) => call.broken(error),
                    NoBody::TooLong => call
                        .error(ErrorKind::BadResponse)
                        .with_detail("the body is longer than a right one can be"),
                    NoBody::Compressed => call.error(ErrorKind::BadResponse).with_detail(
                        "the body is compressed, which was not asked for; does a proxy do that?",
                    ),
                };
                return Err(error
                    .with_status(status.as_u16())
                    .with_request_id(request_id(&headers))
                    .with_effect(call.effect_once_begun()));
            }
        };
        mend(&mut body);
        match head.failure(&body, &secrets) {
            Some(error) => Err(error),
            None => Ok(Answer { endpoint: call.endpoint, status, headers, body }),
        }
    }

    fn timed_out(&self, call: &Outgoing<'_>) -> Error {
        let (kind, detail) = match Instant::now() >= self.deadline {
            true => (ErrorKind::DeadlineExceeded, "BambooHR had not answered by then"),
            false => (ErrorKind::Transport, "no answer in the time that one try may take"),
        };
        call.error(kind).with_detail(detail).with_effect(call.effect_once_begun())
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("deadline", &self.deadline)
            .field("statistics", &self.statistics())
            .finish_non_exhaustive()
    }
}

fn held_back(call: &Outgoing<'_>, ends_at: Instant) -> Error {
    call.error(ErrorKind::RateLimited)
        .with_retry_after(Some(ends_at.saturating_duration_since(Instant::now())))
        .with_detail("an earlier answer asked to wait; not called")
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
