//! The client of a server that plays a script. Tokens are given beside it.

use std::collections::VecDeque;
use std::ops::Deref;
use std::time::Duration;

use genesys_cloud::{Client, ClientCredentials, Limits, Site, http_client};
pub(crate) use scripted_server::Reply;
use serde_json::{Value, json};

pub(crate) const SECRET: &str = "0123456789-secret";

const TOKENS: &str = "/oauth/token";

/// A list in one answer.
pub(crate) fn list(entities: &Value) -> Reply {
    Reply::ok(&json!({ "entities": entities }))
}

/// A failure in the form that Genesys gives it.
pub(crate) fn refusal(status: u16, code: &str) -> Reply {
    let message = "It failed.";
    let body = json!({ "message": message, "code": code, "status": status, "contextId": "c0ffee" });
    Reply::json(status, &body)
}

/// Genesys Cloud, by a script.
pub(crate) struct Server(scripted_server::Server);

impl Server {
    /// Grants every request for a token.
    pub(crate) async fn playing(replies: impl IntoIterator<Item = Reply>) -> Self {
        let grant = |number| {
            let token = format!("token-{number}");
            Reply::ok(
                &json!({ "access_token": token, "token_type": "bearer", "expires_in": 86399 }),
            )
        };
        Self(scripted_server::Server::playing_beside(TOKENS, grant, replies).await)
    }

    /// Answers requests for tokens by a script, too.
    pub(crate) async fn granting(
        tokens: impl IntoIterator<Item = Reply>,
        replies: impl IntoIterator<Item = Reply>,
    ) -> Self {
        let mut tokens: VecDeque<_> = tokens.into_iter().collect();
        let grant =
            move |_| tokens.pop_front().unwrap_or_else(|| refusal(418, "not.in.the.script"));
        Self(scripted_server::Server::playing_beside(TOKENS, grant, replies).await)
    }

    pub(crate) fn client(&self) -> Client {
        self.client_with(Limits::default())
    }

    /// A client that looks at jobs without a pause.
    pub(crate) fn client_with(&self, limits: Limits) -> Client {
        client_of(&self.url, limits)
    }
}

impl Deref for Server {
    type Target = scripted_server::Server;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

pub(crate) fn client_of(url: &str, limits: Limits) -> Client {
    let credentials = ClientCredentials::new("client-id", SECRET).unwrap();
    let site = Site::at(url.parse().unwrap(), url.parse().unwrap());
    let limits = Limits { job_pause: Duration::ZERO, ..limits };
    Client::with_limits(http_client().unwrap(), site, credentials, limits)
}

pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
