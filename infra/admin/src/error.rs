//! Why a command was not carried out.

use std::fmt;

use contract::Failure;
use genesys_cloud::ErrorKind;
use lambda_host::SettingError;

use crate::bridge::BridgeError;
use crate::commands::genesys_workflows::WorkflowsError;
use crate::permissions::listed;

/// Why a command was not carried out; what it says is meant for the operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The table could not be read or written.
    #[error("The table: {0}.")]
    Table(#[from] store::Error),
    /// A variable of the environment is wrong, or missing.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The command line does not say enough, or what it names is not there.
    #[error("{0}")]
    Usage(String),
    /// Neither the command line nor the AWS configuration says where the table is.
    #[error(
        "No AWS region is set. Give --region, set AWS_REGION, or put a region into the profile of \
        the AWS configuration."
    )]
    NoRegion,
    /// None of the places where AWS tools look gave credentials.
    #[error(
        "No AWS credentials were found or they could not be renewed. Sign in (aws sso login), \
        choose a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    )]
    NoCredentials,
    /// The bridge's API, or the variables that name it.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
    /// BambooHR could not be read.
    #[error("{}", .0.sentence)]
    BambooHr(#[from] Failure),
    /// Genesys Cloud could not be read or written.
    #[error(transparent)]
    Genesys(#[from] GenesysError),
    /// The workflows for Architect could not be written.
    #[error(transparent)]
    Workflows(#[from] WorkflowsError),
    /// A write of which Genesys Cloud gave no answer.
    #[error(
        "It may have been done all the same: look again without --yes before you repeat it. What \
        was said: {0}."
    )]
    Unheard(String),
    /// There is nothing to choose from.
    #[error(
        "Genesys Cloud has no HRIS integration that this OAuth client can see. Add the integration \
        \"WFM Time-off HRIS\", as infra/genesys/README.md says."
    )]
    NoIntegration,
}

impl Error {
    /// Whether the command line, or the environment in its place, has to change.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Setting(_) | Self::Usage(_) => true,
            Self::Bridge(error) => error.is_usage(),
            _ => false,
        }
    }

    /// With the smallest role for what was tried.
    pub(crate) fn with_role(self, role: &'static [&'static str]) -> Self {
        match self {
            Self::Genesys(GenesysError { source, .. }) => {
                Self::Genesys(GenesysError { source, role })
            }
            other => other,
        }
    }
}

impl From<genesys_cloud::Error> for Error {
    fn from(source: genesys_cloud::Error) -> Self {
        Self::Genesys(GenesysError { source, role: &[] })
    }
}

/// What Genesys Cloud failed with, and the role that would have been enough.
#[derive(Debug)]
pub struct GenesysError {
    pub(crate) source: genesys_cloud::Error,
    role: &'static [&'static str],
}

impl std::error::Error for GenesysError {}

impl fmt::Display for GenesysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.source.to_string();
        let mut letters = said.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase().to_string());
        write!(f, "{}{}.", first.unwrap_or_default(), letters.as_str())?;
        if self.source.kind() != ErrorKind::Forbidden || self.role.is_empty() {
            return Ok(());
        }
        let role = listed(self.role);
        write!(f, " The smallest role for this has {role}, for the divisions of the units.")
    }
}
