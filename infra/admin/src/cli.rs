//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, Subcommand};
use contract::ExternalId;
use secrecy::SecretString;
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
        #[arg(value_parser = email)]
        email: String,
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
        whom: Whom,
    },
    /// Show how old the index is, what is in it, and whether the shrink guard waits for an
    /// operator.
    State,
}

/// An agent, by externalId or by e-mail.
#[derive(Clone, Debug)]
pub enum Whom {
    /// By externalId.
    Id(ExternalId),
    /// By e-mail, in whatever case.
    Email(String),
}

impl FromStr for Whom {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => email(text)
                .map(Self::Email)
                .map_err(|_| "neither an externalId nor an e-mail address"),
        }
    }
}

fn email(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let parts =
        text.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    match parts {
        Some(_) if !text.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err("no e-mail address"),
    }
}
