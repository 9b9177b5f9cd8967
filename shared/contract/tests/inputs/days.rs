//! The days of a request and the minutes of each.

use jiff::civil::date;
use serde_json::{Value, json};

use contract::{Days, Fields, ZeroPayable};

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
    let days = days(json!({"dates": ["2026-12-03", "2026-12-01"], "payableMinutes": ["480", 240]}))
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
    let days = days(json!({
        "startDateTimes": ["2026-12-01T14:00:00", "2026-12-01T09:00:00"],
        "payableMinutes": "90,60",
    }))
    .unwrap()
    .unwrap();
    assert_eq!(minutes(&days), [("2026-12-01".into(), 150)]);
    assert_eq!(days.start_times().len(), 2);
}

#[test]
fn the_list_as_long_as_the_minutes_counts() {
    let both = json!({
        "dates": ["2026-12-01"], "startDateTimes": ["2026-12-01T09:00:00", "2026-12-01T14:00:00"],
        "payableMinutes": [90, 60],
    });
    assert_eq!(minutes(&days(both).unwrap().unwrap()), [("2026-12-01".into(), 150)]);
}

#[test]
fn no_list_fits_the_minutes() {
    let failure = days(json!({"dates": ["2026-12-01"], "payableMinutes": [1, 2]})).unwrap_err();
    assert_eq!(failure, "payableMinutes must have as many entries as dates or startDateTimes.");
}

#[test]
fn the_average_comes_before_the_duration() {
    let input = json!({
        "dates": ["2026-12-01", "2026-12-02"], "averageMinutesPerDay": "450",
        "durationMinutes": [1, 2], "payableMinutes": "",
    });
    assert_eq!(
        minutes(&days(input).unwrap().unwrap()),
        [("2026-12-01".into(), 450), ("2026-12-02".into(), 450)]
    );
    let input = json!({"dates": ["2026-12-01"], "durationMinutes": [90]});
    assert_eq!(minutes(&days(input).unwrap().unwrap()), [("2026-12-01".into(), 90)]);
}

#[test]
fn unpaid_leave_takes_the_duration_where_the_tenant_says_so() {
    let input = json!({"dates": ["2026-12-01"], "payableMinutes": [0], "durationMinutes": [480]});
    assert_eq!(minutes(&days(input.clone()).unwrap().unwrap()), [("2026-12-01".into(), 0)]);
    assert_eq!(
        minutes(&days_with(input, ZeroPayable::Duration).unwrap().unwrap()),
        [("2026-12-01".into(), 480)]
    );
}

#[test]
fn an_average_of_zero_takes_the_duration_where_the_tenant_says_so() {
    let input = json!({
        "dates": ["2026-12-01"], "payableMinutes": "", "averageMinutesPerDay": 0,
        "durationMinutes": [480],
    });
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
    let input = |min: &str, max: &str| {
        json!({
            "dates": ["2026-12-02"], "payableMinutes": [480], "minDate": min, "maxDate": max,
        })
    };
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
fn a_date_holds_at_most_1500_minutes() {
    let input = |second: u16| {
        json!({
            "dates": ["2026-12-01", "2026-12-01"], "payableMinutes": [1000, second],
        })
    };
    assert_eq!(minutes(&days(input(500)).unwrap().unwrap()), [("2026-12-01".into(), 1500)]);
    assert_eq!(
        days(input(501)).unwrap_err(),
        "payableMinutes must not exceed 1500 minutes on a date."
    );
}

#[test]
fn nothing_given_is_no_days() {
    assert_eq!(days(json!({})), Ok(None));
    assert_eq!(days(json!({"dates": ["2026-12-01"]})), Ok(None));
}
