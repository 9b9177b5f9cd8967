//! Cognito's token endpoint and the gateway's authorizer, as far as a client of the API can tell
//! them from the real ones.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::Json;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use lambda_host::Clock;
use serde_json::json;
use url::form_urlencoded;

use crate::gateway::api::{EXPIRED_TOKEN, UNAUTHORIZED};
use crate::gateway::server::new_id;

/// The id of the only OAuth client.
pub const OAUTH_CLIENT_ID: &str = "local-oauth-client";
/// Its secret.
pub const OAUTH_CLIENT_SECRET: &str = "local-oauth-secret";
/// Where it gets its tokens.
pub(crate) const TOKEN_PATH: &str = "/oauth2/token";

/// The only scope, as deployed.
const SCOPE: &str = "timeoff-bridge/sync";
/// How long a token is valid, as deployed.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// The tokens that were given, with the moment at which each expires.
pub(crate) struct Tokens {
    clock: Clock,
    given: Mutex<BTreeMap<String, Timestamp>>,
}

impl Tokens {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, given: Mutex::default() }
    }

    /// How many tokens were given.
    pub(crate) fn count(&self) -> usize {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Why the gateway refuses the call, by the name of its answer.
    pub(crate) fn refuse(&self, headers: &HeaderMap) -> Option<&'static str> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        // API Gateway takes a bare token, too.
        let token = header.map(|text| text.strip_prefix("Bearer ").unwrap_or(text));
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        match token.and_then(|token| given.get(token)) {
            None => Some(UNAUTHORIZED),
            Some(expiry) if *expiry <= self.clock.now() => Some(EXPIRED_TOKEN),
            Some(_) => None,
        }
    }

    /// What the token endpoint answers.
    pub(crate) fn answer(&self, method: &Method, headers: &HeaderMap, body: &[u8]) -> Response {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form =
            kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if method != Method::POST || !is_form {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let form = form_urlencoded::parse(body).into_owned().collect();
        match self.give(headers, &form) {
            Ok(token) => Json(json!({
                "access_token": token,
                "expires_in": LIFE.as_secs(),
                "token_type": "Bearer",
            }))
            .into_response(),
            Err(error) => {
                (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
            }
        }
    }

    fn give(
        &self,
        headers: &HeaderMap,
        form: &BTreeMap<String, String>,
    ) -> Result<String, &'static str> {
        let client = basic(headers)
            .or_else(|| Some((form.get("client_id")?.clone(), form.get("client_secret")?.clone())));
        if client != Some((OAUTH_CLIENT_ID.to_owned(), OAUTH_CLIENT_SECRET.to_owned())) {
            return Err("invalid_client");
        }
        if form.get("grant_type").is_none_or(|grant| grant != "client_credentials") {
            return Err("unsupported_grant_type");
        }
        if form.get("scope").is_some_and(|scope| scope != SCOPE) {
            return Err("invalid_scope");
        }
        let (token, expiry) = (new_id(), self.clock.now().saturating_add(LIFE));
        let expiry = expiry.map_err(|_| "invalid_request")?;
        self.given.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), expiry);
        Ok(token)
    }
}

/// Client and secret of an `Authorization: Basic` header; `None` where there is no such header.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()?;
    let (client, secret) = decoded.split_once(':')?;
    Some((client.to_owned(), secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";
    const GRANT: &str = "grant_type=client_credentials";

    fn authorization(value: &str) -> HeaderMap {
        let headers = [(AUTHORIZATION, value), (CONTENT_TYPE, FORM)];
        headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect()
    }

    fn basic_of(client: &str, secret: &str) -> HeaderMap {
        let pair = BASE64_STANDARD.encode(format!("{client}:{secret}"));
        authorization(&format!("Basic {pair}"))
    }

    async fn ask(tokens: &Tokens, headers: &HeaderMap, body: &str) -> (u16, serde_json::Value) {
        let answer = tokens.answer(&Method::POST, headers, body.as_bytes());
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_token_is_given_for_basic_and_for_form_and_expires_after_a_day() {
        let (clock, hand) = Clock::manual("2026-11-02T08:00:00Z".parse().unwrap());
        let tokens = Tokens::new(clock);
        let known = basic_of(OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET);
        let mut bare = HeaderMap::new();
        bare.insert(CONTENT_TYPE, FORM.parse().unwrap());
        let in_form = format!(
            "{GRANT}&scope=timeoff-bridge%2Fsync&client_id={OAUTH_CLIENT_ID}&client_secret={OAUTH_CLIENT_SECRET}"
        );
        for (headers, body) in [(&known, GRANT), (&bare, in_form.as_str())] {
            let (status, answer) = ask(&tokens, headers, body).await;
            assert_eq!((status, &answer["expires_in"]), (200, &json!(86_400)));
            assert_eq!(answer["token_type"], "Bearer");
            let token = answer["access_token"].as_str().unwrap();
            for (header, refusal) in [(format!("Bearer {token}"), None), (token.to_owned(), None)] {
                assert_eq!(tokens.refuse(&authorization(&header)), refusal);
            }
            let bearer = authorization(&format!("Bearer {token}"));
            hand.advance(LIFE - SignedDuration::from_millis(1));
            assert_eq!(tokens.refuse(&bearer), None);
            hand.advance(SignedDuration::from_millis(1));
            assert_eq!(tokens.refuse(&bearer), Some(EXPIRED_TOKEN));
        }
        for header in ["Bearer made-up", "Bearer ", ""] {
            assert_eq!(tokens.refuse(&authorization(header)), Some(UNAUTHORIZED), "{header}");
        }
        assert_eq!(tokens.refuse(&HeaderMap::new()), Some(UNAUTHORIZED));
    }

    #[tokio::test]
    async fn whatever_else_is_asked_for_is_refused_as_cognito_does() {
        let tokens = Tokens::new(Clock::system());
        let known = basic_of(OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET);
        for (headers, body, error) in [
            (basic_of(OAUTH_CLIENT_ID, "wrong"), GRANT, "invalid_client"),
            (basic_of("wrong", OAUTH_CLIENT_SECRET), GRANT, "invalid_client"),
            (authorization("Basic %"), GRANT, "invalid_client"),
            (known.clone(), "grant_type=password", "unsupported_grant_type"),
            (known.clone(), "", "unsupported_grant_type"),
            (
                known.clone(),
                "grant_type=client_credentials&scope=timeoff-bridge%2Fwrite",
                "invalid_scope",
            ),
        ] {
            assert_eq!(ask(&tokens, &headers, body).await, (400, json!({ "error": error })));
        }
        let mut untyped = known.clone();
        untyped.remove(CONTENT_TYPE);
        assert_eq!(ask(&tokens, &untyped, GRANT).await.0, 405);
        let read = tokens.answer(&Method::GET, &known, GRANT.as_bytes());
        assert_eq!(read.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}
