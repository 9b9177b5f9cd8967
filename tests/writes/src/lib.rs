#![doc = include_str!("../README.md")]

mod bench;
mod envelope;
mod input;
mod process;

pub use bench::{Bench, KEY};
pub use envelope::Envelope;
pub use input::Input;
pub use process::{Process, respond};
