//! One call: token, tries, pauses, log.

use std::error::Error as _;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Serialize;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tracing::{debug, warn};
use url::Url;

use crate::answer::{Answer, Purpose, body_of, correlation_id, failure};
use crate::client::Client;
use crate::error::{Effect, Error, ErrorKind};
use crate::retry::{self, Tries};
use crate::token::Token;

/// A call before it is sent.
pub(crate) struct Call {
    pub(crate) purpose: Purpose,
    pub(crate) method: Method,
    /// The path below `/api/v2` with its ids left out, for logs and errors.
    pub(crate) endpoint: &'static str,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
}

impl Call {
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

    fn effect_once_begun(&self) -> Effect {
        if self.purpose == Purpose::Write { Effect::Unknown } else { Effect::None }
    }
}

impl Client {
    /// The address of a route below `/api/v2`.
    pub(crate) fn route(&self, segments: &[&str]) -> Url {
        self.0.site.api.path(["api", "v2"].into_iter().chain(segments.iter().copied()))
    }

    /// A read by GET.
    pub(crate) async fn get(&self, endpoint: &'static str, url: Url) -> Result<Answer, Error> {
        let method = Method::GET;
        self.send(Call { purpose: Purpose::Read, method, endpoint, url, body: None }).await
    }

    /// A read by POST: a query, or a job that only reads.
    pub(crate) async fn query(
        &self,
        endpoint: &'static str,
        url: Url,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<Answer, Error> {
        let body = body.map(|body| self.written(endpoint, body)).transpose()?;
        let method = Method::POST;
        self.send(Call { purpose: Purpose::Read, method, endpoint, url, body }).await
    }

    /// A write. It is sent once, but for an answer that says that nothing was done (401, 429).
    pub(crate) async fn write(
        &self,
        method: Method,
        endpoint: &'static str,
        url: Url,
        body: &(impl Serialize + Sync),
    ) -> Result<Answer, Error> {
        let body = Some(self.written(endpoint, body)?);
        self.send(Call { purpose: Purpose::Write, method, endpoint, url, body }).await
    }

    fn written(&self, endpoint: &'static str, body: &impl Serialize) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(body).map_err(|_| {
            Error::new(ErrorKind::Rejected, endpoint).with_detail("the body cannot be written")
        })
    }

    /// Sends with the token; where it is refused, once more with a new one.
    async fn send(&self, call: Call) -> Result<Answer, Error> {
        match self.send_with_token(&call).await {
            Err(error) if error.kind() == ErrorKind::Unauthorized => {
                self.send_with_token(&call).await
            }
            outcome => outcome,
        }
    }

    async fn send_with_token(&self, call: &Call) -> Result<Answer, Error> {
        let token = self.token().await?;
        let outcome = self.repeat(call, Some(&token)).await;
        if outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unauthorized) {
            self.drop_token(&token).await;
        }
        outcome
    }

    /// Tries until it succeeds, or until that is no use.
    pub(crate) async fn repeat(&self, call: &Call, token: Option<&Token>) -> Result<Answer, Error> {
        let mut tries = Tries::default();
        loop {
            self.wait_for_turn().await;
            let attempt = tries.count() + 1;
            let error = match self.attempt(call, token, attempt).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let is_read = call.purpose != Purpose::Write;
            let Some(pause) = tries.pause(&self.0.limits, &error, is_read) else {
                return Err(error);
            };
            warn!(
                event = "upstream.retry",
                endpoint = call.endpoint,
                attempt,
                kind = ?error.kind(),
                status = error.status(),
                context_id = error.context_id(),
                wait_ms = millis(pause),
                "Genesys Cloud did not answer as it should; trying again"
            );
            sleep(pause).await;
        }
    }

    /// Waits while the rate limit holds calls back.
    async fn wait_for_turn(&self) {
        while let Some(opens_at) = self.0.cooldown.opens_at() {
            sleep_until(opens_at).await;
        }
    }

    async fn attempt(
        &self,
        call: &Call,
        token: Option<&Token>,
        attempt: u32,
    ) -> Result<Answer, Error> {
        let started = Instant::now();
        let limit = self.0.limits.try_timeout;
        let outcome = timeout(limit, self.exchange(call, token)).await.unwrap_or_else(|_| {
            Err(call
                .error(ErrorKind::Transport)
                .with_detail("no answer in the time that one try may take")
                .with_effect(call.effect_once_begun()))
        });
        let status = match &outcome {
            Ok(answer) => Some(answer.status.as_u16()),
            Err(error) => error.status(),
        };
        debug!(
            event = "upstream.call",
            method = call.method.as_str(),
            endpoint = call.endpoint,
            attempt,
            status,
            duration_ms = millis(started.elapsed()),
            "called Genesys Cloud"
        );
        if let Err(error) = &outcome
            && error.kind() == ErrorKind::RateLimited
        {
            let pause = retry::throttled_for(error).min(self.0.limits.longest_pause);
            self.0.cooldown.close_for(pause);
        }
        outcome
    }

    async fn exchange(&self, call: &Call, token: Option<&Token>) -> Result<Answer, Error> {
        let credentials = &self.0.credentials;
        let request = self.0.http.request(call.method.clone(), call.url.clone());
        let request = request.header(ACCEPT, "application/json");
        let mut request = match (call.purpose, token) {
            (Purpose::Token, _) => request
                .basic_auth(credentials.id(), Some(credentials.secret()))
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded"),
            (Purpose::Read | Purpose::Write, Some(token)) => {
                request.bearer_auth(token.expose()).header(CONTENT_TYPE, "application/json")
            }
            // Where an answer points to is not necessarily Genesys: it never sees the token.
            _ => request,
        };
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.map_err(|error| {
            let unsent = error.is_connect() || error.is_builder();
            let effect = if unsent { Effect::None } else { call.effect_once_begun() };
            call.broken(error).with_effect(effect)
        })?;
        let status = response.status();
        let headers = response.headers().clone();
        if let Some(pause) = retry::used_up_for(&headers) {
            self.0.cooldown.close_for(pause.min(self.0.limits.longest_pause));
        }
        let body = match body_of(response).await {
            Ok(Some(body)) => body,
            // The status alone says that it failed, and how.
            _ if !status.is_success() => Vec::new(),
            Ok(None) => {
                return Err(call
                    .error(ErrorKind::BadResponse)
                    .with_status(status.as_u16())
                    .with_correlation_id(correlation_id(&headers))
                    .with_effect(call.effect_once_begun())
                    .with_detail("the body is far too long"));
            }
            Err(error) => {
                return Err(call
                    .broken(error)
                    .with_status(status.as_u16())
                    .with_effect(call.effect_once_begun()));
            }
        };
        let failed =
            failure(call.purpose, call.endpoint, status, &headers, &body, credentials.secret());
        match failed {
            Some(error) => Err(error),
            None => Ok(Answer { endpoint: call.endpoint, status, headers, body }),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
