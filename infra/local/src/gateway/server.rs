use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lambda_host::{Clock, LambdaContext};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::console::{self, Console};
use crate::functions::Functions;
use crate::gateway::api::{
    Api, INTEGRATION_FAILURE, INTEGRATION_TIMEOUT, INVALID_API_KEY, MISSING_AUTHENTICATION_TOKEN,
    REQUEST_TOO_LARGE,
};
use crate::gateway::event::{self, Event};
use crate::gateway::{API_KEY, STAGE, TOKEN_PATH, Tokens};

/// API Gateway's limit of a request, in bytes.
const LARGEST_REQUEST: usize = 10 * 1024 * 1024;
/// When API Gateway gives up waiting for a function.
const PATIENCE: Duration = Duration::from_secs(29);
/// The time that a function is given, as deployed.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(29);

/// The gateway and what lies behind it.
pub(crate) struct Gateway {
    pub api: Api,
    pub functions: Arc<Functions>,
    pub clock: Clock,
    /// The token endpoint and its tokens, where there is one.
    pub tokens: Option<Arc<Tokens>>,
    /// The page that shows what happens; `None`: it is off.
    pub console: Option<Arc<Console>>,
}

/// Serves the gateway until the future is dropped.
pub(crate) async fn serve(listener: TcpListener, gateway: Gateway) {
    let page = console::router(gateway.console.clone());
    let router = Router::new().fallback(answer).with_state(Arc::new(gateway)).merge(page);
    // `axum::serve` ends only by being dropped.
    let _never = axum::serve(listener, router).await;
}

/// What a function gives back for an HTTP event.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionAnswer {
    status_code: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let caller = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    // For the page; not logged, because the log filter does not know the target.
    let span = tracing::info_span!(
        target: "gateway",
        "gateway",
        method = request.method().as_str(),
        path = request.uri().path(),
        traceparent = caller,
        status = Empty,
        body = Empty
    );
    respond(&gateway, request).instrument(span).await
}

async fn respond(gateway: &Gateway, request: Request) -> Response {
    let request_id = new_id();
    let (parts, body) = request.into_parts();
    if let Some(tokens) = gateway.tokens.as_ref().filter(|_| parts.uri.path() == TOKEN_PATH) {
        let body = to_bytes(body, LARGEST_REQUEST).await.unwrap_or_default();
        let response = tokens.answer(&parts.method, &parts.headers, &body);
        Span::current().record("status", response.status().as_u16());
        return response;
    }
    let in_stage = parts.uri.path().strip_prefix('/').and_then(|path| path.strip_prefix(STAGE));
    let Some((path, (route, path_parameters))) =
        in_stage.and_then(|path| Some((path, gateway.api.route(parts.method.as_str(), path)?)))
    else {
        return gateway.refuse(MISSING_AUTHENTICATION_TOKEN, &request_id);
    };
    // API Gateway asks the authorizer first, then looks at the key.
    if let Some(tokens) = gateway.tokens.as_ref().filter(|_| route.needs_token)
        && let Some(refusal) = tokens.refuse(&parts.headers)
    {
        return gateway.refuse(refusal, &request_id);
    }
    if parts.headers.get("x-api-key").is_none_or(|key| key.as_bytes() != API_KEY.as_bytes()) {
        return gateway.refuse(INVALID_API_KEY, &request_id);
    }
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return gateway.refuse(REQUEST_TOO_LARGE, &request_id);
    };
    let at = gateway.clock.now();
    let event = Event::from(event::Request {
        id: &request_id,
        route,
        path,
        path_parameters,
        parts: &parts,
        body: &body,
        at,
    });
    let Ok(event) = serde_json::to_string(&event) else {
        return gateway.refuse(INTEGRATION_FAILURE, &request_id);
    };

    // A task of its own: a function goes on when its caller has hung up, as in Lambda.
    let functions = Arc::clone(&gateway.functions);
    let name = route.function.clone();
    let console = gateway.console.clone();
    let call = async move {
        let context = LambdaContext { request_id: new_id(), remaining: FUNCTION_TIMEOUT };
        let answer = functions.get(&name)?.answer(&event, context);
        match console {
            Some(console) => console.breaks.unless_it_dies(answer).await?.ok(),
            None => answer.await.ok(),
        }
    };
    let call = tokio::spawn(call.in_current_span());
    match timeout(PATIENCE, call).await {
        Err(_) => gateway.refuse(INTEGRATION_TIMEOUT, &request_id),
        Ok(Ok(Some(text))) => {
            passed_on(&text).unwrap_or_else(|| gateway.refuse(INTEGRATION_FAILURE, &request_id))
        }
        Ok(_) => gateway.refuse(INTEGRATION_FAILURE, &request_id),
    }
}

fn passed_on(text: &str) -> Option<Response> {
    let answer: FunctionAnswer = serde_json::from_str(text).ok()?;
    Span::current().record("body", &*answer.body).record("status", answer.status_code);
    let mut response = Response::builder().status(answer.status_code);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).ok()
}

impl Gateway {
    fn refuse(&self, name: &str, request_id: &str) -> Response {
        match self.api.refusal(name) {
            Some(refusal) => {
                let json = HeaderValue::from_static("application/json");
                let body = refusal.body(request_id);
                Span::current().record("body", &*body).record("status", refusal.status.as_u16());
                (refusal.status, [(header::CONTENT_TYPE, json)], body).into_response()
            }
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// A request id in the form of AWS's, a random UUID.
pub(crate) fn new_id() -> String {
    let bits = (fastrand::u128(..) & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_looks_like_a_random_uuid() {
        let id = super::new_id();
        let lengths: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&id.as_bytes()[19]));
    }
}
