#![doc = include_str!("../README.md")]

mod console;
mod error;
mod examples;
mod functions;
mod gateway;
mod options;
mod stack;

pub use bamboohr_simulator::{Seed, Simulator};
pub use console::RecentCalls;
pub use error::StartError;
pub use examples::{curl_lines, exports};
pub use gateway::{API_KEY, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET};
pub use options::{AuthMode, Hris, Options, PASSED_ON, Ports};
pub use stack::{LocalStack, SIMULATOR_KEY};
