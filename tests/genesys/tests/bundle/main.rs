//! The Genesys bundle: checked against Genesys' contract, and run against the local stack.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod contracts;
mod defects;
mod drift;
mod expressions;
mod failures;
mod fake;
mod guide;
mod interpreter;
mod oauth;
mod openapi;
mod requests;
mod rust_types;
mod scenarios;
mod stack;
mod templates;
mod workflows;

use std::sync::OnceLock;

use genesys_bundle::Bundle;

/// The bundle as it is shipped, read once.
fn bundle() -> &'static Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| Bundle::load().unwrap())
}
