//! `failures list`.

use clap::Args;
use serde::Serialize;
use store::FailedInput;

use super::row::Row;
use crate::Error;
use crate::context::Context;
use crate::output::{Count, Outcome, Report, Rows};

/// What `failures list` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example: timeoff-admin failures list --json")]
pub(super) struct List {}

#[derive(Serialize)]
#[serde(tag = "report", rename = "failures")]
struct Listed {
    failures: Vec<Row>,
}

const COLUMNS: &[&str] = &[
    "externalId",
    "id",
    "operation",
    "errorCode",
    "correlationId",
    "firstSeen",
    "lastSeen",
    "count",
    "stale",
];

impl List {
    pub(super) async fn run(self, context: &Context) -> Result<Report, Error> {
        let table = context.table().await?;
        let reading = table.failed_inputs(context.now());
        let found = context.progress().during(None, reading).await?;
        Ok(report(&found))
    }
}

fn report(found: &[FailedInput]) -> Report {
    let failures: Vec<Row> = found.iter().map(Row::of).collect();
    let mut rows = Rows::new(COLUMNS);
    for row in &failures {
        rows.push([
            row.external_id.to_string(),
            row.id.to_string(),
            row.operation.to_owned(),
            row.error_code.clone(),
            row.correlation_id.clone(),
            format!("{:.0}", row.first_seen),
            format!("{:.0}", row.last_seen),
            row.count.to_string(),
            row.stale.to_string(),
        ]);
    }
    let count = Count(failures.len(), "input is", "inputs are");
    let stale = failures.iter().filter(|row| row.stale).count();
    let outcome = Outcome::of(!failures.is_empty());
    Report::of(&Listed { failures }, outcome)
        .with_rows(rows)
        .with_text(format!("{count} kept, {stale} stale."))
}
