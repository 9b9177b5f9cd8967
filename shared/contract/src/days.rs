use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{Failure, Fields, Minutes, StartTime, ZeroPayable};

/// The longest request, first to last day.
const MOST_DAYS: i32 = 366;

/// The days of a time-off request: from `start` to `end`, with the minutes of each day that was
/// named.
///
/// Whole minutes, at most 1440 a day, all of them between `start` and `end`; 366 days at most, both
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
        let dates: Vec<Date> = fields.list("dates")?;
        let mut start_times: Vec<StartTime> = fields.list("startDateTimes")?;
        let payable: Vec<Minutes> = fields.list("payableMinutes")?;
        let duration: Vec<Minutes> = fields.list("durationMinutes")?;
        let average: Option<Minutes> = fields.value("averageMinutesPerDay")?;
        let first: Option<Date> = fields.value("minDate")?;
        let last: Option<Date> = fields.value("maxDate")?;

        let given = GivenDays { dates: &dates, start_times: &start_times };
        let all_zero = match payable.as_slice() {
            [] => average == Some(Minutes::ZERO),
            payable => payable.iter().all(|minutes| *minutes == Minutes::ZERO),
        };
        let minutes = if payable.is_empty() && given.is_empty() {
            return Ok(None);
        } else if all_zero && zero_payable == ZeroPayable::Duration && !duration.is_empty() {
            given.with("durationMinutes", &duration)?
        } else if !payable.is_empty() {
            given.with("payableMinutes", &payable)?
        } else if let Some(average) = average {
            given.each_with(average)
        } else if !duration.is_empty() {
            given.with("durationMinutes", &duration)?
        } else {
            return Ok(None);
        };

        let (Some(earliest), Some(latest)) =
            (minutes.keys().next().copied(), minutes.keys().next_back().copied())
        else {
            return Ok(None);
        };
        let (start, end) = (first.unwrap_or(earliest), last.unwrap_or(latest));
        if start > earliest {
            return Err(Failure::invalid("minDate", "must not lie after the first of the dates"));
        }
        if end < latest {
            return Err(Failure::invalid("maxDate", "must not lie before the last of the dates"));
        }
        if days_between(start, end) >= MOST_DAYS {
            let field = if last.is_some() { "maxDate" } else { "dates" };
            return Err(Failure::invalid(
                field,
                format_args!(
                    "must leave the request at most {MOST_DAYS} days long, first and last day included"
                ),
            ));
        }
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
/// sent.
struct GivenDays<'a> {
    dates: &'a [Date],
    start_times: &'a [StartTime],
}

