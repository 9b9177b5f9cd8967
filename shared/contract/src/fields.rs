use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::{Failure, InvalidId, Minutes, StartTime};

/// The fields of an input object, read leniently in form and strictly in meaning.
///
/// An unset optional input of a data action arrives as the literal text `${input.name}`; that,
/// `null`, `""` and a missing field all mean "not given".
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The fields of `object`.
    pub fn of(object: &'a Map<String, Value>) -> Self {
        Self(object)
    }

    fn given(&self, name: &str) -> Option<&'a Value> {
        match self.0.get(name)? {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() || is_unresolved(text) => None,
            value => Some(value),
        }
    }

    /// Free text, exactly as given.
    pub fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(Failure::invalid(name, "must be text")),
        }
    }

    /// One value of a kind that is written as text: an id, a date, a status.
    pub fn value<T: Entry>(&self, name: &str) -> Result<Option<T>, Failure> {
        self.text(name)?
            .map(|text| T::read(text.trim()).map_err(|rule| Failure::invalid(name, rule)))
            .transpose()
    }

    /// As [`value`](Self::value), for a field that must be given.
    pub fn required<T: Entry>(&self, name: &str) -> Result<T, Failure> {
        self.value(name)?.ok_or_else(|| Failure::invalid(name, "is missing"))
    }

    /// `true`, `false`, or the text of either; not given is `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Failure> {
        match self.given(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(Failure::invalid(name, "must be true or false")),
        }
    }

    /// A list: a JSON array of strings or numbers, the JSON text of one, or comma-separated text;
    /// not given is empty.
    pub fn list<T: Entry>(&self, name: &str) -> Result<Vec<T>, Failure> {
        let entries = match self.given(name) {
            None => Vec::new(),
            Some(Value::Array(entries)) => {
                entries.iter().map(entry_text).collect::<Option<_>>().ok_or_else(|| mixed(name))?
            }
            Some(Value::String(text)) if text.trim_start().starts_with('[') => {
                let entries: Vec<Value> = serde_json::from_str(text)
                    .map_err(|_| Failure::invalid(name, "starts like a JSON array but is none"))?;
                entries.iter().map(entry_text).collect::<Option<_>>().ok_or_else(|| mixed(name))?
            }
            Some(Value::String(text)) => text.split(',').map(str::to_owned).collect(),
            Some(Value::Number(number)) => vec![number.to_string()],
            Some(_) => return Err(Failure::invalid(name, "must be a list")),
        };
        entries
            .iter()
            .enumerate()
            .map(|(index, text)| {
                T::read(text.trim()).map_err(|rule| {
                    Failure::invalid(name, format_args!("(entry {}) {rule}", index + 1))
                })
            })
            .collect()
    }
}

/// Formal Velocity notation prints its own text when the input is null (Genesys' help on data
/// action templates).
fn is_unresolved(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with("${input.") || text.starts_with("$!{input.")) && text.ends_with('}')
}

fn entry_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn mixed(name: &str) -> Failure {
    Failure::invalid(name, "must be a list of strings or numbers")
}

/// A kind of value that a field or a list entry can hold.
pub trait Entry: Sized {
    /// Reads trimmed text; the error completes "`field` …".
    fn read(text: &str) -> Result<Self, &'static str>;
}

impl Entry for String {
    fn read(text: &str) -> Result<Self, &'static str> {
        Ok(text.to_owned())
    }
}

impl Entry for Date {
    fn read(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be a calendar date of the form YYYY-MM-DD";
        if text.len() != 10 {
            return Err(RULE);
        }
        text.parse().map_err(|_| RULE)
    }
}

impl Entry for StartTime {
    fn read(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_| "must be a date and time of the form YYYY-MM-DDTHH:mm:ss")
    }
}

impl Entry for Minutes {
    fn read(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be whole minutes from 0 to 1440";
        let number = Decimal::from_str(text).map_err(|_| RULE)?;
        if number.fract() != Decimal::ZERO {
            return Err(RULE);
        }
        u16::try_from(number).ok().and_then(Minutes::new).ok_or(RULE)
    }
}

