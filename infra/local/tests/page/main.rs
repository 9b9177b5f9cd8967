//! The page: its server's side over HTTP, and the whole of it in a real browser.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod breaks;
mod browser;
mod started;
mod story;
mod switched_off;
