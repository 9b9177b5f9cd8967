//! `cargo run`: the local stack on one terminal.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use bamboohr_simulator::Seed;
use clap::Parser;
use genesys_simulator::{CLIENT_ID, CLIENT_SECRET, Seed as GenesysSeed};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use lambda_host::Clock;
use lambda_host::logs::{self, Lines, LogFilter};
use local_stack::{
    API_KEY, AuthMode, Hris, LocalStack, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, Options, PASSED_ON,
    Ports, RecentCalls, StartError, curl_lines, exports,
};
use secrecy::SecretString;
use tracing_subscriber::layer::SubscriberExt;

/// Runs the five functions behind a local gateway, with a BambooHR simulator, DynamoDB and Secrets
/// Manager beside them, and a simulated Genesys Cloud that runs the published workflows before it.
///
/// Needs no AWS account, no Docker and no network. Listens on loopback only. Function settings such
/// as EMAIL_FIELD or READ_ONLY are taken from the environment. Log lines go to standard error;
/// RUST_LOG sets their level.
#[derive(Debug, Parser)]
#[command(name = "local-stack")]
struct Arguments {
    /// The gateway's port; 0 picks a free one.
    #[arg(long, value_name = "PORT", default_value_t = 9000)]
    gateway_port: u16,

    /// The BambooHR simulator's port; 0 picks a free one.
    #[arg(long, value_name = "PORT", default_value_t = 9001)]
    simulator_port: u16,

    /// DynamoDB's port; 0 picks a free one.
    #[arg(long, value_name = "PORT", default_value_t = 9002)]
    dynamodb_port: u16,

    /// Secrets Manager's port; 0 picks a free one.
    #[arg(long, value_name = "PORT", default_value_t = 9003)]
    secrets_manager_port: u16,

    /// The simulated Genesys Cloud's port; 0 picks a free one. It is not there with a real account.
    #[arg(long, value_name = "PORT", default_value_t = 9004)]
    genesys_port: u16,

    /// What a call needs, as the template's parameter of this name says it.
    #[arg(long, value_name = "MODE", default_value_t)]
    auth_mode: AuthMode,

    /// How many people the simulated company has; never fewer than the forty that examples and
    /// tests refer to.
    #[arg(long, value_name = "COUNT", default_value_t = 40, conflicts_with = "company_domain")]
    employees: usize,

    /// The simulator's today, so that examples with dates keep working.
    #[arg(long, value_name = "YYYY-MM-DD", default_value_t = date(2026, 11, 2), conflicts_with = "company_domain")]
    today: Date,

    /// Uses this real BambooHR account instead of the simulator (the part before .bamboohr.com).
    /// Read-only unless --allow-writes is given.
    ///
    /// The API key is taken from the environment variable BAMBOOHR_API_KEY: a command line is seen
    /// by every process.
    #[arg(long, value_name = "NAME")]
    company_domain: Option<String>,

    /// Lets insert and update write to the real account.
    #[arg(long, requires = "company_domain")]
    allow_writes: bool,

    /// Shows the CloudWatch metric lines among the log lines.
    #[arg(long)]
    metrics: bool,
}

/// How often what writes have left open is settled.
const SETTLE_EVERY: Duration = Duration::from_secs(15 * 60);

/// The variable that holds the real account's key.
const KEY_VARIABLE: &str = "BAMBOOHR_API_KEY";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(
        "--company-domain needs the account's API key in the environment variable {KEY_VARIABLE}."
    )]
    NoKey,
    #[error("Waiting for Ctrl-C is not possible here: {0}.")]
    Signal(#[from] io::Error),
}

