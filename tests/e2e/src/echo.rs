use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The worst BambooHR as far as logs are concerned: every create is refused with a message that
/// names a person and a balance and quotes the note and an e-mail address, also in capitals and
/// percent-encoded, in the header and in the body. Everything else is as empty as can be.
#[derive(Debug)]
pub struct Echo {
    url: String,
    #[expect(dead_code, reason = "held for its Drop, which stops the server")]
    server: JoinSet<()>,
}

impl Echo {
    /// The address that every refusal quotes.
    pub const ADDRESS: &'static str = "pat.quoted@example.com";
    /// The person that every refusal names.
    pub const PERSON: &'static str = "Ada Example-Person";
    /// The balance that every refusal names.
    pub const BALANCE: &'static str = "12.5 hours left";

    /// Starts one on a free port.
    ///
    /// # Panics
    /// When loopback has no port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let types = json!({"timeOffTypes": [{"id": "83", "name": "Sick", "units": "hours", "color": null, "icon": null}], "defaultHours": []});
        let router = Router::new()
            .route("/api/v1/meta/time_off/types", get(async move || axum::Json(types)))
            .route("/api/v1/time_off/requests", get(async || axum::Json(json!([]))))
            .route("/api/v1/employees/{id}/time_off/request", put(refuse));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // `axum::serve` ends only by being dropped.
            let _never = axum::serve(listener, router).await;
        });
        Self { url, server }
    }

    /// What `BAMBOOHR_BASE_URL` is set to.
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn refuse(body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let note = request["notes"].to_string();
    let also = format!("{note} {}", Echo::ADDRESS);
    let encoded = utf8_percent_encode(&also, NON_ALPHANUMERIC);
    let said = format!(
        "{} has {}. The note {note} of {} is too long: {} {encoded}",
        Echo::PERSON,
        Echo::BALANCE,
        Echo::ADDRESS,
        also.to_uppercase(),
    );
    // A header holds no line break; JSON text has none.
    let header: String = said.chars().filter(char::is_ascii).collect();
    (
        StatusCode::BAD_REQUEST,
        [("x-bamboohr-error-message", header)],
        axum::Json(json!({"error": said})),
    )
        .into_response()
}
