use serde_json::{Value, json};

/// The outputs that a failed data action offers a workflow, as the exports of Genesys' blueprints
/// list them.
pub const FAILURE_OUTPUTS: [&str; 13] = [
    "errorCode",
    "status",
    "correlationId",
    "entityId",
    "entityName",
    "userMessage",
    "userParamsMessage",
    "userParams.key",
    "userParams.value",
    "details.errorCode",
    "details.fieldName",
    "details.entityId",
    "details.entityName",
];

/// A failed data action. The remote answer is not in it: Genesys shows that in test mode only.
#[derive(Clone, Debug)]
pub struct ActionFailure {
    detail: &'static str,
    /// What really happened, for whoever reads a test's output; a workflow cannot see it.
    pub cause: String,
}

impl ActionFailure {
    /// Another server's answer, or none, that Genesys does not take for a success.
    pub(super) fn remote(cause: String) -> Self {
        Self { detail: "ACTION.REMOTE_ENDPOINT", cause }
    }

    /// A custom auth action that did not get what the data action needs.
    pub(super) fn authentication(cause: String) -> Self {
        Self { detail: "ACTION.AUTHENTICATION", cause }
    }

    /// An input or an answer that breaks the contract.
    pub(super) fn contract(cause: String) -> Self {
        Self { detail: "ACTION.PROCESSING", cause }
    }

    /// What Genesys puts into that failure output; `None` when there is no such output.
    #[must_use]
    pub fn output(&self, name: &str) -> Option<Value> {
        Some(match name {
            "errorCode" => json!("BAD_REQUEST"),
            "status" => json!(400),
            "correlationId" => json!("9d6f0c1e-0000-4000-8000-000000000001"),
            "userMessage" => {
                json!("The request could not be understood by the server due to malformed syntax.")
            }
            "details.errorCode" => json!([self.detail]),
            "userParams.key" | "userParams.value" | "details.fieldName" | "details.entityId"
            | "details.entityName" => {
                json!([])
            }
            "entityId" | "entityName" | "userParamsMessage" => Value::Null,
            _ => return None,
        })
    }
}
