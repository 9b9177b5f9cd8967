//! `agents`: who is associated with whom, in Genesys, in our index and in BambooHR.

mod audit;
mod link;
mod near;
mod people;
mod roster;
mod verdict;

use clap::Subcommand;

use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::Report;

pub(crate) use audit::Audit;
pub(crate) use link::Link;

/// What to do about agents.
#[derive(Debug, Subcommand)]
pub enum Agents {
    /// Show how every user of the management units stands: associated, or why not.
    Audit(Audit),
    /// Associate a user with an externalId by hand, locked.
    Link(Link),
}

impl Run for Agents {
    fn role(&self) -> &'static [&'static str] {
        match self {
            Self::Audit(_) => Audit::ROLE,
            Self::Link(_) => Link::ROLE,
        }
    }

    fn only_reads(&self) -> bool {
        match self {
            Self::Audit(audit) => audit.only_reads(),
            Self::Link(link) => link.only_reads(),
        }
    }

    fn is_list(&self) -> bool {
        match self {
            Self::Audit(audit) => audit.is_list(),
            Self::Link(link) => link.is_list(),
        }
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        match self {
            Self::Audit(audit) => audit.run(context).await,
            Self::Link(link) => link.run(context).await,
        }
    }
}
