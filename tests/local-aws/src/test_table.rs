//! A table for one test.

use aws_sdk_dynamodb::Client;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::{DynamoDb, Error, Faults};

/// A fresh table that no other test sees, with its own faults and its own count of calls.
#[derive(Debug)]
pub struct TestTable(DynamoDb);

impl TestTable {
    /// Creates the table, embedded or at `DYNAMODB_TEST_ENDPOINT` (`http://host:port`).
    ///
    /// # Errors
    /// As [`DynamoDb::start`].
    pub async fn create() -> Result<Self, Error> {
        match std::env::var("DYNAMODB_TEST_ENDPOINT") {
            Ok(endpoint) if !endpoint.is_empty() => Self::create_at(&endpoint).await,
            _ => Ok(Self(DynamoDb::start().await?)),
        }
    }

    async fn create_at(endpoint: &str) -> Result<Self, Error> {
        let name = format!("timeoff-bridge-test-{:016x}", fastrand::u64(..));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        Ok(Self(DynamoDb::in_front_of(endpoint, name, listener, JoinSet::new()).await?))
    }

    /// Where the table is, what `AWS_ENDPOINT_URL_DYNAMODB` is set to.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// As [`url`](Self::url), past the faults and the count of calls: an exchange less for each.
    pub fn direct_url(&self) -> &str {
        self.0.direct_url()
    }

    /// What `TABLE_NAME` is set to.
    pub fn name(&self) -> &str {
        self.0.table_name()
    }

    /// A client of the table.
    pub fn client(&self) -> Client {
        self.0.client()
    }

    /// The faults to come and the calls so far.
    pub fn faults(&self) -> &Faults {
        self.0.faults()
    }
}
