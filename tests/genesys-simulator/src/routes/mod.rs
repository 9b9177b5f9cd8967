//! The Platform API's routes, a file for each kind of record.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::shared::{Shared, lock};

mod associations;
mod integrations;
mod jobs;
mod plans;
mod requests;
mod token;
mod units;
mod users;

type Answer = Result<Json<Value>, Refusal>;

/// What asks for a token.
pub(crate) fn api() -> Router<Arc<Shared>> {
    Router::new()
        .merge(users::routes())
        .merge(units::routes())
        .merge(associations::routes())
        .merge(requests::routes())
        .merge(plans::routes())
        .merge(jobs::routes())
        .merge(integrations::routes())
        .fallback(async || Refusal::not_found("resource"))
}

/// What does not.
pub(crate) fn open() -> Router<Arc<Shared>> {
    token::routes()
}

/// Any of these opens the routes of units, of their members and of activity codes, among many more.
const ANY_VIEW: [&str; 3] = ["wfm:agent:view", "wfm:timeOffRequest:view", "wfm:timeOffPlan:view"];

/// A list that may come by `downloadUrl`.
fn list(shared: &Shared, entities: Vec<Value>) -> Json<Value> {
    let listing = json!({ "entities": entities });
    if !shared.organisation().choices.downloads {
        return Json(listing);
    }
    let mut downloads = lock(&shared.downloads);
    downloads.push(listing);
    let url = format!("{}/downloads/{}?signature=of-the-store", shared.url, downloads.len());
    Json(json!({ "entities": [], "downloadUrl": url }))
}

/// One page of a list.
fn page(entities: Vec<Value>, size: Option<usize>, number: Option<usize>) -> Answer {
    let (size, number) = (size.unwrap_or(25), number.unwrap_or(1));
    if !(1..=500).contains(&size) || number == 0 {
        return Err(Refusal::bad("pageSize must be 1 to 500, and pageNumber at least 1"));
    }
    let total = entities.len();
    let entities: Vec<Value> = entities.into_iter().skip(size * (number - 1)).take(size).collect();
    Ok(Json(json!({
        "entities": entities,
        "pageSize": size,
        "pageNumber": number,
        "total": total,
        "pageCount": total.div_ceil(size),
    })))
}
