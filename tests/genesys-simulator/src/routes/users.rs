//! Users.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, page};
use crate::organisation::User;
use crate::refusal::Refusal;
use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/users", get(list))
        .route("/users/{user}", get(one))
        .route("/users/search", post(search))
}

fn to_json(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "username": user.email,
        "state": if user.active { "active" } else { "inactive" },
        "division": { "id": "home", "name": "Home" },
        "addresses": [null],
        "version": 1,
        "selfUri": format!("/api/v2/users/{}", user.id),
    })
}

/// Needs no permission.
async fn list(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<Vec<(String, String)>>,
) -> Answer {
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, text)| text);
    let number = |name: &str| {
        let read = value(name).map(|text| text.parse().map_err(|_| Refusal::bad("not a number")));
        read.transpose()
    };
    let ids: Vec<&String> = query.iter().filter(|(key, _)| key == "id").map(|(_, id)| id).collect();
    if ids.len() > 100 {
        return Err(Refusal::bad("at most 100 ids"));
    }
    let any_state = value("state").is_some_and(|state| state == "any");
    let organisation = shared.organisation();
    let shown = |user: &&User| any_state || user.active;
    let users: Vec<Value> = match ids.is_empty() {
        true => organisation.users.values().filter(shown).map(to_json).collect(),
        false => {
            let found = ids.iter().filter_map(|id| organisation.users.get(*id));
            found.filter(shown).map(to_json).collect()
        }
    };
    page(users, number("pageSize")?, number("pageNumber")?)
}

/// Needs no permission.
async fn one(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    Ok(Json(to_json(shared.organisation().user(&id)?)))
}

#[derive(Deserialize)]
struct Search {
    query: Vec<Criterion>,
}

#[derive(Deserialize)]
struct Criterion {
    #[serde(rename = "type")]
    kind: String,
    fields: Vec<String>,
    value: String,
}

/// Only the search for one exact address: all that this project asks for.
async fn search(State(shared): State<Arc<Shared>>, Json(search): Json<Search>) -> Answer {
    shared.access().require(&["directory:user:view"])?;
    let [Criterion { kind, fields, value }] = search.query.as_slice() else {
        return Err(Refusal::bad("this organisation takes one criterion"));
    };
    if kind != "EXACT" || fields.as_slice() != ["email"] {
        return Err(Refusal::bad("this organisation searches by the exact e-mail"));
    }
    let organisation = shared.organisation();
    let found = organisation.users.values().filter(|user| user.active);
    let found = found.filter(|user| user.email.to_lowercase() == value.to_lowercase());
    let results: Vec<Value> = found.map(to_json).collect();
    Ok(Json(match results.is_empty() {
        true => json!({ "total": 0, "pageCount": 0, "pageNumber": 1 }),
        false => {
            json!({ "total": results.len(), "pageCount": 1, "pageNumber": 1, "results": results })
        }
    }))
}
