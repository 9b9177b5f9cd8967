//! Why a service on loopback could not be started. All of these end a test or the local stack.

/// Why a service could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The table's definition in the template cannot be used.
    #[error("infra/aws/template.yaml: {0}")]
    Template(String),
    /// A port could not be bound.
    #[error("no port on loopback: {0}")]
    Bind(#[from] std::io::Error),
    /// The embedded database could not be opened.
    #[error("the embedded DynamoDB did not start: {0}")]
    Database(String),
    /// The table could not be created.
    #[error("the table was not created at {endpoint}: {reason}")]
    CreateTable {
        /// Where it was tried.
        endpoint: String,
        /// What the SDK says.
        reason: String,
    },
}
