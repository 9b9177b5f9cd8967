//! The notes of a request, in every shape that they come in.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::rows::value;

/// `{"employee": …, "manager": …}` in lists; a list of `{"from": …, "note": …}` where notes are
/// written; `[]` when there are none. A note that is no note counts as none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    pub(super) employee: Option<String>,
    pub(super) manager: Option<String>,
}

impl Notes {
    pub(super) fn read(raw: Option<&RawValue>) -> Self {
        match value(raw) {
            Some(Value::Object(by_author)) => Self::by_author(by_author),
            Some(Value::Array(listed)) => Self::listed(listed),
            _ => Self::default(),
        }
    }

    fn by_author(mut notes: Map<String, Value>) -> Self {
        let mut of = |author| notes.remove(author).and_then(text);
        Self { employee: of("employee"), manager: of("manager") }
    }

    fn listed(listed: Vec<Value>) -> Self {
        let mut notes = Self::default();
        for mut entry in listed {
            let place = match entry.get("from").and_then(Value::as_str) {
                Some(author) if author.eq_ignore_ascii_case("employee") => &mut notes.employee,
                Some(author) if author.eq_ignore_ascii_case("manager") => &mut notes.manager,
                _ => continue,
            };
            if place.is_none() {
                *place = entry.get_mut("note").map(Value::take).and_then(text);
            }
        }
        notes
    }
}

/// Lines stay lines; every other control character becomes a blank.
fn text(value: Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_odd = |character: char| character.is_control() && !matches!(character, '\n' | '\r');
    let text = if text.contains(is_odd) { text.replace(is_odd, " ") } else { text };
    (!text.is_empty()).then_some(text)
}
