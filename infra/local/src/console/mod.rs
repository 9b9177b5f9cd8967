//! The page at `/`: what happens between a click in Genesys and a request in BambooHR, to be seen,
//! and broken on purpose. Nothing here is part of what is deployed.

mod api;
mod breaks;
mod events;
mod layer;
mod outcome;
mod page;
mod recent_calls;
mod snapshot;

use std::sync::Arc;

use axum::Router;
use genesys_simulator::Genesys;

pub use recent_calls::RecentCalls;

pub(crate) use breaks::Breaks;

/// What the page shows and changes.
#[derive(Debug)]
pub(crate) struct Console {
    pub genesys: Arc<Genesys>,
    pub breaks: Breaks,
    pub calls: RecentCalls,
}

/// The page, and what it asks for under `/console`; without a console a page that says why.
pub(crate) fn router(console: Option<Arc<Console>>) -> Router {
    match console {
        None => page::off(),
        Some(console) => page::router().merge(api::router(console)),
    }
}
