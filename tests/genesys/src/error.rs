use std::path::PathBuf;

/// A file of the bundle, or a run of it, that Genesys would not accept. A run that fails the way
/// Genesys foresees (a failed data action, a stopped workflow) is not an error but a result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the bundle cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the bundle holds something that this crate does not know, or not in that place.
    #[error("{path} is not understood: {reason}")]
    NotUnderstood {
        /// The file, or the name of the text.
        path: PathBuf,
        /// The property or construct, and where.
        reason: String,
    },
    /// A workflow or data action that the bundle does not have.
    #[error("the bundle has no {kind} named {name}")]
    Missing {
        /// `workflow` or `data action`.
        kind: &'static str,
        /// The name asked for.
        name: String,
    },
    /// A workflow uses a variable, data action field or value in a way that Architect would not
    /// publish.
    #[error("{workflow}: {reason}")]
    Unpublishable {
        /// The workflow.
        workflow: String,
        /// What is wrong.
        reason: String,
    },
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built: {0}")]
    Client(#[from] reqwest::Error),
}
