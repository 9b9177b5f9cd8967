//! The events that reach a function: API Gateway's two payload formats, and the schedule.
//!
//! The formats are `lambda_http`'s types. Written by hand is what it cannot do here:
//! - It knows no scheduled event, and calls an event that it cannot read an error of the
//!   invocation, where the caller is to get an envelope: so the event is looked at before its types
//!   are.
//! - Its types refuse an event for a null or a header that no function reads: so these are taken
//!   out before.
//! - Its way from these types to an `http::Request` panics on a body that is no base64, and keeps
//!   the stage and the base path in the path: so the parts are taken from the types directly.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::{ErrorCode, Failure};
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use lambda_http::aws_lambda_events::query_map::QueryMap;
use serde_json::{Map, Value};

use crate::request::{HttpRequest, PayloadFormat, Trigger};
use crate::route;
use crate::surrogates::with_whole_characters;

/// An event, read: which request id API Gateway gave it, and what it asks for.
pub(crate) struct Event {
    pub request_id: Option<String>,
    pub trigger: Result<Trigger, Failure>,
}

impl Event {
    /// Reads an event's JSON text. Whatever cannot be read becomes a failure for the caller, never
    /// an error of the call.
    pub(crate) fn read(payload: &str) -> Self {
        match serde_json::from_slice(&with_whole_characters(payload.as_bytes())) {
            Ok(Value::Object(event)) => {
                let request_id = event.get("requestContext").and_then(|context| {
                    context.get("requestId")?.as_str().filter(|id| !id.is_empty())
                });
                Self { request_id: request_id.map(str::to_owned), trigger: trigger(event) }
            }
            _ => Self { request_id: None, trigger: Err(unknown_shape()) },
        }
    }
}

fn trigger(mut event: Map<String, Value>) -> Result<Trigger, Failure> {
    if is_scheduled(&event) {
        return Ok(Trigger::Scheduled);
    }
    remove_what_nobody_reads(&mut event);
    let is_v2 = event.get("requestContext").is_some_and(|context| context.get("http").is_some());
    let request = if is_v2 { of_v2(event)? } else { of_v1(event)? };
    Ok(Trigger::Http(request))
}

/// A rule of EventBridge (`aws.events`) or a schedule of EventBridge Scheduler (`aws.scheduler`).
fn is_scheduled(event: &Map<String, Value>) -> bool {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    text("httpMethod").is_none()
        && (text("detail-type") == Some("Scheduled Event")
            || matches!(text("source"), Some("aws.events" | "aws.scheduler")))
}

/// Headers, because a value that is not ASCII makes the types refuse the event, and nulls, which
/// stand for "absent". A query parameter without a value is empty.
fn remove_what_nobody_reads(event: &mut Map<String, Value>) {
    for name in ["headers", "multiValueHeaders", "multiValueQueryStringParameters", "cookies"] {
        event.remove(name);
    }
    if let Some(Value::Object(query)) = event.get_mut("queryStringParameters") {
        for value in query.values_mut().filter(|value| value.is_null()) {
            *value = Value::from("");
        }
    }
    remove_nulls(event);
}

fn remove_nulls(fields: &mut Map<String, Value>) {
    fields.retain(|_, value| !value.is_null());
    for value in fields.values_mut() {
        if let Value::Object(fields) = value {
            remove_nulls(fields);
        }
    }
}

/// Payload format 1.0. API Gateway repeats the method in the context, where events written by hand
/// often lack it.
fn of_v1(mut event: Map<String, Value>) -> Result<HttpRequest, Failure> {
    let method = event.get("httpMethod").cloned().ok_or_else(unknown_shape)?;
    if let Value::Object(context) =
        event.entry("requestContext").or_insert_with(|| Map::new().into())
    {
        context.entry("httpMethod").or_insert(method);
    }
    let event: ApiGatewayProxyRequest = read(event)?;
    let path = event.path.unwrap_or_default();
    Ok(HttpRequest {
        format: PayloadFormat::V1,
        method: event.http_method.as_str().to_ascii_uppercase(),
        path: event
            .resource
            .and_then(|resource| route::of_resource(&resource, &event.path_parameters))
            .unwrap_or_else(|| {
                route::without_stage(&path, event.request_context.stage.as_deref()).to_owned()
            }),
        query: query(&event.query_string_parameters),
        body: body(event.body, event.is_base64_encoded)?,
    })
}

/// Payload format 2.0.
fn of_v2(event: Map<String, Value>) -> Result<HttpRequest, Failure> {
    let event: ApiGatewayV2httpRequest = read(event)?;
    let context = event.request_context;
    let path = event.raw_path.or(context.http.path).unwrap_or_default();
    Ok(HttpRequest {
        format: PayloadFormat::V2,
        method: context.http.method.as_str().to_ascii_uppercase(),
        path: route::without_stage(&path, context.stage.as_deref()).to_owned(),
        query: query(&event.query_string_parameters),
        body: body(event.body, event.is_base64_encoded)?,
    })
}

fn read<T: serde::de::DeserializeOwned>(event: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(event.into()).map_err(|_| unknown_shape())
}

/// The values of a repeated parameter joined by commas, which is how format 2.0 hands them over.
fn query(parameters: &QueryMap) -> BTreeMap<String, String> {
    let mut query: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in parameters.iter() {
        match query.get_mut(name) {
            Some(values) => {
                values.push(',');
                values.push_str(value);
            }
            None => drop(query.insert(name.to_owned(), value.to_owned())),
        }
    }
    query
}

fn body(body: Option<String>, is_base64: bool) -> Result<Vec<u8>, Failure> {
    let text = body.unwrap_or_default();
    if !is_base64 {
        return Ok(text.into_bytes());
    }
    STANDARD.decode(text.as_bytes()).map_err(|_| {
        Failure::new(
            ErrorCode::InvalidInput,
            "The request body is marked as base64 and is not. Send plain JSON.",
        )
    })
}

fn unknown_shape() -> Failure {
    Failure::new(
        ErrorCode::InvalidInput,
        "The event is neither an API Gateway request nor a scheduled event. Call the function \
        through the API.",
    )
}
