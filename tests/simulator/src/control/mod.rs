//! `/control/…`: the simulator's own switches over HTTP, for the local stack and for `curl`.

mod people;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call_statistics::Write;
use crate::quirks::Quirks;
use crate::random_faults::Chaos;
use crate::row_mutation::RowMutation;
use crate::scripted_fault::Fault;
use crate::shared_state::SharedState;

type Simulated = State<Arc<SharedState>>;

pub(crate) fn router() -> Router<Arc<SharedState>> {
    Router::new()
        .route("/state", get(show_state))
        .route("/today", put(set_today))
        .route("/latency", put(set_latency))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/chaos", put(set_chaos).delete(stop_chaos))
        .route("/release-late", post(release_late))
        .route("/reset-calls", post(reset_calls))
        .route("/requests", get(people::requests).post(people::enter))
        .route("/requests/{id}", delete(people::delete))
        .route("/requests/{id}/edit", post(people::edit))
        .route("/requests/{id}/copy", post(people::copy))
        .route("/requests/{id}/status", put(people::set_status))
        .route("/requests/{id}/history", get(people::history))
        .route("/touched-by-people", get(people::touched))
        .route(
            "/row-mutations",
            get(row_mutations).post(add_row_mutation).delete(clear_row_mutations),
        )
        .route("/quirks", get(quirks).put(set_quirks))
        .route("/writes", get(writes))
        .route("/employees/{id}", put(change_employee).delete(remove_employee))
        .route("/end-lockout", post(end_lockout))
}

async fn show_state(State(shared): Simulated) -> Json<Value> {
    let state = shared.state();
    Json(json!({
        "today": state.company.today,
        "employees": state.company.employees.len(),
        "requests": state.company.requests.len(),
        "lateWritesWaiting": state.waiting(),
        "lockedOut": state.api_keys.is_locked(),
        "latencyMs": state.faults.latency.as_millis(),
        "calls": state.calls,
        "injected": state.faults.injected(),
    }))
}

#[derive(Deserialize)]
struct Today {
    today: Date,
}

async fn set_today(State(shared): Simulated, Json(body): Json<Today>) -> StatusCode {
    shared.state().company.today = body.today;
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Latency {
    ms: u64,
}

async fn set_latency(State(shared): Simulated, Json(body): Json<Latency>) -> StatusCode {
    shared.state().faults.latency = Duration::from_millis(body.ms);
    StatusCode::NO_CONTENT
}

async fn faults(State(shared): Simulated) -> Json<Value> {
    Json(json!(shared.state().faults.list()))
}

async fn add_fault(State(shared): Simulated, Json(fault): Json<Fault>) -> StatusCode {
    shared.state().faults.add(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(shared): Simulated) -> StatusCode {
    shared.state().faults.clear();
    StatusCode::NO_CONTENT
}

async fn set_chaos(State(shared): Simulated, Json(chaos): Json<Chaos>) -> StatusCode {
    shared.state().faults.set_chaos(Some(chaos));
    StatusCode::NO_CONTENT
}

async fn stop_chaos(State(shared): Simulated) -> StatusCode {
    shared.state().faults.set_chaos(None);
    StatusCode::NO_CONTENT
}

async fn release_late(State(shared): Simulated) -> Json<Value> {
    Json(json!({"released": shared.change(|state| state.release_all())}))
}

async fn reset_calls(State(shared): Simulated) -> StatusCode {
    shared.reset_calls();
    StatusCode::NO_CONTENT
}

async fn end_lockout(State(shared): Simulated) -> StatusCode {
    shared.state().api_keys.end_lockout();
    StatusCode::NO_CONTENT
}

async fn row_mutations(State(shared): Simulated) -> Json<Vec<RowMutation>> {
    Json(shared.state().row_mutations.clone())
}

async fn add_row_mutation(
    State(shared): Simulated,
    Json(mutation): Json<RowMutation>,
) -> StatusCode {
    shared.state().row_mutations.push(mutation);
    StatusCode::NO_CONTENT
}

async fn clear_row_mutations(State(shared): Simulated) -> StatusCode {
    shared.state().row_mutations.clear();
    StatusCode::NO_CONTENT
}

async fn quirks(State(shared): Simulated) -> Json<Quirks> {
    Json(shared.state().company.quirks.clone())
}

/// What is absent goes back to its default.
async fn set_quirks(State(shared): Simulated, Json(quirks): Json<Quirks>) -> StatusCode {
    shared.state().company.quirks = quirks;
    StatusCode::NO_CONTENT
}

async fn writes(State(shared): Simulated) -> Json<Vec<Write>> {
    Json(shared.state().writes.clone())
}

/// What is absent stays; `"workEmail": null` takes the e-mail away.
#[derive(Deserialize)]
struct Change {
    active: Option<bool>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

async fn change_employee(
    State(shared): Simulated,
    Path(id): Path<u64>,
    Json(change): Json<Change>,
) -> StatusCode {
    let mut state = shared.state();
    let Some(employee) = state.company.employees.get_mut(&id) else {
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

async fn remove_employee(State(shared): Simulated, Path(id): Path<u64>) -> StatusCode {
    found(shared.state().company.employees.remove(&id).is_some())
}

fn found(found: bool) -> StatusCode {
    if found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
