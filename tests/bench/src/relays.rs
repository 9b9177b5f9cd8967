//! TLS before AWS's stand-ins, which speak plain HTTP.

use std::fmt;
use std::io;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tempfile::NamedTempFile;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::Error;

/// The way from a function to AWS's stand-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Plain HTTP.
    Direct,
    /// Plain HTTP, by a relay: what [`Way::Tls`] is compared with.
    Relayed,
    /// HTTPS, by a relay.
    Tls,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Direct => "direct",
            Self::Relayed => "relayed",
            Self::Tls => "TLS",
        })
    }
}

/// Listens before DynamoDB and before Secrets Manager, once with TLS and once without.
#[derive(Debug)]
pub(crate) struct Relays {
    /// The root that a function has to trust.
    bundle: NamedTempFile,
    plain: [SocketAddr; 2],
    tls: [SocketAddr; 2],
    shared: Arc<Shared>,
    #[expect(dead_code, reason = "held for its Drop, which stops the relays")]
    tasks: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Shared {
    distance: Mutex<Duration>,
    handshakes: AtomicUsize,
}

impl Relays {
    /// Starts them before the DynamoDB and the Secrets Manager at these two URLs.
    pub(crate) async fn before(services: [String; 2]) -> Result<Self, Error> {
        let (acceptor, root) = acceptor()?;
        let mut bundle = NamedTempFile::new().map_err(Error::Relay)?;
        bundle.write_all(root.as_bytes()).map_err(Error::Relay)?;
        let shared = Arc::<Shared>::default();
        let mut tasks = JoinSet::new();
        let mut start = async |service: &str, acceptor: Option<TlsAcceptor>| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let address = listener.local_addr()?;
            tasks.spawn(relay(listener, service.to_owned(), acceptor, Arc::clone(&shared)));
            io::Result::Ok(address)
        };
        let [dynamodb, secrets_manager] =
            services.each_ref().map(|url| url.trim_start_matches("http://"));
        let mut both = async |acceptor: Option<TlsAcceptor>| {
            io::Result::Ok([
                start(dynamodb, acceptor.clone()).await?,
                start(secrets_manager, acceptor).await?,
            ])
        };
        let plain = both(None).await.map_err(Error::Relay)?;
        let tls = both(Some(acceptor)).await.map_err(Error::Relay)?;
        Ok(Self { bundle, plain, tls, shared, tasks })
    }

    /// The environment that leads a function this way, over that of the direct one.
    pub(crate) fn variables(&self, way: Way) -> Vec<(&'static str, String)> {
        let (scheme, [dynamodb, secrets_manager]) = match way {
            Way::Direct => return Vec::new(),
            Way::Relayed => ("http", self.plain),
            Way::Tls => ("https", self.tls),
        };
        let mut variables = vec![
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("{scheme}://{dynamodb}")),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", format!("{scheme}://{secrets_manager}")),
        ];
        if way == Way::Tls {
            variables.push(("AWS_CA_BUNDLE", self.bundle.path().display().to_string()));
        }
        variables
    }

    /// A handshake takes this much longer from now on: the one exchange that TLS 1.3 needs before
    /// the first request.
    pub(crate) fn set_distance(&self, distance: Duration) {
        *self.shared.distance.lock().unwrap_or_else(PoisonError::into_inner) = distance;
    }

    /// How many handshakes there were.
    pub(crate) fn handshakes(&self) -> usize {
        self.shared.handshakes.load(Ordering::Relaxed)
    }
}

async fn relay(
    listener: TcpListener,
    service: String,
    acceptor: Option<TlsAcceptor>,
    shared: Arc<Shared>,
) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        while connections.try_join_next().is_some() {}
        let (service, acceptor) = (service.clone(), acceptor.clone());
        let shared = Arc::clone(&shared);
        // A connection that breaks off shows in the function's answer.
        connections.spawn(async move { pass_on(client, &service, acceptor, &shared).await.ok() });
    }
}

async fn pass_on(
    mut client: TcpStream,
    service: &str,
    acceptor: Option<TlsAcceptor>,
    shared: &Shared,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut upstream = TcpStream::connect(service).await?;
    upstream.set_nodelay(true)?;
    match acceptor {
        None => copy_bidirectional(&mut client, &mut upstream).await?,
        Some(acceptor) => {
            let distance = *shared.distance.lock().unwrap_or_else(PoisonError::into_inner);
            // A sleep of zero would last up to a millisecond.
            if !distance.is_zero() {
                tokio::time::sleep(distance).await;
            }
            let mut client = acceptor.accept(client).await?;
            shared.handshakes.fetch_add(1, Ordering::Relaxed);
            copy_bidirectional(&mut client, &mut upstream).await?
        }
    };
    Ok(())
}

/// A server's certificate, the intermediate one that signed it, and the root above (PEM), which
/// only the client has: a chain as AWS's endpoints send it.
fn acceptor() -> Result<(TlsAcceptor, String), Error> {
    let authority = |name: &str| -> Result<CertificateParams, rcgen::Error> {
        let mut params = CertificateParams::new([])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(params)
    };
    let root = CertifiedIssuer::self_signed(authority("Root")?, KeyPair::generate()?)?;
    let intermediate = authority("Intermediate")?;
    let intermediate = CertifiedIssuer::signed_by(intermediate, KeyPair::generate()?, &root)?;
    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new([Ipv4Addr::LOCALHOST.to_string()])?;
    let leaf = leaf.signed_by(&key, &intermediate)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone(), intermediate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    Ok((TlsAcceptor::from(Arc::new(config)), root.pem()))
}
