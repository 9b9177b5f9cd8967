//! The HTTP side: who may pass, the routes, and a server that stops with its organisation.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use tokio::net::TcpListener;

use crate::access::Counted;
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::{control, routes};

/// `request.bytes.max`
const MOST_BYTES: usize = 512_000;

const CORRELATION_ID: HeaderName = HeaderName::from_static("inin-correlation-id");

/// Serves until the organisation is dropped.
pub(crate) fn spawn(listener: TcpListener, shared: Arc<Shared>) {
    let mut closing = shared.closing.subscribe();
    let service = router(&shared);
    tokio::spawn(async move {
        // Answers are small: none waits for another packet.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let server = axum::serve(listener, service).with_graceful_shutdown(async move {
            // An error says that the organisation is gone, too.
            let _gone = closing.wait_for(|closing| *closing).await;
        });
        // It only ends by the shutdown above; accept errors are retried inside.
        let _ended = server.await;
    });
}

fn router(shared: &Arc<Shared>) -> Router {
    // The layer lies around the nesting, so that it sees whole paths.
    let api = Router::new()
        .nest("/api/v2", routes::api())
        .layer(from_fn_with_state(Arc::clone(shared), pass));
    Router::new()
        .merge(api)
        .merge(routes::open())
        .nest("/control", control::router())
        .fallback(async || Refusal::not_found("resource"))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(Arc::clone(shared))
}

/// Faults first, then the token, then the rate limit.
async fn pass(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let fault = shared.access().fault_at(&path);
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let known = shared.access().is_known(authorization);
    let counted = shared.access().count(&path);
    let (response, counted) = match (fault, known, counted) {
        (Some((refusal, false)), _, _) => (refusal.into_response(), None),
        (_, false, _) => (Refusal::unauthorized().into_response(), None),
        (_, true, Err(refusal)) => (refusal.into_response(), None),
        (Some((refusal, true)), true, Ok(counted)) => {
            // Done, and not heard of.
            drop(next.run(request).await);
            (refusal.into_response(), counted)
        }
        (None, true, Ok(counted)) => (next.run(request).await, counted),
    };
    with_headers(response, counted)
}

fn with_headers(mut response: Response, counted: Option<Counted>) -> Response {
    let headers = response.headers_mut();
    headers
        .insert(CORRELATION_ID, HeaderValue::from_static("f0000000-0000-4000-8000-000000000000"));
    if let Some(Counted { count, allowed, reset }) = counted {
        for (name, number) in [
            ("inin-ratelimit-count", count),
            ("inin-ratelimit-allowed", allowed),
            ("inin-ratelimit-reset", reset),
        ] {
            headers.insert(HeaderName::from_static(name), number.into());
        }
    }
    response
}
