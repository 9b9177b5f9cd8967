//! What starts a call, whatever the form of its event.

use std::collections::BTreeMap;

/// What started a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A request through API Gateway.
    Http(HttpRequest),
    /// A schedule (EventBridge).
    Scheduled,
}

/// An HTTP request, the same for both payload formats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// The form of the event, and so of the answer.
    pub format: PayloadFormat,
    /// The verb, upper case.
    pub method: String,
    /// The path of the API's own route, without stage and base path: `/agents/452`.
    pub path: String,
    /// Query parameters, decoded. Of a repeated parameter API Gateway hands over the last (v1) or
    /// all, joined by commas (v2).
    pub query: BTreeMap<String, String>,
    /// The body, base64 removed.
    pub body: Vec<u8>,
}

/// The form in which API Gateway sends a request and takes the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PayloadFormat {
    /// 1.0: REST APIs, which is what is deployed.
    #[default]
    V1,
    /// 2.0: HTTP APIs, function URLs, and `cargo lambda watch`.
    V2,
}

impl HttpRequest {
    /// The path's segments: `["agents", "452"]`.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter(|segment| !segment.is_empty())
    }
}
