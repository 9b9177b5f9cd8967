use std::sync::Arc;

use crate::logs::Lines;
use crate::{Aws, Clock, SecretCache, SettingError, Settings};

/// What a function is built from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The settings, all checked.
    pub settings: Arc<Settings>,
    /// The AWS clients.
    pub aws: Aws,
    /// The BambooHR secret.
    pub secrets: SecretCache,
    /// The time of day.
    pub clock: Clock,
    /// Where metric lines go.
    pub lines: Lines,
}

impl Environment {
    /// The environment that these settings describe, on the machine's clock, with metrics on
    /// standard output. Nothing is sent yet.
    ///
    /// # Errors
    /// `AWS_CA_BUNDLE` names no readable file of PEM certificates.
    pub fn new(settings: Settings) -> Result<Self, SettingError> {
        Self::with(settings, Clock::system(), Lines::stdout())
    }

    /// The same on another clock, with metrics elsewhere.
    ///
    /// # Errors
    /// As [`Environment::new`].
    pub fn with(settings: Settings, clock: Clock, lines: Lines) -> Result<Self, SettingError> {
        let aws = Aws::new(&settings.aws)?;
        let secrets = SecretCache::new(&aws, &settings.secret_id, clock.clone());
        Ok(Self { settings: Arc::new(settings), aws, secrets, clock, lines })
    }
}
