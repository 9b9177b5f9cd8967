//! `/control/…`: what people, the clock and misfortune do to the organisation, without a token.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::Fault;
use crate::choices::Choices;
use crate::people::{Change, Submission};
use crate::refusal::Refusal;
use crate::request::{IntegrationStatus, RequestStatus, TimeOffRequest};
use crate::shared::{Shared, WorkflowFaults, lock};

type Done = Result<StatusCode, Refusal>;

const DONE: Done = Ok(StatusCode::NO_CONTENT);

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/requests", get(requests).post(submit))
        .route("/requests/{request}", patch(change))
        .route("/requests/{request}/{decision}", post(decide))
        .route("/requests/{request}/integration-status", put(set_status))
        .route("/settled", get(settled))
        .route("/synchronise-agents", post(synchronise_agents))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/workflow-faults", post(add_workflow_faults))
        .route("/permissions/{permission}", put(grant).delete(revoke))
        .route("/expire-tokens", post(expire_tokens))
        .route("/rate-limit", put(limit))
        .route("/choices", get(choices).put(choose))
        .route("/credential", put(set_credential))
        .route("/flows/{name}", put(publish))
        .route("/integrations", post(add_integration))
        .route("/integrations/{integration}", put(activate))
        .route("/users/{user}", put(change_user))
        .route("/now", put(set_now))
}

fn shown(request: &TimeOffRequest) -> Value {
    let mut json = request.to_json();
    json["integrationStatus"] = json!(request.integration_status);
    json["hrisId"] = json!(request.hris_id);
    json
}

async fn requests(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.organisation().requests.values().map(shown).collect())
}

async fn submit(
    State(shared): State<Arc<Shared>>,
    Json(submission): Json<Submission>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "id": shared.submit(submission)? })))
}

async fn change(
    State(shared): State<Arc<Shared>>,
    Path(request): Path<String>,
    Json(asked): Json<Change>,
) -> Done {
    shared.change(&request, asked)?;
    DONE
}

async fn decide(
    State(shared): State<Arc<Shared>>,
    Path((request, decision)): Path<(String, String)>,
) -> Done {
    let to = match decision.as_str() {
        "approve" => RequestStatus::Approved,
        "deny" => RequestStatus::Denied,
        "cancel" => RequestStatus::Canceled,
        _ => return Err(Refusal::not_found("decision: approve, deny or cancel")),
    };
    shared.decide(&request, to)?;
    DONE
}

#[derive(Deserialize)]
struct NewStatus {
    status: IntegrationStatus,
}

async fn set_status(
    State(shared): State<Arc<Shared>>,
    Path(request): Path<String>,
    Json(NewStatus { status }): Json<NewStatus>,
) -> Done {
    shared.organisation().set_integration_status(&request, status)?;
    DONE
}

async fn settled(State(shared): State<Arc<Shared>>) -> Done {
    shared.settled().await;
    DONE
}

async fn synchronise_agents(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({ "complete": shared.synchronise_agents().await }))
}

async fn add_fault(State(shared): State<Arc<Shared>>, Json(fault): Json<Fault>) -> Done {
    shared.access().add_fault(fault);
    DONE
}

async fn clear_faults(State(shared): State<Arc<Shared>>) -> Done {
    shared.clear_faults();
    DONE
}

async fn add_workflow_faults(
    State(shared): State<Arc<Shared>>,
    Json(faults): Json<WorkflowFaults>,
) -> Done {
    lock(&shared.workflow_faults).push(faults);
    DONE
}

async fn grant(State(shared): State<Arc<Shared>>, Path(permission): Path<String>) -> Done {
    shared.access().permit(&permission, true);
    DONE
}

async fn revoke(State(shared): State<Arc<Shared>>, Path(permission): Path<String>) -> Done {
    shared.access().permit(&permission, false);
    DONE
}

async fn expire_tokens(State(shared): State<Arc<Shared>>) -> Done {
    shared.access().expire_tokens();
    DONE
}

#[derive(Deserialize)]
struct Limit {
    allowed: Option<u64>,
}

async fn limit(State(shared): State<Arc<Shared>>, Json(Limit { allowed }): Json<Limit>) -> Done {
    shared.access().limit(allowed);
    DONE
}

async fn choices(State(shared): State<Arc<Shared>>) -> Json<Choices> {
    Json(shared.organisation().choices)
}

async fn choose(State(shared): State<Arc<Shared>>, Json(choices): Json<Choices>) -> Done {
    shared.organisation().choices = choices;
    DONE
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential {
    api_key: String,
}

async fn set_credential(
    State(shared): State<Arc<Shared>>,
    Json(Credential { api_key }): Json<Credential>,
) -> Done {
    shared.set_api_key(&api_key).map_err(|error| Refusal::bad(error.to_string()))?;
    DONE
}

#[derive(Deserialize)]
struct Published {
    published: bool,
}

async fn publish(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    Json(Published { published }): Json<Published>,
) -> Done {
    let mut organisation = shared.organisation();
    let flow = organisation.flows.iter_mut().find(|flow| flow.name == name);
    flow.ok_or_else(|| Refusal::not_found("workflow"))?.published = published;
    DONE
}

#[derive(Deserialize)]
struct NewIntegration {
    name: String,
}

async fn add_integration(
    State(shared): State<Arc<Shared>>,
    Json(NewIntegration { name }): Json<NewIntegration>,
) -> Json<Value> {
    Json(json!({ "id": shared.organisation().add_integration(&name) }))
}

#[derive(Deserialize)]
struct Active {
    active: bool,
}

async fn activate(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Json(Active { active }): Json<Active>,
) -> Done {
    let mut organisation = shared.organisation();
    let found = organisation.integrations.iter_mut().find(|known| known.id == id);
    found.ok_or_else(|| Refusal::not_found("integration"))?.active = active;
    DONE
}

#[derive(Deserialize)]
struct UserChange {
    email: Option<String>,
    active: Option<bool>,
}

async fn change_user(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Json(UserChange { email, active }): Json<UserChange>,
) -> Done {
    let mut organisation = shared.organisation();
    let user = organisation.users.get_mut(&id).ok_or_else(|| Refusal::not_found("user"))?;
    user.email = email.unwrap_or_else(|| user.email.clone());
    user.active = active.unwrap_or(user.active);
    DONE
}

#[derive(Deserialize)]
struct Now {
    now: Option<Timestamp>,
}

async fn set_now(State(shared): State<Arc<Shared>>, Json(Now { now }): Json<Now>) -> Done {
    shared.organisation().now = now;
    DONE
}
