//! The loop with the command beside it, and what stands between them.

use std::path::PathBuf;

use clap::Parser as _;
use genesys_simulator::{
    Bridge, CLIENT_ID, CLIENT_SECRET, Genesys, IntegrationStatus, RequestStatus, Seed, Submission,
    WorkflowFault, WorkflowFaults,
};
use lambda_host::{Clock, ClockHand};
use local_stack::{API_KEY, Hris, LocalStack, Options, Simulator};
use serde_json::Value;
use timeoff_admin::{Cli, Error, Outcome, Report};

use crate::proxy::Proxy;
use crate::world::leave;

/// The simulated company's today, which the tests' days lie after.
const NOW: &str = "2026-11-02T08:00:00Z";

/// The days of leave that the tests are about.
const WINDOW: [&str; 4] = ["--since", "2026-11-01", "--until", "2027-12-31"];

pub(crate) struct Rig {
    pub(crate) stack: LocalStack,
    pub(crate) genesys: Genesys,
    /// Between Genesys' data actions and the gateway.
    pub(crate) to_gateway: Proxy,
    /// Between the command and Genesys.
    pub(crate) to_genesys: Proxy,
    /// Between the command and the gateway.
    pub(crate) to_bridge: Proxy,
    pub(crate) clock: Clock,
    pub(crate) hand: ClockHand,
}

/// What a rig is made of.
pub(crate) struct Parts {
    pub(crate) company: bamboohr_simulator::Seed,
    pub(crate) people: Seed,
    pub(crate) settings: &'static [(&'static str, &'static str)],
}

impl Default for Parts {
    fn default() -> Self {
        Self { company: bamboohr_simulator::Seed::small(), people: Seed::small(), settings: &[] }
    }
}

impl Rig {
    /// With every agent associated who can be.
    pub(crate) async fn start() -> Self {
        Self::with(Parts::default()).await
    }

    pub(crate) async fn with(Parts { company, people, settings }: Parts) -> Self {
        let (clock, hand) = Clock::manual(NOW.parse().unwrap());
        let settings = settings.iter().map(|(name, text)| ((*name).into(), (*text).into()));
        let stack = LocalStack::start(Options {
            clock: clock.clone(),
            hris: Hris::Simulator(Box::new(company)),
            settings: settings.collect(),
            ..Options::default()
        })
        .await
        .unwrap();
        let gateway = stack.url().trim_end_matches("/v1");
        let (to_gateway, to_bridge) = (Proxy::before(gateway).await, Proxy::before(gateway).await);
        let base_url = format!("{}/v1", to_gateway.origin);
        let bridge = Bridge { base_url: &base_url, api_key: API_KEY, oauth: None };
        let genesys = Genesys::start(people, bridge).await.unwrap();
        // Tests call more often than 300 times a minute.
        genesys.rate_limit(None);
        genesys.set_now(Some(clock.now()));
        let to_genesys = Proxy::before(genesys.url()).await;
        assert!(genesys.synchronise_agents().await);
        Self { stack, genesys, to_gateway, to_genesys, to_bridge, clock, hand }
    }

    pub(crate) fn bamboohr(&self) -> &Simulator {
        self.stack.simulator().unwrap()
    }

    /// Time passes, in Genesys too.
    pub(crate) fn pass(&self, hours: i64) {
        self.hand.advance(jiff::SignedDuration::from_hours(hours));
        self.genesys.set_now(Some(self.clock.now()));
    }

    /// `timeoff-admin` with these arguments.
    pub(crate) async fn admin(&self, arguments: &[&str]) -> Result<Report, Error> {
        let variables = self.stack.variables();
        let table = variables["TABLE_NAME"].clone();
        let dynamodb = variables["AWS_ENDPOINT_URL_DYNAMODB"].clone();
        let places = ["timeoff-admin", "--table", &table, "--endpoint-url", &dynamodb];
        let cli = Cli::try_parse_from(places.iter().chain(arguments)).unwrap();
        let bridge = format!("{}/v1", self.to_bridge.origin);
        let own = [
            ("GENESYSCLOUD_BASE_URL", self.to_genesys.origin.as_str()),
            ("GENESYSCLOUD_LOGIN_URL", &self.to_genesys.origin),
            ("GENESYSCLOUD_OAUTHCLIENT_ID", CLIENT_ID),
            ("GENESYSCLOUD_OAUTHCLIENT_SECRET", CLIENT_SECRET),
            ("BRIDGE_URL", &bridge),
            ("BRIDGE_API_KEY", API_KEY),
        ];
        let mut all = variables.clone();
        all.extend(own.map(|(name, text)| (name.to_owned(), text.to_owned())));
        let variable = move |name: &str| all.get(name).cloned();
        timeoff_admin::run_at(cli, variable, self.clock.clone()).await
    }

