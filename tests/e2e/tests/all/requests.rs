//! Request bodies that several modules start from.

use serde_json::{Value, json};

/// Notes that break whatever quotes carelessly.
pub(crate) const NOTES: &str = "She said \"Zahnarzt\"\nund grüßte";

/// Three days of sick leave, approved.
pub(crate) fn three_days() -> Value {
    json!({
        "agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "APPROVED", "notes": NOTES,
        "dates": ["2026-12-01", "2026-12-02", "2026-12-03"], "payableMinutes": [480, 480, 480],
    })
}

/// Balances of three types on a day.
pub(crate) fn balances() -> Value {
    json!({"agentId": "452", "inputDates": ["2026-12-01"], "inputTimeOffTypeIds": ["83", "90", "85"]})
}

/// `body` with the fields of `patch` over its own.
pub(crate) fn with(mut body: Value, patch: &Value) -> Value {
    body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
    body
}
