//! BambooHR, read directly and never written, by the functions' own settings.

use std::time::Duration;

use aws_config::SdkConfig;
use contract::Failure;
use lambda_host::settings::BambooHrSettings;
use lambda_host::{Clock, Invocation, SecretCache, Trigger};
use timeoff::{BambooHr, Session};
use tokio::time::Instant;

use crate::Error;
use crate::connection::Variables;

/// How long one piece of reading may take. Nobody waits behind it, as somebody does behind a
/// function.
const PATIENCE: Duration = Duration::from_secs(120);

/// By what BambooHR's own logs and ours could know the calls again.
const NAME: &str = "timeoff-admin";

/// BambooHR, as the functions reach it.
pub(crate) struct Hris {
    bamboohr: BambooHr,
    pub(crate) settings: BambooHrSettings,
}

impl Hris {
    /// By the functions' own variables. Nothing is sent yet.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub(crate) fn new(aws: &SdkConfig, variables: &Variables, clock: Clock) -> Result<Self, Error> {
        let settings = BambooHrSettings::read(variables)?;
        let mut secrets = aws_sdk_secretsmanager::config::Builder::from(aws);
        if let Some(url) = variables("AWS_ENDPOINT_URL_SECRETS_MANAGER") {
            secrets = secrets.endpoint_url(url);
        }
        let client = aws_sdk_secretsmanager::Client::from_conf(secrets.build());
        let secrets = SecretCache::read_by(client, &settings.secret_id, clock.clone());
        let (base_url, minutes) = (settings.base_url.clone(), settings.minutes_per_day);
        let bamboohr = BambooHr::with(secrets, base_url, minutes, clock)?;
        Ok(Self { bamboohr, settings })
    }

    /// Reads through a session of its own.
    ///
    /// # Errors
    /// What `work` fails with, and a secret that is not to be had.
    pub(crate) async fn read<T>(
        &self,
        work: impl AsyncFnOnce(&Session<'_>) -> Result<T, timeoff::Error>,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let invocation = Invocation::new(NAME, NAME, deadline, Trigger::Scheduled);
        let session = self.bamboohr.open(&invocation, deadline).await?;
        Ok(work(&session).await?)
    }
}
