//! The idempotency key of a leave, and the start times that are part of it.

use std::fmt::{self, Write};
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::{Days, ExternalId, Minutes, TimeOffTypeId};

/// When a part of a day begins: `YYYY-MM-DDTHH:mm:ss`, local to whoever takes the time off.
///
/// Genesys does not say which zone its `startDateTimes` are in; an offset is tolerated and ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StartTime(DateTime);

impl StartTime {
    /// The day it lies on.
    pub fn date(self) -> Date {
        self.0.date()
    }
}

/// The text is no date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time of the form YYYY-MM-DDTHH:mm:ss")]
pub struct InvalidStartTime;

impl FromStr for StartTime {
    type Err = InvalidStartTime;

    fn from_str(text: &str) -> Result<Self, InvalidStartTime> {
        let (local, rest) = text.split_at_checked(19).ok_or(InvalidStartTime)?;
        let start = local.parse().map(Self).map_err(|_| InvalidStartTime)?;
        // The parser knows further forms of ISO 8601, and takes a leap second for the one before.
        if start.to_string() != local || !is_fraction_and_offset(rest) {
            return Err(InvalidStartTime);
        }
        Ok(start)
    }
}

/// Nothing, `.123`, `Z`, `+01:00`, `-0530`, or a fraction and an offset.
fn is_fraction_and_offset(text: &str) -> bool {
    let offset = match text.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        None => text,
    };
    match offset.strip_prefix(['+', '-']) {
        None => matches!(offset, "" | "Z"),
        Some(offset) => match offset.split_once(':') {
            None => matches!(offset.len(), 2 | 4) && is_digits(offset),
            Some((hours, minutes)) => {
                [hours, minutes].iter().all(|part| part.len() == 2 && is_digits(part))
            }
        },
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for StartTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y-%m-%dT%H:%M:%S").fmt(f)
    }
}

/// The idempotency key of a time-off request: what makes two calls mean the same leave.
///
/// It covers the agent, the type, the minutes of each day that has any (of a request without any:
/// its first and last day) and the start times, so 09:00–10:30 and 14:00–15:30 of one day are two
/// leaves. It covers neither status nor notes: a pending request and its approval are one leave.
///
/// 12 hexadecimal digits of a SHA-256. A key only ever meets other keys of the same agent, of which
/// there are hundreds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey([u8; 6]);

impl RequestKey {
    /// The key of `agent`'s leave of this type on these days.
    pub fn of(agent: ExternalId, type_id: TimeOffTypeId, days: &Days) -> Self {
        let mut text = format!("{agent}|{type_id}|");
        let write = |text: &mut String, part: fmt::Arguments<'_>| {
            // Writing to a String cannot fail.
            let _ = text.write_fmt(part);
        };
        let mut all_zero = true;
        for (date, minutes) in days.minutes().filter(|(_, minutes)| *minutes != Minutes::ZERO) {
            all_zero = false;
            write(&mut text, format_args!("{date}={minutes},"));
        }
        if all_zero {
            write(&mut text, format_args!("{}..{}", days.start(), days.end()));
        }
        text.push('|');
        for start in days.start_times() {
            write(&mut text, format_args!("{start},"));
        }
        let hash = Sha256::digest(text);
        let mut key = [0; 6];
        key.copy_from_slice(&hash[..6]);
        Self(key)
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestKey({self})")
    }
}

/// The text is no key: not 12 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key of 12 lower-case hexadecimal digits")]
pub struct InvalidKey;

impl FromStr for RequestKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        if text.len() != 12 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(InvalidKey);
        }
        let mut key = [0; 6];
        for (byte, index) in key.iter_mut().zip((0..12).step_by(2)) {
            *byte = u8::from_str_radix(&text[index..index + 2], 16).map_err(|_| InvalidKey)?;
        }
        Ok(Self(key))
    }
}

impl Serialize for RequestKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RequestKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_survives_its_text(bytes in any::<[u8; 6]>()) {
            let key = RequestKey(bytes);
            prop_assert_eq!(key.to_string().parse(), Ok(key));
        }

        #[test]
        fn any_text_is_a_start_time_or_none(text in "\\PC{0,30}") {
            let _ = text.parse::<StartTime>();
        }
    }

    #[test]
    fn an_offset_is_tolerated_and_ignored() {
        let plain: StartTime = "2026-12-01T09:00:00".parse().unwrap();
        for text in [
            "2026-12-01T09:00:00Z",
            "2026-12-01T09:00:00.000Z",
            "2026-12-01T09:00:00+05:30",
            "2026-12-01T09:00:00.5-0800",
        ] {
            assert_eq!(text.parse(), Ok(plain), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_and_time_is_refused() {
        for text in [
            "2026-12-01",
            "2026-12-01 09:00:00",
            "2026-12-01T24:00:00",
            "2026-02-30T09:00:00",
            "2026-12-01T09:00",
            "2026-12-01T09:00:00 CET",
            "2026-12-01T09:00:00.",
            "2026-12-01T09:00:60",
            "2026-12-01T09:00-05",
            "2026-12-01T09:00:00+::",
            "2026-12-01T09:00:00+1:30",
            "2026-12-01T09:00:00+053",
        ] {
            assert_eq!(text.parse::<StartTime>(), Err(InvalidStartTime), "{text}");
        }
    }
}
