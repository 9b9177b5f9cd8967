//! The plumbing from the outside: events in, envelopes, log lines and metrics out.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod aws;
mod events;
mod host;
mod logs;
mod probe;
mod secret;
mod settings;
