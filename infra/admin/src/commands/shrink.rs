//! `accept-shrink`.

use std::fmt;

use clap::Args;
use serde::Serialize;
use store::Index;

use crate::count::Count;
use crate::{Error, Report};

/// What `accept-shrink` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example: timeoff-admin accept-shrink")]
pub struct AcceptShrink {
    /// Take an acceptance back that was not used yet.
    #[arg(long)]
    withdraw: bool,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "shrink", rename_all = "camelCase")]
struct Shrink {
    accepted: bool,
    /// How many agents the last list over HTTP had; `null` where nothing was answered yet.
    last_answered: Option<usize>,
}

impl AcceptShrink {
    pub(crate) async fn run(self, index: &Index) -> Result<Report, Error> {
        let accepted = !self.withdraw;
        let last_answered = index.accept_shrink(accepted).await?;
        Ok(Report::new(&Shrink { accepted, last_answered }, last_answered.is_none()))
    }
}

impl fmt::Display for Shrink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.accepted, self.last_answered) {
            (_, None) => f.write_str(
                "No list was answered over HTTP yet: the first one is not guarded, and there is nothing to accept.",
            ),
            (true, Some(agents)) => {
                let agents = Count(agents, "agent", "agents");
                write!(f, "The next list may be much shorter than the {agents} last answered, once.")
            }
            (false, Some(_)) => f.write_str("No shorter list is accepted any more."),
        }
    }
}
