//! Why the bridge gave no answer of its own.

use serde_json::Value;

/// Why the bridge gave no answer of its own; what it says is meant for the operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BridgeError {
    /// A variable is missing.
    #[error(
        "{0} is not set. Set BRIDGE_URL to the address of the bridge's API, which ends in /v1, and \
        BRIDGE_API_KEY to a key of it."
    )]
    Missing(&'static str),
    /// The address is none that a key may be sent to.
    #[error(
        "BRIDGE_URL is no address of the bridge's API: it must begin with https:// (http:// on \
        this machine alone) and end in /v1, as the stack's outputs have it before /agents."
    )]
    InvalidUrl,
    /// The key cannot be sent.
    #[error("BRIDGE_API_KEY is no API key: it must hold visible ASCII characters only.")]
    InvalidKey,
    /// The gateway answered in the bridge's place.
    #[error("The bridge's API refused the call with HTTP {status}: {said}")]
    Gateway {
        /// The HTTP status.
        status: u16,
        /// The gateway's own sentence, or what to do about the status.
        said: String,
    },
    /// There was no answer.
    #[error(
        "The bridge's API gave no answer ({cause}). Check BRIDGE_URL and the way there; a write \
        may have been carried out, and may be sent again."
    )]
    Unreachable {
        /// Where it broke.
        cause: String,
    },
    /// Something else than the bridge answered.
    #[error("What answers at BRIDGE_URL is not the bridge's API: {0}. Check BRIDGE_URL.")]
    NotTheBridge(&'static str),
    /// A fault of this program.
    #[error("The HTTP client could not be set up. Report this.")]
    HttpClient(#[from] genesys_cloud::HttpClientError),
}

impl BridgeError {
    /// Whether the environment has to change.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::InvalidUrl | Self::InvalidKey)
    }
}

/// The innermost cause says it best: "Connection refused" and not "error sending request".
pub(super) fn unreachable(error: reqwest::Error) -> BridgeError {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    BridgeError::Unreachable { cause: cause.to_string() }
}

/// API Gateway's own answer, which says what to do where the stack's definition made it.
pub(super) fn gateway(status: u16, body: &[u8]) -> BridgeError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = body.get("errorMsg").or(body.get("message")).and_then(Value::as_str);
    let said = said.unwrap_or(match status {
        401 | 403 => "the key or this address is not allowed. Check BRIDGE_API_KEY.",
        429 => "too many calls. Wait a minute.",
        300..=399 => "it points elsewhere. Check BRIDGE_URL.",
        _ => "it gives no reason. Check BRIDGE_URL, then look at the gateway's access log.",
    });
    BridgeError::Gateway { status, said: said.to_owned() }
}
