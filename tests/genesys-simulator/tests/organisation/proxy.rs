//! What stands between two servers and may fail in their place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
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
    /// It waits until it may go on, and passes.
    Waits,
}

type Decide = Box<dyn FnMut(u64) -> Passage + Send>;

/// Which calls are counted and may fail: all, or those that change something in Genesys. The
/// queries there are POSTs, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    All,
    Changes,
}

struct Shared {
    http: reqwest::Client,
    upstream: String,
    /// What becomes of the next call.
    decide: Mutex<(Counted, Decide)>,
    traffic: watch::Sender<Traffic>,
}

#[derive(Debug, Default)]
struct Traffic {
    /// How many calls came since the last decision.
    calls: u64,
    /// How many of them will never be answered.
    stuck: u64,
    /// How many of them wait.
    waiting: u64,
    /// How many ever had another fate than to pass.
    failed: u64,
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
            decide: Mutex::new((Counted::All, Box::new(|_| Passage::Through))),
            traffic: watch::Sender::new(Traffic::default()),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, shared, _server: server }
    }

    /// What becomes of the calls from now on, which are counted from 1.
    pub(crate) fn decide(&self, decide: impl FnMut(u64) -> Passage + Send + 'static) {
        self.decide_of(Counted::All, decide);
    }

    /// As [`decide`](Self::decide), of some calls; the others pass.
    pub(crate) fn decide_of(
        &self,
        counted: Counted,
        decide: impl FnMut(u64) -> Passage + Send + 'static,
    ) {
        *lock(&self.shared.decide) = (counted, Box::new(decide));
        self.shared.traffic.send_modify(|traffic| {
            *traffic = Traffic { failed: traffic.failed, ..Traffic::default() };
        });
    }

    /// Everything passes from now on.
    pub(crate) fn clear(&self) {
        self.decide(|_| Passage::Through);
    }

    /// Waits until a call is never answered.
    pub(crate) async fn stuck(&self) {
        let mut traffic = self.shared.traffic.subscribe();
        traffic.wait_for(|traffic| traffic.stuck > 0).await.unwrap();
    }

    /// Waits until a call waits.
    pub(crate) async fn waits(&self) {
        let mut traffic = self.shared.traffic.subscribe();
        traffic.wait_for(|traffic| traffic.waiting > 0).await.unwrap();
    }

    /// What waits may pass.
    pub(crate) fn go_on(&self) {
        self.shared.traffic.send_modify(|traffic| traffic.waiting = 0);
    }

    /// How many calls came since the last decision.
    pub(crate) fn calls(&self) -> u64 {
        self.shared.traffic.borrow().calls
    }

    /// How many calls did not pass as they should.
    pub(crate) fn failed(&self) -> u64 {
        self.shared.traffic.borrow().failed
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let passage = shared.arrived(request.method());
    if passage == Passage::Waits {
        let mut traffic = shared.traffic.subscribe();
        traffic.wait_for(|traffic| traffic.waiting == 0).await.unwrap();
    }
    let answer = match passage {
        Passage::Refused(_) | Passage::Lost => None,
        _ => Some(shared.forward(request).await),
    };
    match (passage, answer) {
        (Passage::Lost | Passage::Hanging, _) => {
            shared.traffic.send_modify(|traffic| traffic.stuck += 1);
            std::future::pending().await
        }
        (Passage::Refused(status) | Passage::Unheard(status), _) => {
            StatusCode::from_u16(status).unwrap().into_response()
        }
        (_, Some(answer)) => answer,
        (_, None) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

impl Shared {
    /// Counts a call, and says what becomes of it.
    fn arrived(&self, method: &Method) -> Passage {
        let mut passage = Passage::Through;
        let (counted, decide) = &mut *lock(&self.decide);
        if *counted == Counted::Changes && !matches!(*method, Method::PATCH | Method::PUT) {
            return passage;
        }
        self.traffic.send_modify(|traffic| {
            traffic.calls += 1;
            passage = decide(traffic.calls);
            traffic.waiting += u64::from(passage == Passage::Waits);
            traffic.failed += u64::from(!matches!(passage, Passage::Through | Passage::Waits));
        });
        passage
    }

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
