//! What the bridge answers.

use serde::Deserialize;

/// What the bridge answered: the envelope with the outputs of the operation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    /// `Complete`, `Error` or `InsufficientBalance`.
    pub status: String,
    /// `""` unless it failed.
    pub error_code: String,
    /// One sentence, `""` unless it failed. With `HRIS_REJECTED` it may quote BambooHR, which may
    /// name a person or a balance.
    pub error_msg: String,
    /// The same as in every log line of the call.
    pub correlation_id: String,
    /// The operation's outputs.
    #[serde(flatten)]
    pub outputs: T,
}

impl<T> Envelope<T> {
    /// Whether what was asked is done.
    pub fn is_complete(&self) -> bool {
        self.status == "Complete"
    }
}

/// The output of insert and update.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenRequest {
    /// The id of the request that is live; `""` where there is none.
    pub time_off_request_id: String,
}

/// The output of the time-off types, aligned.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Types {
    /// The ids.
    pub ids: Vec<String>,
    /// The names.
    pub names: Vec<String>,
}

/// The output of the balances.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balances {
    /// Whole minutes, one for each date and type asked for.
    pub balance_minutes_per_day: Vec<String>,
}

/// The output of a look-up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Whether anybody is known by that.
    pub found: bool,
    /// `""` where nobody is.
    pub external_id: String,
    /// Whether the agent was in the last complete list.
    pub active: bool,
}
