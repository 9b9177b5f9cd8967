//! `pin` and `unpin`.

use std::fmt;

use clap::{ArgGroup, Args};
use contract::{Email, ExternalId};
use genesys_cloud::UserId;
use serde::Serialize;
use store::Alias;

use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::Report;

/// What `pin` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
It counts from the next run on.
Examples:
  timeoff-admin pin 452 ada@example.com
  timeoff-admin pin 452 --user 5f3c0a52-0000-4000-8000-000000000452")]
#[command(group(ArgGroup::new("whom").required(true).args(["email", "user"])))]
pub struct Pin {
    /// The agent's externalId: the employee id in BambooHR.
    external_id: ExternalId,
    /// The agent's e-mail in Genesys.
    email: Option<Email>,
    /// The user in Genesys whose e-mail it is, in place of the e-mail.
    #[arg(long, value_name = "USER_ID")]
    user: Option<UserId>,
}

/// What `unpin` takes.
#[derive(Debug, Args)]
#[command(after_help = "It counts from the next run on.\nExample: timeoff-admin unpin 452")]
pub struct Unpin {
    /// The agent's externalId.
    external_id: ExternalId,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "pinned", rename_all = "camelCase")]
struct Pinned {
    external_id: ExternalId,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "unpinned", rename_all = "camelCase")]
struct Unpinned {
    external_id: ExternalId,
    was_pinned: bool,
}

impl Run for Pin {
    fn only_reads(&self) -> bool {
        false
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let Self { external_id, email, user } = self;
        let email = match user {
            Some(user) => email_of(context, &user).await?,
            None => email.ok_or_else(|| Error::Usage("Give an e-mail or --user.".to_owned()))?,
        };
        context.index().await?.pin(&Alias { external_id, email }).await?;
        Ok(Report::new(&Pinned { external_id }, false))
    }
}

/// The address of a user in Genesys, which is not shown.
async fn email_of(context: &Context, user: &UserId) -> Result<Email, Error> {
    let email = context.genesys()?.user(user).await?.email;
    email.and_then(|email| email.parse().ok()).ok_or_else(|| {
        Error::Usage(format!("User {user} has no usable e-mail address in Genesys."))
    })
}

impl Run for Unpin {
    fn only_reads(&self) -> bool {
        false
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let Self { external_id } = self;
        let was_pinned = context.index().await?.unpin(external_id).await?.is_some();
        Ok(Report::new(&Unpinned { external_id, was_pinned }, !was_pinned))
    }
}

impl fmt::Display for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Agent {} is pinned. It counts from the next run on.", self.external_id)
    }
}

impl fmt::Display for Unpinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.external_id;
        if self.was_pinned {
            write!(f, "The pin of agent {id} is removed. It counts from the next run on.")
        } else {
            write!(f, "Agent {id} has no pin.")
        }
    }
}
