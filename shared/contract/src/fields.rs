//! The fields of an input, and the kinds of value that they hold.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde_json::{Map, Number, Value};

use crate::key::InvalidStartTime;
use crate::list::List;
use crate::operations::Input;
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

    fn given(&self, input: Input) -> Option<&'a Value> {
        match self.0.get(input.name())? {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() || is_unresolved(text) => None,
            value => Some(value),
        }
    }

    /// Free text, exactly as given.
    pub(crate) fn text(&self, input: Input) -> Result<Option<String>, Failure> {
        match self.given(input) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(input.refuse("must be text")),
        }
    }

    /// One value of a kind that is written as text or as a number: an id, a date, a status.
    pub(crate) fn value<T: Entry>(&self, input: Input) -> Result<Option<T>, Failure> {
        let read = match self.given(input) {
            None => return Ok(None),
            Some(Value::String(text)) => T::read(text),
            Some(Value::Number(number)) => T::read_number(number),
            Some(_) => Err("must be text"),
        };
        read.map(Some).map_err(|rule| input.refuse(rule))
    }

    /// As [`value`](Self::value), for a field that must be given.
    pub(crate) fn required<T: Entry>(&self, input: Input) -> Result<T, Failure> {
        self.value(input)?.ok_or_else(|| input.refuse("is missing"))
    }

    /// `true`, `false`, or the text of either; not given is `false`.
    pub(crate) fn flag(&self, input: Input) -> Result<bool, Failure> {
        match self.given(input) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(input.refuse("must be true or false")),
        }
    }

    /// A list, in any of its forms; not given is empty.
    pub(crate) fn list(&self, input: Input) -> List {
        List::of(input, self.given(input))
    }
}

impl Input {
    /// This field breaks `rule`, which completes the sentence "`field` …".
    pub(crate) fn refuse(self, rule: impl fmt::Display) -> Failure {
        Failure::invalid(self.name(), rule)
    }
}

/// Formal Velocity notation prints its own text when the input is null (Genesys' help on data
/// action templates). Text that only has such a reference in it is somebody's own.
fn is_unresolved(text: &str) -> bool {
    let text = text.trim();
    ["${input.", "$!{input."]
        .iter()
        .filter_map(|start| text.strip_prefix(start)?.strip_suffix('}'))
        .any(|name| !name.is_empty() && name.bytes().all(is_name_byte))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// A kind of value that a field or a list entry can hold. The error completes "`field` …".
pub(crate) trait Entry: Sized {
    /// Reads text.
    fn read(text: &str) -> Result<Self, &'static str>;

    /// Reads a JSON number, by default as the text that it is.
    fn read_number(number: &Number) -> Result<Self, &'static str> {
        Self::read(&number.to_string())
    }
}

impl Entry for String {
    fn read(text: &str) -> Result<Self, &'static str> {
        Ok(text.trim().to_owned())
    }
}

/// A leave on another date could be written to BambooHR and never be found again.
const DATES: RangeInclusive<Date> = Date::constant(1900, 1, 1)..=Date::constant(2100, 12, 31);
const DATES_RULE: &str = "must lie between 1900-01-01 and 2100-12-31";

impl Entry for Date {
    fn read(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be a calendar date of the form YYYY-MM-DD";
        let text = text.trim();
        let date: Self = text.parse().map_err(|_| RULE)?;
        // The parser knows further forms of ISO 8601.
        if date.to_string() != text {
            return Err(RULE);
        }
        if DATES.contains(&date) { Ok(date) } else { Err(DATES_RULE) }
    }
}

impl Entry for StartTime {
    fn read(text: &str) -> Result<Self, &'static str> {
        let start: Self = text.trim().parse().map_err(
            |InvalidStartTime| "must be a date and time of the form YYYY-MM-DDTHH:mm:ss",
        )?;
        if DATES.contains(&start.date()) { Ok(start) } else { Err(DATES_RULE) }
    }
}

const MINUTES_RULE: &str = "must be whole minutes from 0 to 1500";

impl Entry for Minutes {
    /// Digits alone: whoever writes `4_80`, `1e2`, `480.0`, `+480` or a blank may have meant
    /// something else.
    fn read(text: &str) -> Result<Self, &'static str> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let minutes = digits.then(|| text.parse().ok()).flatten();
        minutes.and_then(Self::new).ok_or(MINUTES_RULE)
    }

    /// A number is read by its value: JSON has but one kind of number, and `480.0` is the whole
    /// number 480.
    fn read_number(number: &Number) -> Result<Self, &'static str> {
        let value = number.as_f64().filter(|value| value.fract() == 0.0);
        let minutes = value.and_then(Decimal::from_f64).and_then(|value| value.to_u16());
        minutes.and_then(Self::new).ok_or(MINUTES_RULE)
    }
}

macro_rules! id_entry {
    ($($id:ty),*) => {
        $(impl Entry for $id {
            fn read(text: &str) -> Result<Self, &'static str> {
                text.trim().parse().map_err(|InvalidId| "must be an id: digits only, and not 0")
            }
        })*
    };
}

id_entry!(crate::ExternalId, crate::TimeOffTypeId, crate::TimeOffRequestId);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn minutes(value: Value) -> Result<Vec<Minutes>, Failure> {
        List::of(Input::PayableMinutes, Some(&value)).read()
    }

    #[test]
    fn minutes_are_whole_and_fit_a_day() {
        let good = json!(["480", 0, "1440", 90.0, "1500", 1500, "007"]);
        assert_eq!(minutes(good).unwrap().len(), 7);
        for value in [
            json!(["-1"]),
            json!([1501]),
            json!(["1501"]),
            json!(["7.5"]),
            json!([7.5]),
            json!([-1]),
            json!([1e300]),
            json!(["eight"]),
            json!("480,"),
        ] {
            assert!(minutes(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn flags_are_booleans_or_their_text() {
        let flag = |value: Value| {
            let object = json!({ "overrideBalanceThreshold": value });
            Fields::of(object.as_object().unwrap()).flag(Input::OverrideBalanceThreshold)
        };
        for (value, expected) in [
            (json!(true), true),
            (json!("True"), true),
            (json!("false"), false),
            (json!(null), false),
            (json!("${input.overrideBalanceThreshold}"), false),
        ] {
            assert_eq!(flag(value.clone()), Ok(expected), "{value}");
        }
        assert!(flag(json!("yes")).is_err());
        assert!(flag(json!(1)).is_err());
    }

    #[test]
    fn only_a_whole_reference_counts_as_not_given() {
        let notes = |text: &str| {
            let object = json!({ "notes": text });
            Fields::of(object.as_object().unwrap()).text(Input::Notes).unwrap()
        };
        for reference in ["${input.notes}", " ${input.notes}\n", "$!{input.notes}"] {
            assert_eq!(notes(reference), None, "{reference:?}");
        }
        for own in ["${input.a} and {b}", "see ${input.notes}", "${input.}", "${input.a b}", "$5"] {
            assert_eq!(notes(own).as_deref(), Some(own));
        }
    }
}
