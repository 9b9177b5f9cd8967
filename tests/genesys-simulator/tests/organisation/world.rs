//! Genesys, the gateway, and BambooHR, in one process.

use genesys_cloud::{
    Client, ClientCredentials, IntegrationId, Limits, ManagementUnitId, Site, http_client,
};
use genesys_simulator::{
    Bridge, CLIENT_ID, CLIENT_SECRET, Date, Genesys, OAuthClient, RequestView, Seed, Submission,
    date,
};
use lambda_host::{Clock, ClockHand};
use local_stack::{
    API_KEY, AuthMode, LocalStack, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, Options, Simulator,
};

pub(crate) struct World {
    pub(crate) stack: LocalStack,
    pub(crate) genesys: Genesys,
}

/// Monday, 7 December 2026: five weeks after the simulated company's today.
pub(crate) const MONDAY: Date = date(2026, 12, 7);

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(AuthMode::ApiKey).await.0
    }

    /// With the hand of the gateway's clock, by which its tokens expire.
    pub(crate) async fn with(auth_mode: AuthMode) -> (Self, ClockHand) {
        // The simulated company's today, which the tests' days lie after.
        let (clock, hand) = Clock::manual("2026-11-02T08:00:00Z".parse().unwrap());
        let options = Options { auth_mode, clock, ..Options::default() };
        let stack = LocalStack::start(options).await.unwrap();
        let oauth = stack.token_url().map(|token_url| OAuthClient {
            token_url,
            id: OAUTH_CLIENT_ID,
            secret: OAUTH_CLIENT_SECRET,
        });
        let bridge = Bridge { base_url: stack.url(), api_key: API_KEY, oauth };
        let genesys = Genesys::start(Seed::small(), bridge).await.unwrap();
        // Tests call more often than 300 times a minute.
        genesys.rate_limit(None);
        (Self { stack, genesys }, hand)
    }

    /// With every agent associated who can be.
    pub(crate) async fn associated() -> Self {
        let world = Self::start().await;
        assert!(world.genesys.synchronise_agents().await);
        world
    }

    pub(crate) fn client(&self) -> Client {
        client_of(&self.genesys)
    }

    pub(crate) fn bamboohr(&self) -> &Simulator {
        self.stack.simulator().unwrap()
    }

    /// Submits and waits for the workflow.
    pub(crate) async fn submitted(&self, submission: Submission) -> RequestView {
        let id = self.genesys.submit(submission).unwrap();
        self.seen(&id).await
    }

    /// The request when no workflow runs any more.
    pub(crate) async fn seen(&self, id: &str) -> RequestView {
        self.genesys.settled().await;
        self.genesys.request(id).unwrap()
    }
}

pub(crate) fn client_of(genesys: &Genesys) -> Client {
    let origin = || genesys.url().parse().unwrap();
    let credentials = ClientCredentials::new(CLIENT_ID, CLIENT_SECRET).unwrap();
    let limits = Limits { job_pause: std::time::Duration::from_millis(5), ..Limits::default() };
    let site = Site::at(origin(), origin());
    Client::with_limits(http_client().unwrap(), site, credentials, limits)
}

/// Two full days of type 83 for an agent, waiting for approval.
pub(crate) fn leave(agent: usize) -> Submission {
    Submission {
        user: Genesys::user_id(agent),
        activity_code_id: "10".to_owned(),
        dates: vec![MONDAY, MONDAY.tomorrow().unwrap()],
        minutes: vec![480, 480],
        notes: "private".to_owned(),
        ..Submission::default()
    }
}

pub(crate) fn integration() -> IntegrationId {
    "d0000000-0000-4000-8000-000000000001".parse().unwrap()
}

/// Berlin is 1, New York is 2.
pub(crate) fn unit(number: u32) -> ManagementUnitId {
    format!("c0000000-0000-4000-8000-{number:012}").parse().unwrap()
}

pub(crate) fn user(number: usize) -> genesys_cloud::UserId {
    Genesys::user_id(number).parse().unwrap()
}
