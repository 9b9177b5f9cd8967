//! How Genesys writes values, and how leniently they are read.
//!
//! Its documents call fields required that its answers leave out, enums gain values between two
//! releases, and arrays hold nulls. Unknown fields are passed over everywhere.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

/// A text, also where it is written as a whole number.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Scalar;

    impl Visitor<'_> for Scalar {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_string<E: de::Error>(self, text: String) -> Result<String, E> {
            Ok(text)
        }
        fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }

    deserializer.deserialize_any(Scalar)
}

/// A list whose entries stand for themselves: `null` is an empty one, and entries that are `null`
/// say nothing.
pub(crate) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct Entries<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
            let mut read = Vec::new();
            while let Some(entry) = entries.next_element::<Option<T>>()? {
                read.extend(entry);
            }
            Ok(read)
        }
        fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }
    }

    deserializer.deserialize_any(Entries(PhantomData))
}

/// A list whose entries belong to those of another one at the same place: nulls keep their place.
pub(crate) fn aligned<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Option<T>>, D::Error> {
    Ok(Option::<Vec<Option<T>>>::deserialize(deserializer)?.unwrap_or_default())
}

/// A value that nothing is decided by: `None` where it cannot be read.
pub(crate) fn optional<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

/// `null` for the value that a field has when it is absent.
pub(crate) fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A whole number of minutes or the like, also as `480.0` or `"480"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole(pub(crate) i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = match Value::deserialize(deserializer)? {
            Value::Number(number) => number.as_i64().or_else(|| whole_of(&number.to_string())),
            Value::String(text) => whole_of(text.trim()),
            _ => None,
        };
        read.map(Self).ok_or_else(|| de::Error::custom("not a whole number"))
    }
}

/// Digits, with nothing but zeros behind a point.
fn whole_of(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    fraction.bytes().all(|byte| byte == b'0').then(|| whole.parse().ok()).flatten()
}

/// [`aligned`] of whole numbers.
pub(crate) fn aligned_numbers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Option<i64>>, D::Error> {
    let numbers: Vec<Option<Whole>> = aligned(deserializer)?;
    Ok(numbers.into_iter().map(|number| number.map(|Whole(number)| number)).collect())
}

/// A whole number that may be absent.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|Whole(number)| number))
}

/// `{"id": …}`: how one record names another.
#[derive(Debug, Deserialize)]
pub(crate) struct Reference<T> {
    id: T,
}

/// The id of a reference that may be absent, also as the bare id.
pub(crate) fn reference<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let id = value.get("id").cloned().unwrap_or(value);
    Ok(serde_json::from_value(id).ok())
}

/// The id of a reference that must be there.
pub(crate) fn referred<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Reference::deserialize(deserializer).map(|Reference { id }| id)
}

/// The ids of a list of references.
pub(crate) fn references<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let entries: Vec<Reference<T>> = list(deserializer)?;
    Ok(entries.into_iter().map(|Reference { id }| id).collect())
}

/// An enum of texts that keeps what it does not know.
macro_rules! open_enum {
    (
        $(#[$doc:meta])* $vis:vis enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that was not known when this was written.
            Other(String),
        }

        impl $name {
            /// The text that Genesys has for it.
            $vis fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = crate::wire::text(deserializer)?;
                Ok(match text.as_str() {
                    $($text => Self::$variant,)+
                    _ => Self::Other(text),
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_str, from_value, json, to_string};

    use super::*;

    open_enum! {
        /// Of a test.
        enum Colour { /// Red.
            Red = "RED" }
    }

    #[derive(Debug, Deserialize)]
    struct Holder {
        #[serde(default, deserialize_with = "list")]
        list: Vec<String>,
        #[serde(default, deserialize_with = "aligned_numbers")]
        minutes: Vec<Option<i64>>,
        #[serde(default, deserialize_with = "optional")]
        when: Option<jiff::Timestamp>,
        #[serde(default, deserialize_with = "reference")]
        who: Option<crate::UserId>,
    }

    proptest! {
        #[test]
        fn nulls_drop_out_of_lists_and_keep_their_place_in_aligned_ones(
            entries in prop::collection::vec(prop::option::of(0_i64..10_000), 0..20),
            decoy in "[a-z]{1,8}",
        ) {
            let texts: Vec<Option<String>> = entries.iter().map(|entry| entry.map(|entry| entry.to_string())).collect();
            let mut body = json!({ "list": texts, "minutes": entries });
            body[format!("unknown{decoy}")] = json!([{ "deep": [null, 1] }]);
            let read: Holder = from_str(&body.to_string()).unwrap();
            prop_assert_eq!(read.minutes, entries);
            prop_assert_eq!(read.list, texts.into_iter().flatten().collect::<Vec<_>>());
        }

        #[test]
        fn a_whole_number_is_read_in_every_form(number in -1_000_000_i64..1_000_000, zeros in 1_usize..4) {
            let fraction = format!("{number}.{}", "0".repeat(zeros));
            for json in [number.to_string(), format!("\"{number}\""), fraction.clone(), format!("\" {fraction} \"")] {
                prop_assert_eq!(from_str::<Whole>(&json).unwrap(), Whole(number), "{}", json);
            }
        }

        #[test]
        fn no_json_makes_reading_panic(text in ".{0,20}", digits in "[0-9.eE+-]{0,40}") {
            let _read = (from_str::<Whole>(&digits), from_str::<Whole>(&to_string(&digits).unwrap()));
            let _read = from_str::<Holder>(&json!({ "list": text, "when": digits }).to_string());
        }

        #[test]
        fn an_unknown_value_of_an_enum_is_kept(text in "[A-Za-z_]{1,20}") {
            let read: Colour = from_value(json!(text)).unwrap();
            prop_assert_eq!(read.as_str(), &text);
            prop_assert_eq!(read == Colour::Red, text == "RED");
        }
    }

    #[test]
    fn what_is_absent_or_null_is_empty() {
        for body in ["{}", r#"{"list":null,"minutes":null,"when":null,"who":null}"#] {
            let Holder { list, minutes, when, who } = from_str(body).unwrap();
            assert!(list.is_empty() && minutes.is_empty() && when.is_none() && who.is_none());
        }
        let odd = r#"{"when":"soon","who":{"id":"System","selfUri":null}}"#;
        let Holder { when, who, .. } = from_str(odd).unwrap();
        assert_eq!((when, who.unwrap().as_str()), (None, "System"));
    }

    #[test]
    fn what_is_no_whole_number_is_refused() {
        for json in ["1.5", "\"\"", "\"eight\"", "true", "[]", "1e300", "\"1.0.0\"", "\"1.5\""] {
            assert!(from_str::<Whole>(json).is_err(), "{json}");
        }
    }
}
