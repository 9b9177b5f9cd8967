//! Time-off types, and the hours of a working day.

use jiff::civil::Weekday;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::api::{Api, Outgoing};
use crate::error::Error;
use crate::id::TimeOffTypeId;
use crate::wire::{self, Amount, Text};

const ENDPOINT: &str = "/meta/time_off/types";

/// What the amounts of a time-off type count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Hours.
    Hours,
    /// Days.
    Days,
}

impl std::str::FromStr for Unit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text.to_ascii_lowercase().as_str() {
            "hours" | "hour" => Ok(Self::Hours),
            "days" | "day" => Ok(Self::Days),
            _ => Err("a unit that is neither hours nor days"),
        }
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::parsed(deserializer)
    }
}

/// Where a time-off type is managed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In BambooHR.
    Internal,
    /// By an employer of record elsewhere; BambooHR refuses to create requests of such a type
    /// (422).
    Remote,
    /// Something that BambooHR has added since.
    Other(String),
}

/// A kind of leave, such as vacation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOffType {
    /// Its id.
    pub id: TimeOffTypeId,
    /// Its name, as the company calls it.
    pub name: String,
    /// What its amounts and balances count.
    pub unit: Unit,
    /// Where it is managed; [`Source::Internal`] when BambooHR does not say.
    pub source: Source,
}

/// The length of the company's working days in hours, each absent where BambooHR gives none.
///
/// Recorded answers have an entry per weekday in arbitrary order and one more named `default`;
/// older ones have no entries at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefaultHours {
    by_weekday: [Option<Decimal>; 7],
    /// The entry named `default`.
    pub default: Option<Decimal>,
}

impl DefaultHours {
    /// The hours of this weekday's own entry.
    pub fn on(&self, weekday: Weekday) -> Option<Decimal> {
        self.by_weekday.get(index(weekday)).copied().flatten()
    }

    /// The same with other hours on this weekday.
    #[must_use]
    pub fn with(mut self, weekday: Weekday, hours: Decimal) -> Self {
        if let Some(entry) = self.by_weekday.get_mut(index(weekday)) {
            *entry = Some(hours);
        }
        self
    }
}

/// The answer of [`Api::time_off_types`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeOffTypes {
    /// The active types, as BambooHR orders them.
    pub types: Vec<TimeOffType>,
    /// The company's working hours.
    pub default_hours: DefaultHours,
}

impl Api {
    /// The company's active time-off types and its working hours. Every key may make this call.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get.
    pub async fn time_off_types(&self) -> Result<TimeOffTypes, Error> {
        let answer = self.read(Outgoing::get(ENDPOINT, ENDPOINT.to_owned(), &[])).await?;
        answer.json::<Wire>().map(Wire::into_types)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    time_off_types: Vec<WireType>,
    #[serde(default)]
    default_hours: Option<Vec<WireHours>>,
}

#[derive(Deserialize)]
struct WireType {
    id: TimeOffTypeId,
    name: Text,
    units: Unit,
    #[serde(default)]
    source: Text,
}

#[derive(Deserialize)]
struct WireHours {
    name: Text,
    amount: Amount,
}

impl Wire {
    fn into_types(self) -> TimeOffTypes {
        let mut default_hours = DefaultHours::default();
        for WireHours { name, amount: Amount(hours) } in self.default_hours.unwrap_or_default() {
            let name = name.filled().unwrap_or_default().to_ascii_lowercase();
            match weekday(&name) {
                Some(weekday) => default_hours = default_hours.with(weekday, hours),
                None if name == "default" => default_hours.default = Some(hours),
                None => {}
            }
        }
        let types = self.time_off_types.into_iter().map(WireType::into_type).collect();
        TimeOffTypes { types, default_hours }
    }
}

impl WireType {
    fn into_type(self) -> TimeOffType {
        let source = match self.source.filled() {
            None => Source::Internal,
            Some(source) if source.eq_ignore_ascii_case("internal") => Source::Internal,
            Some(source) if source.eq_ignore_ascii_case("remote") => Source::Remote,
            Some(source) => Source::Other(source.to_owned()),
        };
        TimeOffType {
            id: self.id,
            name: self.name.filled().unwrap_or_default().to_owned(),
            unit: self.units,
            source,
        }
    }
}

fn index(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}
