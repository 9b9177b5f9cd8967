//! Jobs that run a workflow of the integration.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::Answer;
use crate::jobs::{DateRange, days_in};
use crate::refusal::Refusal;
use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    let user = "/workforcemanagement/managementunits/{unit}/users/{user}";
    Router::new()
        .route(
            "/workforcemanagement/integrations/hris/{integration}/timeofftypes/jobs",
            post(types),
        )
        .route("/workforcemanagement/integrations/hris/timeofftypes/jobs/{job}", get(job))
        .route(&format!("{user}/timeoffbalance/jobs"), post(balances))
        .route(
            &format!("{user}/timeoffrequests/{{request}}/timeoffbalance/jobs"),
            post(balances_of_request),
        )
        .route("/workforcemanagement/timeoffbalance/jobs/{job}", get(job))
}

async fn types(State(shared): State<Arc<Shared>>, Path(integration): Path<String>) -> Answer {
    shared.access().require(&["wfm:integration:view"])?;
    if !shared.organisation().is_ours(&integration) {
        return Err(Refusal::not_found("integration"));
    }
    Ok(Json(shared.start_types_job()))
}

/// Needs no permission.
async fn job(State(shared): State<Arc<Shared>>, Path(job): Path<String>) -> Answer {
    shared.job(&job).map(Json)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    activity_code_ids: Vec<String>,
    #[serde(default)]
    date_ranges: Vec<DateRange>,
}

async fn balances(
    State(shared): State<Arc<Shared>>,
    Path((_unit, user)): Path<(String, String)>,
    Json(Asked { activity_code_ids, date_ranges }): Json<Asked>,
) -> Answer {
    shared.access().require(&["wfm:timeOffRequest:view"])?;
    let days = days_in(&date_ranges);
    let wanted = shared.organisation().wanted(&user, &activity_code_ids, days);
    Ok(Json(shared.start_balance_job(wanted)))
}

async fn balances_of_request(
    State(shared): State<Arc<Shared>>,
    Path((_unit, user, request)): Path<(String, String, String)>,
) -> Answer {
    shared.access().require(&["wfm:timeOffRequest:view"])?;
    let wanted = {
        let organisation = shared.organisation();
        let request = organisation.request(&request)?;
        let codes = [request.activity_code.clone()];
        organisation.wanted(&user, &codes, organisation.days_of(request))
    };
    Ok(Json(shared.start_balance_job(wanted)))
}
