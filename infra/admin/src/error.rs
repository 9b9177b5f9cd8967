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
    /// Neither the command line nor the AWS configuration says where the table is.
    #[error(
        "No AWS region is set. Give --region, set AWS_REGION, or put a region into the profile of the AWS configuration."
    )]
    NoRegion,
    /// None of the places where AWS tools look gave credentials.
    #[error(
        "No AWS credentials were found or they could not be renewed. Sign in (aws sso login), choose a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    )]
    NoCredentials,
}
