//! `agents link`.

use std::fmt;

use clap::Args;
use contract::ExternalId;
use genesys_cloud::{
    AgentAssociations, Association, AssociationUpdate, Client, Effect, IntegrationId,
    NewAssociation, User, UserId,
};
use serde::Serialize;

use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::Report;
use crate::permissions::LINK;

/// What `agents link` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
The association is locked: the daily synchronisation leaves it alone, also when the agent leaves.
Examples, first to see, then to do:
  timeoff-admin agents link 452 --user ada@example.com
  timeoff-admin agents link 452 --user 5f3c0a52-0000-4000-8000-000000000452 --yes")]
pub struct Link {
    /// The externalId: the employee id in BambooHR.
    external_id: ExternalId,
    /// The user in Genesys, by e-mail or id.
    #[arg(long, value_name = "EMAIL_OR_ID")]
    user: String,
    /// Send it. Without this, it is only shown what would be sent.
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "agentsLink", rename_all = "camelCase")]
struct Linked {
    user_id: UserId,
    before: Associations,
    after: Associations,
    sent: bool,
}

/// An agent's associations.
#[derive(PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Associations {
    selected_integration_id: Option<IntegrationId>,
    associated_integrations: Vec<NewAssociation>,
}

impl Run for Link {
    const ROLE: &'static [&'static str] = LINK;

    fn only_reads(&self) -> bool {
        !self.yes
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let client = context.genesys()?;
        let integration = context.integration(&client).await?.id;
        let user = find(&client, &self.user).await?.id;
        let present = client.associations(std::slice::from_ref(&user)).await?;
        let present = present.into_iter().find(|known| known.agent == user);
        let update =
            AssociationUpdate::link(present.as_ref(), &integration, &self.external_id.to_string());
        let before = present.map_or_else(Associations::none, Associations::of);
        let wanted = Associations {
            selected_integration_id: update.selected_integration_id.clone(),
            associated_integrations: update.associated_integrations.clone(),
        };
        let is_so = before.is_same(&wanted);
        let after = match self.yes && !is_so {
            true => Associations::of(send(&client, &user, &update).await?),
            false => wanted,
        };
        let linked = Linked { user_id: user, before, after, sent: self.yes && !is_so };
        Ok(Report::new(&linked, !is_so && !self.yes))
    }
}

async fn send(
    client: &Client,
    user: &UserId,
    update: &AssociationUpdate,
) -> Result<AgentAssociations, Error> {
    client.set_associations(user, update).await.map_err(|error| match error.effect() {
        Effect::None => error.into(),
        Effect::Unknown => Error::Unheard(error.to_string()),
    })
}

/// The one user of this address or id.
async fn find(client: &Client, email_or_id: &str) -> Result<User, Error> {
    if !email_or_id.contains('@') {
        let id: UserId = email_or_id
            .trim()
            .parse()
            .map_err(|error| Error::Usage(format!("--user is wrong: {error}.")))?;
        return Ok(client.user(&id).await?);
    }
    let mut found = client.users_by_email(email_or_id.trim()).await?;
    match (found.pop(), found.is_empty()) {
        (Some(user), true) => Ok(user),
        (None, _) => Err(Error::Usage("No active user in Genesys has this e-mail.".to_owned())),
        (Some(_), false) => Err(Error::Usage(
            "Several active users in Genesys have this e-mail. Name one by its id.".to_owned(),
        )),
    }
}

impl Associations {
    fn none() -> Self {
        Self { selected_integration_id: None, associated_integrations: Vec::new() }
    }

    fn of(known: AgentAssociations) -> Self {
        let entry = |entry: Association| NewAssociation {
            agent_external_id: entry.agent_external_id.unwrap_or_default(),
            integration_id: entry.integration,
            locked: entry.locked,
        };
        Self {
            selected_integration_id: known.selected_integration,
            associated_integrations: known.associated_integrations.into_iter().map(entry).collect(),
        }
    }

    /// In whatever order.
    fn is_same(&self, other: &Self) -> bool {
        let (mine, its) = (&self.associated_integrations, &other.associated_integrations);
        self.selected_integration_id == other.selected_integration_id
            && mine.len() == its.len()
            && mine.iter().all(|entry| its.contains(entry))
    }
}

impl fmt::Display for Associations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.associated_integrations {
            let locked = if entry.locked { ", locked" } else { "" };
            let id =
                if entry.agent_external_id.is_empty() { "none" } else { &entry.agent_external_id };
            writeln!(f, "  externalId {id} with integration {}{locked}", entry.integration_id)?;
        }
        match &self.selected_integration_id {
            Some(id) => write!(f, "  selected: integration {id}"),
            None => f.write_str("  selected: none"),
        }
    }
}

impl fmt::Display for Linked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "user {}\nbefore\n{}\nafter\n{}", self.user_id, self.before, self.after)?;
        if self.sent {
            f.write_str("It is sent, and Genesys has answered what stands under \"after\".")
        } else if self.before.is_same(&self.after) {
            f.write_str("There is nothing to change.")
        } else {
            f.write_str("Nothing is sent. Give --yes to send it.")
        }
    }
}
