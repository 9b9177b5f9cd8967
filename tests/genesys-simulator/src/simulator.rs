//! The handle that a test or the local stack holds.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use genesys_bundle::data_action::Credentials;
use genesys_bundle::{Bundle, Error};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::net::TcpListener;

use crate::access::Fault;
use crate::choices::Choices;
use crate::organisation::{Organisation, id_of};
use crate::people::{Change, Submission};
use crate::refusal::Refusal;
use crate::request::{IntegrationStatus, RequestStatus, TimeOffRequest};
use crate::seed::Seed;
use crate::server;
use crate::shared::{Shared, WorkflowFaults, lock};

/// Why an organisation did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The published files cannot be used.
    #[error(transparent)]
    Bundle(#[from] Error),
    /// The listener cannot say where it listens, or there is no port.
    #[error("it cannot listen: {0}")]
    Listener(#[from] std::io::Error),
}

/// What people asked for is not possible.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotPossible(String);

impl From<Refusal> for NotPossible {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.into_message())
    }
}

/// Where the published data actions send what they send: the fields of their credential.
#[derive(Clone, Copy)]
pub struct Bridge<'a> {
    /// The gateway with its stage.
    pub base_url: &'a str,
    /// The key of the usage plan.
    pub api_key: &'a str,
    /// With it the data actions send a token beside the key, and the custom auth action gets it.
    pub oauth: Option<OAuthClient<'a>>,
}

/// The client that gets the tokens.
#[derive(Clone, Copy)]
pub struct OAuthClient<'a> {
    /// Where it gets them.
    pub token_url: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a str,
}

impl std::fmt::Debug for Bridge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bridge").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A running organisation. It stops when this is dropped.
pub struct Genesys {
    pub(crate) shared: Arc<Shared>,
}

/// What is known of a request, the HRIS' id included, which the Platform API does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestView {
    /// Its id.
    pub id: String,
    /// The agent's user id.
    pub user: String,
    /// How far it has come.
    pub status: RequestStatus,
    /// Why.
    pub substatus: Option<&'static str>,
    /// How far the synchronisation has come; `None`: it has nothing to do with an HRIS.
    pub integration_status: Option<IntegrationStatus>,
    /// The HRIS' id, as the workflow gave it back last.
    pub hris_id: Option<String>,
    /// What it is of.
    pub activity_code_id: String,
    /// Its days, in the zone of its unit, each with its payable minutes; part days of one day add
    /// up.
    pub days: BTreeMap<Date, u32>,
}

impl std::fmt::Debug for Genesys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Genesys").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl Drop for Genesys {
    fn drop(&mut self) {
        self.shared.closing.send_replace(true);
    }
}

