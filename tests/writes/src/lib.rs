#![doc = include_str!("../README.md")]

mod envelope;
mod input;
mod process;
mod rig;

pub use envelope::Envelope;
pub use input::Input;
pub use process::{Process, respond};
pub use rig::{KEY, Rig};
