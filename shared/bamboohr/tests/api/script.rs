//! The client of a server that plays a script.

use std::ops::Deref;
use std::time::Duration;

use bamboohr::{Api, ApiKey, Client, EmployeeId, RequestId, Site, TimeOffTypeId, http_client};
use rust_decimal::Decimal;
pub(crate) use scripted_server::Reply;
use tokio::time::Instant;

pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef01234567";

/// BambooHR, by a script.
pub(crate) struct Server(scripted_server::Server);

impl Server {
    pub(crate) async fn playing(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self(scripted_server::Server::playing(replies).await)
    }

    pub(crate) fn client(&self) -> Client {
        client_of(&self.url, Duration::from_secs(10))
    }

    /// One piece of work with plenty of time.
    pub(crate) fn api(&self) -> Api {
        self.client().api(soon())
    }
}

impl Deref for Server {
    type Target = scripted_server::Server;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

pub(crate) fn client_of(url: &str, attempt_timeout: Duration) -> Client {
    let key = ApiKey::new(KEY).unwrap();
    Client::with_attempt_timeout(
        http_client().unwrap(),
        Site::at(url).unwrap(),
        key,
        attempt_timeout,
    )
}

pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

pub(crate) fn employee_id(id: u64) -> EmployeeId {
    EmployeeId::new(id).unwrap()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn type_id(id: u64) -> TimeOffTypeId {
    TimeOffTypeId::new(id).unwrap()
}

pub(crate) fn request_id(id: u64) -> RequestId {
    RequestId::new(id).unwrap()
}
