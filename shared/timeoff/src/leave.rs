//! A leave, as it was asked for: what is compared with BambooHR's requests, checked against
//! balances, and written.

use std::collections::BTreeMap;

use contract::{DayLengths, Days, ExternalId, Minutes, RequestKey, TimeOffTypeId, Unit};
use jiff::civil::Date;
use rust_decimal::Decimal;
use store::KeptLeave;

use crate::catalogue::unit;
use crate::equality::{has_amounts, readable};
use crate::{Catalogue, Error};

/// Time off of one agent, of one type, on certain days.
#[derive(Clone, Debug)]
pub struct Leave {
    /// Whose.
    pub(crate) agent: ExternalId,
    /// Of which type.
    pub(crate) type_id: TimeOffTypeId,
    /// When, and how many minutes.
    pub(crate) days: Days,
    /// Its idempotency key.
    pub(crate) key: RequestKey,
    /// What the type counts: the unit in which the leave is written and checked.
    pub(crate) unit: Unit,
    lengths: DayLengths,
}

impl Leave {
    /// The leave of these days.
    ///
    /// # Errors
    /// `INVALID_INPUT` when the catalogue does not list the type; `HRIS_BAD_RESPONSE` when the
    /// type, or the length of a day that it counts, cannot be read.
    pub fn new(
        agent: ExternalId,
        type_id: TimeOffTypeId,
        days: Days,
        catalogue: &Catalogue,
    ) -> Result<Self, Error> {
        let unit = catalogue.unit_of(type_id)?;
        if unit == Unit::Days {
            catalogue.check_lengths(days.minutes().map(|(date, _)| date.weekday()))?;
        }
        let key = RequestKey::of(agent, type_id, &days);
        Ok(Self { agent, type_id, days, key, unit, lengths: catalogue.lengths().clone() })
    }

    /// Its idempotency key.
    pub fn key(&self) -> RequestKey {
        self.key
    }

    /// First and last day.
    pub(crate) fn span(&self) -> (Date, Date) {
        (self.days.start(), self.days.end())
    }

    /// The amount of every day from start to end in the type's unit, four decimals; 0 where there
    /// are no minutes.
    pub(crate) fn amounts(&self) -> BTreeMap<Date, Decimal> {
        self.amounts_in(self.unit)
    }

    fn amounts_in(&self, unit: Unit) -> BTreeMap<Date, Decimal> {
        self.days
            .every_day()
            .map(|(date, minutes)| (date, unit.amount_on(date, minutes, &self.lengths).amount))
            .collect()
    }

    /// On how many days the minutes are more than the one day that BambooHR takes.
    pub(crate) fn capped_days(&self) -> u64 {
        let is_capped = |(date, minutes): &(Date, Minutes)| {
            self.unit.amount_on(*date, *minutes, &self.lengths).capped
        };
        u64::try_from(self.days.every_day().filter(is_capped).count()).unwrap_or(u64::MAX)
    }

    /// What is kept for the leave's key.
    pub(crate) fn kept(&self) -> KeptLeave {
        let (start, end) = self.span();
        let mut amounts = self.amounts();
        amounts.retain(|_, amount| !amount.is_zero());
        KeptLeave { type_id: self.type_id, unit: self.unit, start, end, amounts }
    }

    /// Minutes that belong to no particular date (a threshold, a tolerance) in the type's unit.
    pub(crate) fn amount_of(&self, minutes: Decimal) -> Decimal {
        self.unit.amount(minutes, &self.lengths)
    }

    /// Whether BambooHR's request is this very leave, in the unit that the request counts in.
    pub(crate) fn is_same(&self, request: &bamboohr::Request) -> bool {
        readable(self.agent, self.type_id, request).is_some_and(|time_off| {
            has_amounts(&self.amounts_in(unit(time_off.unit)), self.span(), request, time_off)
        })
    }
}

#[cfg(test)]
mod tests {
    use bamboohr::{
        Actions, DefaultHours, EmployeeId, Request, RequestId, Source, Status, TimeOff,
        TimeOffType, TimeOffTypes,
    };
    use contract::{Fields, ZeroPayable};
    use serde_json::{Value, json};

    use super::*;

