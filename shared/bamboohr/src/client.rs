//! The connection to one company's BambooHR.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;
use tokio::time::Instant;

use crate::api::Api;
use crate::cooldown::Cooldown;
use crate::site::{ApiKey, Site};

/// Long enough for a slow balance, short enough that a second try still fits into an interactive
/// deadline.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

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
/// simulator. Redirects are not followed, since they could carry the API key to another host, and
/// proxies named in the environment are not used ([`Site::at`] is for those). Connections are kept
/// for parallel calls, but not for long: where a process is frozen between calls, idle ones are
/// dead.
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
        // What is sent again, and when, is decided here only: a write never is.
        .retry(reqwest::retry::never())
        .no_proxy()
        .http1_only()
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(5))
        .pool_idle_timeout(Duration::from_secs(15))
        .pool_max_idle_per_host(16)
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "-rust/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(client)
}

/// One company's BambooHR, seen with one API key. Cheap to clone; clones share the pause that a 429
/// imposes.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) site: Site,
    pub(crate) key: ApiKey,
    pub(crate) cooldown: Cooldown,
    pub(crate) attempt_timeout: Duration,
}

impl Client {
    /// A client of this company with this key, on the connections of an [`http_client`]. A try of a
    /// call may take 10 seconds.
    pub fn new(http: reqwest::Client, site: Site, key: ApiKey) -> Self {
        Self::with_attempt_timeout(http, site, key, ATTEMPT_TIMEOUT)
    }

    /// Like [`Client::new`], with another limit on the time of one try.
    pub fn with_attempt_timeout(
        http: reqwest::Client,
        site: Site,
        key: ApiKey,
        attempt_timeout: Duration,
    ) -> Self {
        Self(Arc::new(Shared { http, site, key, cooldown: Cooldown::default(), attempt_timeout }))
    }

    /// The handle for one piece of work, all of which ends before the deadline.
    pub fn api(&self, deadline: Instant) -> Api {
        Api::new(Arc::clone(&self.0), deadline)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("site", &self.0.site).finish_non_exhaustive()
    }
}
