#![doc = include_str!("../README.md")]

mod api;
mod binary;
mod error;
mod function;
mod output;

pub use binary::{FUNCTIONS, build, function_binary};
pub use error::Error;
pub use function::{Answer, Function, Running};
