//! Secrets Manager, as far as the functions use it: `GetSecretValue`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use call_log::CallLog;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::Error;
use crate::dynamodb::REGION;

/// A Secrets Manager. It stops when dropped.
#[derive(Debug)]
pub struct SecretsManager {
    address: SocketAddr,
    vault: Arc<Vault>,
    #[expect(dead_code, reason = "held for its Drop, which stops the server")]
    server: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Vault {
    secrets: Mutex<BTreeMap<String, String>>,
    latency: Mutex<Duration>,
    reads: AtomicUsize,
    log: CallLog<String>,
}

impl SecretsManager {
    /// Starts one without any secret on a free port of loopback.
    ///
    /// # Errors
    /// [`Error::Bind`].
    pub async fn start() -> Result<Self, Error> {
        Self::serve_on(TcpListener::bind(("127.0.0.1", 0)).await?)
    }

    /// Starts one without any secret on `listener`.
    ///
    /// # Errors
    /// [`Error::Bind`].
    pub fn serve_on(listener: TcpListener) -> Result<Self, Error> {
        let address = listener.local_addr()?;
        let vault = Arc::new(Vault::default());
        let router = Router::new().route("/", post(answer)).with_state(Arc::clone(&vault));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // `axum::serve` ends only by being dropped.
            let _never = axum::serve(listener, router).await;
        });
        Ok(Self { address, vault, server })
    }

    /// `http://127.0.0.1:<port>`, what `AWS_ENDPOINT_URL_SECRETS_MANAGER` is set to.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets or replaces the text of the secret called `id`.
    pub fn set(&self, id: impl Into<String>, json: impl Into<String>) {
        self.vault
            .secrets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.into(), json.into());
    }

    /// Deletes the secret, so that reading it answers `ResourceNotFoundException`.
    pub fn remove(&self, id: &str) {
        self.vault.secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Answers every call this much later from now on.
    pub fn set_latency(&self, latency: Duration) {
        *self.vault.latency.lock().unwrap_or_else(PoisonError::into_inner) = latency;
    }

    /// When each call arrived, and when its answer was complete.
    pub fn call_log(&self) -> &CallLog<String> {
        &self.vault.log
    }

    /// How often `GetSecretValue` was called.
    pub fn reads(&self) -> usize {
        self.vault.reads.load(Ordering::Relaxed)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue {
    secret_id: String,
}

async fn answer(State(vault): State<Arc<Vault>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    if target != Some("secretsmanager.GetSecretValue") {
        return refusal("UnknownOperationException", "Only GetSecretValue exists here.");
    }
    let _underway = vault.log.begin("GetSecretValue".to_owned());
    vault.reads.fetch_add(1, Ordering::Relaxed);
    let latency = *vault.latency.lock().unwrap_or_else(PoisonError::into_inner);
    // A sleep of zero would last up to a millisecond.
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let Ok(GetSecretValue { secret_id }) = serde_json::from_slice(&body) else {
        return refusal("InvalidParameterException", "The request has no SecretId.");
    };
    let secrets = vault.secrets.lock().unwrap_or_else(PoisonError::into_inner);
    // A secret is asked for by its name or by its ARN, which ends in a hyphen and six characters.
    let found = secrets.iter().find(|(name, _)| **name == secret_id || arn(name) == secret_id);
    match found {
        Some((name, text)) => reply(
            StatusCode::OK,
            &json!({
                "ARN": arn(name),
                "Name": name,
                "SecretString": text,
                "VersionId": "00000000-0000-4000-8000-000000000000",
                "VersionStages": ["AWSCURRENT"],
                "CreatedDate": 1_793_577_600,
            }),
        ),
        None => {
            refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        }
    }
}

fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:000000000000:secret:{name}-AbCdEf")
}

fn refusal(code: &str, message: &str) -> Response {
    reply(StatusCode::BAD_REQUEST, &json!({ "__type": code, "Message": message }))
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], body.to_string())
        .into_response()
}
