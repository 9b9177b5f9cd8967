//! The ids of Genesys' records, one type each, so that they cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::wire;

/// The text cannot be an id: empty, longer than 200 bytes, with control characters, or `.` or `..`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id must be a short text on one line")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Opaque text, mostly a UUID. Read from JSON as text or a whole number.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check(text).map(|text| Self(text.into()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                wire::text(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id! {
    /// A user, who is an agent to workforce management. Where Genesys names who changed a record,
    /// it may be the word `System`.
    UserId
}
id! {
    /// A management unit: the agents that are planned together.
    ManagementUnitId
}
id! {
    /// A business unit, which management units belong to.
    BusinessUnitId
}
id! {
    /// A staffing group of a business unit.
    StaffingGroupId
}
id! {
    /// An integration, an HRIS one included.
    IntegrationId
}
id! {
    /// A time-off request in Genesys. The HRIS' own id of it is not shown by any route.
    TimeOffRequestId
}
id! {
    /// A time-off plan.
    PlanId
}
id! {
    /// An activity code of a business unit: a small number or a UUID.
    ActivityCodeId
}
id! {
    /// A time-off type of the HRIS, as the integration's own workflow named it.
    TimeOffTypeId
}
id! {
    /// A job that was started.
    JobId
}
id! {
    /// An Architect flow.
    FlowId
}
id! {
    /// A data action.
    ActionId
}

fn check(text: &str) -> Result<&str, InvalidId> {
    // A URL would take the two for steps in its path.
    let fine = (1..=200).contains(&text.len())
        && !matches!(text, "." | "..")
        && !text.chars().any(char::is_control);
    if fine { Ok(text) } else { Err(InvalidId) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_id_is_read_from_text_and_keeps_it(text in "[!-~]{3,40}") {
            let id: UserId = text.parse().unwrap();
            prop_assert_eq!(id.as_str(), &text);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id);
        }

        #[test]
        fn a_number_is_an_id_too(number in any::<u32>()) {
            let id: ActivityCodeId = serde_json::from_str(&number.to_string()).unwrap();
            prop_assert_eq!(id.to_string(), number.to_string());
        }
    }

    #[test]
    fn nothing_and_steps_of_a_path_are_no_ids() {
        for text in ["", ".", "..", "a\nb", &"a".repeat(201)] {
            assert_eq!(text.parse::<UserId>(), Err(InvalidId), "{text:?}");
        }
        for json in ["null", "\"\"", "1.5", "true", "{}"] {
            assert!(serde_json::from_str::<UserId>(json).is_err(), "{json}");
        }
        assert_eq!(serde_json::from_str::<UserId>("\"System\"").unwrap().as_str(), "System");
    }
}
