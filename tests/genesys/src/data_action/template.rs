use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

/// A Velocity template, of the few references that the bundle uses. Anything else with a `$` or `#`
/// is refused, since nobody but Genesys could say what comes out of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// `${input.rawRequest}`: all inputs, as JSON.
    RawRequest,
    /// `${rawResult}`: the body of the answer.
    RawResult,
    /// `${credentials.name}`
    Credential(String),
    /// `${authResponse.name}`: a field of what the custom auth action got.
    AuthResponse(String),
    /// `$encoding.base64("…")`
    Base64(Template),
    /// `$esc.url($input.name)`
    EscapedInput(String),
}

/// What a template refers to that is not known or not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A reference or directive that is not among the known ones.
    #[error("the template {0:?} uses something that is not known here")]
    Unknown(String),
    /// A reference that has no value where the template is used.
    #[error("{0} has no value in this template")]
    Unset(String),
}

/// What the references of a template stand for.
#[derive(Clone, Copy)]
pub(super) struct References<'a> {
    pub(super) raw_request: &'a str,
    pub(super) credentials: &'a BTreeMap<String, String>,
    pub(super) auth_response: &'a Map<String, Value>,
    pub(super) inputs: &'a Map<String, Value>,
}

impl Template {
    /// Whether it is exactly `${input.rawRequest}`.
    #[must_use]
    pub fn is_raw_request(&self) -> bool {
        self.parts == [Part::RawRequest]
    }

    /// Whether it is exactly `${rawResult}`.
    #[must_use]
    pub fn is_raw_result(&self) -> bool {
        self.parts == [Part::RawResult]
    }

    /// Whether it puts in what the custom auth action got.
    pub(super) fn uses_auth_response(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::AuthResponse(_)))
    }

    /// The names of the inputs that it puts in one by one.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::EscapedInput(name) => Some(name.as_str()),
            _ => None,
        })
    }

    pub(super) fn render(&self, references: References<'_>) -> Result<String, TemplateError> {
        let unset = |name: &str| TemplateError::Unset(name.to_owned());
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Ok(text.clone()),
                Part::RawRequest => Ok(references.raw_request.to_owned()),
                Part::RawResult => Err(unset("rawResult")),
                Part::Credential(name) => {
                    references.credentials.get(name).cloned().ok_or_else(|| unset(name))
                }
                Part::AuthResponse(name) => match references.auth_response.get(name) {
                    Some(Value::String(text)) => Ok(text.clone()),
                    _ => Err(unset(name)),
                },
                Part::Base64(template) => Ok(STANDARD.encode(template.render(references)?)),
                Part::EscapedInput(name) => match references.inputs.get(name) {
                    Some(Value::String(text)) => Ok(byte_serialize(text.as_bytes()).collect()),
                    _ => Err(unset(name)),
                },
            })
            .collect()
    }
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['$', '#']) {
            let (literal, reference) = rest.split_at(at);
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            let (part, after) =
                reference_at(reference).ok_or_else(|| TemplateError::Unknown(text.clone()))?;
            parts.push(part);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self { parts })
    }
}

fn reference_at(text: &str) -> Option<(Part, &str)> {
    if let Some(rest) = text.strip_prefix("$esc.url($input.") {
        let (name, after) = rest.split_once(')')?;
        return is_name(name).then(|| (Part::EscapedInput(name.to_owned()), after));
    }
    if let Some(rest) = text.strip_prefix("$encoding.base64(\"") {
        let (encoded, after) = rest.split_once("\")")?;
        return Some((Part::Base64(Template::try_from(encoded.to_owned()).ok()?), after));
    }
    let (name, after) = text.strip_prefix("${")?.split_once('}')?;
    let part = match name.split_once('.') {
        Some(("input", "rawRequest")) => Part::RawRequest,
        Some(("credentials", name)) if is_name(name) => Part::Credential(name.to_owned()),
        Some(("authResponse", name)) if is_name(name) => Part::AuthResponse(name.to_owned()),
        None if name == "rawResult" => Part::RawResult,
        _ => return None,
    };
    Some((part, after))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
}