    fn leave(input: Value) -> Leave {
        let days = Days::parse(&Fields::of(input.as_object().unwrap()), ZeroPayable::Zero)
            .unwrap()
            .unwrap();
        let vacation = TimeOffType {
            id: bamboohr::TimeOffTypeId::new(83).unwrap(),
            name: "Vacation".to_owned(),
            unit: bamboohr::Unit::Hours,
            source: Source::Internal,
        };
        let catalogue = Catalogue::of(
            TimeOffTypes {
                types: vec![vacation],
                unreadable: Vec::new(),
                default_hours: DefaultHours::default(),
            },
            None,
        );
        Leave::new(ExternalId::new(452).unwrap(), TimeOffTypeId::new(83).unwrap(), days, &catalogue)
            .unwrap()
    }

    fn two_days() -> Leave {
        leave(json!({"dates": "2026-12-01,2026-12-03", "payableMinutes": "480,90"}))
    }

    fn request(days: &[(&str, &str)], start: &str, end: &str, unit: bamboohr::Unit) -> Request {
        let days: BTreeMap<Date, Decimal> = days
            .iter()
            .map(|(date, amount)| (date.parse().unwrap(), amount.parse().unwrap()))
            .collect();
        Request {
            id: RequestId::new(7).unwrap(),
            employee_id: EmployeeId::new(452).unwrap(),
            status: Status::Approved,
            changed: None,
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            time_off: Ok(TimeOff {
                type_id: bamboohr::TimeOffTypeId::new(83).unwrap(),
                unit,
                amount: days.values().sum(),
                days,
            }),
            employee_note: None,
            manager_note: None,
            actions: Actions::default(),
        }
    }

    #[test]
    fn the_same_amounts_are_the_same_leave_whatever_days_are_listed_as_zero() {
        let hours = |days: &[(&str, &str)]| {
            request(days, "2026-12-01", "2026-12-03", bamboohr::Unit::Hours)
        };
        assert!(two_days().is_same(&hours(&[
            ("2026-12-01", "8"),
            ("2026-12-02", "0"),
            ("2026-12-03", "1.5")
        ])));
        assert!(two_days().is_same(&hours(&[("2026-12-01", "8.004"), ("2026-12-03", "1.5")])));
        assert!(!two_days().is_same(&hours(&[("2026-12-01", "8.02"), ("2026-12-03", "1.5")])));
        assert!(!two_days().is_same(&hours(&[("2026-12-01", "8"), ("2026-12-02", "1.5")])));
    }

    #[test]
    fn days_are_compared_in_the_unit_of_the_request() {
        let days = request(
            &[("2026-12-01", "1"), ("2026-12-03", "0.1875")],
            "2026-12-01",
            "2026-12-03",
            bamboohr::Unit::Days,
        );
        assert!(two_days().is_same(&days));
    }

    #[test]
    fn a_lump_on_the_first_day_is_the_same_only_with_the_same_span() {
        let lump = |end: &str| {
            request(
                &[("2026-12-01", "9.5"), ("2026-12-02", "0")],
                "2026-12-01",
                end,
                bamboohr::Unit::Hours,
            )
        };
        assert!(two_days().is_same(&lump("2026-12-03")));
        assert!(!two_days().is_same(&lump("2026-12-04")));
    }

    #[test]
    fn a_leave_without_minutes_is_known_by_its_span() {
        let zero = leave(json!({"dates": "2026-12-01,2026-12-03", "payableMinutes": "0,0"}));
        assert!(zero.is_same(&request(
            &[("2026-12-01", "0")],
            "2026-12-01",
            "2026-12-03",
            bamboohr::Unit::Hours
        )));
        assert!(!zero.is_same(&request(
            &[("2026-12-01", "0")],
            "2026-12-01",
            "2026-12-02",
            bamboohr::Unit::Hours
        )));
        assert!(!zero.is_same(&request(
            &[("2026-12-01", "8")],
            "2026-12-01",
            "2026-12-03",
            bamboohr::Unit::Hours
        )));
    }

    #[test]
    fn another_type_or_employee_is_another_leave() {
        let mut other = request(
            &[("2026-12-01", "8"), ("2026-12-03", "1.5")],
            "2026-12-01",
            "2026-12-03",
            bamboohr::Unit::Hours,
        );
        other.time_off.as_mut().unwrap().type_id = bamboohr::TimeOffTypeId::new(84).unwrap();
        assert!(!two_days().is_same(&other));
        other.time_off.as_mut().unwrap().type_id = bamboohr::TimeOffTypeId::new(83).unwrap();
        other.employee_id = EmployeeId::new(453).unwrap();
        assert!(!two_days().is_same(&other));
    }
}
