//! Time-off plans and activity codes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::{Value, json};

use super::{ANY_VIEW, Answer, list};
use crate::organisation::Plan;
use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/workforcemanagement/businessunits/{unit}/timeoffplans", get(plans))
        .route("/workforcemanagement/businessunits/{unit}/activitycodes", get(codes))
}

fn to_json(plan: &Plan) -> Value {
    let references = |ids: &[String]| ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
    let mut json = json!({
        "id": plan.id,
        "name": plan.name,
        "enabled": true,
        "activityCodeIds": [plan.activity_code],
        "autoApprovalRule": if plan.approves_itself { "Always" } else { "Never" },
        "countAgainstTimeOffLimits": false,
        "metadata": { "version": 1 },
        "businessUnitAssociation": match plan.staffing_groups.is_empty() {
            true => json!({ "managementUnits": references(&plan.units) }),
            false => json!({ "staffingGroups": references(&plan.staffing_groups) }),
        },
    });
    if let Some((id, integration)) = &plan.time_off_type {
        json["hrisTimeOffType"] =
            json!({ "id": id, "name": plan.name, "hrisIntegrationId": integration });
    }
    json
}

async fn plans(State(shared): State<Arc<Shared>>, Path(unit): Path<String>) -> Answer {
    shared.access().require(&["wfm:timeOffPlan:view"])?;
    let entities: Vec<Value> = {
        let organisation = shared.organisation();
        organisation.business_unit(&unit)?;
        let plans = organisation.plans.iter().filter(|plan| plan.business_unit == unit);
        plans.map(to_json).collect()
    };
    Ok(list(&shared, entities))
}

/// One code for each plan, and one that nobody can ask for.
async fn codes(State(shared): State<Arc<Shared>>, Path(unit): Path<String>) -> Answer {
    shared.access().require(&ANY_VIEW)?;
    let entities: Vec<Value> = {
        let organisation = shared.organisation();
        organisation.business_unit(&unit)?;
        let code = |id: &str, name: &str, category: &str| json!({ "id": id, "name": name, "active": true, "category": category, "defaultCode": false });
        let plans = organisation.plans.iter().filter(|plan| plan.business_unit == unit);
        let codes = plans.map(|plan| code(&plan.activity_code, &plan.name, "TimeOff"));
        codes.chain([code("4", "Meeting", "Meeting")]).collect()
    };
    Ok(list(&shared, entities))
}
