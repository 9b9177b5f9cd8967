//! What of BambooHR's words is shown, and what never is.

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
    assert_eq!(presentable("Bad note: my mother's operation!", &[note]).unwrap(), "Bad note: …!");
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

#[test]
fn both_spellings_of_the_header_in_one_answer_are_one_message() {
    let both = headers(&[
        ("x-bamboohr-error-messsage", "Employee not found, Employee not found"),
        ("x-bamboohr-error-message", "Employee not found, Employee not found"),
    ]);
    let read = complaint(&both, b"", &[]);
    assert_eq!(read.message.as_deref(), Some("Employee not found"));
    let empty_first = headers(&[
        ("x-bamboohr-error-message", ""),
        ("x-bamboohr-error-messsage", "Employee not found"),
    ]);
    let read = complaint(&empty_first, b"", &[]);
    assert_eq!(read.message.as_deref(), Some("Employee not found"));
}

/// The ways in which a quoted text comes back.
fn spellings(text: &str) -> Vec<String> {
    let percent = |text: &str, is_kept: fn(u8) -> bool| {
        text.bytes()
            .map(|byte| match is_kept(byte) {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    let json = serde_json::to_string(text).unwrap();
    let ascii: String = text
        .chars()
        .flat_map(|character| match character.is_ascii() {
            true => vec![character],
            false => format!("\\u{:04x}", u32::from(character)).chars().collect(),
        })
        .collect();
    let html = text.replace('&', "&amp;").replace('"', "&quot;").replace('@', "&#64;");
    vec![
        text.to_owned(),
        text.to_uppercase(),
        text.to_lowercase(),
        percent(text, |byte| byte.is_ascii_alphanumeric()),
        percent(&text.to_uppercase(), |byte| byte.is_ascii_alphanumeric()),
        percent(text, |_| false).to_lowercase(),
        percent(text, |byte| byte.is_ascii_alphanumeric() || byte == b' ').replace(' ', "+"),
        percent(&percent(text, |byte| byte.is_ascii_alphanumeric()), |byte| byte != b'%'),
        percent(&json, |byte| byte.is_ascii_alphanumeric()),
        json,
        ascii,
        html,
    ]
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
    fn neither_a_note_nor_an_address_comes_back_in_any_spelling(
        note in "[a-zäöüß][a-z äöüß\"&@é]{7,60}[a-zäöüß]",
        name in "[a-z]{3,9}\\.[a-z]{3,9}",
        before in "[0-9 ]{0,20}",
        after in "[0-9 ]{0,20}",
    ) {
        let address = format!("{name}@example.com");
        for quoted in spellings(&note) {
            let message = presentable(&format!("{before} {quoted} {after}"), &[&note]);
            let message = message.unwrap_or_default().to_lowercase();
            // Whatever is left is shorter than what gives the note away.
            let note: Vec<char> = one_line(&note).to_lowercase().chars().collect();
            for part in note.windows(8) {
                let part: String = part.iter().collect();
                prop_assert!(!message.contains(&part), "{part:?} of {quoted:?} in {message:?}");
            }
        }
        for quoted in spellings(&address) {
            let message = presentable(&format!("{before} {quoted} {after}"), &[]);
            let message = message.unwrap_or_default().to_lowercase();
            prop_assert!(!message.contains(&name) && !message.contains("example"), "{message:?}");
        }
    }
}
