//! BambooHR's own words about a failure, made fit for a log.

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

const LONGEST: usize = 200;

/// More of a header than this is not even looked at.
const LONGEST_RAW: usize = 2_000;

/// A longer body is no error document, and searching it for one would be a waste.
pub(crate) const LONGEST_DOCUMENT: usize = 16 * 1024;

/// Three spellings: the documented one, the misspelt one that was still sent in 2022, and the one
/// of the OpenAPI document.
const HEADERS: [&str; 3] =
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
    let mut text = one_line(&unescaped(&text.chars().take(LONGEST_RAW).collect::<String>()));
    for secret in secrets {
        text = without(&text, &one_line(secret));
    }
    let text = without_addresses(&text);
    let text = match text.char_indices().nth(LONGEST) {
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        None => text,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The text without the escapes of JSON and HTML, behind which a quoted note would not be
/// recognised.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(['\\', '&']) {
        let (before, escaped) = rest.split_at(place);
        plain.push_str(before);
        let known = ESCAPES
            .iter()
            .find_map(|(escape, character)| Some((escaped.strip_prefix(escape)?, *character)));
        let (after, character) = known.or_else(|| code_point(escaped)).unwrap_or_else(|| {
            let mut characters = escaped.chars();
            let character = characters.next().unwrap_or(' ');
            (characters.as_str(), character)
        });
        plain.push(character);
        rest = after;
    }
    plain + rest
}

const ESCAPES: [(&str, char); 13] = [
    ("\\n", '\n'),
    ("\\r", '\n'),
    ("\\t", '\t'),
    ("\\\"", '"'),
    ("\\'", '\''),
    ("\\/", '/'),
    ("\\\\", '\\'),
    ("&quot;", '"'),
    ("&#039;", '\''),
    ("&#39;", '\''),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&amp;", '&'),
];

/// `\u00fc` at the beginning.
fn code_point(escaped: &str) -> Option<(&str, char)> {
    let hex = escaped.strip_prefix("\\u")?;
    let character = char::from_u32(u32::from_str_radix(hex.get(..4)?, 16).ok()?)?;
    Some((hex.get(4..)?, character))
}

