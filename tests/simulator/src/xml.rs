//! The XML that BambooHR's older endpoints answer when nobody asks for JSON.

use serde_json::Value;

/// A document with `value` under `root`; members of arrays are called `item`.
pub(crate) fn document(root: &str, item: &str, value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(&mut out, root, item, value);
    out
}

fn element(out: &mut String, name: &str, item: &str, value: &Value) {
    out.push('<');
    escape(out, name);
    out.push('>');
    match value {
        Value::Null => {}
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => escape(out, text),
        Value::Array(members) => members.iter().for_each(|member| element(out, item, item, member)),
        Value::Object(fields) => fields.iter().for_each(|(field, value)| {
            match field.starts_with(|first: char| first.is_ascii_digit()) {
                // A date is no element name.
                true => element(out, "date", item, value),
                false => element(out, field, item, value),
            }
        }),
    }
    out.push_str("</");
    escape(out, name);
    out.push('>');
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}
