//! A service that answers as a test wants it to.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use contract::operations::{DataType, operations};
use genesys_bundle::data_action::{Credentials, Engine};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

/// A request that the service got.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub(crate) struct Fake {
    pub(crate) engine: Engine,
    pub(crate) origin: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Fake {
    /// A service that gives every request the same answer.
    pub(crate) async fn answering(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::start(move |_| (status, body.clone())).await
    }

    /// A service that answers each request with the status and body that `answer` gives.
    pub(crate) async fn start(
        answer: impl Fn(&Received) -> (u16, String) + Clone + Send + Sync + 'static,
    ) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&received);
        let service = Router::new().fallback(move |request: Request| async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let received = Received {
                method: parts.method.to_string(),
                target: parts.uri.to_string(),
                headers: parts.headers,
                body,
            };
            let (status, body) = answer(&received);
            record.lock().unwrap().push(received);
            (StatusCode::from_u16(status).unwrap(), body)
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let engine = engine(&format!("{origin}/v1"));
        tokio::spawn(axum::serve(listener, service).into_future());
        Self { engine, origin, received }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn the_request(&self) -> Received {
        let received = self.received();
        let [request] = received.as_slice() else { panic!("{} requests", received.len()) };
        request.clone()
    }
}

pub(crate) fn engine(base_url: &str) -> Engine {
    Engine::new(Credentials::new(base_url, "local-dev-key")).unwrap()
}

/// A complete answer of that operation, with empty outputs.
pub(crate) fn complete(operation: &str) -> Map<String, Value> {
    let operation = operations().into_iter().find(|known| known.name == operation).unwrap();
    let mut answer = Map::new();
    for field in operation.outputs {
        let Some(data_type) = field.action else { continue };
        let empty = match data_type {
            DataType::String => json!(""),
            DataType::Integer => json!(0),
            DataType::Boolean => json!(false),
            DataType::Array => json!([]),
        };
        answer.insert(field.name, empty);
    }
    answer.insert("statusCode".to_owned(), json!(200));
    answer.insert("status".to_owned(), json!("Complete"));
    answer.insert("correlationId".to_owned(), json!("c-1"));
    answer
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("not an object: {value}") };
    object
}

/// The blueprint's own insert, its dates shifted ahead.
pub(crate) fn insert_example() -> Map<String, Value> {
    object(json!({
        "Flow.agentId": "452",
        "Flow.notes": "Testing timeoff",
        "Flow.dates": ["2026-12-07", "2026-12-08", "2026-12-09"],
        "Flow.minDate": "2026-12-07",
        "Flow.maxDate": "2026-12-09",
        "Flow.timeOffStatus": "APPROVED",
        "Flow.timeOffTypeId": "83",
        "Flow.payableMinutes": ["480", "480", "480"],
    }))
}
