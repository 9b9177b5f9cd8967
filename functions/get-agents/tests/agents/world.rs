//! A company, a table and the function between them.

use std::collections::BTreeMap;
use std::time::Duration;

use bamboohr_simulator::{Seed, Simulator};
use contract::ExternalId;
use get_agents::GetAgents;
use jiff::{SignedDuration, Timestamp};
use lambda_host::logs::{Captured, LogFilter};
use lambda_host::{Clock, ClockHand, Environment, Host, LambdaContext, Settings};
use local_aws::{SecretsManager, TestTable};
use serde_json::{Value, json};
use store::{Agent, Index, Snapshot, Table};
use tracing::instrument::WithSubscriber as _;
use tracing::level_filters::LevelFilter;

pub(crate) const START: &str = "2026-11-02T08:00:00Z";

pub(crate) struct World {
    pub(crate) sim: Simulator,
    pub(crate) table: TestTable,
    pub(crate) index: Index,
    secrets: SecretsManager,
    clock: Clock,
    hand: ClockHand,
    metrics: Captured,
    host: Host<GetAgents>,
}

/// An answered list: externalId to e-mail.
pub(crate) type List = BTreeMap<u64, String>;

impl World {
    pub(crate) async fn of(seed: Seed) -> Self {
        Self::with(seed, &[]).await
    }

    pub(crate) async fn with(seed: Seed, settings: &[(&str, &str)]) -> Self {
        let sim = Simulator::start(seed).await;
        let table = TestTable::create().await.unwrap();
        let secrets = SecretsManager::start().await.unwrap();
        secrets.set("bamboohr", r#"{"companyDomain":"acme","apiKey":"simulator-key"}"#);
        let (clock, hand) = Clock::manual(START.parse().unwrap());
        let metrics = Captured::new();
        let index = Index::new(Table::new(table.client(), table.name()));
        let host = host(&sim, &table, &secrets, &clock, &metrics, settings);
        Self { sim, table, index, secrets, clock, hand, metrics, host }
    }

    /// Another process of the function, with other settings.
    pub(crate) fn restart(&mut self, settings: &[(&str, &str)]) {
        self.host =
            host(&self.sim, &self.table, &self.secrets, &self.clock, &self.metrics, settings);
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.hand.advance(by);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn text(&self, path: &str, query: Value, remaining: Duration) -> String {
        let event = json!({
            "httpMethod": "GET", "path": path, "queryStringParameters": query,
            "requestContext": { "requestId": "correlation", "stage": "v1" },
        });
        self.respond(&event, remaining).await
    }

    async fn respond(&self, event: &Value, remaining: Duration) -> String {
        let context = LambdaContext { request_id: "lambda".to_owned(), remaining };
        self.host.respond(&event.to_string(), context).await.body().unwrap()
    }

    pub(crate) async fn get(&self, path: &str, query: Value) -> Value {
        serde_json::from_str(&self.text(path, query, Duration::from_secs(60)).await).unwrap()
    }

    /// `GET /agents`, as text.
    pub(crate) async fn list_text(&self) -> String {
        self.text("/agents", Value::Null, Duration::from_secs(60)).await
    }

    /// `GET /agents` that succeeds.
    pub(crate) async fn list(&self) -> List {
        agents(&self.list_text().await)
    }

    /// `GET /agents` that fails: its errorCode and sentence. All lists are there and empty.
    pub(crate) async fn failure(&self) -> (String, String) {
        let answer: Value = serde_json::from_str(&self.list_text().await).unwrap();
        assert_eq!(answer["status"], "Error");
        let lists = answer.as_object().unwrap().values().filter_map(Value::as_array);
        assert_eq!(lists.filter(|list| list.is_empty()).count(), 50);
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        (text("errorCode"), text("errorMsg"))
    }

    /// The scheduled refresh; its errorCode.
    pub(crate) async fn refresh(&self) -> String {
        let event = json!({ "source": "aws.events", "detail-type": "Scheduled Event" });
        let body = self.respond(&event, Duration::from_secs(300)).await;
        let answer: Value = serde_json::from_str(&body).unwrap();
        answer["errorCode"].as_str().unwrap().to_owned()
    }

    /// What a process logs while it starts.
    pub(crate) async fn warm_up(&self) -> String {
        logged(self.host.warm_up()).await
    }

    pub(crate) async fn snapshot(&self) -> Snapshot {
        self.index.snapshot().await.unwrap()
    }

    /// The table holds exactly `list` as active agents, last seen now, and the guard's baseline is
    /// `answered`.
    pub(crate) async fn assert_table(&self, list: &List, answered: &List) {
        self.assert_table_at(list, answered, self.now()).await;
    }

    /// As [`assert_table`](Self::assert_table), last seen at `last_seen`.
    pub(crate) async fn assert_table_at(&self, list: &List, answered: &List, last_seen: Timestamp) {
        let snapshot = self.snapshot().await;
        assert!(active(&snapshot.agents) == *list, "the index holds another list");
        let state = snapshot.state().unwrap();
        assert_eq!(
            (state.last_seen, state.agents, state.pending),
            (last_seen, list.len() as u64, false)
        );
        let baseline: Vec<u64> = snapshot.baseline.unwrap().ids.iter().map(|id| id.get()).collect();
        assert!(baseline.iter().eq(answered.keys()), "the baseline is another list");
    }

    /// The last value of a metric.
    pub(crate) fn metric(&self, name: &str) -> Option<f64> {
        let text = self.metrics.text();
        let last = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .rfind(|line| line["_aws"].is_object());
        last.and_then(|line| line[name].as_f64())
    }
}

fn host(
    sim: &Simulator,
    table: &TestTable,
    secrets: &SecretsManager,
    clock: &Clock,
    metrics: &Captured,
    settings: &[(&str, &str)],
) -> Host<GetAgents> {
    let (dynamodb, secrets_manager) = (table.url(), secrets.url());
    let fixed = [
        ("BAMBOOHR_SECRET_ID", "bamboohr"),
        ("TABLE_NAME", table.name()),
        ("BAMBOOHR_BASE_URL", sim.url()),
        ("AWS_REGION", local_aws::REGION),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.as_str()),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets_manager.as_str()),
    ];
    let variable = |name: &str| {
        let of = |variables: &[(&str, &str)]| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        of(settings).or_else(|| of(&fixed))
    };
    let settings = Settings::read(&variable).unwrap();
    let environment = Environment::with(settings, clock.clone(), metrics.lines()).unwrap();
    Host::new(&environment, GetAgents::new)
}

