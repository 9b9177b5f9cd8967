//! `failures forget`.

use std::fmt;

use clap::Args;
use contract::ExternalId;
use serde::Serialize;
use store::Subject;

use super::row::{id, named};
use crate::Error;
use crate::context::Context;
use crate::output::Report;

/// What `failures forget` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
An earlier state of the table holds it for 35 days more; see the runbook.
Examples:
  timeoff-admin failures forget 452 0123456789ab
  timeoff-admin failures forget 452")]
pub(super) struct Forget {
    /// The agent's externalId.
    external_id: ExternalId,
    /// The key or the request id, as `failures list` has it; without it all of the agent's.
    #[arg(value_parser = id)]
    id: Option<Subject>,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "forgotten", rename_all = "camelCase")]
struct Forgotten {
    external_id: ExternalId,
    /// What was erased.
    ids: Vec<String>,
    #[serde(skip)]
    named: String,
}

impl Forget {
    pub(super) async fn run(self, context: &Context) -> Result<Report, Error> {
        let Self { external_id, id } = self;
        let table = context.table().await?;
        let meant = match id {
            Some(id) => vec![id],
            None => {
                let kept = table.failed_inputs_of(external_id, context.now()).await?;
                kept.into_iter().map(|failed| failed.subject).collect()
            }
        };
        let mut ids = Vec::new();
        for id in meant {
            if table.forget_failed_input(external_id, id).await? {
                ids.push(id.to_string());
            }
        }
        let named = id.map_or(format!("agent {external_id}"), |id| named(external_id, id));
        let nothing = ids.is_empty();
        Ok(Report::new(&Forgotten { external_id, ids, named }, nothing))
    }
}

impl fmt::Display for Forgotten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ids.len() {
            0 => write!(f, "Nothing is kept of {}.", self.named),
            1 => write!(f, "1 input of {} is erased.", self.named),
            several => write!(f, "{several} inputs of {} are erased.", self.named),
        }
    }
}