async fn run(arguments: Arguments) -> Result<(), Error> {
    let variable = |name: &str| std::env::var(name).ok();
    let lines = Lines::to(io::stderr());
    let calls = RecentCalls::default();
    let filter = LogFilter::read(&variable).map_err(StartError::from)?;
    // The page sees what is logged, and more; only the first one in a process can be set.
    let subscriber = logs::subscriber(&filter, lines.clone()).with(calls.layer());
    let _already_set = tracing::subscriber::set_global_default(subscriber);

    let (hris, today) = match arguments.company_domain.clone() {
        None => {
            let seed = Seed::small().grown_to(arguments.employees).today(arguments.today);
            (Hris::Simulator(Box::new(seed)), arguments.today)
        }
        Some(company_domain) => {
            let api_key =
                variable(KEY_VARIABLE).filter(|key| !key.trim().is_empty()).ok_or(Error::NoKey)?;
            let allow_writes = arguments.allow_writes;
            (
                Hris::Account {
                    company_domain,
                    api_key: SecretString::from(api_key),
                    allow_writes,
                },
                Timestamp::now().to_zoned(TimeZone::UTC).date(),
            )
        }
    };
    let stack = LocalStack::start(Options {
        ports: Ports {
            gateway: arguments.gateway_port,
            simulator: arguments.simulator_port,
            dynamodb: arguments.dynamodb_port,
            secrets_manager: arguments.secrets_manager_port,
            genesys: arguments.genesys_port,
        },
        auth_mode: arguments.auth_mode,
        // Its workflows write, and a real account is not for that.
        genesys: matches!(hris, Hris::Simulator(_))
            .then(|| GenesysSeed::small().grown_to(arguments.employees)),
        hris,
        settings: PASSED_ON
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), variable(name)?)))
            .collect(),
        clock: Clock::system(),
        metrics: if arguments.metrics { lines } else { Lines::to(io::sink()) },
        calls,
    })
    .await?;
    if let Some(genesys) = stack.genesys() {
        // As after a night: the index is complete, and everybody is associated who can be.
        stack.refresh_agents().await;
        genesys.synchronise_agents().await;
    }
    println!("{}", greeting(&stack, &arguments, today));
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped?,
        () = settle_on_schedule(&stack) => {}
    }
    println!("\nStopped.");
    Ok(())
}

/// As the deployed schedule does: every fifteen minutes.
async fn settle_on_schedule(stack: &LocalStack) {
    loop {
        tokio::time::sleep(SETTLE_EVERY).await;
        stack.settle().await;
    }
}

fn greeting(stack: &LocalStack, arguments: &Arguments, today: Date) -> String {
    let bamboohr = match (stack.simulator(), &arguments.company_domain) {
        (Some(simulator), _) => format!(
            "{}   simulator, today is {today}; its switches are under /control/",
            simulator.url()
        ),
        (None, domain) => format!(
            "https://{}.bamboohr.com   the real account, {}",
            domain.as_deref().unwrap_or_default(),
            if arguments.allow_writes {
                "WRITES ALLOWED"
            } else {
                "read-only (--allow-writes lifts that)"
            }
        ),
    };
    let mut text = format!(
        "timeoff-bridge, local stack\n\n\
         page             {}   {}\n\
         gateway          {}   x-api-key: {API_KEY}\n\
         BambooHR         {bamboohr}\n\
         DynamoDB         {}   table {}\n\
         Secrets Manager  {}\n",
        stack.page_url(),
        if stack.genesys().is_some() { "to see what happens, in a browser" } else { "off" },
        stack.url(),
        stack.dynamodb().url(),
        stack.dynamodb().table_name(),
        stack.secrets_manager().url(),
    );
    if let Some(token_url) = stack.token_url() {
        text.push_str(&format!(
            "tokens           {token_url}   OAuth client {OAUTH_CLIENT_ID} with \
             {OAUTH_CLIENT_SECRET}; {}\n",
            match arguments.auth_mode {
                AuthMode::ApiKeyAndOAuth => "every call needs one",
                AuthMode::ApiKey | AuthMode::ApiKeyOAuthReady => "no call needs one yet",
            }
        ));
    }
    if let Some(genesys) = stack.genesys() {
        text.push_str(&format!(
            "Genesys Cloud    {}   simulated, OAuth client {CLIENT_ID} with {CLIENT_SECRET}; its \
             switches are under /control/\n",
            genesys.url()
        ));
    }
    text.push('\n');
    if stack.simulator().is_none() {
        text.push_str("Put ids of your account in place of 452, 83, 85 and 90.\n");
    }
    for line in curl_lines(stack, today) {
        text.push_str(&line);
        text.push('\n');
    }
    for (index, line) in exports(stack).iter().enumerate() {
        text.push_str(if index == 0 { "\n# for timeoff-admin in another terminal\n" } else { "" });
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("\nCtrl-C stops everything. Nothing is kept.");
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
