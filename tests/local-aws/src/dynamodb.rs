//! The embedded DynamoDB with the one table.

use std::net::SocketAddr;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::definition::TableDefinition;
use crate::faults::Faults;
use crate::{Error, front};

/// The region in which everything here pretends to be.
pub const REGION: &str = "eu-central-1";

/// A DynamoDB with the table of the template. It stops when dropped.
#[derive(Debug)]
pub struct DynamoDb {
    address: SocketAddr,
    behind: String,
    table_name: String,
    faults: Faults,
    #[expect(dead_code, reason = "held for its Drop, which stops the servers")]
    servers: JoinSet<()>,
}

impl DynamoDb {
    /// Starts one on a free port of loopback, with an empty table.
    ///
    /// # Errors
    /// [`Error`] when there is no port, or the template does not define exactly one table.
    pub async fn start() -> Result<Self, Error> {
        Self::serve_on(TcpListener::bind(("127.0.0.1", 0)).await?).await
    }

    /// Starts one on `listener`, with an empty table called `timeoff-bridge`.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn serve_on(listener: TcpListener) -> Result<Self, Error> {
        let database =
            dynoxide::Database::memory().map_err(|error| Error::Database(error.to_string()))?;
        let inner = TcpListener::bind(("127.0.0.1", 0)).await?;
        let endpoint = format!("http://{}", inner.local_addr()?);
        let mut servers = JoinSet::new();
        servers.spawn(dynoxide::server::serve_on(inner, database));
        Self::in_front_of(endpoint, "timeoff-bridge".to_owned(), listener, servers).await
    }

    /// Creates the table at `endpoint` and listens in front of it.
    pub(crate) async fn in_front_of(
        endpoint: String,
        table_name: String,
        listener: TcpListener,
        mut servers: JoinSet<()>,
    ) -> Result<Self, Error> {
        TableDefinition::deployed()?
            .create(&client(&endpoint), &table_name)
            .await
            .map_err(|reason| Error::CreateTable { endpoint: endpoint.clone(), reason })?;
        let address = listener.local_addr()?;
        let faults = Faults::default();
        let front = front::serve(listener, endpoint.clone(), faults.clone());
        servers.spawn(async move { match front.await {} });
        Ok(Self { address, behind: endpoint, table_name, faults, servers })
    }

    /// `http://127.0.0.1:<port>`, what `AWS_ENDPOINT_URL_DYNAMODB` is set to.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// As [`url`](Self::url), past the faults and the count of calls: an exchange less for each.
    pub fn direct_url(&self) -> &str {
        &self.behind
    }

    /// What `TABLE_NAME` is set to.
    pub fn table_name(&self) -> &str {
        &self.table_name
    }

    /// A client of this DynamoDB.
    pub fn client(&self) -> Client {
        client(&self.url())
    }

    /// The faults to come and the calls so far.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }
}

/// A client of the DynamoDB at `endpoint`, with made-up credentials. It tries again as often as the
/// SDK does by itself, but at once: nobody is overloaded here.
pub fn client(endpoint: &str) -> Client {
    Client::from_conf(
        Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new("local", "local", None, None, "local-aws"))
            .endpoint_url(endpoint)
            .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build(),
    )
}
