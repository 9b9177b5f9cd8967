//! `/control/requests/…`: what people do at BambooHR's screen, and who did what.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Simulated, found};
use crate::history::{HistoryEntry, TouchedByPerson};
use crate::people::{Edit, EditMode};
use crate::request::{NewRequest, RequestStatus, RequestView};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Whose {
    employee_id: Option<u64>,
}

pub(super) async fn requests(
    State(shared): Simulated,
    Query(whose): Query<Whose>,
) -> Json<Vec<RequestView>> {
    let state = shared.state();
    let wanted = |employee| whose.employee_id.is_none_or(|wanted| wanted == employee);
    let found = state.company.requests.values();
    Json(found.filter(|request| wanted(request.employee)).map(RequestView::from).collect())
}

/// A request as somebody enters it: `requested` unless it says otherwise, `perDay` on every day
/// that `dates` does not name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Entered {
    employee_id: u64,
    type_id: u64,
    start: Date,
    end: Date,
    per_day: Option<Decimal>,
    #[serde(default)]
    dates: BTreeMap<Date, Decimal>,
    status: Option<RequestStatus>,
    #[serde(default)]
    employee_note: String,
    #[serde(default)]
    manager_note: String,
}

pub(super) async fn enter(
    State(shared): Simulated,
    Json(entered): Json<Entered>,
) -> (StatusCode, Json<Value>) {
    let Entered { employee_id, type_id, start, end, .. } = entered;
    let mut request = NewRequest::new(employee_id, type_id, start, end)
        .status(entered.status.unwrap_or(RequestStatus::Requested))
        .employee_note(entered.employee_note)
        .manager_note(entered.manager_note);
    if let Some(amount) = entered.per_day {
        request = request.per_day(amount);
    }
    for (day, amount) in entered.dates {
        request = request.day(day, amount);
    }
    made(shared.change(|state| Some(state.company.enter_by_hand(request))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edited {
    mode: EditMode,
    change: Edit,
}

pub(super) async fn edit(
    State(shared): Simulated,
    Path(id): Path<u64>,
    Json(Edited { mode, change }): Json<Edited>,
) -> (StatusCode, Json<Value>) {
    made(shared.change(|state| state.company.edit_by_hand(id, mode, change)))
}

pub(super) async fn copy(
    State(shared): Simulated,
    Path(id): Path<u64>,
    Json(changed): Json<Edit>,
) -> (StatusCode, Json<Value>) {
    made(shared.change(|state| state.company.copy_by_hand(id, changed)))
}

/// The id that holds the leave now.
fn made(id: Option<u64>) -> (StatusCode, Json<Value>) {
    match id {
        Some(id) => (StatusCode::OK, Json(json!({"id": id}))),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "There is no such request."}))),
    }
}

#[derive(Deserialize)]
pub(super) struct Status {
    status: RequestStatus,
}

pub(super) async fn set_status(
    State(shared): Simulated,
    Path(id): Path<u64>,
    Json(body): Json<Status>,
) -> StatusCode {
    found(shared.change(|state| state.company.set_status_by_hand(id, body.status)))
}

pub(super) async fn delete(State(shared): Simulated, Path(id): Path<u64>) -> StatusCode {
    found(shared.change(|state| state.company.delete_by_hand(id)))
}

pub(super) async fn history(
    State(shared): Simulated,
    Path(id): Path<u64>,
) -> Json<Vec<HistoryEntry>> {
    Json(shared.state().company.histories.of(id).to_vec())
}

pub(super) async fn touched(State(shared): Simulated) -> Json<Vec<TouchedByPerson>> {
    Json(shared.state().company.histories.touched_by_people())
}
