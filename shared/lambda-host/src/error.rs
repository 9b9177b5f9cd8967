use contract::{ErrorCode, Failure};

/// A setting that is missing or breaks its rule. The function starts all the same and answers every
/// call with `CONFIGURATION`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The environment variable {variable} {rule}.")]
pub struct SettingError {
    /// The variable's name.
    pub variable: &'static str,
    /// What is wrong, completing the sentence "The environment variable NAME …". Never the value.
    pub rule: String,
}

impl SettingError {
    /// The variable `variable` breaks `rule`, which completes the sentence "The environment
    /// variable NAME …".
    pub fn new(variable: &'static str, rule: impl Into<String>) -> Self {
        Self { variable, rule: rule.into() }
    }
}

impl From<SettingError> for Failure {
    fn from(error: SettingError) -> Self {
        Self::new(ErrorCode::Configuration, error.to_string())
    }
}

/// Why the BambooHR secret is not to be had. No variant holds any part of its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Secrets Manager has no secret of that id.
    #[error(
        "The secret that BAMBOOHR_SECRET_ID names does not exist. Create it or correct the setting."
    )]
    NotFound,
    /// The function's role may not read or decrypt it.
    #[error(
        "The function may not read the secret that BAMBOOHR_SECRET_ID names. Allow \
        secretsmanager:GetSecretValue to its role."
    )]
    Denied,
    /// Secrets Manager did not answer, or answered an error of its own.
    #[error("The BambooHR secret could not be read from Secrets Manager. Try again.")]
    Unavailable,
    /// The value is no JSON object of texts.
    #[error(
        "The BambooHR secret is not JSON of the form {{\"companyDomain\": \"…\", \"apiKey\": \
        \"…\"}}. Correct its value."
    )]
    Malformed,
    /// A field is missing or empty.
    #[error("The BambooHR secret has no {0}. Add it.")]
    Missing(&'static str),
    /// The value is still the template's placeholder.
    #[error(
        "The BambooHR secret still holds its placeholder. Put the company domain and the API key \
        in."
    )]
    Placeholder,
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        let code = match error {
            SecretError::Unavailable => ErrorCode::Internal,
            _ => ErrorCode::Configuration,
        };
        Self::new(code, error.to_string())
    }
}
