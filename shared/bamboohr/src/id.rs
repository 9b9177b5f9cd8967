//! The ids of BambooHR's records, one type each, so that they cannot be mixed up.
//!
//! A published client once sent request ids where type ids belong (bhr-api-php#5).

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::wire;

/// The text is not the id of a record: not digits only, zero, or too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a whole number above zero, written in digits")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// A whole number above zero: BambooHR reads an id of 0 as "the owner of the key".
        /// Read from JSON as a number or as a string of digits (BambooHR sends both), written as a
        /// number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(NonZeroU64);

        impl $name {
            /// The id with this number; `None` for zero.
            pub const fn new(id: u64) -> Option<Self> {
                match NonZeroU64::new(id) {
                    Some(id) => Some(Self(id)),
                    None => None,
                }
            }

            /// The number.
            pub const fn get(self) -> u64 {
                self.0.get()
            }
        }

        impl From<NonZeroU64> for $name {
            fn from(id: NonZeroU64) -> Self {
                Self(id)
            }
        }

        impl From<$name> for NonZeroU64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                wire::parsed(deserializer)
            }
        }
    };
}

id! {
    /// An employee. BambooHR never changes or reuses it within a company.
    EmployeeId
}
id! {
    /// A time-off type, such as vacation or sick leave.
    TimeOffTypeId
}
id! {
    /// A time-off request.
    RequestId
}

fn parse(text: &str) -> Result<NonZeroU64, InvalidId> {
    // `u64::from_str` would take a leading plus sign.
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidId);
    }
    text.parse().map_err(|_| InvalidId)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_number_is_read_from_text_and_from_both_json_forms(number in 1_u64.., zeros in 0_usize..4) {
            let id = EmployeeId::new(number).unwrap();
            let text = format!("{}{number}", "0".repeat(zeros));
            prop_assert_eq!(text.parse::<EmployeeId>(), Ok(id));
            prop_assert_eq!(serde_json::from_str::<EmployeeId>(&number.to_string()).unwrap(), id);
            prop_assert_eq!(serde_json::from_str::<EmployeeId>(&format!("\"{number}\"")).unwrap(), id);
            prop_assert_eq!(serde_json::to_string(&id).unwrap(), number.to_string());
        }

        #[test]
        fn text_that_is_not_all_digits_is_no_id(text in "[0-9]{0,3}[^0-9][0-9]{0,3}") {
            prop_assert_eq!(text.parse::<RequestId>(), Err(InvalidId));
        }
    }

    #[test]
    fn zero_and_nothing_are_no_ids() {
        for text in ["", "0", "000", "18446744073709551616"] {
            assert_eq!(text.parse::<RequestId>(), Err(InvalidId), "{text:?}");
        }
        assert!(serde_json::from_str::<TimeOffTypeId>("0").is_err());
        assert!(serde_json::from_str::<TimeOffTypeId>("-4").is_err());
        assert!(serde_json::from_str::<TimeOffTypeId>("1.5").is_err());
        assert!(serde_json::from_str::<TimeOffTypeId>("null").is_err());
    }
}
