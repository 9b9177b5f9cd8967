//! Management units, business units, and who is in them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ANY_VIEW, Answer};
use crate::organisation::Unit;
use crate::refusal::Refusal;
use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/workforcemanagement/managementunits", get(list))
        .route("/workforcemanagement/managementunits/{unit}", get(one))
        .route("/workforcemanagement/managementunits/{unit}/users", get(users))
        .route("/workforcemanagement/managementunits/{unit}/timeoffplans", get(deprecated))
        .route("/workforcemanagement/managementunits/{unit}/activitycodes", get(deprecated))
        .route("/workforcemanagement/agents/{user}/managementunit", get(unit_of))
        .route("/workforcemanagement/businessunits", get(business_units))
        .route("/workforcemanagement/businessunits/{unit}", get(business_unit))
}

fn to_json(unit: &Unit) -> Value {
    json!({
        "id": unit.id,
        "name": unit.name,
        "businessUnit": { "id": unit.business_unit },
        "division": { "id": "home", "name": "Home" },
        "startDayOfWeek": "Monday",
        "timeZone": unit.time_zone,
        "selfUri": format!("/api/v2/workforcemanagement/managementunits/{}", unit.id),
    })
}

/// Needs no permission.
async fn list(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let units: Vec<Value> = shared.organisation().units.iter().map(to_json).collect();
    Json(json!({ "entities": units }))
}

async fn one(State(shared): State<Arc<Shared>>, Path(unit): Path<String>) -> Answer {
    shared.access().require(&ANY_VIEW)?;
    Ok(Json(to_json(shared.organisation().unit(&unit)?)))
}

async fn users(State(shared): State<Arc<Shared>>, Path(unit): Path<String>) -> Answer {
    shared.access().require(&ANY_VIEW)?;
    let organisation = shared.organisation();
    let unit = organisation.unit(&unit)?;
    let members = organisation.members(&unit.id);
    let entities: Vec<Value> = members
        .map(|user| json!({ "id": user.id, "selfUri": format!("/api/v2/users/{}", user.id) }))
        .collect();
    Ok(Json(json!({ "entities": entities })))
}

async fn unit_of(State(shared): State<Arc<Shared>>, Path(user): Path<String>) -> Answer {
    shared.access().require(&["wfm:agent:view"])?;
    let organisation = shared.organisation();
    let user = organisation.user(&user)?;
    let unit = user.unit.as_deref().ok_or_else(|| Refusal::not_found("management unit"))?;
    let unit = organisation.unit(unit)?;
    Ok(Json(json!({
        "user": { "id": user.id },
        "managementUnit": { "id": unit.id },
        "businessUnit": { "id": unit.business_unit },
    })))
}

/// Needs no permission.
async fn business_units(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let organisation = shared.organisation();
    let units = organisation.business_units.iter();
    let units: Vec<Value> = units.map(|unit| json!({ "id": unit.id, "name": unit.name })).collect();
    Json(json!({ "entities": units }))
}

#[derive(Deserialize)]
struct Expand {
    expand: Option<String>,
}

/// The zone is shown when it is asked for.
async fn business_unit(
    State(shared): State<Arc<Shared>>,
    Path(unit): Path<String>,
    Query(Expand { expand }): Query<Expand>,
) -> Answer {
    shared.access().require(&ANY_VIEW)?;
    let organisation = shared.organisation();
    let unit = organisation.business_unit(&unit)?;
    let mut json = json!({ "id": unit.id, "name": unit.name });
    if expand.is_some_and(|fields| fields.contains("settings")) {
        json["settings"] = json!({ "timeZone": unit.time_zone, "startDayOfWeek": "Monday" });
    }
    Ok(Json(json))
}

async fn deprecated() -> Refusal {
    Refusal::gone()
}
