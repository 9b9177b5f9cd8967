//! The events that reach a function: API Gateway's two payload formats, and the schedule.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::{ErrorCode, Failure};
use serde::Deserialize;

/// What started a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A request through API Gateway.
    Http(HttpRequest),
    /// The refresh schedule (EventBridge).
    Scheduled,
}

/// An HTTP request, the same for both payload formats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// The form of the event, and so of the answer.
    pub format: PayloadFormat,
    /// The verb, upper case.
    pub method: String,
    /// The path without the stage: `/agents/452`. Percent-escapes stay as the caller wrote them.
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

/// The stage of the deployed API. A request's own stage is removed from its path too; this one also
/// where the event names none, as `cargo lambda watch` does.
const STAGE: &str = "v1";

/// An event, read: which request id API Gateway gave it, and what it asks for.
pub(crate) struct Event {
    pub request_id: Option<String>,
    pub trigger: Result<Trigger, Failure>,
}

/// The fields used of all the formats together; each is absent in some.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    http_method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    path: Option<Cow<'a, str>>,
    #[serde(borrow)]
    raw_path: Option<Cow<'a, str>>,
    query_string_parameters: Option<BTreeMap<String, Option<String>>>,
    #[serde(borrow)]
    body: Option<Cow<'a, str>>,
    is_base64_encoded: Option<bool>,
    request_context: Option<RequestContext>,
    #[serde(borrow)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "detail-type")]
    detail_type: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RequestContext {
    request_id: Option<String>,
    stage: Option<String>,
    http: Option<HttpDescription>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HttpDescription {
    method: Option<String>,
    path: Option<String>,
}

impl Event {
    /// Reads an event's JSON text. Whatever cannot be read becomes a failure for the caller, never
    /// an error of the call.
    pub(crate) fn read(payload: &str) -> Self {
        let Ok(raw) = serde_json::from_str::<Raw<'_>>(payload) else {
            return Self { request_id: None, trigger: Err(unknown_shape()) };
        };
        let request_id =
            raw.request_context.as_ref().and_then(|context| context.request_id.clone());
        Self { request_id: request_id.filter(|id| !id.is_empty()), trigger: trigger(raw) }
    }
}

fn trigger(raw: Raw<'_>) -> Result<Trigger, Failure> {
    if raw.is_scheduled() {
        return Ok(Trigger::Scheduled);
    }
    let context = raw.request_context.unwrap_or_default();
    let format = if context.http.is_some() { PayloadFormat::V2 } else { PayloadFormat::V1 };
    let http = context.http.unwrap_or_default();
    let method = raw.http_method.map(Cow::into_owned).or(http.method).ok_or_else(unknown_shape)?;
    let path = raw.raw_path.or(raw.path).map(Cow::into_owned).or(http.path).unwrap_or_default();
    let body = match raw.body {
        None => Vec::new(),
        Some(text) if raw.is_base64_encoded == Some(true) => {
            STANDARD.decode(text.as_bytes()).map_err(|_| {
                Failure::new(
                    ErrorCode::InvalidInput,
                    "The request body is marked as base64 and is not. Send plain JSON.",
                )
            })?
        }
        Some(text) => text.into_owned().into_bytes(),
    };
    Ok(Trigger::Http(HttpRequest {
        format,
        method: method.to_ascii_uppercase(),
        path: without_stage(&path, context.stage.as_deref()).to_owned(),
        query: raw
            .query_string_parameters
            .unwrap_or_default()
            .into_iter()
            .map(|(name, value)| (name, value.unwrap_or_default()))
            .collect(),
        body,
    }))
}

impl Raw<'_> {
    /// A rule of EventBridge (`aws.events`) or a schedule of EventBridge Scheduler
    /// (`aws.scheduler`).
    fn is_scheduled(&self) -> bool {
        self.http_method.is_none()
            && (self.detail_type.as_deref() == Some("Scheduled Event")
                || matches!(self.source.as_deref(), Some("aws.events" | "aws.scheduler")))
    }
}

fn without_stage<'p>(path: &'p str, stage: Option<&str>) -> &'p str {
    [stage, Some(STAGE)]
        .into_iter()
        .flatten()
        .find_map(|stage| {
            let rest = path.strip_prefix('/')?.strip_prefix(stage)?;
            if rest.is_empty() { Some("/") } else { rest.starts_with('/').then_some(rest) }
        })
        .unwrap_or(path)
}

fn unknown_shape() -> Failure {
    Failure::new(
        ErrorCode::InvalidInput,
        "The event is neither an API Gateway request nor a scheduled event. Call the function through the API.",
    )
}
