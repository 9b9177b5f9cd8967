#![doc = include_str!("../README.md")]

pub mod architect;
mod bundle;
pub mod data_action;
mod error;
pub mod yaml;

pub use bundle::{Bundle, INTEGRATION, repository};
pub use error::Error;
