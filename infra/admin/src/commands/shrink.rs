//! `accept-shrink`.

use std::fmt;

use clap::Args;
use serde::Serialize;

use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::{Count, Report};

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

impl Run for AcceptShrink {
    fn only_reads(&self) -> bool {
        false
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let accepted = !self.withdraw;
        let last_answered = context.index().await?.accept_shrink(accepted).await?;
        Ok(Report::new(&Shrink { accepted, last_answered }, last_answered.is_none()))
    }
}

impl fmt::Display for Shrink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.accepted, self.last_answered) {
            (_, None) => f.write_str(
                "No list was answered over HTTP yet: the first one is not guarded, and there is \
                nothing to accept.",
            ),
            (true, Some(agents)) => {
                let agents = Count(agents, "agent", "agents");
                write!(
                    f,
                    "The next list may be much shorter than the {agents} last answered, once."
                )
            }
            (false, Some(_)) => f.write_str("No shorter list is accepted any more."),
        }
    }
}
