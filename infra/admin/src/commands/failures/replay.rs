//! `failures replay`: what failed is sent through the bridge once more, unless its leave has gone
//! on without it.

use clap::Args;
use contract::ExternalId;
use serde::Serialize;
use store::{FailedInput, Subject, Table};

use super::row::{as_text, id, named};
use crate::Error;
use crate::bridge::{Bridge, Envelope, WrittenRequest};
use crate::context::Context;
use crate::output::{Count, Outcome, Report, Rows};

/// What `failures replay` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
A note that came with an input is not kept, and so not sent again.
Examples:
  timeoff-admin failures replay 452 0123456789ab
  timeoff-admin failures replay --all --limit 50")]
pub(super) struct Replay {
    /// The agent's externalId.
    #[arg(required_unless_present = "all", requires = "id")]
    external_id: Option<ExternalId>,
    /// The key or the request id, as `failures list` has it.
    #[arg(value_parser = id)]
    id: Option<Subject>,
    /// Send all that are not stale, the oldest first.
    #[arg(long, conflicts_with = "external_id")]
    all: bool,
    /// How many of them are sent at most.
    #[arg(long, default_value_t = 10)]
    limit: usize,
}

#[derive(Default, Serialize)]
#[serde(tag = "report", rename = "replayed", rename_all = "camelCase")]
struct Replays {
    replayed: Vec<Sent>,
    /// How many were left out because they are stale.
    stale: usize,
    /// How many were left for another run.
    left: usize,
    /// Why it ended before all were sent.
    stopped: Option<String>,
}

/// What came of one input.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    external_id: ExternalId,
    #[serde(serialize_with = "as_text")]
    id: Subject,
    status: String,
    error_code: String,
    time_off_request_id: String,
    correlation_id: String,
    #[serde(skip)]
    said: String,
}

impl Replay {
    pub(super) async fn run(self, context: &Context) -> Result<Report, Error> {
        let bridge = context.bridge()?;
        let table = context.table().await?;
        let meant = match (self.external_id, self.id) {
            (Some(external_id), Some(id)) => {
                let kept = table.failed_inputs_of(external_id, context.now()).await?;
                let found = kept.into_iter().find(|failed| failed.subject == id);
                let Some(found) = found else { return Ok(nothing(external_id, id)) };
                vec![found]
            }
            _ => table.failed_inputs(context.now()).await?,
        };
        context.progress().begin("inputs", meant.len());
        let work = send_all(context, &bridge, &table, meant, self.limit);
        let replays = context.progress().during(None, work).await?;
        Ok(report(&replays, context.names()))
    }
}

async fn send_all(
    context: &Context,
    bridge: &Bridge,
    table: &Table,
    meant: Vec<FailedInput>,
    limit: usize,
) -> Result<Replays, Error> {
    let mut replays = Replays::default();
    for failed in meant {
        context.progress().advance(1);
        if failed.is_stale {
            replays.stale += 1;
        } else if replays.stopped.is_some() || replays.replayed.len() >= limit {
            replays.left += 1;
        } else if let Err(error) = send(context, bridge, table, &failed, &mut replays).await {
            // What was sent already has to be said.
            if replays.replayed.is_empty() {
                return Err(error);
            }
            replays.stopped = Some(error.to_string());
            replays.left += 1;
        }
    }
    Ok(replays)
}

/// Sends one, as it is now: it may have been written, or have become stale, since it was listed.
async fn send(
    context: &Context,
    bridge: &Bridge,
    table: &Table,
    listed: &FailedInput,
    replays: &mut Replays,
) -> Result<(), Error> {
    let kept = table.failed_inputs_of(listed.agent(), context.now()).await?;
    let Some(failed) = kept.into_iter().find(|failed| failed.subject == listed.subject) else {
        return Ok(());
    };
    if failed.is_stale {
        replays.stale += 1;
        return Ok(());
    }
    let answer = bridge.write(&failed.input).await;
    if let Err(error) = &answer {
        replays.stopped = Some(error.to_string());
    }
    replays.replayed.push(Sent::of(&failed, answer.ok()));
    Ok(())
}

impl Sent {
    /// `answer` is none where the bridge gave none of its own.
    fn of(failed: &FailedInput, answer: Option<Envelope<WrittenRequest>>) -> Self {
        let (external_id, id) = (failed.agent(), failed.subject);
        match answer {
            Some(answer) => Self {
                external_id,
                id,
                status: answer.status,
                error_code: answer.error_code,
                time_off_request_id: answer.outputs.time_off_request_id,
                correlation_id: answer.correlation_id,
                said: answer.error_msg,
            },
            None => Self {
                external_id,
                id,
                status: "Error".to_owned(),
                error_code: "GATEWAY".to_owned(),
                time_off_request_id: String::new(),
                correlation_id: String::new(),
                said: String::new(),
            },
        }
    }

    fn is_complete(&self) -> bool {
        self.status == "Complete"
    }

    /// What the bridge said of it. BambooHR's own words may name a person or a balance.
    fn sentence(&self, names: bool) -> Option<String> {
        let named = named(self.external_id, self.id);
        match self.error_code.as_str() {
            "" if self.is_complete() => None,
            "" => Some(format!("{named}: the balance does not suffice; decide in Genesys.")),
            "GATEWAY" => None,
            "HRIS_REJECTED" if !names => Some(format!(
                "{named}: BambooHR rejected it; --names shows its words (correlation id {}).",
                self.correlation_id
            )),
            _ => Some(format!("{named}: {}", self.said)),
        }
    }
}

fn nothing(external_id: ExternalId, id: Subject) -> Report {
    let said = format!("Nothing is kept of {}; nothing was sent.", named(external_id, id));
    Report::of(&Replays::default(), Outcome::Findings).with_text(said)
}

fn report(replays: &Replays, names: bool) -> Report {
    let mut rows = Rows::new(&["externalId", "id", "status", "errorCode", "timeOffRequestId"]);
    for sent in &replays.replayed {
        rows.push([
            sent.external_id.to_string(),
            sent.id.to_string(),
            sent.status.clone(),
            sent.error_code.clone(),
            sent.time_off_request_id.clone(),
        ]);
    }
    let sentences = replays.replayed.iter().filter_map(|sent| sent.sentence(names));
    let complete = replays.replayed.iter().filter(|sent| sent.is_complete()).count();
    let is_done = complete == replays.replayed.len() && replays.stale + replays.left == 0;
    let count = Count(replays.replayed.len(), "input was", "inputs were");
    let said = format!(
        "{count} sent, {complete} with success; {} stale and not sent, {} left.",
        replays.stale, replays.left
    );
    let lines = sentences.chain(replays.stopped.clone()).chain([said]);
    Report::of(replays, Outcome::of(!is_done))
        .with_rows(rows)
        .with_text(lines.collect::<Vec<_>>().join("\n"))
}
