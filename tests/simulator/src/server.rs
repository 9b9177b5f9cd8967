//! The HTTP side: routes to operations, and a server that stops with its simulator.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use http::{HeaderName, StatusCode};
use tokio::net::TcpListener;

use crate::answer::Answer;
use crate::call::Call;
use crate::call_path::Outcome;
use crate::control;
use crate::operation::Operation;
use crate::shared_state::SharedState;
use crate::wire::{Wire, WireListener};

/// More than any call of BambooHR's needs.
const MOST_BYTES: usize = 1 << 20;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Serves until the simulator is dropped.
pub(crate) fn spawn(listener: TcpListener, shared: Arc<SharedState>) {
    let service = router(Arc::clone(&shared)).into_make_service_with_connect_info::<Wire>();
    tokio::spawn(async move {
        let server = axum::serve(WireListener(listener), service)
            .with_graceful_shutdown(async move { shared.closing().await });
        // It only ends by the shutdown above; accept errors are retried inside.
        let _ = server.await;
    });
}

fn router(shared: Arc<SharedState>) -> Router {
    let on = |operation| {
        move |State(shared): State<Arc<SharedState>>,
              ConnectInfo(wire): ConnectInfo<Wire>,
              path: Path<BTreeMap<String, String>>,
              request: Request| { take(operation, shared, wire, path, request) }
    };
    let mut router = Router::new();
    // The older base still works, as recorded.
    for base in ["/api/v1", "/api/gateway.php/{company}/v1"] {
        let at = |path: &str| format!("{base}{path}");
        router = router
            .route(&at("/employees"), get(on(Operation::Employees)))
            .route(&at("/employees/directory"), get(on(Operation::Directory)))
            .route(&at("/meta/time_off/types"), get(on(Operation::Types)))
            .route(&at("/employees/{id}/time_off/calculator"), get(on(Operation::Calculator)))
            .route(&at("/employees/{id}/time_off/request"), put(on(Operation::Create)))
            .route(&at("/time_off/requests"), get(on(Operation::List)))
            .route(&at("/time_off/requests/{id}/status"), put(on(Operation::Status)));
    }
    router
        .nest("/control", control::router())
        .fallback(async || Answer::empty(StatusCode::NOT_FOUND))
        .with_state(shared)
}

async fn take(
    operation: Operation,
    shared: Arc<SharedState>,
    wire: Wire,
    Path(path): Path<BTreeMap<String, String>>,
    request: Request,
) -> Response {
    let _underway = shared.call_log.begin(operation);
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        return Answer::empty(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    };
    let id = path.get("id").and_then(|text| text.parse().ok());
    let call = Call::new(operation, id, &parts, body);
    // A caller who hangs up does not undo what was asked: the call runs on by itself.
    match tokio::spawn(Arc::clone(&shared).answer(call)).await {
        Ok(Outcome::Answer(answer)) => finished(&shared, answer),
        Ok(Outcome::Interim { call, times, every }) => {
            if !send_interim(&shared, &wire, times, every).await {
                return cut(&wire);
            }
            let answer = shared.change(|state| state.perform(&call, None));
            finished(&shared, answer)
        }
        Ok(Outcome::Cut) | Err(_) => cut(&wire),
    }
}

fn finished(shared: &SharedState, answer: Answer) -> Response {
    let mut state = shared.state();
    let chunked = state.company.quirks.chunked_answers;
    answer.header(REQUEST_ID, state.next_request_id()).chunked(chunked).into_response()
}

fn cut(wire: &Wire) -> Response {
    wire.cut();
    Answer::empty(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// Sends interim answers until there were enough, the caller has gone or the simulator stops;
/// whether there were enough.
async fn send_interim(
    shared: &SharedState,
    wire: &Wire,
    times: Option<u64>,
    every: Duration,
) -> bool {
    let mut sent = 0;
    while times.is_none_or(|times| sent < times) {
        if *shared.until_closed().borrow() || wire.send_interim().await.is_err() {
            return false;
        }
        sent += 1;
        shared.wait(every).await;
    }
    true
}