macro_rules! id_entry {
    ($($id:ty),*) => {
        $(impl Entry for $id {
            fn read(text: &str) -> Result<Self, &'static str> {
                text.parse().map_err(|InvalidId| "must be an id: digits only, and not 0")
            }
        })*
    };
}

id_entry!(crate::ExternalId, crate::TimeOffTypeId, crate::TimeOffRequestId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{ErrorCode, TimeOffTypeId};

    fn list<T: Entry>(value: Value) -> Result<Vec<T>, Failure> {
        let object = json!({ "field": value });
        Fields::of(object.as_object().unwrap()).list("field")
    }

    #[test]
    fn three_spellings_of_a_list_are_one_list() {
        let expected: Vec<TimeOffTypeId> =
            [83, 90, 85].into_iter().filter_map(TimeOffTypeId::new).collect();
        for value in [
            json!(["83", "90", "085"]),
            json!([83, 90, 85]),
            json!("[\"83\",90,\"85\"]"),
            json!("83, 90,85"),
        ] {
            assert_eq!(list::<TimeOffTypeId>(value.clone()).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn not_given_has_five_spellings() {
        for value in
            [json!(""), json!(null), json!([]), json!("${input.dates}"), json!(" $!{input.dates} ")]
        {
            assert_eq!(list::<Date>(value.clone()).unwrap(), [], "{value}");
        }
        assert_eq!(Fields::of(&Map::new()).list::<Date>("dates").unwrap(), []);
    }

    #[test]
    fn a_bad_entry_is_named_by_its_place_and_never_quoted() {
        let failure = list::<Date>(json!(["2026-12-01", "jane@example.com"])).unwrap_err();
        assert_eq!(failure.code, ErrorCode::InvalidInput);
        assert_eq!(
            failure.sentence,
            "field (entry 2) must be a calendar date of the form YYYY-MM-DD."
        );
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for value in [
            json!({}),
            json!(true),
            json!([[1]]),
            json!([null]),
            json!("[1,"),
            json!("2026-13-01"),
            json!("2026-02-29"),
        ] {
            assert_eq!(
                list::<Date>(value.clone()).unwrap_err().code,
                ErrorCode::InvalidInput,
                "{value}"
            );
        }
    }

    #[test]
    fn minutes_are_whole_and_fit_a_day() {
        assert_eq!(list::<Minutes>(json!(["480", 0, "1440", 90.0])).unwrap().len(), 4);
        for value in [json!(["-1"]), json!([1441]), json!(["7.5"]), json!(["eight"]), json!("480,")]
        {
            assert!(list::<Minutes>(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn flags_are_booleans_or_their_text() {
        let object = json!({"a": true, "b": "True", "c": "false", "d": null, "e": "${input.e}", "f": "yes", "g": 1});
        let fields = Fields::of(object.as_object().unwrap());
        assert_eq!(
            ["a", "b", "c", "d", "e"].map(|name| fields.flag(name).unwrap()),
            [true, true, false, false, false]
        );
        assert!(fields.flag("f").is_err());
        assert!(fields.flag("g").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_a_failure_that_does_not_quote_it(text in "\\PC{0,40}") {
            if let Err(failure) = list::<TimeOffTypeId>(json!(text)) {
                prop_assert!(failure.sentence.starts_with("field "));
                prop_assert!(text.chars().filter(|c| c.is_alphabetic()).count() < 8 || !failure.sentence.contains(&text));
            }
        }

        #[test]
        fn dates_survive_all_three_spellings(days in proptest::collection::vec(0i32..3000, 1..20)) {
            let dates: Vec<Date> = days.iter().map(|day| Date::constant(2024, 1, 1).checked_add(jiff::Span::new().days(*day)).unwrap()).collect();
            let texts: Vec<String> = dates.iter().map(ToString::to_string).collect();
            prop_assert_eq!(&list::<Date>(json!(texts)).unwrap(), &dates);
            prop_assert_eq!(&list::<Date>(json!(texts.join(", "))).unwrap(), &dates);
            prop_assert_eq!(&list::<Date>(json!(json!(texts).to_string())).unwrap(), &dates);
        }
    }
}
