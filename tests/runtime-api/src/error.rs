use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why a function's binary could not be run or did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The binary could not be started.
    #[error("{} could not be started: {source}", .binary.display())]
    Start {
        /// Its path.
        binary: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No port on loopback.
    #[error("no port on loopback: {0}")]
    Bind(#[source] io::Error),
    /// The process ended, and with it the call under way.
    #[error("the function's process ended with {0}")]
    Ended(ExitStatus),
    /// The function reported an error for the event, which in AWS becomes a 502. Its JSON text.
    #[error("the function failed the event: {0}")]
    Failed(String),
    /// Nothing happened for longer than any test waits.
    #[error("nothing happened for {0} s while waiting for {1}")]
    Patience(u64, &'static str),
    /// `cargo build` did not give the binary.
    #[error("cargo build gave no binary {name}: {reason}")]
    Build {
        /// The package's name.
        name: String,
        /// What cargo says.
        reason: String,
    },
    /// The process is gone, or this is no Linux.
    #[error("/proc does not tell the memory of the process: {0}")]
    Memory(#[source] io::Error),
}
