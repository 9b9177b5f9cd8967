//! The company's time-off types and the lengths of its working days.

use bamboohr::{DefaultHours, Source, TimeOffTypes, UnreadableType};
use contract::{DayLengths, Failure, Minutes, TimeOffTypeId, Unit};
use jiff::civil::Weekday;

use crate::Error;
use crate::ids::Counterpart;

/// A time-off type, as far as requests need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeEntry {
    /// Its id.
    pub id: TimeOffTypeId,
    /// Its name, as the company calls it.
    pub name: String,
    /// What its amounts count.
    pub unit: Unit,
    /// Managed elsewhere than in BambooHR: requests of it cannot be created.
    pub remote: bool,
}

/// The types and the day lengths, read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    types: Vec<TypeEntry>,
    unreadable: Vec<UnreadableType>,
    /// `None` where a fixed length stands over them.
    hours: Option<DefaultHours>,
    lengths: DayLengths,
}

impl Catalogue {
    /// What BambooHR listed; `minutes_per_day`, where the operator has set it, outranks the
    /// company's own hours.
    pub fn of(listed: TimeOffTypes, minutes_per_day: Option<Minutes>) -> Self {
        let hours = listed.default_hours;
        let lengths = match minutes_per_day {
            Some(minutes) => DayLengths::fixed(minutes),
            None => DayLengths::by_weekday(
                |weekday| hours.on(weekday).ok().flatten(),
                hours.of_other_days().ok().flatten(),
            ),
        };
        let types = listed.types.into_iter().filter_map(|listed| {
            Some(TypeEntry {
                id: TimeOffTypeId::new(listed.id.get())?,
                name: listed.name,
                unit: unit(listed.unit),
                remote: listed.source == Source::Remote,
            })
        });
        Self {
            types: types.collect(),
            unreadable: listed.unreadable,
            hours: minutes_per_day.is_none().then_some(hours),
            lengths,
        }
    }

    /// How many types and weekdays cannot be read: they are left out.
    pub fn unreadable_count(&self) -> u64 {
        let hours = self.hours.as_ref().map_or(0, DefaultHours::unreadable);
        u64::try_from(self.unreadable.len() + hours).unwrap_or(u64::MAX)
    }

    /// What the type counts.
    ///
    /// # Errors
    /// `INVALID_INPUT` when it is not listed; `HRIS_BAD_RESPONSE`, naming the type and its field,
    /// when it cannot be read.
    pub(crate) fn unit_of(&self, id: TimeOffTypeId) -> Result<Unit, Error> {
        if let Some(entry) = self.get(id) {
            return Ok(entry.unit);
        }
        // One without a readable id may be it.
        let is_it = |it: &&UnreadableType| it.id.is_none_or(|its| its == id.counterpart());
        match self.unreadable.iter().find(is_it) {
            Some(unreadable) => Err(bamboohr::Error::from(*unreadable).into()),
            None => Err(Failure::invalid(
                "timeOffTypeId",
                "is not an active time-off type in BambooHR; read the types again",
            )
            .into()),
        }
    }

    /// Fails, naming the weekday, when the length of one of these days cannot be read.
    pub(crate) fn check_lengths(
        &self,
        weekdays: impl Iterator<Item = Weekday>,
    ) -> Result<(), Error> {
        let Some(hours) = &self.hours else { return Ok(()) };
        for weekday in weekdays {
            let own = hours.on(weekday).map_err(bamboohr::Error::from)?;
            if own.is_none_or(|hours| hours.is_zero()) {
                hours.of_other_days().map_err(bamboohr::Error::from)?;
            }
        }
        Ok(())
    }

    /// Every active type, in BambooHR's order.
    pub fn types(&self) -> &[TypeEntry] {
        &self.types
    }

    /// The active type with this id.
    pub fn get(&self, id: TimeOffTypeId) -> Option<&TypeEntry> {
        self.types.iter().find(|entry| entry.id == id)
    }

    /// How long a working day is.
    pub fn lengths(&self) -> &DayLengths {
        &self.lengths
    }
}

/// BambooHR's unit in Genesys' terms.
pub(crate) fn unit(unit: bamboohr::Unit) -> Unit {
    match unit {
        bamboohr::Unit::Hours => Unit::Hours,
        bamboohr::Unit::Days => Unit::Days,
    }
}
