//! The connection to one organisation's Genesys Cloud.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::cooldown::Cooldown;
use crate::credentials::ClientCredentials;
use crate::site::Site;
use crate::token::Token;

/// The HTTP client could not be built; a fault of the program, not of its surroundings.
#[derive(Debug, thiserror::Error)]
pub enum HttpClientError {
    /// The TLS library refused its own defaults.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP library refused its settings.
    #[error("the HTTP client cannot be set up")]
    Http(#[from] reqwest::Error),
}

/// Builds the HTTP client, once per process: each one has its own connections.
///
/// HTTPS by rustls on ring with Mozilla's root certificates compiled in, or plain HTTP for a
/// stand-in on the same machine. Redirects are not followed, since they could carry the token to
/// another host, and proxies named in the environment are not used.
///
/// # Errors
/// [`HttpClientError`], never for a reason outside of the program.
pub fn http_client() -> Result<reqwest::Client, HttpClientError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()?
    .with_root_certificates(roots)
    .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        // What is sent again, and when, is decided here only.
        .retry(reqwest::retry::never())
        .no_proxy()
        .http1_only()
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(16)
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "-rust/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(client)
}

/// How patient a [`Client`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The time of one try. Genesys' own SDKs give up after 16 seconds.
    pub try_timeout: Duration,
    /// How often a read is tried in all, on 408, 5xx and broken connections.
    pub tries: u32,
    /// How often one call waits for its turn after a 429.
    pub throttles: u32,
    /// A call that is asked to wait longer fails at once. Genesys counts by the minute.
    pub longest_pause: Duration,
    /// The longest pause between two looks at a job; the first ones are shorter.
    pub job_pause: Duration,
}

impl Default for Limits {
    /// 30 seconds, 4 tries, 20 throttles, 180 seconds, half a second.
    fn default() -> Self {
        Self {
            try_timeout: Duration::from_secs(30),
            tries: 4,
            throttles: 20,
            longest_pause: Duration::from_secs(180),
            job_pause: Duration::from_millis(500),
        }
    }
}

/// One organisation's Genesys Cloud, seen with one OAuth client. Cheap to clone; clones share the
/// token and the pauses that Genesys imposes.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) site: Site,
    pub(crate) credentials: ClientCredentials,
    pub(crate) limits: Limits,
    pub(crate) cooldown: Cooldown,
    pub(crate) token: Mutex<Option<Token>>,
}

impl Client {
    /// A client of this organisation, on the connections of an [`http_client`].
    pub fn new(http: reqwest::Client, site: Site, credentials: ClientCredentials) -> Self {
        Self::with_limits(http, site, credentials, Limits::default())
    }

    /// Like [`Client::new`], with other limits.
    pub fn with_limits(
        http: reqwest::Client,
        site: Site,
        credentials: ClientCredentials,
        limits: Limits,
    ) -> Self {
        Self(Arc::new(Shared {
            http,
            site,
            credentials,
            limits,
            cooldown: Cooldown::default(),
            token: Mutex::default(),
        }))
    }

    /// When calls go on, while Genesys' rate limit holds them back; for a progress display.
    pub fn paused_until(&self) -> Option<Instant> {
        self.0.cooldown.opens_at()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("site", &self.0.site).finish_non_exhaustive()
    }
}
