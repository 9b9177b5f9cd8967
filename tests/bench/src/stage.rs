//! What the measured functions talk to.

use bamboohr_simulator::{
    Assignment, Employee, NewRequest, Seed, Simulator, TimeOffType, Unit, date,
};
use call_log::TimedCall;
use jiff::ToSpan;
use jiff::civil::Date;
use local_aws::{DynamoDb, Fault, Injection, SecretsManager};

use crate::Error;
use crate::distance::Distance;
use crate::relays::{Relays, Way};
use crate::traces::Trace;

/// How many agents the company has, with the ids from 1.
pub(crate) const AGENTS: u64 = 200;
/// An agent with balances of eight types.
pub(crate) const RICH_AGENT: u64 = 1_000;
/// The eight types.
pub(crate) const RICH_TYPES: [u64; 8] = [78, 83, 85, 90, 201, 202, 203, 204];
/// A type in hours of which everybody has enough. Of it there are only requests that were inserted
/// as pending, each later than all before, since an earlier one takes more calls: a calculator for
/// each later one.
pub(crate) const VACATION: u64 = 78;
/// The same, for all other requests.
pub(crate) const SICK: u64 = 83;

/// BambooHR, DynamoDB and Secrets Manager.
#[derive(Debug)]
pub(crate) struct Stage {
    simulator: Simulator,
    dynamodb: DynamoDb,
    secrets_manager: SecretsManager,
    relays: Relays,
    distance: Distance,
}

impl Stage {
    /// Starts all three.
    pub(crate) async fn start() -> Result<Self, Error> {
        let secrets_manager = SecretsManager::start().await?;
        secrets_manager.set("bamboohr", r#"{"companyDomain": "acme", "apiKey": "simulator-key"}"#);
        let simulator = Simulator::start(company()).await;
        let dynamodb = DynamoDb::start().await?;
        let relays = Relays::before([dynamodb.url(), secrets_manager.url()]).await?;
        Ok(Self { simulator, dynamodb, secrets_manager, relays, distance: Distance::NONE })
    }

    /// The environment that leads a function here.
    pub(crate) fn variables(&self, way: Way) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("BAMBOOHR_SECRET_ID", "bamboohr".to_owned()),
            ("TABLE_NAME", self.dynamodb.table_name().to_owned()),
            ("BAMBOOHR_BASE_URL", self.simulator.url().to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.url()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.secrets_manager.url()),
        ];
        // Of two of one name, the later counts.
        variables.extend(self.relays.variables(way));
        variables
    }

    /// How far away BambooHR and AWS are.
    pub(crate) fn distance(&self) -> Distance {
        self.distance
    }

    /// BambooHR and AWS are this far away from now on.
    pub(crate) fn set_distance(&mut self, distance: Distance) {
        self.distance = distance;
        self.simulator.set_latency(distance.bamboohr());
        self.secrets_manager.set_latency(distance.aws());
        self.relays.set_distance(distance.aws());
        self.dynamodb.faults().clear();
        if !distance.aws().is_zero() {
            self.dynamodb.faults().inject(Injection::of(Fault::Delay(distance.aws())));
        }
    }

    /// Forgets the calls so far.
    pub(crate) fn reset_calls(&self) {
        self.simulator.reset_calls();
        self.dynamodb.faults().reset_calls();
        self.secrets_manager.call_log().clear();
    }

    /// The calls since then.
    pub(crate) fn trace(&self) -> Trace {
        let of_bamboohr = |call: TimedCall<bamboohr_simulator::Operation>| TimedCall {
            operation: format!("{:?}", call.operation).to_lowercase(),
            arrived: call.arrived,
            ended: call.ended,
        };
        let bamboohr = self.simulator.call_log().calls().into_iter().map(of_bamboohr).collect();
        let tables = self.dynamodb.faults().call_log().calls();
        let secrets = self.secrets_manager.call_log().calls();
        Trace::of(bamboohr, [tables, secrets].concat())
    }

    /// How many TLS handshakes there were with AWS.
    pub(crate) fn handshakes(&self) -> usize {
        self.relays.handshakes()
    }

    /// A new request of an agent's in BambooHR, an hour on a day, and its id.
    pub(crate) fn requested(&self, agent: u64, on: Date) -> u64 {
        self.simulator.hr_creates_request(NewRequest::new(agent, SICK, on, on).per_day(1))
    }
}

/// An agent and a day, other ones for every number: the first day for all agents, then the one
/// after the next, so that the day between is free.
pub(crate) fn agent_and_day(number: u64) -> (u64, Date) {
    let days = i64::try_from(2 * (number / AGENTS)).unwrap_or_default();
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
