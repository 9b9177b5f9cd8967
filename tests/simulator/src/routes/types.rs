//! `GET /api/v1/meta/time_off/types`

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::company::Company;

pub(crate) fn answer(company: &Company, call: &Call) -> Answer {
    // The key belongs to a service user, who may request nothing for itself.
    let for_the_caller = call.query.get("mode") == Some("request");
    let types: Vec<Value> = company
        .types
        .iter()
        .filter(|_| !for_the_caller)
        .map(|kind| {
            json!({
                "id": kind.id.to_string(),
                "name": kind.name,
                "units": kind.unit,
                // Recorded: text for most, null for some; icons differ.
                "color": (kind.id % 5 != 0).then_some("7a9b3e"),
                "icon": super::icon(kind.id),
                "source": kind.source,
            })
        })
        .collect();
    let mut body = json!({"timeOffTypes": types});
    if let (Some(hours), Some(fields)) = (&company.default_hours, body.as_object_mut()) {
        let entries = hours
            .iter()
            .map(|(name, hours)| json!({"name": name, "amount": super::amount_text(*hours)}))
            .collect();
        fields.insert("defaultHours".into(), Value::Array(entries));
    }
    call.format.answer("timeOffTypes", "type", &body)
}
