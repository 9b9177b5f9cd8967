//! `/console/…`: what people do at the page. Bodies are JSON, so that no other site's page can send
//! them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use bamboohr_simulator::{Edit, EditMode, RequestStatus as BambooHrStatus};
use genesys_simulator::{BalanceView, Change, Date, NotPossible, RequestStatus, Submission};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::Console;
use crate::console::breaks::Break;
use crate::console::events::events;

type Page = State<Arc<Console>>;
type Done = Result<StatusCode, Refusal>;

const DONE: Done = Ok(StatusCode::NO_CONTENT);

/// As many as the menu can hold; a larger company is there all the same.
const MOST_AGENTS: usize = 500;

pub(crate) fn router(console: Arc<Console>) -> Router {
    Router::new()
        .route("/console/events", get(events))
        .route("/console/agents", get(agents))
        .route("/console/synchronise", post(synchronise))
        .route("/console/balances", post(balances))
        .route("/console/requests", post(submit))
        .route("/console/requests/{id}", patch(change))
        .route("/console/requests/{id}/status", post(decide))
        .route("/console/bamboohr/{id}/status", post(set_status))
        .route("/console/bamboohr/{id}/edit", post(edit))
        .route("/console/bamboohr/{id}/copy", post(copy))
        .route("/console/bamboohr/{id}/delete", post(delete))
        .route("/console/break", post(break_it))
        .route("/console/mend", post(mend))
        .with_state(console)
}

/// Why something was not done, as a sentence for the page.
struct Refusal(String);

impl From<NotPossible> for Refusal {
    fn from(error: NotPossible) -> Self {
        Self(format!("Genesys refuses this: {error}."))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": self.0 }))).into_response()
    }
}

fn in_bamboohr(found: bool) -> Done {
    match found {
        true => DONE,
        false => Err(Refusal("BambooHR has no such request any more.".to_owned())),
    }
}

async fn agents(State(console): Page) -> Json<Value> {
    let mut agents = console.genesys.agents();
    agents.truncate(MOST_AGENTS);
    Json(json!({ "agents": agents, "types": console.genesys.time_off_types() }))
}

/// The body is empty, and has to be said to be JSON.
async fn synchronise(State(console): Page, Json(()): Json<()>) -> Done {
    match console.genesys.synchronise_agents().await {
        true => DONE,
        false => Err(Refusal(
            "The daily synchronisation failed, and changed nothing. Its steps say why.".to_owned(),
        )),
    }
}

#[derive(Deserialize)]
struct Asked {
    agent: String,
    days: Vec<Date>,
}

async fn balances(
    State(console): Page,
    Json(Asked { agent, days }): Json<Asked>,
) -> Result<Json<Vec<BalanceView>>, Refusal> {
    let refusal = || {
        Refusal("The balances could not be read. The steps of HRIS-Get-Balance say why.".to_owned())
    };
    console.genesys.balances(&agent, days).await.map(Json).ok_or_else(refusal)
}

async fn submit(
    State(console): Page,
    Json(submission): Json<Submission>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "id": console.genesys.submit(submission)? })))
}

async fn change(State(console): Page, Path(id): Path<String>, Json(asked): Json<Change>) -> Done {
    console.genesys.change(&id, asked)?;
    DONE
}

#[derive(Deserialize)]
struct NewStatus<S> {
    status: S,
}

async fn decide(
    State(console): Page,
    Path(id): Path<String>,
    Json(NewStatus { status }): Json<NewStatus<RequestStatus>>,
) -> Done {
    console.genesys.decide(&id, status)?;
    DONE
}

async fn set_status(
    State(console): Page,
    Path(id): Path<u64>,
    Json(NewStatus { status }): Json<NewStatus<BambooHrStatus>>,
) -> Done {
    in_bamboohr(console.breaks.bamboohr.hr_changes_status(id, status))
}

/// As BambooHR does it: a waiting request gets a new id, an approved one keeps its own.
async fn edit(State(console): Page, Path(id): Path<u64>, Json(edit): Json<Edit>) -> Done {
    let bamboohr = &console.breaks.bamboohr;
    let waits = |status| status == BambooHrStatus::Requested;
    let mode = match bamboohr.request(id).map(|request| request.status) {
        Some(status) if waits(status) => EditMode::NewId,
        _ => EditMode::InPlace,
    };
    in_bamboohr(bamboohr.hr_edits_request(id, mode, edit).is_some())
}

async fn copy(State(console): Page, Path(id): Path<u64>, Json(changed): Json<Edit>) -> Done {
    in_bamboohr(console.breaks.bamboohr.hr_copies_request(id, changed).is_some())
}

async fn delete(State(console): Page, Path(id): Path<u64>, Json(()): Json<()>) -> Done {
    in_bamboohr(console.breaks.bamboohr.hr_deletes_request(id))
}

#[derive(Deserialize)]
struct What {
    what: Break,
}

async fn break_it(State(console): Page, Json(What { what }): Json<What>) -> StatusCode {
    console.breaks.break_it(what);
    StatusCode::NO_CONTENT
}

async fn mend(State(console): Page, Json(()): Json<()>) -> StatusCode {
    console.breaks.mend();
    StatusCode::NO_CONTENT
}
