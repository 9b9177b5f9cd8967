//! `/control/…`: the simulator's own switches over HTTP, for the local stack and for `curl`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::chaos::Chaos;
use crate::fault::Fault;
use crate::request::{RequestStatus, RequestView};
use crate::shared::Shared;
use crate::world::Write;

type World = State<Arc<Shared>>;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/state", get(state))
        .route("/today", put(set_today))
        .route("/latency", put(set_latency))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/chaos", put(set_chaos).delete(stop_chaos))
        .route("/release-late", post(release_late))
        .route("/reset-calls", post(reset_calls))
        .route("/requests", get(requests))
        .route("/requests/{id}/status", put(set_status))
        .route("/writes", get(writes))
        .route("/employees/{id}", put(change_employee).delete(remove_employee))
        .route("/end-lockout", post(end_lockout))
}

async fn state(State(shared): World) -> Json<Value> {
    let world = shared.world();
    Json(json!({
        "today": world.company.today,
        "employees": world.company.employees.len(),
        "requests": world.company.requests.len(),
        "lateWritesWaiting": world.waiting(),
        "lockedOut": world.gate.is_locked(),
        "latencyMs": world.faults.latency.as_millis(),
        "calls": world.calls,
        "injected": world.faults.injected(),
    }))
}

#[derive(Deserialize)]
struct Today {
    today: Date,
}

async fn set_today(State(shared): World, Json(body): Json<Today>) -> StatusCode {
    shared.world().company.today = body.today;
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Latency {
    ms: u64,
}

async fn set_latency(State(shared): World, Json(body): Json<Latency>) -> StatusCode {
    shared.world().faults.latency = Duration::from_millis(body.ms);
    StatusCode::NO_CONTENT
}

async fn faults(State(shared): World) -> Json<Value> {
    Json(json!(shared.world().faults.list()))
}

async fn add_fault(State(shared): World, Json(fault): Json<Fault>) -> StatusCode {
    shared.world().faults.add(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(shared): World) -> StatusCode {
    shared.world().faults.clear();
    StatusCode::NO_CONTENT
}

async fn set_chaos(State(shared): World, Json(chaos): Json<Chaos>) -> StatusCode {
    shared.world().faults.set_chaos(Some(chaos));
    StatusCode::NO_CONTENT
}

async fn stop_chaos(State(shared): World) -> StatusCode {
    shared.world().faults.set_chaos(None);
    StatusCode::NO_CONTENT
}

async fn release_late(State(shared): World) -> Json<Value> {
    Json(json!({"released": shared.world().release_all()}))
}

async fn reset_calls(State(shared): World) -> StatusCode {
    shared.world().calls = Default::default();
    StatusCode::NO_CONTENT
}

async fn end_lockout(State(shared): World) -> StatusCode {
    shared.world().gate.end_lockout();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whose {
    employee_id: Option<u64>,
}

async fn requests(State(shared): World, Query(whose): Query<Whose>) -> Json<Vec<RequestView>> {
    let world = shared.world();
    let wanted = |employee| whose.employee_id.is_none_or(|wanted| wanted == employee);
    let found = world.company.requests.values();
    Json(found.filter(|request| wanted(request.employee)).map(RequestView::from).collect())
}

#[derive(Deserialize)]
struct Status {
    status: RequestStatus,
}

async fn set_status(
    State(shared): World,
    Path(id): Path<u64>,
    Json(body): Json<Status>,
) -> StatusCode {
    found(shared.world().company.set_status_by_hand(id, body.status))
}

async fn writes(State(shared): World) -> Json<Vec<Write>> {
    Json(shared.world().writes.clone())
}

/// What is absent stays; `"workEmail": null` takes the e-mail away.
#[derive(Deserialize)]
struct Change {
    active: Option<bool>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

async fn change_employee(
    State(shared): World,
    Path(id): Path<u64>,
    Json(change): Json<Change>,
) -> StatusCode {
    let mut world = shared.world();
    let Some(employee) = world.company.employees.get_mut(&id) else {
        return StatusCode::NOT_FOUND;
    };
    if let Some(active) = change.active {
        employee.active = active;
    }
    if let Some(email) = change.others.get("workEmail") {
        employee.work_email = email.as_str().map(|email| email.to_owned().into());
    }
    StatusCode::NO_CONTENT
}

async fn remove_employee(State(shared): World, Path(id): Path<u64>) -> StatusCode {
    found(shared.world().company.employees.remove(&id).is_some())
}

fn found(found: bool) -> StatusCode {
    if found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
