//! What came of a step, in a few words.

use serde::Deserialize;

use crate::console::layer::Fields;
use crate::console::recent_calls::{Call, Kind, Place, RecentCalls, Step};

/// The part of an envelope that the page shows.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Envelope {
    status: Option<String>,
    error_code: Option<String>,
    error_msg: Option<String>,
    correlation_id: Option<String>,
}

/// The gateway answers: first with a body, then with a status.
pub(crate) fn of_gateway(call: &mut Call, step: &mut Step, fields: &Fields) {
    if let Some(body) = fields.get("body") {
        let envelope: Envelope = serde_json::from_str(body).unwrap_or_default();
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        call.status = filled(envelope.status);
        call.error_code = filled(envelope.error_code);
        call.error_msg = filled(envelope.error_msg);
        call.correlation_id = filled(envelope.correlation_id);
        step.failed = call.error_code.is_some();
    }
    if let Some(status) = fields.get("status") {
        step.outcome = Some(status.to_owned());
    }
}

/// A function has written its summary.
pub(crate) fn of_function(call: &mut Call, step: &mut Step, fields: &Fields) {
    let error_code = fields.owned("error_code");
    step.failed = error_code.is_some();
    step.outcome = error_code.clone().or_else(|| fields.owned("outcome"));
    call.agent_id = fields.owned("agent_id").or_else(|| call.agent_id.take());
    // The gateway's envelope says it again; a scheduled call has none.
    call.status = fields.owned("outcome");
    (call.error_code, call.error_msg) = (error_code, fields.owned("error"));
}

/// BambooHR was called.
pub(crate) fn of_bamboohr(log: &RecentCalls, place: Place, fields: &Fields) {
    let method_and_path = [fields.get("method"), fields.get("endpoint")];
    let name = method_and_path.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let took_ms = fields.get("duration_ms").and_then(|text| text.parse().ok()).unwrap_or(0.0);
    let Some(place) = log.ended_step(place, Kind::BambooHr, name, took_ms) else { return };
    let status = fields.get("status").and_then(|status| status.parse::<u16>().ok());
    let again = fields.get("attempt").filter(|attempt| *attempt != "1");
    log.at(place, |_, step| {
        step.failed = status.is_none_or(|status| status >= 400);
        let answered = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        step.outcome = Some(match again {
            Some(attempt) => format!("{answered}, try {attempt}"),
            None => answered,
        });
    });
}

/// Whether the SDK says that a call to AWS has failed for good, or a try of it.
pub(crate) fn is_broken_off(fields: &Fields) -> bool {
    fields.get("message").is_some_and(|said| said.starts_with("encountered orchestrator error"))
}

/// A step is over. One that has not said what came of it was dropped on its way.
pub(crate) fn of_end(_: &mut Call, step: &mut Step) {
    let lost = match step.kind {
        Kind::Function => "its process ended in the middle",
        Kind::Gateway => "nobody waits for the answer any more",
        _ => return,
    };
    if step.outcome.is_none() {
        (step.outcome, step.failed) = (Some(lost.to_owned()), true);
    }
}
