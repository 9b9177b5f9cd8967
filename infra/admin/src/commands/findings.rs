//! `conflicts` and `skipped`: which active records are not in the list.

use std::fmt;

use clap::Args;
use contract::ExternalId;
use serde::Serialize;

use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::{Count, Report, Rows};

/// What `conflicts` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example: timeoff-admin conflicts --csv")]
pub struct Conflicts {}

/// What `skipped` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example: timeoff-admin skipped --json")]
pub struct Skipped {}

#[derive(Serialize)]
#[serde(tag = "report", rename = "conflicts")]
struct FoundConflicts {
    conflicts: Vec<Conflict>,
}

/// Two records with one e-mail.
#[derive(Serialize)]
struct Conflict {
    lost: ExternalId,
    kept: ExternalId,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "skipped", rename_all = "camelCase")]
struct FoundSkipped {
    external_ids: Vec<ExternalId>,
}

impl Run for Conflicts {
    fn is_list(&self) -> bool {
        true
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let row = |store::Conflict { lost, kept }| Conflict { lost, kept };
        let found = context.index().await?.findings().await?.conflicts;
        let conflicts: Vec<Conflict> = found.into_iter().map(row).collect();
        let mut rows = Rows::new(&["lost", "kept"]);
        for Conflict { lost, kept } in &conflicts {
            rows.push([lost.to_string(), kept.to_string()]);
        }
        let any = !conflicts.is_empty();
        Ok(Report::new(&FoundConflicts { conflicts }, any).with_csv(rows))
    }
}

impl Run for Skipped {
    fn is_list(&self) -> bool {
        true
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let external_ids = context.index().await?.findings().await?.skipped;
        let mut rows = Rows::new(&["externalId"]);
        external_ids.iter().for_each(|id| rows.push([id.to_string()]));
        let any = !external_ids.is_empty();
        Ok(Report::new(&FoundSkipped { external_ids }, any).with_csv(rows))
    }
}

impl fmt::Display for FoundConflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Conflict { lost, kept } in &self.conflicts {
            writeln!(f, "{lost} is left out, {kept} is in the list")?;
        }
        let count = Count(self.conflicts.len(), "record is", "records are");
        write!(f, "{count} left out because another record has the same e-mail.")
    }
}

impl fmt::Display for FoundSkipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.external_ids.iter().try_for_each(|id| writeln!(f, "{id}"))?;
        let count = Count(self.external_ids.len(), "record is", "records are");
        write!(f, "{count} left out for want of a usable e-mail.")
    }
}
