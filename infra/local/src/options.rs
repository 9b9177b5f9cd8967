use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;

use bamboohr_simulator::Seed;
use genesys_simulator::Seed as GenesysSeed;
use lambda_host::Clock;
use lambda_host::logs::Lines;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::{RecentCalls, StartError};

/// What a local stack is made of. By default: a simulator with a small company, every port a free
/// one, the functions' settings at their defaults, metrics thrown away.
#[derive(Debug)]
pub struct Options {
    /// Where to listen, on loopback.
    pub ports: Ports,
    /// What a call needs.
    pub auth_mode: AuthMode,
    /// What stands for BambooHR.
    pub hris: Hris,
    /// What a simulated Genesys Cloud before the gateway starts with; `None`: there is none.
    pub genesys: Option<GenesysSeed>,
    /// Function settings by their environment variable, over the defaults. What the stack itself
    /// decides (endpoints, table, secret, credentials) cannot be set here.
    pub settings: BTreeMap<String, String>,
    /// The functions' time of day.
    pub clock: Clock,
    /// Where the functions' metric lines go.
    pub metrics: Lines,
    /// What the page shows of the calls.
    pub calls: RecentCalls,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ports: Ports::default(),
            auth_mode: AuthMode::default(),
            hris: Hris::Simulator(Box::default()),
            genesys: None,
            settings: BTreeMap::new(),
            clock: Clock::system(),
            metrics: Lines::to(io::sink()),
            calls: RecentCalls::default(),
        }
    }
}

/// What a call of the API needs: the template's parameter `AuthMode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "verbatim")]
pub enum AuthMode {
    /// The API key.
    #[default]
    ApiKey,
    /// The API key; whoever has the OAuth client gets tokens already, and nobody asks for them.
    ApiKeyOAuthReady,
    /// The API key and a token.
    ApiKeyAndOAuth,
}

impl fmt::Display for AuthMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What stands for BambooHR.
#[derive(Debug)]
pub enum Hris {
    /// The simulator, which starts with this company.
    Simulator(Box<Seed>),
    /// A real account.
    Account {
        /// The part of the address before `.bamboohr.com`.
        company_domain: String,
        /// A key of that account.
        api_key: SecretString,
        /// Whether insert and update may write; otherwise they answer `READ_ONLY`.
        allow_writes: bool,
    },
}

/// The ports; 0 picks a free one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// The gateway's.
    pub gateway: u16,
    /// The simulator's.
    pub simulator: u16,
    /// DynamoDB's.
    pub dynamodb: u16,
    /// Secrets Manager's.
    pub secrets_manager: u16,
    /// The simulated Genesys Cloud's.
    pub genesys: u16,
}

/// What listens on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The gateway.
    Gateway,
    /// The BambooHR simulator.
    Simulator,
    /// DynamoDB.
    DynamoDb,
    /// Secrets Manager.
    SecretsManager,
    /// The simulated Genesys Cloud.
    Genesys,
}

impl Port {
    /// The command-line flag that sets the port.
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Self::Gateway => "gateway-port",
            Self::Simulator => "simulator-port",
            Self::DynamoDb => "dynamodb-port",
            Self::SecretsManager => "secrets-manager-port",
            Self::Genesys => "genesys-port",
        }
    }

    /// Listens on `number`, on loopback only: nothing here is meant for other machines.
    pub(crate) async fn listen(self, number: u16) -> Result<TcpListener, StartError> {
        TcpListener::bind((Ipv4Addr::LOCALHOST, number)).await.map_err(|source| StartError::Port {
            port: self,
            number,
            source,
        })
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gateway => "the gateway",
            Self::Simulator => "the BambooHR simulator",
            Self::DynamoDb => "DynamoDB",
            Self::SecretsManager => "Secrets Manager",
            Self::Genesys => "the simulated Genesys Cloud",
        })
    }
}

/// The function settings that `cargo run` takes from its own environment. The rest of a function's
/// environment is decided by the stack.
pub const PASSED_ON: [&str; 16] = [
    "AGENTS_MAX_AGE_HOURS",
    "AGENT_FILTER",
    "API_BUDGET_MS",
    "BALANCE_THRESHOLD_MINUTES",
    "DEPARTED_RETENTION_DAYS",
    "EMAIL_FIELD",
    "EMPLOYEE_SOURCE",
    "MAX_SHRINK_PERCENT",
    "METRICS_NAMESPACE",
    "MINUTES_PER_DAY",
    "READ_ONLY",
    "RESEND_AFTER_SECONDS",
    "RUST_LOG",
    "UNLIMITED_BALANCE_MINUTES",
    "UPSTREAM_CONCURRENCY",
    "ZERO_PAYABLE",
];
