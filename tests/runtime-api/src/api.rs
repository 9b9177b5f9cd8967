//! The server side of the Lambda Runtime API
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};

/// The most that Lambda takes for an answer, with room around it.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// An event to be fetched by the function.
pub(crate) struct Event {
    pub id: String,
    pub payload: String,
    /// How long the function is given.
    pub timeout: Duration,
    pub answer: oneshot::Sender<Finished>,
}

/// How an invocation ended, and when the end arrived.
pub(crate) struct Finished {
    pub result: Result<String, String>,
    pub at: Instant,
}

/// What the function and the test share.
pub(crate) struct Api {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    open: Mutex<HashMap<String, oneshot::Sender<Finished>>>,
    first_poll: watch::Sender<Option<Instant>>,
}

impl Api {
    pub(crate) fn new(
        events: mpsc::UnboundedReceiver<Event>,
        first_poll: watch::Sender<Option<Instant>>,
    ) -> Self {
        Self { events: tokio::sync::Mutex::new(events), open: Mutex::default(), first_poll }
    }

    /// Serves the API until the future is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .layer(DefaultBodyLimit::max(LARGEST_ANSWER))
            .with_state(Arc::new(self));
        // `axum::serve` ends only by being dropped.
        let _never = axum::serve(listener, router).await;
    }

    fn finish(&self, id: &str, result: Result<String, String>) -> StatusCode {
        let at = Instant::now();
        match self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id) {
            Some(answer) => {
                // Nobody waits any more for an event whose test has ended.
                let _unheard = answer.send(Finished { result, at });
                StatusCode::ACCEPTED
            }
            None => StatusCode::NOT_FOUND,
        }
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    api.first_poll
        .send_if_modified(|first| first.is_none().then(|| *first = Some(Instant::now())).is_some());
    let Some(event) = api.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let deadline = (SystemTime::now() + event.timeout)
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let header = |name: &'static str, value: String| (HeaderName::from_static(name), value);
    let headers = [
        header("lambda-runtime-aws-request-id", event.id.clone()),
        header("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:000000000000:function:local".to_owned(),
        ),
        header(
            "lambda-runtime-trace-id",
            "Root=1-00000000-000000000000000000000000;Sampled=0".to_owned(),
        ),
    ];
    api.open.lock().unwrap_or_else(PoisonError::into_inner).insert(event.id, event.answer);
    (headers, event.payload).into_response()
}

async fn response(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    api.finish(&id, Ok(String::from_utf8_lossy(&body).into_owned()))
}

async fn error(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    api.finish(&id, Err(String::from_utf8_lossy(&body).into_owned()))
}
