//! The BambooHR secret, cached.

use std::fmt;
use std::sync::Arc;

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{Aws, Clock, SecretError};

/// How long a secret is used before it is read again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long an older value goes on being used when Secrets Manager does not answer, before it is
/// asked again.
const STALE: SignedDuration = SignedDuration::from_secs(30);
/// The company and the API key. Two secrets are equal when both parts are.
#[derive(Clone)]
pub struct Secret {
    /// The company's name at BambooHR, as the operator wrote it.
    pub company_domain: String,
    /// The API key.
    pub api_key: SecretString,
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.company_domain == other.company_domain
            && self.api_key.expose_secret() == other.api_key.expose_secret()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

impl Secret {
    /// What the template puts in before an operator does.
    pub const PLACEHOLDER: &str = "REPLACE-ME";

    /// Reads the secret's JSON text.
    fn parse(text: &str) -> Result<Self, SecretError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            company_domain: Option<String>,
            api_key: Option<SecretString>,
        }
        let fields: Fields = serde_json::from_str(text).map_err(|_| SecretError::Malformed)?;
        let company_domain =
            fields.company_domain.map(|text| text.trim().to_owned()).unwrap_or_default();
        let api_key =
            fields.api_key.map(|key| key.expose_secret().trim().to_owned()).unwrap_or_default();
        for (name, value) in [("companyDomain", &company_domain), ("apiKey", &api_key)] {
            if value.is_empty() {
                return Err(SecretError::Missing(name));
            }
            if value.contains(Self::PLACEHOLDER) {
                return Err(SecretError::Placeholder);
            }
        }
        Ok(Self { company_domain, api_key: api_key.into() })
    }
}

/// Reads the secret and keeps it for five minutes. Cheap to clone; clones share what is kept.
#[derive(Clone, Debug)]
pub struct SecretCache(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: aws_sdk_secretsmanager::Client,
    id: String,
    clock: Clock,
    /// Held while reading, so that callers at the same time cause one read.
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    secret: Secret,
    until: Timestamp,
}

impl SecretCache {
    /// A cache of the secret with the given name or ARN. Nothing is read yet.
    pub fn new(aws: &Aws, id: impl Into<String>, clock: Clock) -> Self {
        Self::read_by(aws.secrets_manager().clone(), id, clock)
    }

    /// As [`new`](Self::new), by a client that was made elsewhere: a person's program finds its
    /// credentials in more places than a function does.
    pub fn read_by(
        client: aws_sdk_secretsmanager::Client,
        id: impl Into<String>,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Inner { client, id: id.into(), clock, kept: Mutex::new(None) }))
    }

    /// The secret, read again when it was read more than five minutes ago. While Secrets Manager
    /// does not answer, the older value is served.
    ///
    /// # Errors
    /// [`SecretError`], when there is no value to serve.
    pub async fn current(&self) -> Result<Secret, SecretError> {
        let mut kept = self.0.kept.lock().await;
        let now = self.0.clock.now();
        if let Some(kept) = kept.as_ref().filter(|kept| now < kept.until) {
            return Ok(kept.secret.clone());
        }
        match (self.0.read().await, kept.as_mut()) {
            (Ok(secret), _) => {
                *kept = Some(Kept { secret: secret.clone(), until: now + FRESH });
                Ok(secret)
            }
            (Err(SecretError::Unavailable), Some(kept)) => {
                kept.until = now + STALE;
                tracing::warn!(
                    event = "secret.stale",
                    "the secret could not be read again; the older value is used"
                );
                Ok(kept.secret.clone())
            }
            (Err(error), _) => {
                *kept = None;
                Err(error)
            }
        }
    }

    /// The secret as Secrets Manager has it now: for a key that BambooHR has just refused.
    ///
    /// # Errors
    /// [`SecretError`]; the older value is never served, since it was refused.
    pub async fn refresh(&self) -> Result<Secret, SecretError> {
        let mut kept = self.0.kept.lock().await;
        let secret = self.0.read().await?;
        *kept = Some(Kept { secret: secret.clone(), until: self.0.clock.now() + FRESH });
        Ok(secret)
    }
}

impl Inner {
    async fn read(&self) -> Result<Secret, SecretError> {
        let answer =
            self.client.get_secret_value().secret_id(&self.id).send().await.map_err(|error| {
                let code = error.code().map(ToOwned::to_owned);
                // The code alone: an error's text can quote the request.
                tracing::warn!(
                    event = "secret.unread",
                    aws_error = code.as_deref().unwrap_or(kind(&error)),
                    "Secrets Manager did not give the secret"
                );
                match code.as_deref() {
                    Some("ResourceNotFoundException" | "InvalidRequestException") => {
                        SecretError::NotFound
                    }
                    Some(
                        "AccessDeniedException"
                        | "DecryptionFailure"
                        | "UnrecognizedClientException",
                    ) => SecretError::Denied,
                    _ => SecretError::Unavailable,
                }
            })?;
        answer.secret_string().ok_or(SecretError::Malformed).and_then(Secret::parse)
    }
}

fn kind<E, R>(error: &SdkError<E, R>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(_) => "DispatchFailure",
        SdkError::ResponseError(_) => "UnreadableResponse",
        _ => "Unknown",
    }
}
