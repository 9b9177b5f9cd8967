#![doc = include_str!("../README.md")]

mod binaries;
mod comparison;
mod distance;
mod error;
mod measure;
mod operation;
mod relays;
mod report;
mod samples;
mod side;
mod stage;
mod tables;
mod targets;
mod traces;

pub use binaries::Binaries;
pub use comparison::Comparison;
pub use distance::Distance;
pub use error::Error;
pub use measure::{Part, Plan};
pub use report::Report;
pub use side::Side;
