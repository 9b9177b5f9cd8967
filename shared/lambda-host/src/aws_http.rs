//! The HTTP client of the AWS SDK: reqwest, which every function contains for BambooHR anyway.
//!
//! The SDK's own would be a second client beside it, with an HTTP/2 that neither service is asked
//! in: a sixth of a function's code.

use std::io;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::redirect;

/// A process that was frozen finds its idle sockets dead; young ones are worth keeping.
const IDLE: Duration = Duration::from_secs(20);

/// How the client connects, with a limit on the time for opening a connection.
pub(crate) fn builder(tls: rustls::ClientConfig, connect: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        // The SDK decides what is sent again.
        .retry(reqwest::retry::never())
        .http1_only()
        .tcp_nodelay(true)
        .connect_timeout(connect)
        .pool_idle_timeout(IDLE)
}

/// The SDK's client.
///
/// # Errors
/// reqwest refuses its settings.
pub(crate) fn client(http: reqwest::ClientBuilder) -> reqwest::Result<SharedHttpClient> {
    let connector = SharedHttpConnector::new(Connector(http.build()?));
    Ok(http_client_fn(move |_, _| connector.clone()))
}

#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.0.clone();
        HttpConnectorFuture::new(async move { exchange(&http, &request).await })
    }
}

async fn exchange(
    http: &reqwest::Client,
    request: &HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let response = http.execute(outgoing(request)?).await.map_err(broken)?;
    let status = response
        .status()
        .as_u16()
        .try_into()
        .map_err(|error| ConnectorError::other(Box::new(error), None))?;
    let headers = response.headers().clone();
    // Both services answer with small JSON documents, which the SDK would collect by itself
    // otherwise.
    let mut answer =
        HttpResponse::new(status, SdkBody::from(response.bytes().await.map_err(broken)?));
    for (name, value) in &headers {
        if let Ok(value) = value.to_str() {
            answer.headers_mut().append(name.as_str().to_owned(), value.to_owned());
        }
    }
    Ok(answer)
}

fn outgoing(request: &HttpRequest) -> Result<reqwest::Request, ConnectorError> {
    let method = request.method().parse().map_err(unusable)?;
    let mut outgoing = reqwest::Request::new(method, request.uri().parse().map_err(unusable)?);
    for (name, value) in request.headers() {
        let name: HeaderName = name.parse().map_err(unusable)?;
        outgoing.headers_mut().append(name, HeaderValue::from_str(value).map_err(unusable)?);
    }
    let body =
        request.body().bytes().ok_or_else(|| unusable(io::Error::other("the body is a stream")))?;
    *outgoing.body_mut() = Some(body.to_vec().into());
    Ok(outgoing)
}

fn unusable(error: impl std::error::Error + Send + Sync + 'static) -> ConnectorError {
    ConnectorError::user(Box::new(error))
}

/// By the kind, the SDK decides whether to try again: it does after both of these.
fn broken(error: reqwest::Error) -> ConnectorError {
    if error.is_timeout() {
        ConnectorError::timeout(Box::new(error))
    } else {
        ConnectorError::io(Box::new(error))
    }
}
