//! The company's time-off types and the lengths of its working days.

use bamboohr::{Source, TimeOffTypes};
use contract::{DayLengths, Minutes, TimeOffTypeId, Unit};

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
        Self { types: types.collect(), lengths }
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
