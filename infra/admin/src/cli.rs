//! The command line.

use clap::{Args, Parser, Subcommand};
use url::Url;

use crate::commands::{look_up, pins, shrink};

/// What operators do at the table of timeoff-bridge: pins, findings of the last run, the shrink
/// guard, look-ups.
#[derive(Debug, Parser)]
#[command(name = "timeoff-admin", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// Where the table is.
    #[command(flatten)]
    pub table: TableOptions,
    /// How the result is shown.
    #[command(flatten)]
    pub show: ShowOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit code: 0 done, and nothing to do; 1 findings, or not done; 2 wrong command line; 3 something \
     could not be read.\nExample: timeoff-admin --profile production conflicts --json";

/// Where the table is. Credentials and region come from where every AWS tool finds them.
#[derive(Debug, Args)]
pub struct TableOptions {
    /// The DynamoDB table.
    #[arg(long, global = true, env = "TABLE_NAME", default_value = "", hide_default_value = true)]
    pub table: String,
    /// Another DynamoDB, such as http://127.0.0.1:9002 of the local stack.
    #[arg(long, global = true, env = "AWS_ENDPOINT_URL_DYNAMODB")]
    pub endpoint_url: Option<Url>,
    /// The AWS region, in place of the environment's or the profile's.
    #[arg(long, global = true)]
    pub region: Option<String>,
    /// The profile of the AWS configuration, in place of AWS_PROFILE.
    #[arg(long, global = true)]
    pub profile: Option<String>,
}

/// How the result is shown.
#[derive(Clone, Copy, Debug, Args)]
pub struct ShowOptions {
    /// Write one JSON object in place of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Show e-mail addresses.
    #[arg(long, global = true)]
    pub names: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Pin an e-mail to an agent whose Genesys e-mail differs from the one in BambooHR.
    Pin(pins::Pin),
    /// Remove the pin of an agent.
    Unpin(pins::Unpin),
    /// List the active records that are left out because another record has their e-mail.
    Conflicts,
    /// List the active records that are left out because they have no usable e-mail.
    Skipped,
    /// Let the next list over HTTP be much shorter than the last one, once.
    AcceptShrink(shrink::AcceptShrink),
    /// Show what the table knows about one agent.
    LookUp(look_up::LookUp),
    /// Show how old the index is, what is in it, and whether the shrink guard waits for an
    /// operator.
    State,
}

impl Command {
    /// Whether it changes nothing, so that a failure means that something could not be read.
    pub fn only_reads(&self) -> bool {
        matches!(self, Self::Conflicts | Self::Skipped | Self::LookUp(_) | Self::State)
    }
}
