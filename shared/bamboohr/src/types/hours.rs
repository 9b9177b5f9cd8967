//! How long the company's working days are.

use jiff::civil::Weekday;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::rows::{each_row, value};
use crate::unreadable::UnreadableHours;
use crate::wire::{Amount, Text};

/// What BambooHR says of one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Entry {
    #[default]
    Absent,
    Hours(Decimal),
    Unreadable,
}

/// The length of the company's working days in hours, each absent where BambooHR gives none.
///
/// Recorded answers have an entry per weekday in arbitrary order and one more named `default`;
/// older ones have no entries at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefaultHours {
    by_weekday: [Entry; 7],
    default: Entry,
    unreadable: usize,
}

impl DefaultHours {
    /// The hours of this weekday's own entry.
    ///
    /// # Errors
    /// [`UnreadableHours`] when it has one that cannot be read.
    pub fn on(&self, weekday: Weekday) -> Result<Option<Decimal>, UnreadableHours> {
        let entry = self.by_weekday.get(index(weekday)).copied().unwrap_or_default();
        entry.read(Some(weekday))
    }

    /// The hours of the entry named `default`, which stands for the days that have none.
    ///
    /// # Errors
    /// [`UnreadableHours`] when it cannot be read.
    pub fn of_other_days(&self) -> Result<Option<Decimal>, UnreadableHours> {
        self.default.read(None)
    }

    /// How many entries cannot be read.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// What stands under `defaultHours`. An entry without a readable name may be that of any day:
    /// then nobody knows the hours of a day that has no other entry.
    pub(super) fn read(listed: Option<&RawValue>) -> Self {
        let mut hours = Self::default();
        let Some(listed) = listed else { return hours };
        let mut is_any_day_unreadable = false;
        let outcome = each_row(listed.get(), |row| -> Result<(), ()> {
            is_any_day_unreadable |= !hours.add(value(Some(row)).unwrap_or_default());
            Ok(())
        });
        let is_empty = listed.get().trim_matches(['{', '}', '"', ' ']).is_empty();
        if outcome.is_err() && !is_empty {
            hours.unreadable += 1;
            is_any_day_unreadable = true;
        }
        if is_any_day_unreadable {
            let absent = |entry: &&mut Entry| **entry == Entry::Absent;
            let days = hours.by_weekday.iter_mut().chain([&mut hours.default]);
            days.filter(absent).for_each(|entry| *entry = Entry::Unreadable);
        }
        hours
    }

    /// `false` when it cannot be told of which day the entry is.
    fn add(&mut self, WireHours { name, amount }: WireHours<'_>) -> bool {
        let entry = match value(amount).map(|Amount(hours)| hours) {
            Some(hours) if (Decimal::ZERO..=Decimal::from(24)).contains(&hours) => {
                Entry::Hours(hours)
            }
            _ => Entry::Unreadable,
        };
        let name = value::<Text>(name).unwrap_or_default();
        let name = name.filled().map(str::to_ascii_lowercase);
        let place = match name.as_deref() {
            None => None,
            Some("default") => Some(&mut self.default),
            Some(name) => match weekday(name) {
                Some(weekday) => self.by_weekday.get_mut(index(weekday)),
                // Something that BambooHR has added since.
                None => return true,
            },
        };
        let is_known_day = place.is_some();
        if entry == Entry::Unreadable || !is_known_day {
            self.unreadable += 1;
        }
        if let Some(place) = place {
            *place = entry;
        }
        is_known_day
    }
}

impl Entry {
    fn read(self, weekday: Option<Weekday>) -> Result<Option<Decimal>, UnreadableHours> {
        match self {
            Self::Absent => Ok(None),
            Self::Hours(hours) => Ok(Some(hours)),
            Self::Unreadable => Err(UnreadableHours { weekday }),
        }
    }
}

#[derive(Default, Deserialize)]
struct WireHours<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
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
