//! Minutes, and their conversion to the hours and days in which an HRIS counts.

use std::fmt;

use jiff::civil::{Date, Weekday};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

const MINUTES_PER_HOUR: Decimal = Decimal::from_parts(60, 0, 0, false, 0);
const EIGHT_HOURS: Decimal = Decimal::from_parts(480, 0, 0, false, 0);

/// Whole minutes of time off on one day, 0 to 1500.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minutes(u16);

impl Minutes {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest day there is: the one of 25 hours on which clocks go back.
    pub const MAX: Self = Self(1500);

    /// That many minutes; `None` above 1500.
    pub const fn new(minutes: u16) -> Option<Self> {
        if minutes <= Self::MAX.0 { Some(Self(minutes)) } else { None }
    }

    /// The number of minutes.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Both together; `None` above 1500.
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
/// Saturday), or of hours that cannot be read, falls back to that entry, and where BambooHR gives
/// neither a day has 8 hours. A fixed length, set by the operator, outranks all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayLengths {
    fixed: Option<Decimal>,
    weekdays: [Option<Decimal>; 7],
    default: Option<Decimal>,
}

impl DayLengths {
    /// The same length every day. 0 minutes is no length and leaves 8 hours.
    pub fn fixed(minutes: Minutes) -> Self {
        Self { fixed: plausible(Decimal::from(minutes.get())), ..Self::default() }
    }

    /// Lengths by weekday in hours, and the `default` entry; entries that are missing are `None`.
    pub fn by_weekday(
        hours: impl Fn(Weekday) -> Option<Decimal>,
        default_hours: Option<Decimal>,
    ) -> Self {
        let in_minutes = |hours: Decimal| hours.checked_mul(MINUTES_PER_HOUR).and_then(plausible);
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

/// A length that a working day can have: at least a minute, at most the longest day.
fn plausible(minutes: Decimal) -> Option<Decimal> {
    (Decimal::ONE..=Decimal::from(Minutes::MAX.get())).contains(&minutes).then_some(minutes)
}

/// What is written for one day, in the unit of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayAmount {
    /// The amount, with up to four decimals.
    pub amount: Decimal,
    /// Whether it is less than what was asked for, because the day has no more.
    pub capped: bool,
}

impl Unit {
    /// `minutes` of the day `date` in this unit, rounded to four decimals.
    ///
    /// In days never more than one: BambooHR refuses more on one date, and a shift of ten hours
    /// where the company's day has eight is one day off.
    pub fn amount_on(self, date: Date, minutes: Minutes, lengths: &DayLengths) -> DayAmount {
        let divisor = match self {
            Self::Hours => MINUTES_PER_HOUR,
            Self::Days => lengths.on(date),
        };
        let amount = four_decimals(Decimal::from(minutes.get()) / divisor);
        if self == Self::Days && amount > Decimal::ONE {
            DayAmount { amount: Decimal::ONE, capped: true }
        } else {
            DayAmount { amount, capped: false }
        }
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

    fn amount(unit: Unit, date: Date, minutes: u16, lengths: &DayLengths) -> Decimal {
        unit.amount_on(date, Minutes(minutes), lengths).amount
    }

    proptest! {
        #[test]
        fn minutes_to_hours_and_back_is_the_identity(minutes in 0u16..=1500) {
            let (day, lengths) = (date(2026, 12, 1), DayLengths::default());
            let hours = Unit::Hours.amount_on(day, Minutes(minutes), &lengths);
            prop_assert!(hours.amount.scale() <= 4 && !hours.capped);
            prop_assert_eq!(Unit::Hours.minutes(hours.amount, &lengths), i64::from(minutes));
        }

        #[test]
        fn minutes_to_days_and_back_is_the_identity_up_to_a_day(
            minutes in 0u16..=1500,
            length in 1u16..=1440,
        ) {
            let lengths = DayLengths::fixed(Minutes(length));
            let days = Unit::Days.amount_on(date(2026, 12, 1), Minutes(minutes), &lengths);
            prop_assert_eq!(days.capped, minutes > length);
            let kept = i64::from(minutes.min(length));
            prop_assert_eq!(Unit::Days.minutes(days.amount, &lengths), kept);
        }

        #[test]
        fn no_date_ever_has_more_than_a_day_whatever_hours_the_company_gives(
            minutes in 0u16..=1500,
            mantissa in any::<i128>().prop_map(|number| number >> 33),
            scale in 0u32..=28,
        ) {
            let hours = Decimal::from_i128_with_scale(mantissa, scale);
            let lengths = DayLengths::by_weekday(|_| Some(hours), Some(hours));
            let tuesday = date(2026, 12, 1);
            let days = Unit::Days.amount_on(tuesday, Minutes(minutes), &lengths);
            prop_assert!((Decimal::ZERO..=Decimal::ONE).contains(&days.amount));
            prop_assert_eq!(days.amount.is_zero(), minutes == 0);
            let threshold = Unit::Days.amount(Decimal::from(-525_600), &lengths);
            prop_assert!(threshold < Decimal::ZERO);
        }

        #[test]
        fn any_balance_has_minutes(mantissa in any::<i64>(), scale in 0u32..=4) {
            let _minutes = Unit::Days.minutes(Decimal::new(mantissa, scale), &office_week());
        }
    }

    #[test]
    fn ninety_minutes_are_one_and_a_half_hours() {
        let hours = amount(Unit::Hours, date(2026, 12, 1), 90, &DayLengths::default());
        assert_eq!(hours.to_string(), "1.5");
    }

    #[test]
    fn a_day_is_as_long_as_its_weekday() {
        let tuesday = date(2026, 12, 1);
        assert_eq!(amount(Unit::Days, tuesday, 480, &office_week()), Decimal::ONE);
    }

    #[test]
    fn a_saturday_of_no_hours_takes_the_default_entry() {
        let saturday = date(2026, 12, 5);
        assert_eq!(amount(Unit::Days, saturday, 450, &office_week()), Decimal::ONE);
    }

    #[test]
    fn without_default_hours_a_day_has_eight() {
        let none = DayLengths::by_weekday(|_| None, None);
        assert_eq!(amount(Unit::Days, date(2026, 12, 5), 240, &none), Decimal::new(5, 1));
        assert_eq!(Unit::Days.minutes(Decimal::ONE, &none), 480);
    }

    #[test]
    fn hours_that_no_day_has_count_as_none() {
        for hours in [Decimal::ZERO, Decimal::from(-8), Decimal::new(1, 2), Decimal::MAX] {
            let lengths = DayLengths::by_weekday(|_| Some(hours), Some(Decimal::from(6)));
            assert_eq!(lengths.on(date(2026, 12, 1)), Decimal::from(360), "{hours}");
            let lengths = DayLengths::by_weekday(|_| Some(hours), Some(hours));
            assert_eq!(lengths.on(date(2026, 12, 1)), Decimal::from(480), "{hours}");
        }
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
