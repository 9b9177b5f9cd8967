//! The ledger and the write lease against a real table.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod expiration;
mod failed;
mod form;
mod lease;
mod record;
mod rig;
mod saving;
mod unsettled;
