//! A client of the bridge's own API: what is written in BambooHR is written through it.

mod answer;
mod error;

use std::fmt;
use std::time::Duration;

use contract::operations::Method;
use contract::{Email, ExternalId, WriteInput};
use jiff::civil::Date;
use reqwest::header::{HeaderValue, USER_AGENT};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use url::{Host, Url};

pub use answer::{Balances, Envelope, Found, Types, WrittenRequest};
pub use error::BridgeError;

use error::{gateway, unreachable};

/// A call ends by itself within 29 seconds: API Gateway's limit.
const PATIENCE: Duration = Duration::from_secs(40);
/// An answer to what is asked here has a few kilobytes.
const LARGEST_ANSWER: usize = 1024 * 1024;
const URL: &str = "BRIDGE_URL";
const KEY: &str = "BRIDGE_API_KEY";

/// By what an agent is looked up.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// The externalId.
    Id(ExternalId),
    /// The e-mail address.
    Email(&'a Email),
}

/// The bridge's API, with a key. `Debug` shows nothing of the key.
#[derive(Clone)]
pub struct Bridge {
    http: reqwest::Client,
    url: Url,
    key: HeaderValue,
}

impl Bridge {
    /// The bridge that the variables `BRIDGE_URL` and `BRIDGE_API_KEY` name. Nothing is sent yet.
    ///
    /// # Errors
    /// A variable is missing or wrong; the sentence names it.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, BridgeError> {
        let set = |name| {
            let value = variable(name).filter(|value| !value.trim().is_empty());
            value.ok_or(BridgeError::Missing(name))
        };
        Self::at(&set(URL)?, &set(KEY)?)
    }

    /// The bridge at this address, which ends in `/v1`.
    ///
    /// # Errors
    /// [`BridgeError::InvalidUrl`], [`BridgeError::InvalidKey`].
    pub fn at(url: &str, key: &str) -> Result<Self, BridgeError> {
        let url = Some(url.trim().trim_end_matches('/')).and_then(|url| Url::parse(url).ok());
        let url = url.filter(may_have_key).ok_or(BridgeError::InvalidUrl)?;
        let key = key.trim();
        let mut header = HeaderValue::from_str(key).map_err(|_| BridgeError::InvalidKey)?;
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BridgeError::InvalidKey);
        }
        header.set_sensitive(true);
        Ok(Self { http: genesys_cloud::http_client()?, url, key: header })
    }

    /// Insert, with the fields of its input.
    ///
    /// # Errors
    /// The bridge gave no answer of its own. Any other failure is in the envelope.
    pub async fn insert(
        &self,
        fields: &Map<String, Value>,
    ) -> Result<Envelope<WrittenRequest>, BridgeError> {
        self.call(Method::Post, &["timeoff-requests"], Some(fields)).await
    }

    /// Update, with the fields of its input.
    ///
    /// # Errors
    /// As of [`insert`](Self::insert).
    pub async fn update(
        &self,
        fields: &Map<String, Value>,
    ) -> Result<Envelope<WrittenRequest>, BridgeError> {
        self.call(Method::Put, &["timeoff-requests"], Some(fields)).await
    }

    /// Insert or update, as `input` says; without a note.
    ///
    /// # Errors
    /// As of [`insert`](Self::insert).
    pub async fn write(&self, input: &WriteInput) -> Result<Envelope<WrittenRequest>, BridgeError> {
        match input {
            WriteInput::Insert(_) => self.insert(&input.fields()).await,
            WriteInput::Update(_) => self.update(&input.fields()).await,
        }
    }

    /// The time-off types.
    ///
    /// # Errors
    /// As of [`insert`](Self::insert).
    pub async fn types(&self) -> Result<Envelope<Types>, BridgeError> {
        self.call(Method::Get, &["timeoff-types"], None).await
    }

    /// The balance of one type on one date.
    ///
    /// # Errors
    /// As of [`insert`](Self::insert).
    pub async fn balance(
        &self,
        agent: ExternalId,
        type_id: &str,
        date: Date,
    ) -> Result<Envelope<Balances>, BridgeError> {
        let input = json!({
            "agentId": agent, "inputDates": [date], "inputTimeOffTypeIds": [type_id],
        });
        self.call(Method::Post, &["balances"], input.as_object()).await
    }

    /// Looks an agent up. Unlike the list of agents this moves nothing.
    ///
    /// # Errors
    /// As of [`insert`](Self::insert).
    pub async fn look_up(&self, by: By<'_>) -> Result<Envelope<Found>, BridgeError> {
        match by {
            By::Id(id) => self.call(Method::Get, &["agents", &id.to_string()], None).await,
            By::Email(email) => {
                let mut url = self.route(&["agents"]);
                url.query_pairs_mut().append_pair("email", email.as_str());
                self.send(Method::Get, url, None).await
            }
        }
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        fields: Option<&Map<String, Value>>,
    ) -> Result<Envelope<T>, BridgeError> {
        self.send(method, self.route(path), fields).await
    }

    fn route(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        url
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        url: Url,
        fields: Option<&Map<String, Value>>,
    ) -> Result<Envelope<T>, BridgeError> {
        let method = match method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let request = self.http.request(method, url).timeout(PATIENCE);
        let request = request
            .header("x-api-key", self.key.clone())
            .header(USER_AGENT, concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
        let request = fields.into_iter().fold(request, |request, fields| request.json(fields));
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = body_of(response).await?;
        if !status.is_success() {
            return Err(gateway(status.as_u16(), &body));
        }
        serde_json::from_slice(&body)
            .map_err(|_| BridgeError::NotTheBridge("its answer lacks the fields of an envelope"))
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// Whether a key may be sent to it: no secret travels in the clear beyond this machine.
fn may_have_key(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    is_plain
        && (url.scheme() == "https" || url.scheme() == "http" && is_loopback)
        && url.path().ends_with("/v1")
}

async fn body_of(mut response: reqwest::Response) -> Result<Vec<u8>, BridgeError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&piece);
        if body.len() > LARGEST_ANSWER {
            return Err(BridgeError::NotTheBridge("its answer is far too long"));
        }
    }
    Ok(body)
}
