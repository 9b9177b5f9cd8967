//! The routes and the gateway's own answers, read from the document that API Gateway is deployed
//! from.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use saphyr::{LoadableYamlNode, Yaml};

use crate::StartError;
use crate::options::AuthMode;

const OPENAPI: &str = include_str!("../../../aws/openapi.yaml");
const WITH_OAUTH: &str = include_str!("../../../aws/openapi-oauth.yaml");

/// The deployed API.
#[derive(Debug)]
pub(crate) struct Api {
    routes: Vec<Route>,
    refusals: BTreeMap<&'static str, Refusal>,
}

/// A method and a path, and the function behind them.
#[derive(Debug)]
pub(crate) struct Route {
    method: String,
    /// As in the document: `/agents/{externalId}`.
    pub resource: String,
    /// The package's name.
    pub function: String,
    /// Whether a token is asked for beside the key.
    pub needs_token: bool,
}

/// An answer that the gateway gives by itself.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub status: StatusCode,
    /// JSON, in which `$context.requestId` is to be filled in.
    template: String,
}

impl Refusal {
    pub(crate) fn body(&self, request_id: &str) -> String {
        self.template.replace("$context.requestId", request_id)
    }
}

/// The cases in which the local gateway answers by itself, by API Gateway's names.
pub(crate) const INVALID_API_KEY: &str = "INVALID_API_KEY";
pub(crate) const UNAUTHORIZED: &str = "UNAUTHORIZED";
pub(crate) const EXPIRED_TOKEN: &str = "EXPIRED_TOKEN";
/// API Gateway's answer to an unknown method or path too.
pub(crate) const MISSING_AUTHENTICATION_TOKEN: &str = "MISSING_AUTHENTICATION_TOKEN";
pub(crate) const REQUEST_TOO_LARGE: &str = "REQUEST_TOO_LARGE";
pub(crate) const INTEGRATION_FAILURE: &str = "INTEGRATION_FAILURE";
pub(crate) const INTEGRATION_TIMEOUT: &str = "INTEGRATION_TIMEOUT";

impl Api {
    /// The API as deployed.
    pub(crate) fn deployed(auth_mode: AuthMode) -> Result<Self, StartError> {
        let document = match auth_mode {
            AuthMode::ApiKey | AuthMode::ApiKeyOAuthReady => OPENAPI,
            AuthMode::ApiKeyAndOAuth => WITH_OAUTH,
        };
        Self::from_document(document).map_err(StartError::Api)
    }

    fn from_document(text: &str) -> Result<Self, String> {
        let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
        let document = documents.first().ok_or("it is empty")?;
        let mut routes = Vec::new();
        for (path, methods) in mapping(document, "paths")? {
            for (method, operation) in methods.as_mapping().into_iter().flatten() {
                let (Some(path), Some(method)) = (path.as_str(), method.as_str()) else { continue };
                let function = operation
                    .as_mapping_get("x-amazon-apigateway-integration")
                    .and_then(|integration| integration.as_mapping_get("uri"))
                    .and_then(|uri| uri.as_mapping_get("Fn::Sub"))
                    .and_then(Yaml::as_str)
                    .and_then(function_of_uri)
                    .ok_or_else(|| format!("{method} {path} names no function"))?;
                routes.push(Route {
                    method: method.to_ascii_uppercase(),
                    resource: path.to_owned(),
                    function,
                    needs_token: needs_token(operation),
                });
            }
        }
        let responses = mapping(document, "x-amazon-apigateway-gateway-responses")?;
        let refusals = [
            INVALID_API_KEY,
            UNAUTHORIZED,
            EXPIRED_TOKEN,
            MISSING_AUTHENTICATION_TOKEN,
            REQUEST_TOO_LARGE,
            INTEGRATION_FAILURE,
            INTEGRATION_TIMEOUT,
        ]
        .into_iter()
        .map(|name| {
            let refusal = responses
                .iter()
                .find(|(key, _)| key.as_str() == Some(name))
                .and_then(|(_, response)| refusal(response))
                .ok_or_else(|| format!("it has no usable gateway response {name}"))?;
            Ok((name, refusal))
        })
        .collect::<Result<_, String>>()?;
        Ok(Self { routes, refusals })
    }

    /// The route of a request, and the values of the path's parameters. `path` has no stage.
    pub(crate) fn route<'a>(
        &'a self,
        method: &str,
        path: &'a str,
    ) -> Option<(&'a Route, BTreeMap<&'a str, &'a str>)> {
        self.routes
            .iter()
            .filter(|route| route.method == method)
            .find_map(|route| Some((route, parameters(&route.resource, path)?)))
    }

    pub(crate) fn refusal(&self, name: &str) -> Option<&Refusal> {
        self.refusals.get(name)
    }
}