fn one_line(text: &str) -> String {
    let blank = |character: char| character.is_control() || character.is_whitespace();
    text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text with everything cut that also stands in the secret: runs of 8 characters or more with
/// the words that they end in, or the whole of a shorter one as a word.
fn without(text: &str, secret: &str) -> String {
    const SHORTEST_RUN: usize = 8;
    let (text, secret): (Vec<char>, Vec<char>) = (text.chars().collect(), secret.chars().collect());
    let run = SHORTEST_RUN.min(secret.len());
    if run == 0 {
        return text.into_iter().collect();
    }
    let joins = |index: Option<usize>| {
        index.and_then(|index| text.get(index)).is_some_and(|character| character.is_alphanumeric())
    };
    let mut hidden = vec![false; text.len()];
    for (start, window) in text.windows(run).enumerate() {
        let inside_a_word =
            run < SHORTEST_RUN && (joins(start.checked_sub(1)) || joins(Some(start + run)));
        if !inside_a_word && secret.windows(run).any(|part| part == window) {
            hidden.iter_mut().skip(start).take(run).for_each(|hidden| *hidden = true);
        }
    }
    // The rest of a word that was recognised in part gives it away.
    for word in words(&text) {
        if hidden.get(word.clone()).is_some_and(|hidden| hidden.contains(&true)) {
            hidden.get_mut(word).into_iter().flatten().for_each(|hidden| *hidden = true);
        }
    }
    let mut rest = String::new();
    let mut in_gap = false;
    for (character, hidden) in text.iter().zip(hidden) {
        if !hidden {
            rest.push(*character);
        } else if !in_gap {
            rest.push('…');
        }
        in_gap = hidden;
    }
    rest
}

/// The places of the words in a text.
fn words(text: &[char]) -> Vec<std::ops::Range<usize>> {
    let mut words: Vec<std::ops::Range<usize>> = Vec::new();
    for (place, _) in text.iter().enumerate().filter(|(_, character)| character.is_alphanumeric()) {
        match words.last_mut() {
            Some(word) if word.end == place => word.end = place + 1,
            _ => words.push(place..place + 1),
        }
    }
    words
}

fn without_addresses(text: &str) -> String {
    let is_boundary =
        |character: char| character.is_whitespace() || "<>()[]{}\"',;:".contains(character);
    let mut rest = String::new();
    for piece in text.split_inclusive(is_boundary) {
        let word = piece.trim_end_matches(is_boundary);
        let is_address = word.contains('@') || word.to_ascii_lowercase().contains("%40");
        rest.push_str(if is_address { "[e-mail]" } else { word });
        rest.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(values: &[(&'static str, &'static str)]) -> HeaderMap {
        values
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn message(body: &str) -> Option<String> {
        complaint(&HeaderMap::new(), body.as_bytes(), &[]).message
    }

    #[test]
    fn every_spelling_of_the_header_is_read_and_repeats_are_dropped() {
        for name in HEADERS {
            let headers = headers(&[
                (name, "Employee not found, Employee not found"),
                (name, "Employee not found,  try again "),
            ]);
            assert_eq!(
                complaint(&headers, b"", &[]).message.as_deref(),
                Some("Employee not found, try again"),
                "{name}"
            );
        }
        assert_eq!(
            complaint(&headers(&[("x-bamboohr-error-message", " , ")]), b"", &[]),
            Complaint::default()
        );
    }

    #[test]
    fn every_form_of_document_is_read() {
        let problem = r#"{"type":"about:blank","title":"Unprocessable","status":422,"detail":"No such day","code":"BadDay","fields":{"amount":"must be > 0"}}"#;
        let read = complaint(&HeaderMap::new(), problem.as_bytes(), &[]);
        assert_eq!(
            read,
            Complaint {
                message: Some("No such day; amount: must be > 0".into()),
                code: Some("BadDay".into())
            }
        );

        let error = complaint(
            &HeaderMap::new(),
            br#"{"error":{"code":"BadPage","message":"Start over"}}"#,
            &[],
        );
        assert_eq!(
            error,
            Complaint { message: Some("Start over".into()), code: Some("BadPage".into()) }
        );

        assert_eq!(message(r#"{"error":"No"}"#).as_deref(), Some("No"));
        assert_eq!(
            message(r#"{"errors":[{"error":"One"},{"message":"Two"}]}"#).as_deref(),
            Some("One, Two")
        );
        assert_eq!(message(r#"{"errors":{"error":"One"}}"#).as_deref(), Some("One"));
        assert_eq!(message(r#"{"title":"Not Found"}"#).as_deref(), Some("Not Found"));
    }

    #[test]
    fn no_other_body_is_quoted() {
        for body in [
            "",
            "<html>private</html>",
            "private",
            "[\"private\"]",
            r#"{"private":"private"}"#,
            "\"private\"",
        ] {
            assert_eq!(message(body), None, "{body}");
        }
    }

    #[test]
    fn the_header_goes_before_the_document() {
        let read = complaint(
            &headers(&[("x-bamboohr-error-message", "header")]),
            br#"{"error":{"code":"A","message":"body"}}"#,
            &[],
        );
        assert_eq!(read, Complaint { message: Some("header".into()), code: Some("A".into()) });
    }

    #[test]
    fn secrets_and_addresses_are_cut() {
        let text = "No key 0123456789abcdef for <jane.doe@example.com>, see mailto:x@example.com or jane%40example.com";
        assert_eq!(
            presentable(text, &["0123456789abcdef"]).unwrap(),
            "No key … for <[e-mail]>, see mailto:[e-mail] or [e-mail]"
        );

        let note = "my mother's\noperation";
        assert_eq!(
            presentable("Bad note: my mother's operation!", &[note]).unwrap(),
            "Bad note: …!"
        );
        assert_eq!(presentable("Bad note: 'mother's oper'", &[note]).unwrap(), "Bad note: '…'");
        assert_eq!(
            presentable("Too sick to be sickening", &["sick"]).unwrap(),
            "Too … to be sickening"
        );
    }

    #[test]
    fn a_note_is_recognised_in_whatever_way_it_is_escaped() {
        let note = "She said \"no\"\nand meant grüße";
        for quoted in [
            r#"[{"note":"She said \"no\"\nand meant gr\u00fc\u00dfe"}] is too long"#,
            "[{\"note\":\"She said &quot;no&quot; and meant grüße\"}] is too long",
            // Letters lost on the way.
            r#"[{"note":"She said \"no\"\nand meant gre"}] is too long"#,
        ] {
            assert_eq!(
                presentable(quoted, &[note]).unwrap(),
                r#"[{"note":"…"}] is too long"#,
                "{quoted}"
            );
        }
        for harmless in ["a \\ and a & and \\u12", "\\", "&"] {
            assert_eq!(presentable(harmless, &[note]).unwrap(), harmless);
        }
    }

    #[test]
    fn a_body_may_be_an_error_in_spite_of_the_status() {
        let status = |body: &str| status_of_error_body(body.as_bytes());
        assert_eq!(
            status(r#"{"error":{"code":429,"message":"try again in 60 seconds"}}"#),
            Some(Some(429))
        );
        assert_eq!(status(r#"{"error":{"code":"500"}}"#), Some(Some(500)));
        assert_eq!(status(r#"{"error":{"code":"BadRequest"}}"#), Some(None));
        assert_eq!(status(r#"{"errors":[{"error":"no"}]}"#), Some(None));
        for body in
            ["", "[]", "[1]", "{}", r#"{"id":1,"error":null}"#, r#"{"errors":[]}"#, "{", "error"]
        {
            assert_eq!(status(body), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn a_message_is_short_has_one_line_and_no_address(text in "(.|[a-z]{1,9}@[a-z]{1,9} ){0,300}") {
            if let Some(message) = presentable(&text, &[]) {
                prop_assert!(message.chars().count() <= LONGEST);
                prop_assert!(!message.contains('@') && !message.contains('\n'));
            }
        }

        #[test]
        fn a_note_never_comes_back(note in "[a-z ]{8,60}", before in "[A-Z]{0,20}", after in "[A-Z]{0,20}") {
            let note = note.trim();
            prop_assume!(note.len() >= 8);
            let message = presentable(&format!("{before} {note} {after}"), &[note]).unwrap_or_default();
            prop_assert!(!message.contains(&one_line(note)));
        }
    }
}
