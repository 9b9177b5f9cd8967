//! Time-off requests and their integration status.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use jiff::Unit as TimeUnit;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, list};
use crate::jobs::DateRange;
use crate::organisation::Organisation;
use crate::refusal::Refusal;
use crate::request::{IntegrationStatus, RequestStatus, TimeOffRequest};
use crate::shared::Shared;

const VIEW: [&str; 1] = ["wfm:timeOffRequest:view"];

/// More are refused. No document gives the number.
const MOST_LOOKUPS: usize = 100;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    let unit = "/workforcemanagement/managementunits/{unit}";
    Router::new()
        .route(&format!("{unit}/timeoffrequests/query"), post(query))
        .route(&format!("{unit}/users/{{user}}/timeoffrequests"), get(of_user))
        .route(&format!("{unit}/users/{{user}}/timeoffrequests/{{request}}"), get(one))
        .route(&format!("{unit}/timeoffrequests/integrationstatus/query"), post(statuses))
        .route(
            &format!("{unit}/timeoffrequests/{{request}}/users/{{user}}/integrationstatus"),
            patch(set_status),
        )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Query {
    ids: Vec<String>,
    user_ids: Vec<String>,
    statuses: Vec<RequestStatus>,
    date_range: Option<DateRange>,
}

impl Query {
    /// Either pending requests alone, or at most 33 days; everything else only filters.
    fn check(&self) -> Result<(), Refusal> {
        let pending_only = self.statuses.as_slice() == [RequestStatus::Pending];
        match &self.date_range {
            None if pending_only => Ok(()),
            None => Err(Refusal::bad("Either statuses must be PENDING alone, or dateRange given.")),
            Some(DateRange { start_date, end_date }) => {
                let days = start_date.until((TimeUnit::Day, *end_date)).map(|span| span.get_days());
                match days {
                    Ok(0..=32) => Ok(()),
                    _ => Err(Refusal::bad("dateRange must be 1 to 33 days.")),
                }
            }
        }
    }

    fn finds(&self, organisation: &Organisation, request: &TimeOffRequest) -> bool {
        let among = |list: &[String], id: &String| list.is_empty() || list.contains(id);
        let in_range = self.date_range.is_none_or(|DateRange { start_date, end_date }| {
            organisation.days_of(request).iter().any(|day| (start_date..=end_date).contains(day))
        });
        among(&self.ids, &request.id)
            && among(&self.user_ids, &request.user)
            && (self.statuses.is_empty() || self.statuses.contains(&request.status))
            && in_range
    }
}

async fn query(
    State(shared): State<Arc<Shared>>,
    Path(unit): Path<String>,
    Json(query): Json<Query>,
) -> Answer {
    shared.access().require(&VIEW)?;
    query.check()?;
    let entities: Vec<Value> = {
        let organisation = shared.organisation();
        organisation.unit(&unit)?;
        let of_unit = organisation.requests.values().filter(|request| request.unit == unit);
        of_unit
            .filter(|request| query.finds(&organisation, request))
            .map(TimeOffRequest::to_json)
            .collect()
    };
    Ok(list(&shared, entities))
}

async fn of_user(
    State(shared): State<Arc<Shared>>,
    Path((unit, user)): Path<(String, String)>,
) -> Answer {
    shared.access().require(&VIEW)?;
    let organisation = shared.organisation();
    organisation.unit(&unit)?;
    organisation.user(&user)?;
    let of_user = organisation.requests.values().filter(|request| request.user == user);
    let requests: Vec<Value> = of_user.map(TimeOffRequest::to_json).collect();
    Ok(Json(json!({ "timeOffRequests": requests })))
}

async fn one(
    State(shared): State<Arc<Shared>>,
    Path((_unit, user, request)): Path<(String, String, String)>,
) -> Answer {
    shared.access().require(&VIEW)?;
    let organisation = shared.organisation();
    let request = organisation.request(&request)?;
    if request.user != user {
        return Err(Refusal::not_found("time-off request"));
    }
    Ok(Json(request.to_json()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lookups {
    time_off_request_lookups: Vec<Lookup>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lookup {
    time_off_request_id: String,
    user_id: String,
}

/// What has nothing to do with an HRIS is not in the answer.
async fn statuses(
    State(shared): State<Arc<Shared>>,
    Path(unit): Path<String>,
    Json(Lookups { time_off_request_lookups: lookups }): Json<Lookups>,
) -> Answer {
    shared.access().require(&VIEW)?;
    if lookups.len() > MOST_LOOKUPS {
        return Err(Refusal::bad("at most 100 lookups"));
    }
    let organisation = shared.organisation();
    organisation.unit(&unit)?;
    let found = lookups.iter().filter_map(|lookup| {
        let request = organisation.requests.get(&lookup.time_off_request_id)?;
        (request.user == lookup.user_id).then(|| request.status_json())?
    });
    Ok(Json(json!({ "entities": found.collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewStatus {
    integration_status: IntegrationStatus,
}

/// The last writer wins. It starts nothing.
async fn set_status(
    State(shared): State<Arc<Shared>>,
    Path((_unit, request, user)): Path<(String, String, String)>,
    Json(NewStatus { integration_status }): Json<NewStatus>,
) -> Answer {
    shared.access().require(&["wfm:timeOffRequest:edit"])?;
    let mut organisation = shared.organisation();
    if organisation.request(&request)?.user != user {
        return Err(Refusal::not_found("time-off request"));
    }
    organisation.set_integration_status(&request, integration_status)?;
    Ok(Json(organisation.request(&request)?.status_json().unwrap_or_default()))
}
