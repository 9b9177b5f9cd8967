//! BambooHR's own words about a failure, made fit for whoever made the call. They may name a person
//! or a balance all the same, so that no log holds them.

mod decode;
mod redact;
#[cfg(test)]
mod tests;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use decode::decoded;
use redact::{without, without_addresses};

const LONGEST: usize = 200;

/// More of a header than this is not even looked at.
const LONGEST_RAW: usize = 2_000;

/// A longer body is no error document, and searching it for one would be a waste.
pub(crate) const LONGEST_DOCUMENT: usize = 16 * 1024;

/// Three spellings: the documented one, the misspelt one that was still sent in 2022, and the one
/// of the OpenAPI document.
pub(crate) const HEADERS: [&str; 3] =
    ["x-bamboohr-error-message", "x-bamboohr-error-messsage", "x-bamboohr-message"];

/// What an answer says about a failure.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) message: Option<String>,
    pub(crate) code: Option<String>,
}

/// Reads the header, a problem document (RFC 9457), `{"error": …}` or `{"errors": …}`; nothing of
/// any other body. None of the secrets, and no part of them that is worth the name, is in the
/// message.
pub(crate) fn complaint(headers: &HeaderMap, body: &[u8], secrets: &[&str]) -> Complaint {
    let document: Option<Value> =
        (body.len() <= LONGEST_DOCUMENT).then(|| serde_json::from_slice(body).ok()).flatten();
    let (code, said) = document.as_ref().map(in_document).unwrap_or_default();
    let text = in_headers(headers).or(said);
    Complaint {
        message: text.and_then(|text| presentable(&text, secrets)),
        code: code.filter(|code| is_code(code)),
    }
}

/// The status that a body claims although the HTTP status says success: BambooHR's webhook log
/// answers 200 with `{"error": {"code": 429, …}}`. `Some(None)` when the code is no status.
pub(crate) fn status_of_error_body(body: &[u8]) -> Option<Option<u16>> {
    if body.len() > LONGEST_DOCUMENT || !body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    // Everything else of a success is passed over unread.
    #[derive(Deserialize)]
    struct Claim {
        error: Option<Value>,
        errors: Option<Value>,
    }
    let Claim { error, errors } = serde_json::from_slice(body).ok()?;
    let error = error.or(errors)?;
    let empty = match &error {
        Value::Null | Value::Bool(false) => true,
        Value::Array(entries) => entries.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if empty {
        return None;
    }
    let code =
        text_of(error.get("code").unwrap_or(&Value::Null)).and_then(|code| code.parse().ok());
    Some(code.filter(|code| (400..600).contains(code)))
}

fn in_headers(headers: &HeaderMap) -> Option<String> {
    HEADERS.iter().find_map(|name| {
        let mut parts: Vec<String> = Vec::new();
        for value in headers.get_all(*name) {
            // One value often holds the same text twice: "Employee not found, Employee not found".
            for part in String::from_utf8_lossy(value.as_bytes()).split(',').map(str::trim) {
                if !part.is_empty() && !parts.iter().any(|known| known == part) {
                    parts.push(part.to_owned());
                }
            }
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    })
}

fn in_document(document: &Value) -> (Option<String>, Option<String>) {
    if let Some(error) = document.get("error") {
        return (text_at(error, "code"), in_error(error));
    }
    if let Some(errors) = document.get("errors") {
        let list = errors.as_array().map_or(std::slice::from_ref(errors), Vec::as_slice);
        let messages: Vec<String> = list.iter().filter_map(in_error).collect();
        return (
            list.iter().find_map(|error| text_at(error, "code")),
            (!messages.is_empty()).then(|| messages.join(", ")),
        );
    }
    let sentence = text_at(document, "detail").or_else(|| text_at(document, "title"));
    let fields = document.get("fields").and_then(Value::as_object).into_iter().flatten();
    let fields = fields.filter_map(|(name, text)| Some(format!("{name}: {}", text_of(text)?)));
    let parts: Vec<String> = sentence.into_iter().chain(fields).collect();
    (text_at(document, "code"), (!parts.is_empty()).then(|| parts.join("; ")))
}

fn in_error(error: &Value) -> Option<String> {
    text_of(error).or_else(|| {
        ["message", "error", "detail", "title"].iter().find_map(|name| text_at(error, name))
    })
}

fn text_at(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(text_of)
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_code(code: &str) -> bool {
    code.len() <= 64
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// One line, at most 200 characters, no e-mail address and none of the secrets.
fn presentable(text: &str, secrets: &[&str]) -> Option<String> {
    let mut text = one_line(&decoded(&text.chars().take(LONGEST_RAW).collect::<String>()));
    for secret in secrets {
        text = without(&text, &one_line(secret));
        text = without(&text, &one_line(&decoded(secret)));
    }
    let text = without_addresses(&text);
    let text = match text.char_indices().nth(LONGEST) {
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        None => text,
    };
    (!text.trim().is_empty()).then_some(text)
}

fn one_line(text: &str) -> String {
    let blank = |character: char| character.is_control() || character.is_whitespace();
    text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
