//! `PUT /api/v1/time_off/requests/{id}/status`

use http::StatusCode;
use serde_json::Value;

use crate::answer::{Answer, Spelling};
use crate::api_rules::Refusal;
use crate::call::Call;
use crate::company::Company;
use crate::request::RequestStatus;

pub(crate) fn answer(company: &mut Company, call: &Call) -> Answer {
    match change(company, call) {
        Ok(()) => Answer::empty(StatusCode::OK),
        Err(refusal) => Answer::refused(refusal, Spelling::Wrong),
    }
}

fn change(company: &mut Company, call: &Call) -> Result<(), Refusal> {
    let body: Value =
        serde_json::from_slice(&call.body).map_err(|_| Refusal::Invalid("Invalid request data"))?;
    let to = match body.get("status").and_then(Value::as_str) {
        Some("approved") => RequestStatus::Approved,
        Some("denied" | "declined") => RequestStatus::Denied,
        Some("canceled" | "cancelled") => RequestStatus::Canceled,
        _ => return Err(Refusal::Invalid("Invalid status")),
    };
    let id = call.path_id.ok_or(Refusal::NotFound("Time off request not found"))?;
    company.change_status(id, to, body.get("note").and_then(Value::as_str))
}
