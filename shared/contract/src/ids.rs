//! Ids, a type for each kind, so that none is taken for another.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The text is not an id: not all digits, zero, or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an id: digits only, and not 0")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// A positive whole number; as text, digits without leading zeros. 0 is no id: BambooHR
        /// reads it as "the owner of the API key".
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU64);

        impl $name {
            /// The id with this number; `None` for 0.
            pub const fn new(number: u64) -> Option<Self> {
                match NonZeroU64::new(number) {
                    Some(number) => Some(Self(number)),
                    None => None,
                }
            }

            /// The number.
            pub const fn get(self) -> u64 {
                self.0.get()
            }
        }

        impl From<NonZeroU64> for $name {
            fn from(number: NonZeroU64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for NonZeroU64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(InvalidId);
                }
                text.parse().ok().and_then(Self::new).ok_or(InvalidId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Serialize for $name {
            /// Always a string: a number and a string that look alike have broken mappings in
            /// Genesys.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id! {
    /// The HRIS's id of an agent, which Genesys calls the agent's externalId: BambooHR's immutable
    /// employee id.
    ExternalId
}

id! {
    /// The id of a time-off type in the HRIS.
    TimeOffTypeId
}

id! {
    /// The id of a time-off request in the HRIS.
    TimeOffRequestId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_removed() {
        assert_eq!("00452".parse::<ExternalId>().unwrap().to_string(), "452");
    }

    #[test]
    fn zero_signs_and_text_are_no_ids() {
        for text in ["0", "000", "", "-1", "+1", "4 5", "4.0", "abc", "99999999999999999999999"] {
            assert_eq!(text.parse::<ExternalId>(), Err(InvalidId), "{text:?}");
        }
    }
}
