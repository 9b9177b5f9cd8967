//! Lambda events as API Gateway and EventBridge send them.

use serde_json::{Map, Value, json};

/// API Gateway's request id in the events of this module.
pub const REQUEST_ID: &str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";

/// A request through the REST API: payload format 1.0. The stage is not part of `path`.
pub fn v1(method: &str, path: &str, body: Option<&str>) -> Value {
    behind("", method, path, body)
}

/// The same through a custom domain, where the path begins with a base path such as `/hr/timeoff`.
pub fn behind(base: &str, method: &str, path: &str, body: Option<&str>) -> Value {
    let (path, query) = split(path);
    let (resource, parameters) = match path.strip_prefix("/agents/") {
        Some(id) => ("/agents/{externalId}", json!({"externalId": id})),
        None => (path, Value::Null),
    };
    let path = format!("{base}{path}");
    json!({
        "resource": resource, "path": path, "httpMethod": method,
        "headers": {"accept": "*/*", "content-type": "application/json"}, "multiValueHeaders": {"accept": ["*/*"]},
        "queryStringParameters": query, "multiValueQueryStringParameters": null,
        "pathParameters": parameters, "stageVariables": null,
        "requestContext": {
            "accountId": "000000000000", "apiId": "local", "httpMethod": method, "resourcePath": resource,
            "path": format!("/v1{path}"), "stage": "v1",
            "requestId": REQUEST_ID, "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body, "isBase64Encoded": false,
    })
}

/// A request as `cargo lambda watch` sends it: payload format 2.0, the path as the caller wrote it.
pub fn v2(method: &str, path: &str, body: Option<&str>) -> Value {
    let (path, query) = split(path);
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "headers": {"accept": "*/*"}, "queryStringParameters": query,
        "requestContext": {
            "accountId": "000000000000", "apiId": "local", "stage": "$default", "requestId": REQUEST_ID,
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "curl"},
        },
        "body": body, "isBase64Encoded": false,
    })
}

/// The refresh schedule.
pub fn scheduled() -> Value {
    json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "000000000000", "time": "2026-11-02T04:00:00Z", "region": "eu-central-1", "resources": [], "detail": {},
    })
}

fn split(path: &str) -> (&str, Value) {
    match path.split_once('?') {
        None => (path, Value::Null),
        Some((path, query)) => {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            (
                path,
                pairs
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect::<Map<_, _>>()
                    .into(),
            )
        }
    }
}