/// The values of the `{…}` in `resource` that make it `path`; a value is never empty.
fn parameters<'a>(resource: &'a str, path: &'a str) -> Option<BTreeMap<&'a str, &'a str>> {
    let mut values = BTreeMap::new();
    let (mut pattern, mut actual) = (resource.split('/'), path.split('/'));
    loop {
        match (pattern.next(), actual.next()) {
            (None, None) => return Some(values),
            (Some(expected), Some(value)) => {
                match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    Some(name) if !value.is_empty() => drop(values.insert(name, value)),
                    None if expected == value => {}
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

/// Whether the first object of `security` names the scheme `oauth`, with a scope: without one API
/// Gateway takes another kind of token.
fn needs_token(operation: &Yaml<'_>) -> bool {
    operation
        .as_mapping_get("security")
        .and_then(|security| security.as_sequence()?.first()?.as_mapping_get("oauth"))
        .and_then(Yaml::as_sequence)
        .is_some_and(|scopes| !scopes.is_empty())
}

/// `…/functions/${GetAgents.Arn}/invocations` is the package `get-agents`.
fn function_of_uri(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once("functions/${")?;
    let (resource, _) = rest.split_once(".Arn}")?;
    let mut name = String::new();
    for letter in resource.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    Some(name)
}

fn refusal(response: &Yaml<'_>) -> Option<Refusal> {
    let status = response.as_mapping_get("statusCode")?.as_integer()?;
    let template = response
        .as_mapping_get("responseTemplates")?
        .as_mapping_get("application/json")?
        .as_str()?;
    Some(Refusal {
        status: StatusCode::from_u16(u16::try_from(status).ok()?).ok()?,
        template: template.to_owned(),
    })
}

fn mapping<'a, 'i>(
    document: &'a Yaml<'i>,
    key: &str,
) -> Result<Vec<(&'a Yaml<'i>, &'a Yaml<'i>)>, String> {
    Ok(document
        .as_mapping_get(key)
        .and_then(Yaml::as_mapping)
        .ok_or_else(|| format!("it has no {key}"))?
        .iter()
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(method: &str, path: &str) -> Option<String> {
        let api = Api::deployed(AuthMode::ApiKey).unwrap();
        api.route(method, path).map(|(route, values)| format!("{} {values:?}", route.function))
    }

    #[test]
    fn every_route_of_the_product_leads_to_its_function() {
        for (method, path, expected) in [
            ("GET", "/agents", "get-agents {}"),
            ("GET", "/agents/452", r#"get-agents {"externalId": "452"}"#),
            ("GET", "/timeoff-types", "get-timeoff-types {}"),
            ("POST", "/balances", "get-balance {}"),
            ("POST", "/timeoff-requests", "insert-timeoff {}"),
            ("PUT", "/timeoff-requests", "update-timeoff {}"),
        ] {
            assert_eq!(target(method, path).as_deref(), Some(expected), "{method} {path}");
        }
    }

    #[test]
    fn the_token_is_asked_for_on_every_route_and_in_one_mode_alone() {
        for (auth_mode, expected) in [
            (AuthMode::ApiKey, false),
            (AuthMode::ApiKeyOAuthReady, false),
            (AuthMode::ApiKeyAndOAuth, true),
        ] {
            let api = Api::deployed(auth_mode).unwrap();
            assert!(api.routes.iter().all(|route| route.needs_token == expected), "{auth_mode}");
        }
    }

    #[test]
    fn anything_else_is_no_route() {
        for (method, path) in [
            ("POST", "/agents"),
            ("GET", "/"),
            ("GET", ""),
            ("GET", "/agents/"),
            ("GET", "/agents/452/x"),
            ("DELETE", "/timeoff-requests"),
        ] {
            assert_eq!(target(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn the_gateways_own_answers_are_envelopes() {
        let api = Api::deployed(AuthMode::ApiKeyAndOAuth).unwrap();
        for refusal in api.refusals.values() {
            let body: serde_json::Value = serde_json::from_str(&refusal.body("id-1")).unwrap();
            assert_eq!(body["errorCode"], "GATEWAY");
            assert_eq!(body["correlationId"], "id-1");
            assert!(!refusal.status.is_success());
        }
    }

    #[test]
    fn a_document_without_what_is_needed_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "it is empty"),
            ("openapi: 3.0.1", "it has no paths"),
            ("paths:\n  /a:\n    get: {}", "get /a names no function"),
            (
                "paths: {}\nx-amazon-apigateway-gateway-responses: {}",
                "it has no usable gateway response INVALID_API_KEY",
            ),
        ] {
            assert_eq!(Api::from_document(text).unwrap_err(), reason);
        }
    }
}