impl Genesys {
    /// Starts on a free port of 127.0.0.1, in the present tokio runtime.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(seed: Seed, bridge: Bridge<'_>) -> Result<Self, StartError> {
        Self::serve_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, seed, bridge)
    }

    /// Starts on a listener that is already bound, in the present tokio runtime.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn serve_on(
        listener: TcpListener,
        seed: Seed,
        bridge: Bridge<'_>,
    ) -> Result<Self, StartError> {
        let url = format!("http://{}", listener.local_addr()?);
        let credentials = Credentials::new(bridge.base_url, bridge.api_key);
        let (bundle, credentials) = match bridge.oauth {
            None => (Bundle::load()?, credentials),
            Some(OAuthClient { token_url, id, secret }) => {
                (Bundle::load_oauth()?, credentials.oauth(token_url, id, secret))
            }
        };
        let organisation = seed.organisation(&bundle);
        let shared = Shared::new(url, bundle, organisation, credentials)?;
        let shared = Arc::new(shared);
        server::spawn(listener, Arc::clone(&shared));
        Ok(Self { shared })
    }

    /// The API's address and the login's: they are one. Without a slash at its end.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// The id of the user with this number.
    pub fn user_id(number: usize) -> String {
        id_of('a', number)
    }

    /// Somebody submits a request; its synchronisation begins.
    ///
    /// # Errors
    /// [`NotPossible`]: no such user, or days and minutes do not fit.
    pub fn submit(&self, submission: Submission) -> Result<String, NotPossible> {
        self.shared.submit(submission).map_err(NotPossible::from)
    }

    /// An administrator changes a request; its synchronisation begins.
    ///
    /// # Errors
    /// [`NotPossible`]: it is closed, or days and minutes do not fit.
    pub fn change(&self, request: &str, change: Change) -> Result<(), NotPossible> {
        let changed = self.shared.change(request, change);
        changed.map_err(NotPossible::from)
    }

    /// An administrator approves or denies a request, or its agent cancels it; its synchronisation
    /// begins.
    ///
    /// # Errors
    /// [`NotPossible`]: it is closed, or has that status.
    pub fn decide(&self, request: &str, to: RequestStatus) -> Result<(), NotPossible> {
        let decided = self.shared.decide(request, to);
        decided.map_err(NotPossible::from)
    }

    /// Waits until no workflow runs for a request.
    pub async fn settled(&self) {
        self.shared.settled().await;
    }

    /// The daily synchronisation of agents, now. False when its workflow failed.
    pub async fn synchronise_agents(&self) -> bool {
        self.shared.synchronise_agents().await
    }

    /// Every request, oldest first.
    pub fn requests(&self) -> Vec<RequestView> {
        let organisation = self.shared.organisation();
        let view = |request: &TimeOffRequest| RequestView {
            id: request.id.clone(),
            user: request.user.clone(),
            status: request.status,
            substatus: request.substatus,
            integration_status: request.integration_status,
            hris_id: request.hris_id.clone(),
            activity_code_id: request.activity_code.clone(),
            days: days_of(&organisation, request),
        };
        organisation.requests.values().map(view).collect()
    }

    /// One request.
    pub fn request(&self, id: &str) -> Option<RequestView> {
        self.requests().into_iter().find(|request| request.id == id)
    }

    /// Adds calls of the Platform API that fail.
    pub fn fault(&self, fault: Fault) {
        self.shared.access().add_fault(fault);
    }

    /// Adds workflows that go wrong on Genesys' side.
    pub fn workflow_faults(&self, faults: WorkflowFaults) {
        lock(&self.shared.workflow_faults).push(faults);
    }

    /// Takes all faults away, those of workflows too.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
    }

    /// Grants a permission, or takes it away.
    pub fn permit(&self, permission: &str, granted: bool) {
        self.shared.access().permit(permission, granted);
    }

    /// Makes every token that was given invalid.
    pub fn expire_tokens(&self) {
        self.shared.access().expire_tokens();
    }

    /// Calls that are allowed in a minute; `None`: any number.
    pub fn rate_limit(&self, allowed: Option<u64>) {
        self.shared.access().limit(allowed);
    }

    /// Sets a request's integration status by hand.
    ///
    /// # Errors
    /// [`NotPossible`]: no such request.
    pub fn set_integration_status(
        &self,
        request: &str,
        status: IntegrationStatus,
    ) -> Result<(), NotPossible> {
        self.shared.organisation().set_integration_status(request, status)?;
        Ok(())
    }

    /// Adds another HRIS integration, and gives back its id.
    pub fn add_integration(&self, name: &str) -> String {
        self.shared.organisation().add_integration(name)
    }

    /// Lets the plan of an activity code stand for another time-off type of an integration, or for
    /// none.
    pub fn map_plan(&self, activity_code_id: &str, to: Option<(&str, &str)>) {
        let to = to.map(|(kind, integration)| (kind.to_owned(), integration.to_owned()));
        for plan in &mut self.shared.organisation().plans {
            if plan.activity_code == activity_code_id {
                plan.time_off_type.clone_from(&to);
            }
        }
    }

    /// Adds a plan of a staffing group that nobody is in, with an activity code that another plan
    /// has as well, and another time-off type.
    pub fn add_plan_of_group(&self, activity_code_id: &str, kind: &str) {
        self.shared.organisation().add_plan_of_group(activity_code_id, kind);
    }

    /// The time of day from now on, for what is submitted and changed; `None`: the machine's.
    pub fn set_now(&self, now: Option<Timestamp>) {
        self.shared.organisation().now = now;
    }

    /// Takes another reading of what Genesys leaves open.
    pub fn choose(&self, choices: Choices) {
        self.shared.organisation().choices = choices;
    }

    /// How often the Platform API was called, by path.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.shared.access().calls.clone()
    }
}

fn days_of(organisation: &Organisation, request: &TimeOffRequest) -> BTreeMap<Date, u32> {
    let mut days = BTreeMap::new();
    for (day, minutes) in organisation.days_of(request).into_iter().zip(&request.payable_minutes) {
        *days.entry(day).or_default() += minutes;
    }
    days
}
