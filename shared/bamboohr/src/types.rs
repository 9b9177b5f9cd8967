//! Time-off types, and the hours of a working day.

mod hours;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::api::{Api, Outgoing};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::id::TimeOffTypeId;
use crate::rows::value;
use crate::unreadable::UnreadableType;
use crate::wire::{self, Text};

pub use hours::DefaultHours;

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

/// The answer of [`Api::time_off_types`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeOffTypes {
    /// The active types, as BambooHR orders them.
    pub types: Vec<TimeOffType>,
    /// The entries that are no readable types. They are in no other list.
    pub unreadable: Vec<UnreadableType>,
    /// The company's working hours.
    pub default_hours: DefaultHours,
}

impl Api {
    /// The company's active time-off types and its working hours. Every key may make this call.
    /// What cannot be read of one type or weekday does not stop the others.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get.
    pub async fn time_off_types(&self) -> Result<TimeOffTypes, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            #[serde(borrow)]
            time_off_types: &'a RawValue,
            #[serde(borrow)]
            default_hours: Option<&'a RawValue>,
        }

        let answer = self.read(Outgoing::get(Endpoint::TimeOffTypes, &[])).await?;
        let wire: Wire<'_> = answer.json()?;
        let mut listed = TimeOffTypes {
            default_hours: DefaultHours::read(wire.default_hours),
            ..TimeOffTypes::default()
        };
        answer.each_row(wire.time_off_types.get(), |row| {
            match value::<WireType<'_>>(Some(row)).unwrap_or_default().read() {
                Ok(one) => listed.types.push(one),
                Err(unreadable) => listed.unreadable.push(unreadable),
            }
            Ok(())
        })?;
        Ok(listed)
    }
}

#[derive(Default, Deserialize)]
struct WireType<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    units: Option<&'a RawValue>,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
}

impl WireType<'_> {
    fn read(self) -> Result<TimeOffType, UnreadableType> {
        let id = value(self.id);
        let missing = |field| UnreadableType { id, field };
        let name: Text = value(self.name).unwrap_or_default();
        // A type that may be managed elsewhere must not be taken for one of BambooHR's.
        let source = match self.source {
            None => Text::default(),
            Some(_) => value(self.source).ok_or(missing("source"))?,
        };
        Ok(TimeOffType {
            id: id.ok_or(missing("id"))?,
            name: name.filled().ok_or(missing("name"))?.to_owned(),
            unit: value(self.units).ok_or(missing("units"))?,
            source: match source.filled() {
                None => Source::Internal,
                Some(source) if source.eq_ignore_ascii_case("internal") => Source::Internal,
                Some(source) if source.eq_ignore_ascii_case("remote") => Source::Remote,
                Some(source) => Source::Other(source.to_owned()),
            },
        })
    }
}
