//! The token that calls carry, kept until it runs out.

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::Instant;

use crate::answer::Purpose;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::wire;

/// What a token lasts when its answer does not say: the shortest that can be set.
const SHORTEST_LIFE: Duration = Duration::from_secs(300);

/// A token of OAuth 2.
#[derive(Clone)]
pub(crate) struct Token {
    secret: SecretString,
    renew_at: Option<Instant>,
}

impl Token {
    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    fn is_fresh(&self) -> bool {
        self.renew_at.is_none_or(|renew_at| Instant::now() < renew_at)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    #[serde(default, deserialize_with = "wire::number")]
    expires_in: Option<i64>,
}

impl Client {
    /// Gets a token where none is held, which shows that region, id and secret are right. Every
    /// other call does so by itself.
    ///
    /// # Errors
    /// [`InvalidClient`](crate::ErrorKind::InvalidClient) among others.
    pub async fn authenticate(&self) -> Result<(), Error> {
        self.token().await.map(drop)
    }

    /// The token that is held, or a new one. Callers at the same time wait for one request.
    pub(crate) async fn token(&self) -> Result<Token, Error> {
        let mut held = self.0.token.lock().await;
        if let Some(token) = held.as_ref().filter(|token| token.is_fresh()) {
            return Ok(token.clone());
        }
        let token = self.new_token().await?;
        *held = Some(token.clone());
        Ok(token)
    }

    /// Drops a token that was refused, unless it has been replaced already.
    pub(crate) async fn drop_token(&self, refused: &Token) {
        let mut held = self.0.token.lock().await;
        if held.as_ref().is_some_and(|token| token.expose() == refused.expose()) {
            *held = None;
        }
    }

    async fn new_token(&self) -> Result<Token, Error> {
        let call = Call {
            purpose: Purpose::Token,
            method: Method::POST,
            endpoint: "/oauth/token",
            url: self.0.site.login.path(["oauth", "token"]),
            body: Some(b"grant_type=client_credentials".to_vec()),
        };
        let answer = self.repeat(&call, None).await?;
        let TokenAnswer { access_token, expires_in } = answer.json()?;
        let sendable = access_token.expose_secret();
        if sendable.is_empty() || !sendable.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(answer.bad("the token cannot be sent"));
        }
        let life = expires_in
            .and_then(|seconds| u64::try_from(seconds).ok())
            .map_or(SHORTEST_LIFE, Duration::from_secs);
        // Renewed a little early, so that no call sets out with a token that runs out on its way.
        let early = (life / 10).min(Duration::from_secs(60));
        let renew_at = Instant::now().checked_add(life.saturating_sub(early));
        Ok(Token { secret: access_token, renew_at })
    }
}
