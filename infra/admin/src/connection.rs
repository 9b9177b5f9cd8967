//! From the command line to the table: region and credentials as every AWS tool finds them.

use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::config::ProvideCredentials as _;
use lambda_host::Aws;
use store::Table;

use crate::Error;
use crate::cli::TableOptions;

impl TableOptions {
    /// The table. Credentials come from the environment, a profile, single sign-on, a process or a
    /// role; they are asked for here, so that a failure says what to do about it.
    ///
    /// # Errors
    /// [`Error::NoRegion`], [`Error::NoCredentials`], or `AWS_CA_BUNDLE` is wrong.
    pub async fn connect(self) -> Result<Table, Error> {
        let ca_bundle = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(Aws::http_client(ca_bundle.map(Into::into))?);
        if let Some(region) = self.region {
            loader = loader.region(Region::new(region));
        }
        if let Some(profile) = self.profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        if config.region().is_none() {
            return Err(Error::NoRegion);
        }
        let provider = config.credentials_provider().ok_or(Error::NoCredentials)?;
        provider.provide_credentials().await.map_err(|_| Error::NoCredentials)?;
        let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&config);
        if let Some(url) = self.endpoint_url {
            dynamodb = dynamodb.endpoint_url(url.as_str());
        }
        Ok(Table::new(aws_sdk_dynamodb::Client::from_conf(dynamodb.build()), self.table))
    }
}
