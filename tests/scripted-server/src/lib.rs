#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod log;
mod reply;
mod server;

pub use log::Log;
pub use reply::Reply;
pub use server::{Seen, Server};
