//! The days of a request, with the minutes of each.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::list::List;
use crate::operations::Input;
use crate::{Failure, Fields, Minutes, StartTime, ZeroPayable};

/// The longest request, first to last day.
const MOST_DAYS: i32 = 366;

/// The days of a time-off request: from `start` to `end`, with the minutes of each day that was
/// named.
///
/// Whole minutes, at most 1500 a day, all of them between `start` and `end`; 366 days at most, both
/// of these counted. Days between that were not named have no minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    start: Date,
    end: Date,
    minutes: BTreeMap<Date, Minutes>,
    start_times: Vec<StartTime>,
}

impl Days {
    /// Reads `dates`, `startDateTimes`, `payableMinutes`, `durationMinutes`,
    /// `averageMinutesPerDay`, `minDate` and `maxDate`.
    ///
    /// `None` when no days, or no minutes, are given at all: an update that only closes a request
    /// needs neither.
    pub fn parse(fields: &Fields<'_>, zero_payable: ZeroPayable) -> Result<Option<Self>, Failure> {
        let given = GivenDays::of(fields)?;
        let first: Option<Date> = fields.value(Input::MinDate)?;
        let last: Option<Date> = fields.value(Input::MaxDate)?;
        let Some(minutes) = given.minutes(fields, zero_payable)? else { return Ok(None) };
        let (Some(earliest), Some(latest)) =
            (minutes.keys().next().copied(), minutes.keys().next_back().copied())
        else {
            return Ok(None);
        };
        let (start, end) = (first.unwrap_or(earliest), last.unwrap_or(latest));
        if start > earliest {
            return Err(Input::MinDate.refuse("must not lie after the first of the dates"));
        }
        if end < latest {
            return Err(Input::MaxDate.refuse("must not lie before the last of the dates"));
        }
        if days_between(start, end) >= MOST_DAYS {
            let field = match (first, last) {
                (_, Some(_)) => Input::MaxDate,
                (Some(_), None) => Input::MinDate,
                (None, None) if given.dates.is_absent() => Input::StartDateTimes,
                (None, None) => Input::Dates,
            };
            return Err(field.refuse(format_args!(
                "must leave the request at most {MOST_DAYS} days long, first and last day included"
            )));
        }
        let mut start_times = given.start_times;
        start_times.sort_unstable();
        start_times.dedup();
        Ok(Some(Self { start, end, minutes, start_times }))
    }

    /// The first day of the request.
    pub fn start(&self) -> Date {
        self.start
    }

    /// The last day of the request.
    pub fn end(&self) -> Date {
        self.end
    }

    /// The days that were named, in order, each with its minutes, zeros included.
    pub fn minutes(&self) -> impl Iterator<Item = (Date, Minutes)> + '_ {
        self.minutes.iter().map(|(date, minutes)| (*date, *minutes))
    }

    /// Every day from start to end, in order, with its minutes: 0 where none were named.
    pub fn every_day(&self) -> impl Iterator<Item = (Date, Minutes)> + '_ {
        self.start
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= self.end)
            .map(|date| (date, self.minutes.get(&date).copied().unwrap_or(Minutes::ZERO)))
    }

    /// The start times of partial days, sorted.
    pub fn start_times(&self) -> &[StartTime] {
        &self.start_times
    }
}

fn days_between(start: Date, end: Date) -> i32 {
    end.since(start).map_or(i32::MAX, |span| span.get_days())
}

/// The two lists in which days may come; Genesys' own texts disagree on whether one or both are
/// sent. The start times are part of the key, so they are read in any case.
struct GivenDays {
    dates: List,
    start_times: Vec<StartTime>,
}

impl GivenDays {
    fn of(fields: &Fields<'_>) -> Result<Self, Failure> {
        Ok(Self {
            dates: fields.list(Input::Dates),
            start_times: fields.list(Input::StartDateTimes).read()?,
        })
    }

    fn is_empty(&self) -> bool {
        self.dates.is_absent() && self.start_times.is_empty()
    }

    /// The minutes of each day, from the first list of minutes that is given; `None` without days
    /// and payable minutes, or without any minutes.
    fn minutes(
        &self,
        fields: &Fields<'_>,
        zero_payable: ZeroPayable,
    ) -> Result<Option<BTreeMap<Date, Minutes>>, Failure> {
        let payable = fields.list(Input::PayableMinutes);
        let duration = fields.list(Input::DurationMinutes);
        let average: Option<Minutes> = fields.value(Input::AverageMinutesPerDay)?;
        if payable.is_absent() && self.is_empty() {
            return Ok(None);
        }
        let entries: Vec<Minutes> = payable.read()?;
        let all_zero = if entries.is_empty() {
            average == Some(Minutes::ZERO)
        } else {
            entries.iter().all(|minutes| *minutes == Minutes::ZERO)
        };
        if all_zero && zero_payable == ZeroPayable::Duration && !duration.is_absent() {
            self.with(&duration).map(Some)
        } else if !entries.is_empty() {
            self.with(&payable).map(Some)
        } else if let Some(average) = average {
            self.each_with(average).map(Some)
        } else if !duration.is_absent() {
            self.with(&duration).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Pairs the minutes with the list of days that is as long as they are; entries on one date add
    /// up.
    fn with(&self, list: &List) -> Result<BTreeMap<Date, Minutes>, Failure> {
        let minutes: Vec<Minutes> = list.read()?;
        let dates = if self.dates.has(minutes.len()) {
            self.dates.read()?
        } else if self.start_times.len() == minutes.len() {
            self.start_times.iter().map(|start| start.date()).collect()
        } else {
            // A list of dates that cannot be read is the nearer reason.
            self.dates.read::<Date>()?;
            let rule = "must have as many entries as dates or startDateTimes";
            return Err(list.input().refuse(rule));
        };
        let mut sums = BTreeMap::new();
        for (date, minutes) in dates.into_iter().zip(minutes) {
            let sum = sums.entry(date).or_insert(Minutes::ZERO);
            *sum = sum.checked_add(minutes).ok_or_else(|| {
                let most = Minutes::MAX;
                list.input().refuse(format_args!("must not exceed {most} minutes on a date"))
            })?;
        }
        Ok(sums)
    }

    fn each_with(&self, minutes: Minutes) -> Result<BTreeMap<Date, Minutes>, Failure> {
        if self.dates.is_absent() {
            Ok(self.start_times.iter().map(|start| (start.date(), minutes)).collect())
        } else {
            let dates: Vec<Date> = self.dates.read()?;
            Ok(dates.into_iter().map(|date| (date, minutes)).collect())
        }
    }
}
