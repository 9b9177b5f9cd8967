//! Integrations, workflows and data actions.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use genesys_bundle::INTEGRATION;
use genesys_bundle::data_action::ActionOutcome;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, page};
use crate::organisation::id_of;
use crate::refusal::Refusal;
use crate::shared::Shared;

/// The integration of data actions.
const DATA_ACTIONS: usize = 99;

/// The workflows by the property that selects them. No document has these keys: made up.
const PROPERTIES: [(&str, &str); 5] = [
    ("timeOffTypesWorkflow", "HRIS-Get-Timeoff-Types"),
    ("timeOffBalancesWorkflow", "HRIS-Get-Balance"),
    ("createTimeOffRequestsWorkflow", "HRIS-Insert-TimeOff"),
    ("updateTimeOffRequestsWorkflow", "HRIS-Update-TimeOff"),
    ("userAccountIdsWorkflow", "HRIS-Get-Agents"),
];

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/workforcemanagement/integrations/hris", get(hris))
        .route("/integrations/{integration}", get(one))
        .route("/integrations/{integration}/config/current", get(config))
        .route("/integrations/actions", get(actions))
        .route("/integrations/actions/{action}/test", post(test))
        .route("/flows", get(flows))
}

async fn hris(State(shared): State<Arc<Shared>>) -> Answer {
    shared.access().require(&["wfm:integration:view"])?;
    let organisation = shared.organisation();
    let integrations = organisation.integrations.iter();
    let entities: Vec<Value> = integrations
        .map(|known| json!({ "id": known.id, "name": known.name, "active": known.active }))
        .collect();
    Ok(Json(json!({ "entities": entities })))
}

async fn one(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    shared.access().require(&["integrations:integration:view"])?;
    let organisation = shared.organisation();
    let found = organisation.integrations.iter().find(|known| known.id == id);
    let known = found.ok_or_else(|| Refusal::not_found("integration"))?;
    let (intended, reported) =
        if known.active { ("ENABLED", "ACTIVE") } else { ("DISABLED", "INACTIVE") };
    Ok(Json(json!({
        "id": known.id,
        "name": known.name,
        // No document has the type's id: made up.
        "integrationType": { "id": "made-up-wfm-time-off-hris" },
        "intendedState": intended,
        "reportedState": { "code": reported },
        "attributes": {},
    })))
}

async fn config(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    shared.access().require(&["integrations:integration:view"])?;
    let organisation = shared.organisation();
    if !organisation.integrations.iter().any(|known| known.id == id) {
        return Err(Refusal::not_found("integration"));
    }
    let mut properties = Map::new();
    if organisation.is_ours(&id) {
        for (key, name) in PROPERTIES {
            let flow = organisation.flows.iter().find(|flow| flow.name == name);
            properties.insert(key.to_owned(), json!(flow.map(|flow| &flow.id)));
        }
        properties.insert("synchronizeUserAccountIds".to_owned(), json!(true));
    }
    Ok(Json(
        json!({ "version": 1, "properties": properties, "advanced": {}, "notes": "", "credentials": {} }),
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    page_size: Option<usize>,
    page_number: Option<usize>,
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
}

async fn flows(State(shared): State<Arc<Shared>>, Query(paging): Query<Paging>) -> Answer {
    shared.access().require(&["architect:flow:view"])?;
    let organisation = shared.organisation();
    let wanted = |name: &str, kind: &str| {
        paging.name.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
            && paging.kind.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(kind))
    };
    let flows = organisation.flows.iter().filter(|flow| wanted(&flow.name, "workflow"));
    let entities = flows.map(|flow| {
        let mut json =
            json!({ "id": flow.id, "name": flow.name, "type": "WORKFLOW", "active": true });
        if flow.published {
            json["publishedVersion"] = json!({ "id": "1.0" });
        }
        json
    });
    page(entities.collect(), paging.page_size, paging.page_number)
}

fn action_id(number: usize) -> String {
    format!("custom_-_{}", id_of('7', number))
}

async fn actions(State(shared): State<Arc<Shared>>, Query(paging): Query<Paging>) -> Answer {
    shared.access().require(&["integrations:action:view"])?;
    let organisation = shared.organisation();
    let actions = (1..).zip(&organisation.actions);
    let actions =
        actions.filter(|(_, name)| paging.name.as_ref().is_none_or(|wanted| wanted == *name));
    let entities = actions.map(|(number, name)| {
        json!({
            "id": action_id(number),
            "name": name,
            "integrationId": id_of('d', DATA_ACTIONS),
            "category": INTEGRATION,
            "secure": false,
            "version": 1,
        })
    });
    page(entities.collect(), paging.page_size, paging.page_number)
}

async fn test(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Json(inputs): Json<Map<String, Value>>,
) -> Answer {
    shared.access().require(&["integrations:action:execute"])?;
    let name = {
        let organisation = shared.organisation();
        let found = (1..).zip(&organisation.actions).find(|(number, _)| action_id(*number) == id);
        found.map(|(_, name)| name.clone()).ok_or_else(|| Refusal::not_found("action"))?
    };
    let action = shared.bundle.action(&name).map_err(|_| Refusal::not_found("action"))?;
    let engine = shared.engine();
    let outcome = engine.execute(action, &inputs, Duration::from_secs(60)).await;
    let outcome = outcome.map_err(|error| Refusal::bad(error.to_string()))?;
    let (success, result, cause) = match outcome {
        ActionOutcome::Success(result) => (true, Value::Object(result), None),
        ActionOutcome::Failure(failure) => (false, Value::Null, Some(failure.cause)),
        ActionOutcome::TimedOut => (false, Value::Null, Some("no answer in time".to_owned())),
    };
    let error =
        cause.map(|message| json!({ "message": message, "code": "bad.request", "status": 400 }));
    Ok(Json(json!({
        "success": success,
        "operations": [{ "step": 1, "name": "Execute request", "success": success, "error": error }],
        "finalResult": result,
        "error": error,
    })))
}
