//! What people and scripts see of a command.

mod count;
mod progress;
mod report;
mod rows;

pub(crate) use count::Count;
pub(crate) use progress::Progress;
pub use report::{Outcome, Report};
pub(crate) use rows::Rows;
