//! Tokens, and downloads, which need none.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use crate::access::TOKEN_LIFE;
use crate::refusal::Refusal;
use crate::shared::{Shared, lock};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/oauth/token", post(token)).route("/downloads/{number}", get(download))
}

#[derive(Deserialize)]
struct Asked {
    grant_type: String,
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(Asked { grant_type }): Form<Asked>,
) -> Response {
    let refused = |code: &str, description: &str| {
        let body =
            json!({ "error": code, "description": description, "error_description": description });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    if let Some((refusal, _)) = shared.access().fault_at("/oauth/token") {
        return refusal.into_response();
    }
    if grant_type != "client_credentials" {
        return refused("unsupported_grant_type", "the grant type is not supported");
    }
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shared.access().token(authorization) {
        Some(token) => Json(json!({
            "access_token": token,
            "token_type": "bearer",
            "expires_in": TOKEN_LIFE,
        }))
        .into_response(),
        None => refused("invalid_client", "client not found or invalid credentials"),
    }
}

/// A file store refuses a token beside its own signature.
async fn download(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<usize>,
    headers: HeaderMap,
) -> Answer {
    if headers.contains_key(AUTHORIZATION) {
        return Err(Refusal::bad("only one way to authorize is allowed"));
    }
    let downloads = lock(&shared.downloads);
    let listing = number.checked_sub(1).and_then(|index| downloads.get(index)).cloned();
    listing.map(Json).ok_or_else(|| Refusal::not_found("download"))
}
