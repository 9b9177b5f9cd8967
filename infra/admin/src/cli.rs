//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use contract::{Email, ExternalId};
use secrecy::SecretString;
use store::Sought;
use url::Url;

/// Works on the table of timeoff-bridge: pins, findings of the last run, the shrink guard,
/// look-ups.
#[derive(Debug, Parser)]
#[command(name = "timeoff-admin", version)]
pub struct Cli {
    /// The DynamoDB table.
    #[arg(long, env = "TABLE_NAME")]
    pub table: String,
    /// Another DynamoDB, such as http://127.0.0.1:9002 of the local stack.
    #[arg(long, env = "AWS_ENDPOINT_URL_DYNAMODB")]
    pub endpoint_url: Option<Url>,
    /// Where the table is.
    #[arg(long, env = "AWS_REGION")]
    pub region: String,
    /// Write one JSON object in place of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// The access key; from the environment only.
    #[arg(long, hide = true, env = "AWS_ACCESS_KEY_ID", hide_env_values = true)]
    pub access_key_id: String,
    /// The secret of the access key; from the environment only.
    #[arg(long, hide = true, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub secret_access_key: SecretString,
    /// The session token; from the environment only.
    #[arg(long, hide = true, env = "AWS_SESSION_TOKEN", hide_env_values = true)]
    pub session_token: Option<SecretString>,
    /// A PEM file of the roots to trust in place of AWS's.
    #[arg(long, hide = true, env = "AWS_CA_BUNDLE")]
    pub ca_bundle: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Pin an e-mail to an agent whose Genesys e-mail differs from the one in BambooHR. Counts from
    /// the next run on.
    Pin {
        /// The agent's externalId: the employee id in BambooHR.
        external_id: ExternalId,
        /// The agent's e-mail in Genesys.
        email: Email,
    },
    /// Remove the pin of an agent.
    Unpin {
        /// The agent's externalId.
        external_id: ExternalId,
    },
    /// List the active records that are left out because another record has their e-mail.
    Conflicts,
    /// List the active records that are left out because they have no usable e-mail.
    Skipped,
    /// Let the next list over HTTP be much shorter than the last one, once.
    AcceptShrink {
        /// Take an acceptance back that was not used yet.
        #[arg(long)]
        withdraw: bool,
    },
    /// Show what the table knows about one agent.
    LookUp {
        /// An externalId or an e-mail.
        #[arg(value_parser = sought)]
        whom: Sought,
    },
    /// Show how old the index is, what is in it, and whether the shrink guard waits for an
    /// operator.
    State,
}

fn sought(text: &str) -> Result<Sought, &'static str> {
    let by_id = text.parse().map(Sought::Id).ok();
    by_id
        .or_else(|| text.parse().map(Sought::Email).ok())
        .ok_or("neither an externalId nor one e-mail address")
}
