use std::io;
use std::path::PathBuf;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A function could not be built or run.
    #[error("{0}")]
    Function(#[from] runtime_api::Error),
    /// AWS's stand-ins.
    #[error("the stand-ins for AWS did not start: {0}")]
    Aws(#[from] local_aws::Error),
    /// A file cannot be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No way with TLS to the stand-ins.
    #[error("the relays before the stand-ins for AWS did not start: {0}")]
    Relay(#[source] io::Error),
    /// No certificate for it.
    #[error("no certificate for the relays could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS refuses the certificate.
    #[error("the relays' certificate cannot be used: {0}")]
    Tls(#[from] rustls::Error),
    /// Nothing to measure.
    #[error("{} has no binary of a function", .0.display())]
    NoBinaries(PathBuf),
    /// A call failed.
    #[error("{operation} answered what is no success, so its time means nothing: {answer}")]
    Unsuccessful {
        /// Which one.
        operation: &'static str,
        /// What it answered.
        answer: String,
    },
    /// The result is no JSON.
    #[error("the result could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
