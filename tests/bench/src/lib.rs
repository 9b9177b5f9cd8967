#![doc = include_str!("../README.md")]

mod binaries;
mod error;
mod measure;
mod operation;
mod report;
mod samples;
mod stage;
mod targets;

pub use binaries::Binaries;
pub use error::Error;
pub use measure::{Measured, Plan};
pub use report::Report;
pub use stage::Stage;
