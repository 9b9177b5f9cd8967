//! BambooHR's JSON as it is, not as its OpenAPI document has it.
//!
//! Numbers and ids come as numbers or as strings, booleans also as 0 and 1, and an object without entries as `[]`
//! (PHP has one empty array for both). The official Python SDK fails on real answers for this reason.
//! No error from here quotes a value: it would end up in logs.

use std::{collections::BTreeMap, fmt, marker::PhantomData, str::FromStr};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

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
            // Rust prints the shortest decimal that reads back as the same `f64`: -32.4 stays -32.4.
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
pub(crate) fn parsed<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = Text::deserialize(deserializer)?;
    text.filled().ok_or_else(|| de::Error::custom("a value is missing"))?.parse().map_err(de::Error::custom)
}

/// A decimal number such as `"-26.36"`, `184` or `-32.4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Decimal);

impl FromStr for Amount {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        // `Decimal` would take underscores between the digits.
        if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+')) {
            return Err("not a decimal number");
        }
        text.parse().map(Self).map_err(|_| "not a decimal number")
    }
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
        let shape = |(index, byte): (usize, u8)| if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
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
                    Some(_) => Err(de::Error::custom("an array with entries where an object belongs")),
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
