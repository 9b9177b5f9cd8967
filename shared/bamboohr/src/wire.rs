//! BambooHR's JSON as it is, not as its OpenAPI document has it.
//!
//! Numbers and ids come as numbers or as strings, booleans also as 0 and 1, and an object without
//! entries as `[]` (PHP has one empty array for both). The official Python SDK fails on real
//! answers for this reason. No error from here quotes a value: it would end up in logs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A string, a number or a boolean, as text; `null` is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Option<String>);

impl Text {
    /// The text without surrounding blanks, unless there is none.
    pub(crate) fn filled(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl<'de> Visitor<'de> for Scalar {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, a boolean or null")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                self.visit_string(text.to_owned())
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Text, E> {
                self.visit_string(number.to_string())
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Text, E> {
                self.visit_string(number.to_string())
            }
            // Rust prints the shortest decimal that reads back as the same `f64`: -32.4 stays
            // -32.4.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Text, E> {
                self.visit_string(number.to_string())
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text, E> {
                self.visit_string(value.to_string())
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
                Ok(Text(Some(text)))
            }
            fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
                Ok(Text(None))
            }
        }

        deserializer.deserialize_any(Scalar)
    }
}

/// A value that is written as text, whatever JSON type carries it.
pub(crate) fn parsed<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = Text::deserialize(deserializer)?;
    text.filled()
        .ok_or_else(|| de::Error::custom("a value is missing"))?
        .parse()
        .map_err(de::Error::custom)
}

/// A decimal number such as `"-26.36"`, `184`, `"1.0E-5"` or `"1,040.00"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Decimal);

impl FromStr for Amount {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        decimal(text).map(Self).ok_or("not a decimal number")
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let mantissa = ungrouped(mantissa)?;
    // `Decimal` would take underscores between the digits.
    if !mantissa.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+')) {
        return None;
    }
    match exponent.parse::<i8>().ok()? {
        0 => mantissa.parse().ok(),
        exponent => Decimal::from_scientific(&format!("{mantissa}e{exponent}")).ok(),
    }
}

/// The number without the commas between its thousands. A single comma without a decimal point may
/// as well be the decimal comma of another language, so that such a number is none.
fn ungrouped(number: &str) -> Option<Cow<'_, str>> {
    if !number.contains(',') {
        return Some(Cow::Borrowed(number));
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next()?;
    let others: Vec<&str> = groups.collect();
    let is_grouped = (1..=3).contains(&first.len())
        && others.iter().all(|group| group.len() == 3)
        && (others.len() > 1 || number.contains('.'));
    (is_grouped && !fraction.contains(',')).then(|| Cow::Owned(number.replace(',', "")))
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// A calendar day. BambooHR sends some of its dates with a time behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) Date);

impl FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let day = match text.as_bytes() {
            [day @ .., b' ' | b'T', _, _, b':', _, _, b':', _, _] => day.len(),
            day => day.len(),
        };
        let shape = |(index, byte): (usize, u8)| {
            if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
        };
        match text.get(..day) {
            Some(day) if day.len() == 10 && day.bytes().enumerate().all(shape) => {
                day.parse().map(Self).map_err(|_| "not a day of the calendar")
            }
            _ => Err("not a date like 2026-12-01"),
        }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

/// A boolean, also as `"true"`, `"yes"` or `1`; `null` is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Text::deserialize(deserializer)?.filled().map(str::to_ascii_lowercase).as_deref() {
            None => Ok(Self(None)),
            Some("true" | "yes" | "1") => Ok(Self(Some(true))),
            Some("false" | "no" | "0") => Ok(Self(Some(false))),
            Some(_) => Err(de::Error::custom("not a boolean")),
        }
    }
}

/// An object that arrives as `[]` or `null` when it has no entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectOrNothing<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for ObjectOrNothing<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, or an empty array in its place")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Object<T>, A::Error> {
                match seq.next_element::<de::IgnoredAny>()? {
                    None => Ok(Object(T::default())),
                    Some(_) => {
                        Err(de::Error::custom("an array with entries where an object belongs"))
                    }
                }
            }
            fn visit_unit<E: de::Error>(self) -> Result<Object<T>, E> {
                Ok(Object(T::default()))
            }
        }

        deserializer.deserialize_any(ObjectOrNothing(PhantomData))
    }
}

