use std::fmt;

use jiff::civil::{Date, Weekday};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

const MINUTES_PER_HOUR: Decimal = Decimal::from_parts(60, 0, 0, false, 0);
const EIGHT_HOURS: Decimal = Decimal::from_parts(480, 0, 0, false, 0);

/// Whole minutes of time off on one day, 0 to 1440.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minutes(u16);

impl Minutes {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// A whole day.
    pub const MAX: Self = Self(1440);

    /// That many minutes; `None` above 1440.
    pub const fn new(minutes: u16) -> Option<Self> {
        if minutes <= Self::MAX.0 { Some(Self(minutes)) } else { None }
    }

    /// The number of minutes.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Both together; `None` above 1440.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::new)
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a time-off type is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Hours, with up to four decimals.
    Hours,
    /// Working days, with up to four decimals.
    Days,
}

/// How long a working day is, weekday by weekday: what turns minutes into days and back.
///
/// BambooHR gives hours per weekday and an extra entry named `default`; a weekday of 0 hours (a
/// Saturday) falls back to that entry, and where BambooHR gives neither a day has 8 hours. A fixed
/// length, set by the operator, outranks all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayLengths {
    fixed: Option<Decimal>,
    weekdays: [Option<Decimal>; 7],
    default: Option<Decimal>,
}

impl DayLengths {
    /// The same length every day. 0 minutes is no length and leaves 8 hours.
    pub fn fixed(minutes: Minutes) -> Self {
        Self { fixed: positive(Decimal::from(minutes.get())), ..Self::default() }
    }

    /// Lengths by weekday in hours, and the `default` entry; entries that are missing are `None`.
    pub fn by_weekday(
        hours: impl Fn(Weekday) -> Option<Decimal>,
        default_hours: Option<Decimal>,
    ) -> Self {
        let in_minutes = |hours: Decimal| positive(hours * MINUTES_PER_HOUR);
        let mut weekdays = [None; 7];
        for (slot, weekday) in weekdays.iter_mut().zip(Weekday::Monday.cycle_forward()) {
            *slot = hours(weekday).and_then(in_minutes);
        }
        Self { fixed: None, weekdays, default: default_hours.and_then(in_minutes) }
    }

    /// The minutes of the working day `date`.
    pub fn on(&self, date: Date) -> Decimal {
        let weekday = self
            .weekdays
            .get(usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()))
            .copied()
            .flatten();
        self.fixed.or(weekday).unwrap_or_else(|| self.typical())
    }

    /// The minutes of a day that is no particular date: the `default` entry, 8 hours without one.
    pub fn typical(&self) -> Decimal {
        self.fixed.or(self.default).unwrap_or(EIGHT_HOURS)
    }
}

fn positive(minutes: Decimal) -> Option<Decimal> {
    (minutes > Decimal::ZERO).then_some(minutes)
}

impl Unit {
    /// `minutes` of the day `date` in this unit, rounded to four decimals.
    pub fn amount_on(self, date: Date, minutes: Minutes, lengths: &DayLengths) -> Decimal {
        let divisor = match self {
            Self::Hours => MINUTES_PER_HOUR,
            Self::Days => lengths.on(date),
        };
        four_decimals(Decimal::from(minutes.get()) / divisor)
    }

    /// Minutes that belong to no particular date (a threshold, a tolerance) in this unit. Not
    /// rounded.
    pub fn amount(self, minutes: Decimal, lengths: &DayLengths) -> Decimal {
        minutes / self.typical_minutes(lengths)
    }

    /// An amount in this unit (a balance) in whole minutes, rounded to nearest, halves away from
    /// zero.
    ///
    /// An amount too large for any balance is cut to the largest number there is.
    pub fn minutes(self, amount: Decimal, lengths: &DayLengths) -> i64 {
        let limit = if amount.is_sign_negative() { i64::MIN } else { i64::MAX };
        amount
            .checked_mul(self.typical_minutes(lengths))
            .map(|minutes| {
                minutes.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
            })
            .and_then(|minutes| minutes.to_i64())
            .unwrap_or(limit)
    }

    fn typical_minutes(self, lengths: &DayLengths) -> Decimal {
        match self {
            Self::Hours => MINUTES_PER_HOUR,
            Self::Days => lengths.typical(),
        }
    }
}

fn four_decimals(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).normalize()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn office_week() -> DayLengths {
        DayLengths::by_weekday(
            |weekday| {
                Some(Decimal::from(if matches!(weekday, Weekday::Saturday | Weekday::Sunday) {
                    0
                } else {
                    8
                }))
            },
            Some(Decimal::new(75, 1)),
        )
    }

    proptest! {
        #[test]
        fn minutes_to_hours_and_back_is_the_identity(minutes in 0u16..=1440) {
            let day = date(2026, 12, 1);
            let hours = Unit::Hours.amount_on(day, Minutes::new(minutes).unwrap(), &DayLengths::default());
            prop_assert!(hours.scale() <= 4);
            prop_assert_eq!(Unit::Hours.minutes(hours, &DayLengths::default()), i64::from(minutes));
        }

        #[test]
        fn minutes_to_days_and_back_is_the_identity(minutes in 0u16..=1440, length in 1u16..=1440) {
            let lengths = DayLengths::fixed(Minutes::new(length).unwrap());
            let days = Unit::Days.amount_on(date(2026, 12, 1), Minutes::new(minutes).unwrap(), &lengths);
            prop_assert_eq!(Unit::Days.minutes(days, &lengths), i64::from(minutes));
        }

        #[test]
        fn any_balance_has_minutes(mantissa in any::<i64>(), scale in 0u32..=4) {
            let _minutes = Unit::Days.minutes(Decimal::new(mantissa, scale), &office_week());
        }
    }

    #[test]
    fn ninety_minutes_are_one_and_a_half_hours() {
        let amount = Unit::Hours.amount_on(date(2026, 12, 1), Minutes(90), &DayLengths::default());
        assert_eq!(amount.to_string(), "1.5");
    }

    #[test]
    fn a_day_is_as_long_as_its_weekday() {
        let tuesday = date(2026, 12, 1);
        assert_eq!(Unit::Days.amount_on(tuesday, Minutes(480), &office_week()), Decimal::ONE);
    }

    #[test]
    fn a_saturday_of_no_hours_takes_the_default_entry() {
        let saturday = date(2026, 12, 5);
        assert_eq!(Unit::Days.amount_on(saturday, Minutes(450), &office_week()), Decimal::ONE);
    }

    #[test]
    fn without_default_hours_a_day_has_eight() {
        let none = DayLengths::by_weekday(|_| None, None);
        assert_eq!(
            Unit::Days.amount_on(date(2026, 12, 5), Minutes(240), &none),
            Decimal::new(5, 1)
        );
        assert_eq!(Unit::Days.minutes(Decimal::ONE, &none), 480);
    }

    #[test]
    fn a_fixed_length_outranks_the_company() {
        let lengths = DayLengths::fixed(Minutes(456));
        assert_eq!(lengths.on(date(2026, 12, 5)), Decimal::from(456));
        assert_eq!(Unit::Days.minutes(Decimal::from(-2), &lengths), -912);
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(Unit::Hours.minutes(Decimal::new(-3750, 5), &DayLengths::default()), -2);
        assert_eq!(Unit::Hours.minutes(Decimal::new(25, 3), &DayLengths::default()), 2);
    }
}
