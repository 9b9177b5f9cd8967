//! The smallest function that answers API Gateway, set up the usual way: what the benchmark takes
//! for 1.

use lambda_http::{Body, Error, Request, Response, run, service_fn, tracing};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    run(service_fn(hello)).await
}

async fn hello(_: Request) -> Result<Response<Body>, Error> {
    let body = json!({"message": "Hello, world"}).to_string();
    Ok(Response::builder().header("content-type", "application/json").body(body.into())?)
}
