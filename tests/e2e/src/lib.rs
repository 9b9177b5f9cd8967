#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

pub mod emf;
pub mod event;
pub mod log;

mod answer;
mod echo;
mod functions;
mod operation;
mod process;
mod record;
mod stack;

pub use answer::Answer;
pub use echo::Echo;
pub use functions::Functions;
pub use operation::Operation;
pub use process::Process;
pub use stack::Stack;