/// Reads a successful answer: 25 aligned pairs of lists, each full before the next begins,
/// everybody once, by ascending externalId.
pub(crate) fn agents(text: &str) -> List {
    let answer: Value = serde_json::from_str(text).unwrap();
    assert_eq!(
        (&answer["status"], &answer["errorCode"]),
        (&"Complete".into(), &"".into()),
        "{}",
        answer["errorMsg"]
    );
    let mut pairs = Vec::new();
    let mut open = true;
    for bucket in 0..25 {
        let suffix = if bucket == 0 { String::new() } else { bucket.to_string() };
        let emails = answer[format!("emails{suffix}")].as_array().unwrap();
        let ids = answer[format!("externalIds{suffix}")].as_array().unwrap();
        assert_eq!(emails.len(), ids.len());
        assert!(ids.len() <= 2_000 && (open || ids.is_empty()));
        open = ids.len() == 2_000;
        for (id, email) in ids.iter().zip(emails) {
            pairs.push((
                id.as_str().unwrap().parse::<u64>().unwrap(),
                email.as_str().unwrap().to_owned(),
            ));
        }
    }
    assert_eq!(answer["agentCount"], pairs.len());
    assert!(pairs.is_sorted_by(|one, other| one.0 < other.0));
    pairs.into_iter().collect()
}

pub(crate) fn active(agents: &[Agent]) -> List {
    let active = agents.iter().filter(|agent| agent.is_active());
    active.map(|agent| (agent.external_id.get(), agent.email.as_str().to_owned())).collect()
}

pub(crate) fn id(number: u64) -> ExternalId {
    ExternalId::new(number).unwrap()
}

/// What is logged at every level meanwhile.
pub(crate) async fn logged(work: impl Future) -> String {
    let log = Captured::new();
    let subscriber = lambda_host::logs::subscriber(&LogFilter::at(LevelFilter::TRACE), log.lines());
    work.with_subscriber(subscriber).await;
    log.text()
}
