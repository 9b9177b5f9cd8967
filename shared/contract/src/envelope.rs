use std::borrow::Cow;

use serde::Serialize;

use crate::Failure;

/// The envelope's `status`, spelt as Genesys' workflows expect it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Status {
    /// The operation did what was asked.
    Complete,
    /// The operation failed; `errorCode` and `errorMsg` say how.
    Error,
    /// A pending request does not fit the balance: nothing was written, and nothing is wrong.
    InsufficientBalance,
}

impl Status {
    /// The status as the envelope spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "Complete",
            Self::Error => "Error",
            Self::InsufficientBalance => "InsufficientBalance",
        }
    }
}

/// What every call answers, with HTTP 200: five fields that are always there, and the operation's
/// outputs beside them.
///
/// A Genesys flow cannot read the body of a non-2xx answer, and fails on a body that lacks a field
/// its contract requires; so a failure has the same fields as a success.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    status_code: u16,
    status: Status,
    error_msg: Cow<'static, str>,
    error_code: &'static str,
    correlation_id: String,
    #[serde(flatten)]
    outputs: T,
}

impl<T: Serialize> Envelope<T> {
    /// The operation did what was asked.
    pub fn complete(correlation_id: impl Into<String>, outputs: T) -> Self {
        Self::succeeded(Status::Complete, correlation_id.into(), outputs)
    }

    /// The balance does not allow the request; this is an answer, not a failure.
    pub fn insufficient_balance(correlation_id: impl Into<String>, outputs: T) -> Self {
        Self::succeeded(Status::InsufficientBalance, correlation_id.into(), outputs)
    }

    /// The operation failed; `outputs` are empty, or what is known to be true all the same.
    pub fn failed(failure: &Failure, correlation_id: impl Into<String>, outputs: T) -> Self {
        Self {
            status_code: failure.code.status_code(),
            status: Status::Error,
            error_msg: failure.error_msg(),
            error_code: failure.code.as_str(),
            correlation_id: correlation_id.into(),
            outputs,
        }
    }

    fn succeeded(status: Status, correlation_id: String, outputs: T) -> Self {
        Self {
            status_code: 200,
            status,
            error_msg: Cow::Borrowed(""),
            error_code: "",
            correlation_id,
            outputs,
        }
    }

    /// The envelope's `status`.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The envelope's `errorCode`: one of [`ErrorCode::ALL`](crate::ErrorCode::ALL), or `""`.
    pub fn error_code(&self) -> &'static str {
        self.error_code
    }

    /// The operation's outputs.
    pub fn outputs(&self) -> &T {
        &self.outputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Outputs {
        time_off_request_id: &'static str,
    }

    #[test]
    fn every_field_is_there_on_success() {
        let text =
            serde_json::to_string(&Envelope::complete("c-1", Outputs { time_off_request_id: "7" }))
                .unwrap();
        assert_eq!(
            text,
            r#"{"statusCode":200,"status":"Complete","errorMsg":"","errorCode":"","correlationId":"c-1","timeOffRequestId":"7"}"#
        );
    }

    #[test]
    fn every_field_is_there_on_failure() {
        let failure = Failure::out_of_time("reading the balance");
        let text = serde_json::to_string(&Envelope::failed(
            &failure,
            "c-1",
            Outputs { time_off_request_id: "" },
        ))
        .unwrap();
        assert_eq!(
            text,
            r#"{"statusCode":408,"status":"Error","errorMsg":"Time ran out while reading the balance. Try again.","errorCode":"DEADLINE_EXCEEDED","correlationId":"c-1","timeOffRequestId":""}"#
        );
    }

    #[test]
    fn insufficient_balance_is_no_error() {
        let value = serde_json::to_value(Envelope::insufficient_balance(
            "c-1",
            Outputs { time_off_request_id: "" },
        ))
        .unwrap();
        assert_eq!(value["statusCode"], 200);
        assert_eq!(value["status"], "InsufficientBalance");
        assert_eq!(value["errorMsg"], "");
    }
}
