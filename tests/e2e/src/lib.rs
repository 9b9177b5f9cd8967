#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

pub mod emf;
pub mod event;
pub mod log;

mod answer;
mod echo;
mod functions;
mod log_calls;
mod operation;
mod process;
mod record;
mod stack;

pub use answer::Answer;
pub use echo::Echo;
pub use functions::Functions;
pub use log_calls::LogCalls;
pub use operation::Operation;
pub use process::Process;
pub use record::target_directory;
pub use stack::Stack;
