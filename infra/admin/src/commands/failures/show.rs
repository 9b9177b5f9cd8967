//! `failures show`.

use std::fmt;

use clap::Args;
use contract::ExternalId;
use serde::Serialize;
use serde_json::{Map, Value};
use store::Subject;

use super::row::{Row, id, named};
use crate::Error;
use crate::context::Context;
use crate::output::{Count, Report};

/// What `failures show` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example: timeoff-admin failures show 452 0123456789ab")]
pub(super) struct Show {
    /// The agent's externalId.
    external_id: ExternalId,
    /// The key or the request id, as `failures list` has it.
    #[arg(value_parser = id)]
    id: Subject,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "failure")]
struct Shown {
    /// `null` where nothing is kept by that.
    failure: Option<Whole>,
    #[serde(skip)]
    named: String,
}

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    row: Row,
    /// The fields that the API took.
    input: Map<String, Value>,
}

impl Show {
    pub(super) async fn run(self, context: &Context) -> Result<Report, Error> {
        let kept = context.table().await?;
        let kept = kept.failed_inputs_of(self.external_id, context.now()).await?;
        let found = kept.into_iter().find(|failed| failed.subject == self.id);
        let failure =
            found.map(|failed| Whole { row: Row::of(&failed), input: failed.input.fields() });
        let nothing = failure.is_none();
        let named = named(self.external_id, self.id);
        Ok(Report::new(&Shown { failure, named }, nothing))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Whole { row, input }) = &self.failure else {
            return write!(f, "Nothing is kept of {}.", self.named);
        };
        let times = Count(row.count, "time", "times");
        writeln!(f, "{} of {} failed {times}", row.operation, self.named)?;
        writeln!(f, "  first           {:.0}", row.first_seen)?;
        writeln!(f, "  last            {:.0}, with {}", row.last_seen, row.error_code)?;
        writeln!(f, "  correlation id  {}", row.correlation_id)?;
        let standing = match row.stale {
            true => "stale: something about its leave was recorded since, it is not sent any more",
            false => "nothing about its leave was recorded since: it can be sent again",
        };
        writeln!(f, "  standing        {standing}")?;
        writeln!(f, "It asked for (a note is not kept)")?;
        let width = input.keys().map(String::len).max().unwrap_or_default();
        let lines = input.iter().map(|(name, value)| format!("  {name:width$}  {}", plain(value)));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
