//! Why a command was not carried out.

use lambda_host::SettingError;

/// Why a command was not carried out; what it says is meant for the operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The table could not be read or written.
    #[error("The table: {0}.")]
    Table(#[from] store::Error),
    /// A variable of the environment is wrong.
    #[error(transparent)]
    Setting(#[from] SettingError),
}
