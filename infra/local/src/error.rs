use lambda_host::SettingError;

use crate::options::Port;

/// Why the local stack did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A port is taken, or may not be used.
    #[error(
        "Port {number} for {port} cannot be used: {source}. Stop what uses it, or choose another \
        one with --{}; 0 picks a free one.",
        .port.flag()
    )]
    Port {
        /// What was to listen there.
        port: Port,
        /// Its number.
        number: u16,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// DynamoDB or Secrets Manager did not start.
    #[error("A local AWS service did not start: {0}.")]
    Aws(#[from] local_aws::Error),
    /// The simulated Genesys Cloud did not start.
    #[error("The simulated Genesys Cloud did not start: {0}.")]
    Genesys(#[from] genesys_simulator::StartError),
    /// A function's setting, taken from the environment, is wrong.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The API's description cannot be used.
    #[error("infra/aws/openapi.yaml cannot be used: {0}.")]
    Api(String),
}
