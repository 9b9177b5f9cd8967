//! What stands between two servers and may fail in their place.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passage {
    /// It passes.
    Through,
    /// It does not arrive, and is answered so.
    Refused(u16),
    /// It arrives, and is answered so.
    Unheard(u16),
    /// It does not arrive, and there is no answer.
    Lost,
    /// It arrives, and there is no answer.
    Hanging,
}

type Decide = Box<dyn FnMut(u64) -> Passage + Send>;

struct Shared {
    http: reqwest::Client,
    upstream: String,
    /// How many calls came, and what becomes of the next.
    state: Mutex<(u64, Decide)>,
    /// How many calls will never be answered.
    stuck: watch::Sender<u64>,
    /// How many calls had another fate than to pass.
    failed: Mutex<u64>,
}

/// A server that passes calls on to another one. It ends when it is dropped.
pub(crate) struct Proxy {
    pub(crate) origin: String,
    shared: Arc<Shared>,
    _server: JoinSet<()>,
}

impl Proxy {
    /// Before `upstream`, an origin without a path.
    pub(crate) async fn before(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            http: genesys_cloud::http_client().unwrap(),
            upstream: upstream.to_owned(),
            state: Mutex::new((0, Box::new(|_| Passage::Through))),
            stuck: watch::Sender::new(0),
            failed: Mutex::new(0),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, shared, _server: server }
    }

    /// What becomes of the calls from now on, which are counted from 1.
    pub(crate) fn decide(&self, decide: impl FnMut(u64) -> Passage + Send + 'static) {
        *self.shared.state.lock().unwrap_or_else(PoisonError::into_inner) = (0, Box::new(decide));
        self.shared.stuck.send_replace(0);
    }

    /// Everything passes from now on.
    pub(crate) fn clear(&self) {
        self.decide(|_| Passage::Through);
    }

    /// Waits until a call is never answered.
    pub(crate) async fn stuck(&self) {
        let mut stuck = self.shared.stuck.subscribe();
        stuck.wait_for(|stuck| *stuck > 0).await.unwrap();
    }

    /// How many calls did not pass as they should.
    pub(crate) fn failed(&self) -> u64 {
        *self.shared.failed.lock().unwrap()
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let passage = {
        let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 += 1;
        let number = state.0;
        (state.1)(number)
    };
    if passage != Passage::Through {
        *shared.failed.lock().unwrap() += 1;
    }
    let answer = match passage {
        Passage::Refused(_) | Passage::Lost => None,
        _ => Some(shared.forward(request).await),
    };
    match (passage, answer) {
        (Passage::Lost | Passage::Hanging, _) => {
            shared.stuck.send_modify(|stuck| *stuck += 1);
            std::future::pending().await
        }
        (Passage::Refused(status) | Passage::Unheard(status), _) => {
            StatusCode::from_u16(status).unwrap().into_response()
        }
        (Passage::Through, Some(answer)) => answer,
        (Passage::Through, None) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

impl Shared {
    async fn forward(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let body: Bytes = to_bytes(body, 1_000_000).await.unwrap();
        let mut headers = parts.headers;
        headers.remove(http::header::HOST);
        let call = self.http.request(parts.method, format!("{}{path}", self.upstream));
        let answer = call.headers(headers).body(body).send().await.unwrap();
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        headers.remove(http::header::TRANSFER_ENCODING);
        let mut response = Response::new(Body::from(answer.bytes().await.unwrap()));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}
