//! Genesys' own words about a failure, made fit for a log.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Complaint;
use crate::wire;

const LONGEST: usize = 300;

/// A longer body is no error body.
const LONGEST_BODY: usize = 64 * 1024;

/// The body of a failure: the API's, or (`error`, `error_description`) that of the token endpoint.
/// Everything in it is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ErrorBody {
    #[serde(deserialize_with = "wire::optional")]
    code: Option<String>,
    #[serde(deserialize_with = "wire::optional")]
    error: Option<String>,
    #[serde(deserialize_with = "wire::optional")]
    message: Option<String>,
    #[serde(deserialize_with = "wire::optional")]
    message_with_params: Option<String>,
    #[serde(deserialize_with = "wire::optional")]
    message_params: Option<BTreeMap<String, Value>>,
    #[serde(rename = "error_description", deserialize_with = "wire::optional")]
    error_description: Option<String>,
    #[serde(deserialize_with = "wire::optional")]
    description: Option<String>,
    #[serde(deserialize_with = "wire::optional")]
    context_id: Option<String>,
}

/// Reads an error body; of anything else, nothing. The secret is not in the message, should an
/// answer ever quote it.
pub(crate) fn complaint(body: &[u8], secret: &str) -> Complaint {
    if body.len() > LONGEST_BODY {
        return Complaint::default();
    }
    let Ok(body) = serde_json::from_slice::<ErrorBody>(body) else {
        return Complaint::default();
    };
    Complaint {
        permissions: permissions(&body),
        message: [body.message, body.message_with_params, body.error_description, body.description]
            .into_iter()
            .flatten()
            .find_map(|text| presentable(&text, secret)),
        code: body.code.or(body.error).filter(|code| is_plain(code)),
        context_id: body.context_id.filter(|id| is_plain(id)),
    }
}

/// An id or a code: short, and of few characters.
pub(crate) fn is_plain(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

/// Everything in the texts that is written like a permission: `domain:entity:action`.
fn permissions(body: &ErrorBody) -> Vec<String> {
    let params = body.message_params.iter().flat_map(BTreeMap::values).filter_map(Value::as_str);
    let texts = body.message.iter().chain(&body.message_with_params).map(String::as_str);
    let mut found: Vec<String> = Vec::new();
    for text in texts.chain(params) {
        let words = text.split(|character: char| {
            !(character.is_ascii_alphanumeric() || matches!(character, ':' | '-' | '_'))
        });
        for word in words.map(|word| word.trim_matches(':')).filter(|word| is_permission(word)) {
            if !found.iter().any(|known| known == word) {
                found.push(word.to_owned());
            }
        }
    }
    found
}

fn is_permission(word: &str) -> bool {
    let is_name = |part: &str| part.starts_with(|first: char| first.is_ascii_alphabetic());
    word.len() <= 128 && word.split(':').count() == 3 && word.split(':').all(is_name)
}

/// One line, at most 300 characters, no e-mail address and not the secret.
fn presentable(text: &str, secret: &str) -> Option<String> {
    let blank = |character: char| character.is_control() || character.is_whitespace();
    let words = text.split(blank).filter(|word| !word.is_empty());
    let words = words.map(|word| match word {
        _ if word.contains('@') || word.to_ascii_lowercase().contains("%40") => "[e-mail]",
        _ if word.contains(secret) => "…",
        _ => word,
    });
    let text = words.collect::<Vec<_>>().join(" ");
    let text = match text.char_indices().nth(LONGEST) {
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        None => text,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(body: &Value) -> Complaint {
        complaint(body.to_string().as_bytes(), "the-secret")
    }

    proptest! {
        #[test]
        fn no_body_makes_reading_panic_or_shows_an_address_or_the_secret(
            before in ".{0,400}", after in ".{0,20}", key in "message|messageWithParams|error_description|description|code|contextId",
        ) {
            let said = read(&json!({ key: format!("{before} jane@example.com the-secret {after}") }));
            let shown = format!("{said:?}");
            prop_assert!(!shown.contains("jane") && !shown.contains("the-secret"), "{}", shown);
            prop_assert!(said.message.is_none_or(|message| message.chars().count() <= LONGEST));
            complaint(before.as_bytes(), "the-secret");
        }

        #[test]
        fn permissions_are_found_however_they_are_written(
            names in prop::collection::btree_set("[a-z]{2,9}:[a-zA-Z]{2,12}:[a-z]{2,9}", 1..5),
            brackets in any::<bool>(),
        ) {
            let names: Vec<String> = names.into_iter().collect();
            let list = names.join(", ");
            let list = if brackets { format!("[{list}]") } else { format!("{list}.") };
            let body = json!({ "message": format!("Unable to perform this: at least one of: {list}"), "code": "missing.any.permissions", "status": 403 });
            prop_assert_eq!(&read(&body).permissions, &names);
            let in_params = json!({ "message": "Missing: {permissions}", "messageParams": { "permissions": list, "number": 3 } });
            prop_assert_eq!(&read(&in_params).permissions, &names);
        }
    }

    #[test]
    fn both_kinds_of_body_are_read() {
        let api = json!({
            "message": "The requested user was not found.\nReally.", "code": "not.found", "status": 404,
            "contextId": "c0ffee-1", "details": [null], "errors": [], "messageParams": null, "unknown": {},
        });
        let said = read(&api);
        assert_eq!(said.code.as_deref(), Some("not.found"));
        assert_eq!(said.message.as_deref(), Some("The requested user was not found. Really."));
        assert_eq!(said.context_id.as_deref(), Some("c0ffee-1"));
        let token = json!({ "error": "invalid_client", "error_description": "client not found" });
        let said = read(&token);
        assert_eq!(
            (said.code.as_deref(), said.message.as_deref()),
            (Some("invalid_client"), Some("client not found"))
        );
        for other in
            [json!([]), json!("text"), json!({ "code": 4, "message": [], "contextId": "<x>" })]
        {
            assert_eq!(read(&other), Complaint::default(), "{other}");
        }
        assert_eq!(complaint(b"<html>private</html>", "the-secret"), Complaint::default());
    }
}
