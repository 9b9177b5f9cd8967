//! What the Platform API answers when it does not do what it is asked.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::json;

/// An answer that is no success, in Genesys' form.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad.request", message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        let message = format!("The requested {what} was not found.");
        Self::new(StatusCode::NOT_FOUND, "not.found", message)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "bad.credentials", "Invalid login credentials.")
    }

    pub(crate) fn missing_permissions(any: &[&str]) -> Self {
        let message = format!(
            "Unable to perform the requested action. You must have at least one of the following \
            permissions assigned: [{}]",
            any.join(", ")
        );
        Self::new(StatusCode::FORBIDDEN, "missing.any.permissions", message)
    }

    pub(crate) fn throttled(seconds: u64) -> Self {
        let message =
            format!("Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds");
        let mut refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", message);
        refusal.retry_after = Some(seconds);
        refusal
    }

    pub(crate) fn gone() -> Self {
        let message = "This route is deprecated; the business unit's has taken its place.";
        Self::new(StatusCode::GONE, "deprecated", message)
    }

    /// The sentence alone.
    pub(crate) fn into_message(self) -> String {
        self.message
    }

    /// A failure that somebody asked for.
    pub(crate) fn injected(status: StatusCode, retry_after: Option<u64>) -> Self {
        let mut refusal = Self::new(status, "injected", "It fails because it was asked to.");
        refusal.retry_after = retry_after;
        refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "message": self.message,
            "code": self.code,
            "status": self.status.as_u16(),
            "contextId": "c0000000-0000-4000-8000-000000000000",
            "details": [],
            "errors": [],
        });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
