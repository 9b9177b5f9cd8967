//! Lists, which a data action cannot send as arrays.

use serde_json::Value;

use crate::Failure;
use crate::fields::Entry;
use crate::operations::Input;

/// A list as the caller gave it. Nothing in it is judged before it is used: a caller may send lists
/// that an operation has no need of.
#[derive(Debug)]
pub(crate) struct List {
    input: Input,
    entries: Result<Vec<Value>, &'static str>,
}

impl List {
    /// The list that was given as `value`: a JSON array, the JSON text of one, or comma-separated
    /// text, in which blanks around an entry do not count.
    pub(crate) fn of(input: Input, value: Option<&Value>) -> Self {
        let entries = match value {
            None => Ok(Vec::new()),
            Some(Value::Array(entries)) => Ok(entries.clone()),
            Some(Value::String(text)) if text.trim_start().starts_with('[') => {
                serde_json::from_str(text).map_err(|_| "starts like a JSON array but is none")
            }
            Some(Value::String(text)) => {
                Ok(text.split(',').map(|entry| entry.trim().into()).collect())
            }
            Some(number @ Value::Number(_)) => Ok(vec![number.clone()]),
            Some(_) => Err("must be a list"),
        };
        Self { input, entries }
    }

    /// The field that it is.
    pub(crate) fn input(&self) -> Input {
        self.input
    }

    /// Whether it was not given, or without entries.
    pub(crate) fn is_absent(&self) -> bool {
        self.has(0)
    }

    /// Whether it has that many entries.
    pub(crate) fn has(&self, count: usize) -> bool {
        self.entries.as_ref().is_ok_and(|entries| entries.len() == count)
    }

    /// Its entries.
    pub(crate) fn read<T: Entry>(&self) -> Result<Vec<T>, Failure> {
        let entries = self.entries.as_ref().map_err(|rule| self.input.refuse(rule))?;
        let read = |(index, entry): (usize, &Value)| match entry {
            Value::String(text) => T::read(text).map_err(|rule| self.refuse_entry(index, rule)),
            Value::Number(number) => {
                T::read_number(number).map_err(|rule| self.refuse_entry(index, rule))
            }
            _ => Err(self.input.refuse("must be a list of strings or numbers")),
        };
        entries.iter().enumerate().map(read).collect()
    }

    fn refuse_entry(&self, index: usize, rule: &str) -> Failure {
        self.input.refuse(format_args!("(entry {}) {rule}", index + 1))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{ErrorCode, Fields, TimeOffTypeId};

    fn list<T: Entry>(value: Value) -> Result<Vec<T>, Failure> {
        let object = json!({ "dates": value });
        Fields::of(object.as_object().unwrap()).list(Input::Dates).read()
    }

    #[test]
    fn three_spellings_of_a_list_are_one_list() {
        let expected: Vec<TimeOffTypeId> =
            [83, 90, 85].into_iter().filter_map(TimeOffTypeId::new).collect();
        for value in [
            json!(["83", "90", "085"]),
            json!([83, 90, 85]),
            json!("[\"83\",90,\"85\"]"),
            json!(" [83, 90, 85] "),
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
        let nothing = serde_json::Map::new();
        assert!(Fields::of(&nothing).list(Input::Dates).is_absent());
    }

    #[test]
    fn a_bad_entry_is_named_by_its_place_and_never_quoted() {
        let failure = list::<Date>(json!(["2026-12-01", "jane@example.com"])).unwrap_err();
        assert_eq!(failure.code, ErrorCode::InvalidInput);
        assert_eq!(
            failure.sentence,
            "dates (entry 2) must be a calendar date of the form YYYY-MM-DD."
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

    proptest! {
        #[test]
        fn any_text_is_a_list_or_a_failure_that_does_not_quote_it(text in "\\PC{0,40}") {
            if let Err(failure) = list::<TimeOffTypeId>(json!(text)) {
                prop_assert!(failure.sentence.starts_with("dates "));
                let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
                prop_assert!(letters < 8 || !failure.sentence.contains(&text));
            }
        }

        #[test]
        fn dates_survive_all_three_spellings(
            days in proptest::collection::vec(0i32..3000, 1..20)
        ) {
            let first = Date::constant(2024, 1, 1);
            let dates: Vec<Date> = days
                .iter()
                .map(|day| first.checked_add(jiff::Span::new().days(*day)).unwrap())
                .collect();
            let texts: Vec<String> = dates.iter().map(ToString::to_string).collect();
            prop_assert_eq!(&list::<Date>(json!(texts)).unwrap(), &dates);
            prop_assert_eq!(&list::<Date>(json!(texts.join(", "))).unwrap(), &dates);
            prop_assert_eq!(&list::<Date>(json!(json!(texts).to_string())).unwrap(), &dates);
        }
    }
}