/// `YYYY-MM-DD` → amount.
pub(crate) type AmountPerDay = Object<BTreeMap<Day, Amount>>;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_str, json, to_string};

    use super::*;

    fn amount(json: &str) -> Option<Decimal> {
        from_str::<Amount>(json).ok().map(|amount| amount.0)
    }

    fn day(text: &str) -> Option<Date> {
        text.parse::<Day>().ok().map(|day| day.0)
    }

    proptest! {
        #[test]
        fn an_amount_is_the_same_as_a_string_and_as_a_number(units in -10_000_000_i64..10_000_000, scale in 0_u32..=4) {
            let wanted = Decimal::new(units, scale);
            prop_assert_eq!(amount(&wanted.to_string()), Some(wanted));
            prop_assert_eq!(amount(&format!("\"{wanted}\"")), Some(wanted));
            prop_assert_eq!(amount(&format!("\" {wanted} \"")), Some(wanted));
        }

        #[test]
        fn no_text_makes_reading_panic_and_no_error_quotes_it(text in "[0-9]{0,9}jane.{0,30}") {
            let json = to_string(&text).unwrap();
            for error in [from_str::<Amount>(&json).err(), from_str::<Day>(&json).err(), from_str::<Flag>(&json).err()] {
                prop_assert!(error.is_some_and(|error| !error.to_string().contains("jane")));
            }
        }

        #[test]
        fn every_day_is_read_with_or_without_a_time(days in 0_i32..73_000) {
            let wanted = Date::constant(1900, 1, 1) + jiff::Span::new().days(days);
            prop_assert_eq!(day(&wanted.to_string()), Some(wanted));
            prop_assert_eq!(day(&format!("{wanted} 23:59:59")), Some(wanted));
            prop_assert_eq!(day(&format!("{wanted}T00:00:00")), Some(wanted));
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for json in [
            "\"\"",
            "null",
            "\"1,5\"",
            "\"1_000\"",
            "\"1,040\"",
            "\"1,04,000.0\"",
            "\"1040,000.0\"",
            "\",040.0\"",
            "\"1.5,000\"",
            "\"1e\"",
            "\"1e99\"",
            "\"1e-99\"",
            "\"e5\"",
            "\"1e5e5\"",
            "true",
            "[]",
            "\"--1\"",
            "1e300",
            "\"eight\"",
        ] {
            assert_eq!(amount(json), None, "{json}");
        }
    }

    #[test]
    fn exponents_and_thousands_are_read() {
        for (json, wanted) in [
            ("\"1.0E-5\"", "0.00001"),
            ("\"1e3\"", "1000"),
            ("\"-2.5e+1\"", "-25"),
            ("\"1,040.00\"", "1040"),
            ("\"-1,040.50\"", "-1040.5"),
            ("\"1,040,000\"", "1040000"),
            ("1.0E-5", "0.00001"),
        ] {
            assert_eq!(amount(json), Some(wanted.parse().unwrap()), "{json}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "0000-00-00",
            "2026-02-30",
            "20260601",
            "2026-6-1",
            "2026-06-01Z",
            "2026-06-01 soon",
            "2026/06/01",
            "é026-06-01",
            "ééééé",
        ] {
            assert_eq!(day(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_flag_has_many_faces() {
        for (json, flag) in [
            ("true", Some(true)),
            ("\"Yes\"", Some(true)),
            ("1", Some(true)),
            ("false", Some(false)),
            ("\"0\"", Some(false)),
            ("null", None),
            ("\"\"", None),
        ] {
            assert_eq!(from_str::<Flag>(json).unwrap().0, flag, "{json}");
        }
        assert!(from_str::<Flag>("2").is_err());
    }

    #[test]
    fn an_empty_array_is_an_object_without_entries() {
        let days = |json: serde_json::Value| {
            from_str::<AmountPerDay>(&json.to_string()).map(|days| days.0.len())
        };
        assert_eq!(days(json!([])).unwrap(), 0);
        assert_eq!(days(json!(null)).unwrap(), 0);
        assert_eq!(days(json!({})).unwrap(), 0);
        assert_eq!(days(json!({ "2026-06-01": "8", "2026-06-02": 4.5 })).unwrap(), 2);
        for wrong in
            [json!(["8"]), json!("8"), json!({ "2026-06-31": 8 }), json!({ "2026-06-01": null })]
        {
            assert!(days(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