impl GivenDays<'_> {
    fn is_empty(&self) -> bool {
        self.dates.is_empty() && self.start_times.is_empty()
    }

    /// Pairs the minutes with the list that is as long as they are; entries on one date add up.
    fn with(&self, field: &str, minutes: &[Minutes]) -> Result<BTreeMap<Date, Minutes>, Failure> {
        let mut sums = BTreeMap::new();
        let mut add = |date: Date, minutes: Minutes| match sums
            .entry(date)
            .or_insert(Minutes::ZERO)
            .checked_add(minutes)
        {
            Some(sum) => {
                sums.insert(date, sum);
                Ok(())
            }
            None => Err(Failure::invalid(field, "must not exceed 1440 minutes on a date")),
        };
        if self.dates.len() == minutes.len() {
            self.dates.iter().zip(minutes).try_for_each(|(date, minutes)| add(*date, *minutes))?;
        } else if self.start_times.len() == minutes.len() {
            self.start_times
                .iter()
                .zip(minutes)
                .try_for_each(|(start, minutes)| add(start.date(), *minutes))?;
        } else {
            return Err(Failure::invalid(
                field,
                "must have as many entries as dates or startDateTimes",
            ));
        }
        Ok(sums)
    }

    fn each_with(&self, minutes: Minutes) -> BTreeMap<Date, Minutes> {
        if self.dates.is_empty() {
            self.start_times.iter().map(|start| (start.date(), minutes)).collect()
        } else {
            self.dates.iter().map(|date| (*date, minutes)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use super::*;

    fn days(input: Value) -> Result<Option<Days>, String> {
        days_with(input, ZeroPayable::Zero)
    }

    fn days_with(input: Value, zero_payable: ZeroPayable) -> Result<Option<Days>, String> {
        Days::parse(&Fields::of(input.as_object().unwrap()), zero_payable)
            .map_err(|failure| failure.sentence.into_owned())
    }

    fn minutes(days: &Days) -> Vec<(String, u16)> {
        days.minutes().map(|(date, minutes)| (date.to_string(), minutes.get())).collect()
    }

    #[test]
    fn dates_go_with_minutes() {
        let days =
            days(json!({"dates": ["2026-12-03", "2026-12-01"], "payableMinutes": ["480", 240]}))
                .unwrap()
                .unwrap();
        assert_eq!(minutes(&days), [("2026-12-01".into(), 240), ("2026-12-03".into(), 480)]);
        assert_eq!(
            days.every_day().map(|(_, minutes)| minutes.get()).collect::<Vec<_>>(),
            [240, 0, 480]
        );
    }

    #[test]
    fn start_times_alone_make_days_and_add_up() {
        let days =
            days(json!({"startDateTimes": ["2026-12-01T14:00:00", "2026-12-01T09:00:00"], "payableMinutes": "90,60"})).unwrap().unwrap();
        assert_eq!(minutes(&days), [("2026-12-01".into(), 150)]);
        assert_eq!(days.start_times().len(), 2);
    }

    #[test]
    fn the_list_as_long_as_the_minutes_counts() {
        let both = json!({"dates": ["2026-12-01"], "startDateTimes": ["2026-12-01T09:00:00", "2026-12-01T14:00:00"], "payableMinutes": [90, 60]});
        assert_eq!(minutes(&days(both).unwrap().unwrap()), [("2026-12-01".into(), 150)]);
    }

    #[test]
    fn no_list_fits_the_minutes() {
        let failure = days(json!({"dates": ["2026-12-01"], "payableMinutes": [1, 2]})).unwrap_err();
        assert_eq!(failure, "payableMinutes must have as many entries as dates or startDateTimes.");
    }

    #[test]
    fn the_average_comes_before_the_duration() {
        let input = json!({"dates": ["2026-12-01", "2026-12-02"], "averageMinutesPerDay": "450", "durationMinutes": [1, 2], "payableMinutes": ""});
        assert_eq!(
            minutes(&days(input).unwrap().unwrap()),
            [("2026-12-01".into(), 450), ("2026-12-02".into(), 450)]
        );
        let input = json!({"dates": ["2026-12-01"], "durationMinutes": [90]});
        assert_eq!(minutes(&days(input).unwrap().unwrap()), [("2026-12-01".into(), 90)]);
    }

    #[test]
    fn unpaid_leave_takes_the_duration_where_the_tenant_says_so() {
        let input =
            json!({"dates": ["2026-12-01"], "payableMinutes": [0], "durationMinutes": [480]});
        assert_eq!(minutes(&days(input.clone()).unwrap().unwrap()), [("2026-12-01".into(), 0)]);
        assert_eq!(
            minutes(&days_with(input, ZeroPayable::Duration).unwrap().unwrap()),
            [("2026-12-01".into(), 480)]
        );
    }

    #[test]
    fn an_average_of_zero_takes_the_duration_where_the_tenant_says_so() {
        let input = json!({"dates": ["2026-12-01"], "payableMinutes": "", "averageMinutesPerDay": 0, "durationMinutes": [480]});
        assert_eq!(minutes(&days(input.clone()).unwrap().unwrap()), [("2026-12-01".into(), 0)]);
        assert_eq!(
            minutes(&days_with(input, ZeroPayable::Duration).unwrap().unwrap()),
            [("2026-12-01".into(), 480)]
        );
        let input =
            json!({"dates": ["2026-12-01"], "averageMinutesPerDay": 450, "durationMinutes": [480]});
        assert_eq!(
            minutes(&days_with(input, ZeroPayable::Duration).unwrap().unwrap()),
            [("2026-12-01".into(), 450)]
        );
    }

    #[test]
    fn min_and_max_date_enclose_the_days() {
        let input = |min: &str, max: &str| json!({"dates": ["2026-12-02"], "payableMinutes": [480], "minDate": min, "maxDate": max});
        let enclosing = days(input("2026-12-01", "2026-12-03")).unwrap().unwrap();
        assert_eq!((enclosing.start(), enclosing.end()), (date(2026, 12, 1), date(2026, 12, 3)));
        assert!(days(input("2026-12-03", "")).unwrap_err().starts_with("minDate"));
        assert!(days(input("", "2026-12-01")).unwrap_err().starts_with("maxDate"));
    }

    #[test]
    fn a_request_is_at_most_366_days_long() {
        let input =
            |max: &str| json!({"dates": ["2027-01-01"], "payableMinutes": [480], "maxDate": max});
        assert!(days(input("2028-01-01")).is_ok());
        let failure = days(input("2028-01-02")).unwrap_err();
        assert_eq!(
            failure,
            "maxDate must leave the request at most 366 days long, first and last day included."
        );
    }

    #[test]
    fn a_date_holds_at_most_1440_minutes() {
        let input = json!({"dates": ["2026-12-01", "2026-12-01"], "payableMinutes": [1000, 441]});
        assert_eq!(
            days(input).unwrap_err(),
            "payableMinutes must not exceed 1440 minutes on a date."
        );
    }

    #[test]
    fn nothing_given_is_no_days() {
        assert_eq!(days(json!({})), Ok(None));
        assert_eq!(days(json!({"dates": ["2026-12-01"]})), Ok(None));
    }
}
