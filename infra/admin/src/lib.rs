#![doc = include_str!("../README.md")]

mod cli;
mod error;
mod report;

use jiff::{SignedDuration, Timestamp};
use lambda_host::Aws;
use lambda_host::settings::AwsSettings;
use store::{Alias, Index, Table};

pub use cli::{Cli, Command};
pub use error::Error;
pub use report::Report;

/// Departed agents are shown as long as the table has them, whatever the functions'
/// DEPARTED_RETENTION_DAYS.
const EVER: SignedDuration = SignedDuration::from_hours(24 * 366 * 100);

/// Does what the command line says.
///
/// # Errors
/// [`Error`].
pub async fn run(cli: Cli) -> Result<Report, Error> {
    let now = Timestamp::now();
    let aws = Aws::new(&AwsSettings {
        region: cli.region,
        access_key_id: cli.access_key_id,
        secret_access_key: cli.secret_access_key,
        session_token: cli.session_token,
        dynamodb_endpoint: cli.endpoint_url,
        secrets_manager_endpoint: None,
        ca_bundle: cli.ca_bundle,
    })?;
    let index = Index::new(Table::new(aws.dynamodb(), cli.table));
    Ok(match cli.command {
        Command::Pin { external_id, email } => {
            index.pin(&Alias { external_id, email }).await?;
            Report::Pinned { external_id: external_id.into() }
        }
        Command::Unpin { external_id } => Report::Unpinned {
            external_id: external_id.into(),
            was_pinned: index.unpin(external_id).await?.is_some(),
        },
        Command::Conflicts => Report::conflicts(index.findings().await?),
        Command::Skipped => Report::skipped(index.findings().await?),
        Command::AcceptShrink { withdraw } => Report::Shrink {
            accepted: !withdraw,
            last_answered: index.accept_shrink(!withdraw).await?,
        },
        Command::LookUp { whom } => Report::looked_up(index.look_up(&whom, now, now - EVER).await?),
        Command::State => Report::state(index.state().await?, index.baseline().await?, now),
    })
}
