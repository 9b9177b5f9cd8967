//! From the command line to AWS: region and credentials as every AWS tool finds them.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, ProvideCredentials as _};
use lambda_host::{Aws, SettingError};
use store::Table;

use crate::Error;
use crate::cli::TableOptions;

/// Where a variable's text comes from: the process' environment, or a test's.
pub(crate) type Variables = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

impl TableOptions {
    /// Region and credentials. These come from the environment, a profile, single sign-on, a
    /// process or a role; they are asked for here, so that a failure says what to do about it.
    ///
    /// # Errors
    /// [`Error::NoRegion`], [`Error::NoCredentials`], or `AWS_CA_BUNDLE` is wrong.
    pub(crate) async fn aws(&self, variable: &Variables) -> Result<SdkConfig, Error> {
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(Aws::http_client(variable("AWS_CA_BUNDLE").map(Into::into))?);
        let region = self.region.clone().or_else(|| variable("AWS_REGION"));
        if let Some(region) = region {
            loader = loader.region(Region::new(region));
        }
        // The environment comes first in every AWS tool, unless a profile is asked for.
        match (&self.profile, keys(variable)) {
            (Some(profile), _) => loader = loader.profile_name(profile),
            (None, Some(keys)) => loader = loader.credentials_provider(keys),
            (None, None) => {}
        }
        let config = loader.load().await;
        if config.region().is_none() {
            return Err(Error::NoRegion);
        }
        let provider = config.credentials_provider().ok_or(Error::NoCredentials)?;
        provider.provide_credentials().await.map_err(|_| Error::NoCredentials)?;
        Ok(config)
    }

    /// The table's name.
    pub(crate) fn name(&self) -> Result<&str, Error> {
        if self.table.is_empty() {
            let what = "is not set: give --table, or set it to the stack's output TableName";
            return Err(SettingError::new("TABLE_NAME", what).into());
        }
        Ok(&self.table)
    }

    /// The table. Nothing is called yet.
    ///
    /// # Errors
    /// No table is named, or as of [`aws`](Self::aws).
    pub(crate) async fn connect(&self, variable: &Variables) -> Result<Table, Error> {
        // First what needs no network: a missing name is no matter of credentials.
        let name = self.name()?;
        let aws = self.aws(variable).await?;
        let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&aws);
        if let Some(url) = &self.endpoint_url {
            dynamodb = dynamodb.endpoint_url(url.as_str());
        }
        Ok(Table::new(aws_sdk_dynamodb::Client::from_conf(dynamodb.build()), name))
    }
}

fn keys(variable: &Variables) -> Option<Credentials> {
    let id = variable("AWS_ACCESS_KEY_ID")?;
    let secret = variable("AWS_SECRET_ACCESS_KEY")?;
    Some(Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "Environment"))
}
