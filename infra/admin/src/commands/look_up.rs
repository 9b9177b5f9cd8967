//! `look-up`.

use std::fmt;

use clap::Args;
use contract::{Email, ExternalId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{Agent, Known, Learned, Sought};

use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::Report;

/// Departed agents are shown as long as the table has them, whatever the functions'
/// DEPARTED_RETENTION_DAYS.
const EVER: SignedDuration = SignedDuration::from_hours(24 * 366 * 100);

/// What `look-up` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example: timeoff-admin look-up 452 --names")]
pub struct LookUp {
    /// An externalId or an e-mail.
    #[arg(value_parser = sought)]
    whom: Sought,
}

fn sought(text: &str) -> Result<Sought, &'static str> {
    let by_id = text.parse().map(Sought::Id).ok();
    by_id
        .or_else(|| text.parse().map(Sought::Email).ok())
        .ok_or("neither an externalId nor one e-mail address")
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "lookUp")]
struct Found {
    agent: Option<Row>,
}

/// What the table knows about somebody.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    external_id: ExternalId,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Email>,
    active: bool,
    last_seen: Option<Timestamp>,
}

impl Run for LookUp {
    async fn run(self, context: &Context) -> Result<Report, Error> {
        let (index, now) = (context.index().await?, context.now());
        let mut agent = Row::of(index.look_up(&self.whom, now, now - EVER).await?);
        if let Some(agent) = agent.as_mut().filter(|_| !context.names()) {
            agent.email = None;
        }
        let nobody = agent.is_none();
        Ok(Report::new(&Found { agent }, nobody))
    }
}

impl Row {
    fn of(known: Known) -> Option<Self> {
        match known {
            Known::Agent { agent: Agent { external_id, email, departed }, last_seen } => {
                Some(Self {
                    external_id,
                    email: Some(email),
                    active: departed.is_none(),
                    last_seen: Some(last_seen),
                })
            }
            Known::Learned(Learned { external_id, email }) => {
                Some(Self { external_id, email, active: true, last_seen: None })
            }
            Known::Nothing => None,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Row { external_id, email, active, last_seen }) = &self.agent else {
            return f.write_str("The table knows nobody by that.");
        };
        writeln!(f, "externalId  {external_id}")?;
        if let Some(email) = email {
            writeln!(f, "e-mail      {}", email.as_str())?;
        }
        match (last_seen, active) {
            (None, _) => f.write_str("standing    not in the list yet, active in BambooHR"),
            (Some(seen), true) => write!(f, "standing    active\nlast seen   {seen}"),
            (Some(seen), false) => write!(f, "standing    left\nlast seen   {seen}"),
        }
    }
}
