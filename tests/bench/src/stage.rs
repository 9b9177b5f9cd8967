//! What the measured functions talk to.

use std::time::Duration;

use bamboohr_simulator::{
    Assignment, Employee, NewRequest, Seed, Simulator, TimeOffType, Unit, date,
};
use jiff::ToSpan;
use jiff::civil::Date;
use local_aws::{DynamoDb, Fault, Injection, SecretsManager};

use crate::Error;

/// How many agents the company has, with the ids from 1.
pub(crate) const AGENTS: u64 = 200;
/// An agent with balances of eight types.
pub(crate) const RICH_AGENT: u64 = 1_000;
/// The eight types.
pub(crate) const RICH_TYPES: [u64; 8] = [78, 83, 85, 90, 201, 202, 203, 204];
/// A type in hours of which everybody has enough.
pub(crate) const VACATION: u64 = 78;

/// BambooHR, DynamoDB and Secrets Manager, all of them equally far away.
#[derive(Debug)]
pub struct Stage {
    simulator: Simulator,
    dynamodb: DynamoDb,
    secrets_manager: SecretsManager,
}

impl Stage {
    /// Starts all three.
    ///
    /// # Errors
    /// A port is not to be had.
    pub async fn start() -> Result<Self, Error> {
        let secrets_manager = SecretsManager::start().await?;
        secrets_manager.set("bamboohr", r#"{"companyDomain": "acme", "apiKey": "simulator-key"}"#);
        let simulator = Simulator::start(company()).await;
        Ok(Self { simulator, dynamodb: DynamoDb::start().await?, secrets_manager })
    }

    /// The environment that leads a function here.
    pub(crate) fn variables(&self) -> [(&'static str, String); 5] {
        [
            ("BAMBOOHR_SECRET_ID", "bamboohr".to_owned()),
            ("TABLE_NAME", self.dynamodb.table_name().to_owned()),
            ("BAMBOOHR_BASE_URL", self.simulator.url().to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.url()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.secrets_manager.url()),
        ]
    }

    /// Every answer of BambooHR and AWS comes this much later from now on.
    pub(crate) fn set_latency(&self, latency: Duration) {
        self.simulator.set_latency(latency);
        self.secrets_manager.set_latency(latency);
        self.dynamodb.faults().clear();
        if !latency.is_zero() {
            self.dynamodb.faults().inject(Injection::of(Fault::Delay(latency)));
        }
    }

    /// A new request of an agent's in BambooHR, an hour of vacation on a day, and its id.
    pub(crate) fn requested(&self, agent: u64, on: Date) -> u64 {
        self.simulator.hr_creates_request(NewRequest::new(agent, VACATION, on, on).per_day(1))
    }
}

/// An agent and a day, other ones for every number: the first day for all agents, then the next.
pub(crate) fn agent_and_day(number: u64) -> (u64, Date) {
    let days = i64::try_from(number / AGENTS).unwrap_or_default();
    (1 + number % AGENTS, date(2027, 1, 4).saturating_add(days.days()))
}

fn company() -> Seed {
    let balances: Vec<Assignment> = RICH_TYPES.map(|id| Assignment::accruing(id, 120, 8)).into();
    let rich = Employee::new(RICH_AGENT, "Ada", "Abel", "agent1000@example.com")
        .with_assignments(balances);
    RICH_TYPES
        .into_iter()
        .filter(|id| *id > 200)
        .fold(Seed::company(AGENTS), |seed, id| {
            seed.time_off_type(TimeOffType::new(id, format!("Type {id}"), Unit::Hours))
        })
        .employee(rich)
}
