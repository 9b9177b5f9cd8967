//! API Gateway, as far as the functions and their callers can tell it from the real one.

mod api;
mod event;
mod oauth;
mod server;

pub(crate) use api::Api;
pub use oauth::{OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET};
pub(crate) use oauth::{TOKEN_PATH, Tokens};
pub(crate) use server::{Gateway, new_id, serve};

/// The key that the gateway accepts in `x-api-key`.
pub const API_KEY: &str = "local-dev-key";

/// The stage under which the routes are deployed.
pub(crate) const STAGE: &str = "v1";
