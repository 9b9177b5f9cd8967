//! The page: its server's side over HTTP, and the whole of it in a real browser.

mod breaks;
mod browser;
mod started;
mod story;
mod switched_off;