    /// `timeoff-admin reconcile` for the days of the tests, with these arguments.
    pub(crate) async fn reconcile(&self, arguments: &[&str]) -> Reconciled {
        let journal = self.journal();
        let all: Vec<&str> = ["reconcile", "--journal", journal.to_str().unwrap()]
            .into_iter()
            .chain(WINDOW)
            .chain(arguments.iter().copied())
            .collect();
        Reconciled::of(&self.admin(&all).await.unwrap())
    }

    /// Where runs write their journal: the port is nobody else's.
    pub(crate) fn journal(&self) -> PathBuf {
        let port = self.genesys.url().rsplit(':').next().unwrap().to_owned();
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("journal-{port}.jsonl"))
    }

    /// Submits, with that going wrong.
    pub(crate) async fn submitted_with(
        &self,
        kind: WorkflowFault,
        submission: Submission,
    ) -> String {
        self.genesys.workflow_faults(WorkflowFaults { kind, times: 1 });
        self.submitted(submission).await
    }

    /// Submits, and waits for the workflow.
    pub(crate) async fn submitted(&self, submission: Submission) -> String {
        let id = self.genesys.submit(submission).unwrap();
        self.genesys.settled().await;
        id
    }

    /// One of each that `--repair` sends without a stored input: an insert (452), an approval (450)
    /// and a cancellation (448) of which the bridge or Genesys never heard.
    pub(crate) async fn three_to_repair(&self) -> [String; 3] {
        let missing = self.submitted_with(WorkflowFault::Unsent, approved(452)).await;
        let waiting = self.submitted(leave(450)).await;
        self.with_fault(WorkflowFault::Unsent, |genesys| {
            genesys.decide(&waiting, RequestStatus::Approved).unwrap();
        })
        .await;
        let cancelled = self.submitted_with(WorkflowFault::Unheard, approved(448)).await;
        self.genesys.decide(&cancelled, RequestStatus::Canceled).unwrap();
        [missing, waiting, cancelled]
    }

    /// The next workflow goes wrong like that while `act` is done.
    pub(crate) async fn with_fault(&self, kind: WorkflowFault, act: impl FnOnce(&Genesys)) {
        self.genesys.workflow_faults(WorkflowFaults { kind, times: 1 });
        act(&self.genesys);
        self.genesys.settled().await;
    }

    pub(crate) fn integration_status(&self, request: &str) -> Option<IntegrationStatus> {
        self.genesys.request(request).unwrap().integration_status
    }

    /// Id and status of an employee's live requests in BambooHR.
    pub(crate) fn live(&self, employee: u64) -> Vec<(u64, String)> {
        let live = self.bamboohr().live(employee).into_iter();
        live.map(|request| (request.id, format!("{:?}", request.status))).collect()
    }
}

/// Two full days for an agent, approved.
pub(crate) fn approved(agent: usize) -> Submission {
    Submission { approved: true, ..leave(agent) }
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Reconciled {
    pub(crate) rows: Vec<Value>,
    pub(crate) counts: Value,
    pub(crate) outcome: Outcome,
    pub(crate) text: String,
}

impl Reconciled {
    fn of(report: &Report) -> Self {
        let json: Value = serde_json::from_str(report.to_json()).unwrap();
        Self {
            rows: json["requests"].as_array().unwrap().clone(),
            counts: json["counts"].clone(),
            outcome: report.outcome(),
            text: report.to_text(None),
        }
    }

    /// The row of a request.
    #[track_caller]
    pub(crate) fn row(&self, request: &str) -> &Value {
        let found = self.rows.iter().find(|row| row["requestId"] == request);
        found.unwrap_or_else(|| panic!("no {request}: {self:?}"))
    }

    /// Verdict and action of a request.
    #[track_caller]
    pub(crate) fn of_request(&self, request: &str) -> (&str, &str) {
        let row = self.row(request);
        (row["verdict"].as_str().unwrap(), row["action"].as_str().unwrap())
    }

    /// BambooHR's ids of the orphans.
    pub(crate) fn orphans(&self) -> Vec<&str> {
        let orphans = self.rows.iter().filter(|row| row["verdict"] == "orphan");
        orphans.map(|row| row["timeOffRequestId"].as_str().unwrap()).collect()
    }
}
