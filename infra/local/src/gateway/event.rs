//! The event that API Gateway makes of a request, payload format 1.0.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::request::Parts;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use url::form_urlencoded;

use crate::gateway::STAGE;
use crate::gateway::api::Route;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    resource: &'a str,
    path: &'a str,
    http_method: &'a str,
    headers: BTreeMap<&'a str, &'a str>,
    multi_value_headers: BTreeMap<&'a str, Vec<&'a str>>,
    query_string_parameters: Option<BTreeMap<String, String>>,
    multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    path_parameters: Option<BTreeMap<&'a str, &'a str>>,
    stage_variables: Option<()>,
    request_context: RequestContext<'a>,
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    account_id: &'static str,
    api_id: &'static str,
    domain_name: &'static str,
    extended_request_id: &'a str,
    http_method: &'a str,
    identity: Identity<'a>,
    path: String,
    protocol: &'static str,
    request_id: &'a str,
    request_time: String,
    request_time_epoch: i64,
    resource_id: &'static str,
    resource_path: &'a str,
    stage: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    api_key: &'static str,
    api_key_id: &'static str,
    source_ip: &'static str,
    user_agent: Option<&'a str>,
}

/// What the gateway knows of a request when it calls the function.
pub(crate) struct Request<'a> {
    pub id: &'a str,
    pub route: &'a Route,
    /// Without the stage.
    pub path: &'a str,
    pub path_parameters: BTreeMap<&'a str, &'a str>,
    pub parts: &'a Parts,
    pub body: &'a Bytes,
    pub at: Timestamp,
}

impl<'a> From<Request<'a>> for Event<'a> {
    fn from(request: Request<'a>) -> Self {
        let mut multi_value_headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in &request.parts.headers {
            if let Ok(value) = value.to_str() {
                multi_value_headers.entry(name.as_str()).or_default().push(value);
            }
        }
        let mut multi_value_query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in
            form_urlencoded::parse(request.parts.uri.query().unwrap_or_default().as_bytes())
        {
            multi_value_query.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        let method = request.parts.method.as_str();
        Self {
            resource: &request.route.resource,
            path: request.path,
            http_method: method,
            headers: last_of_each(&multi_value_headers),
            query_string_parameters: some(last_of_each(&multi_value_query)),
            multi_value_query_string_parameters: some(multi_value_query),
            path_parameters: some(request.path_parameters),
            stage_variables: None,
            request_context: RequestContext {
                account_id: "000000000000",
                api_id: "local",
                domain_name: "localhost",
                extended_request_id: request.id,
                http_method: method,
                identity: Identity {
                    api_key: super::API_KEY,
                    api_key_id: "local",
                    source_ip: "127.0.0.1",
                    user_agent: multi_value_headers
                        .get("user-agent")
                        .and_then(|values| values.last().copied()),
                },
                path: format!("/{STAGE}{}", request.path),
                protocol: "HTTP/1.1",
                request_id: request.id,
                request_time: request
                    .at
                    .to_zoned(TimeZone::UTC)
                    .strftime("%d/%b/%Y:%H:%M:%S %z")
                    .to_string(),
                request_time_epoch: request.at.as_millisecond(),
                resource_id: "local",
                resource_path: &request.route.resource,
                stage: STAGE,
            },
            multi_value_headers,
            // Without binary media types API Gateway takes every body for text.
            body: (!request.body.is_empty())
                .then(|| String::from_utf8_lossy(request.body).into_owned()),
            is_base64_encoded: false,
        }
    }
}

fn last_of_each<K: Clone + Ord, V: Clone>(all: &BTreeMap<K, Vec<V>>) -> BTreeMap<K, V> {
    all.iter().filter_map(|(name, values)| Some((name.clone(), values.last()?.clone()))).collect()
}

/// API Gateway writes null for a map without entries.
fn some<K, V>(map: BTreeMap<K, V>) -> Option<BTreeMap<K, V>> {
    (!map.is_empty()).then_some(map)
}
