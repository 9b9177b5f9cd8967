//! What stands between a client and the table: counts the calls, lets the planned faults happen,
//! passes the rest on.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::faults::{Fault, Faults};

/// Ends the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
struct Dropped;

/// Serves `listener` for ever, in front of the DynamoDB at `endpoint` (`http://host:port`).
pub(crate) async fn serve(listener: TcpListener, endpoint: String, faults: Faults) -> Infallible {
    let front = Arc::new(Front {
        endpoint,
        faults,
        client: Client::builder(TokioExecutor::new()).build_http(),
    });
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        while connections.try_join_next().is_some() {}
        let front = Arc::clone(&front);
        connections.spawn(async move {
            let service = service_fn(|request| front.answer(request));
            // A connection that ends early is the client's, or a fault that was asked for.
            let _ended = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

struct Front {
    endpoint: String,
    faults: Faults,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Front {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Dropped> {
        let (parts, body) = request.into_parts();
        let operation = parts
            .headers
            .get("x-amz-target")
            .and_then(|target| target.to_str().ok())
            .and_then(|target| target.rsplit('.').next())
            .unwrap_or_default();
        let _underway = self.faults.call_log().begin(operation.to_owned());
        let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
        let fault = self.faults.next(operation, &body);
        let upstream = self.pass_on(&parts, body);
        match fault {
            None => upstream.await,
            Some(Fault::Unreachable) => Err(Dropped),
            Some(Fault::LoseAnswer) => {
                upstream.await?;
                Err(Dropped)
            }
            Some(Fault::Throttle) => Ok(refusal(StatusCode::BAD_REQUEST, "ThrottlingException")),
            Some(Fault::ProvisionedThroughputExceeded) => {
                Ok(refusal(StatusCode::BAD_REQUEST, "ProvisionedThroughputExceededException"))
            }
            Some(Fault::TransactionConflict) => {
                Ok(refusal(StatusCode::BAD_REQUEST, "TransactionConflictException"))
            }
            Some(Fault::AccessDenied) => {
                Ok(refusal(StatusCode::BAD_REQUEST, "AccessDeniedException"))
            }
            Some(Fault::InternalServerError) => {
                Ok(refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"))
            }
            Some(Fault::Delay(delay)) => {
                let answer = upstream.await;
                tokio::time::sleep(delay).await;
                answer
            }
            Some(Fault::Hold(gate)) => {
                gate.pass().await;
                upstream.await
            }
        }
    }

    async fn pass_on(
        &self,
        parts: &http::request::Parts,
        body: Bytes,
    ) -> Result<Response<Full<Bytes>>, Dropped> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let uri: Uri = format!("{}{path}", self.endpoint).parse().map_err(|_| Dropped)?;
        let mut request = Request::builder().method(parts.method.clone()).uri(uri);
        for (name, value) in parts.headers.iter().filter(|(name, _)| *name != header::HOST) {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body)).map_err(|_| Dropped)?;
        let (parts, body) = self.client.request(request).await.map_err(|_| Dropped)?.into_parts();
        let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
        Ok(Response::from_parts(parts, Full::new(body)))
    }
}

/// An error in the form of DynamoDB's JSON protocol.
fn refusal(status: StatusCode, code: &str) -> Response<Full<Bytes>> {
    let body = serde_json::json!({
        "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"),
        "message": "A fault that the test asked for.",
    });
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    response
}
