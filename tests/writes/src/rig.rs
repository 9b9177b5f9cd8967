use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bamboohr_simulator::{RequestView, Seed, Simulator};
use jiff::Timestamp;
use lambda_host::logs::Captured;
use lambda_host::{Clock, ClockHand, Environment, Settings};
use local_aws::{SecretsManager, TestTable};
use serde_json::json;

use crate::Process;

/// The API key that the simulator knows and the secret holds at first.
pub const KEY: &str = "simulator-key";

const SECRET: &str = "bamboohr";

/// A BambooHR, a table and a secret, for one test.
#[derive(Debug)]
pub struct Rig {
    /// BambooHR.
    pub hris: Simulator,
    /// The table, with its faults and counters.
    pub table: TestTable,
    /// Secrets Manager.
    pub secrets: SecretsManager,
    is_past_faults: bool,
    clock: Clock,
    hand: ClockHand,
}

impl Rig {
    /// A rig with the simulator's small company.
    pub async fn start() -> Self {
        Self::with(Seed::small()).await
    }

    /// A rig with another company.
    ///
    /// # Panics
    /// When loopback gives no port; nothing can be tested then.
    #[expect(clippy::expect_used, reason = "without a table there is nothing to test")]
    pub async fn with(seed: Seed) -> Self {
        let hris = Simulator::start(seed).await;
        let table = TestTable::create().await.expect("a table");
        let secrets = SecretsManager::start().await.expect("a loopback port");
        let (clock, hand) = clock();
        let rig = Self { hris, table, secrets, is_past_faults: false, clock, hand };
        rig.set_key(KEY);
        rig
    }

    /// For many calls: processes reach the table past its faults and its count of calls.
    #[must_use]
    pub fn past_the_faults_of_the_table(mut self) -> Self {
        self.is_past_faults = true;
        self
    }

    /// Puts another API key into the secret.
    pub fn set_key(&self, key: &str) {
        self.secrets.set(SECRET, json!({"companyDomain": "acme", "apiKey": key}).to_string());
    }

    /// A process on the rig's clock.
    pub fn process(&self) -> Process {
        self.process_with(|_| {})
    }

    /// A process on the rig's clock, with other settings than: 50 ms between two sends, a budget
    /// of 15 s.
    pub fn process_with(&self, change: impl FnOnce(&mut Settings)) -> Process {
        self.build(self.clock.clone(), self.hand.clone(), change)
    }

    /// A process for each of `budgets`, the time that a call may take, on one clock of their own,
    /// with 60 ms between two sends. Where all calls for an agent go to them, moving their clock
    /// ends no other call's lease.
    pub fn processes_on_own_clock(
        &self,
        budgets: impl IntoIterator<Item = Duration>,
    ) -> Vec<Process> {
        let (clock, hand) = clock();
        let process = |budget| {
            self.build(clock.clone(), hand.clone(), |settings| {
                settings.api_budget = budget;
                settings.resend_after = Duration::from_millis(60);
            })
        };
        budgets.into_iter().map(process).collect()
    }

    /// What any function is built from, to run beside the processes.
    pub fn environment(&self) -> Environment {
        self.environment_with(self.clock.clone(), &Captured::new(), |_| {})
    }

    fn build(&self, clock: Clock, hand: ClockHand, change: impl FnOnce(&mut Settings)) -> Process {
        let metrics = Captured::new();
        Process::new(&self.environment_with(clock, &metrics, change), hand, metrics)
    }

    #[expect(clippy::expect_used, reason = "the settings are the rig's own")]
    fn environment_with(
        &self,
        clock: Clock,
        metrics: &Captured,
        change: impl FnOnce(&mut Settings),
    ) -> Environment {
        let variables = |name: &str| {
            Some(match name {
                "BAMBOOHR_SECRET_ID" => SECRET.to_owned(),
                "TABLE_NAME" => self.table.name().to_owned(),
                "BAMBOOHR_BASE_URL" => self.hris.url().to_owned(),
                "AWS_REGION" => local_aws::REGION.to_owned(),
                "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "local".to_owned(),
                "AWS_ENDPOINT_URL_DYNAMODB" if self.is_past_faults => {
                    self.table.direct_url().to_owned()
                }
                "AWS_ENDPOINT_URL_DYNAMODB" => self.table.url(),
                "AWS_ENDPOINT_URL_SECRETS_MANAGER" => self.secrets.url(),
                _ => return None,
            })
        };
        let mut settings = Settings::read(&variables).expect("settings");
        settings.resend_after = Duration::from_millis(50);
        settings.api_budget = Duration::from_secs(15);
        change(&mut settings);
        Environment::with(settings, clock, metrics.lines()).expect("an environment")
    }

    /// The ids of the agent's live requests.
    pub fn live(&self, agent: u64) -> Vec<u64> {
        self.hris.live(agent).iter().map(|request| request.id).collect()
    }

    /// The one live request of the agent.
    ///
    /// # Panics
    /// When there is none, or more than one.
    #[track_caller]
    pub fn only(&self, agent: u64) -> RequestView {
        let mut live = self.hris.live(agent);
        assert_eq!(live.len(), 1, "live requests of {agent}: {live:?}");
        live.remove(0)
    }

    /// Checks that the agent has no live request.
    ///
    /// # Panics
    /// When there is one.
    #[track_caller]
    pub fn assert_none_live(&self, agent: u64) {
        assert_eq!(self.live(agent), Vec::<u64>::new(), "live requests of {agent}");
    }

    /// Everything that the table holds, as text.
    ///
    /// # Panics
    /// When the table cannot be read.
    #[expect(clippy::expect_used, reason = "a test that cannot read its table cannot go on")]
    pub async fn stored(&self) -> String {
        let scan = self.table.client().scan().table_name(self.table.name());
        format!("{:?}", scan.send().await.expect("a scan").items())
    }

    /// The sort keys of everything that the table holds about the agent.
    ///
    /// # Panics
    /// When the table cannot be read.
    #[expect(clippy::expect_used, reason = "a test that cannot read its table cannot go on")]
    pub async fn recorded(&self, agent: u64) -> Vec<String> {
        let query = self
            .table
            .client()
            .query()
            .table_name(self.table.name())
            .key_condition_expression("pk = :pk");
        let found = query
            .expression_attribute_values(":pk", AttributeValue::S(format!("AGENT#{agent}")))
            .send()
            .await
            .expect("a query");
        let sort_key = |item: &std::collections::HashMap<String, AttributeValue>| {
            item.get("sk")?.as_s().ok().cloned()
        };
        found.items().iter().filter_map(sort_key).collect()
    }
}

fn clock() -> (Clock, ClockHand) {
    Clock::manual(Timestamp::from_second(1_793_606_400).unwrap_or_default())
}
