//! `conflicts` and `skipped`: which active records are not in the list.

use std::fmt;

use contract::ExternalId;
use serde::Serialize;
use store::Index;

use crate::count::Count;
use crate::{Error, Report};

#[derive(Serialize)]
#[serde(tag = "report", rename = "conflicts")]
struct Conflicts {
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
struct Skipped {
    external_ids: Vec<ExternalId>,
}

pub(crate) async fn conflicts(index: &Index) -> Result<Report, Error> {
    let row = |store::Conflict { lost, kept }| Conflict { lost, kept };
    let conflicts: Vec<Conflict> = index.findings().await?.conflicts.into_iter().map(row).collect();
    let any = !conflicts.is_empty();
    Ok(Report::new(&Conflicts { conflicts }, any))
}

pub(crate) async fn skipped(index: &Index) -> Result<Report, Error> {
    let external_ids = index.findings().await?.skipped;
    let any = !external_ids.is_empty();
    Ok(Report::new(&Skipped { external_ids }, any))
}

impl fmt::Display for Conflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Conflict { lost, kept } in &self.conflicts {
            writeln!(f, "{lost} is left out, {kept} is in the list")?;
        }
        let count = Count(self.conflicts.len(), "record is", "records are");
        write!(f, "{count} left out because another record has the same e-mail.")
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.external_ids.iter().try_for_each(|id| writeln!(f, "{id}"))?;
        let count = Count(self.external_ids.len(), "record is", "records are");
        write!(f, "{count} left out for want of a usable e-mail.")
    }
}
