//! Days longer than the company's, and days of 25 hours.

use contract::{DayLengths, Days, Fields, Minutes, Unit, ZeroPayable};
use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

fn days(input: Value, zero_payable: ZeroPayable) -> Vec<u16> {
    let days = Days::parse(&Fields::of(input.as_object().unwrap()), zero_payable);
    days.unwrap().unwrap().minutes().map(|(_, minutes)| minutes.get()).collect()
}

#[test]
fn a_day_of_25_hours_may_stand_in_either_list_of_minutes() {
    let input = |payable: Value| {
        json!({
            "dates": ["2026-10-24", "2026-10-25"], "payableMinutes": payable,
            "durationMinutes": [1440, 1500],
        })
    };
    assert_eq!(days(input(json!([480, 480])), ZeroPayable::Zero), [480, 480]);
    assert_eq!(days(input(json!([1440, "1500"])), ZeroPayable::Zero), [1440, 1500]);
    assert_eq!(days(input(json!("")), ZeroPayable::Zero), [1440, 1500]);
    assert_eq!(days(input(json!([0, 0])), ZeroPayable::Duration), [1440, 1500]);
}

#[test]
fn a_shift_longer_than_the_companys_day_is_one_day_and_said_to_be_cut() {
    let friday_of_six = DayLengths::by_weekday(
        |weekday| Some(Decimal::from(if weekday == jiff::civil::Weekday::Friday { 6 } else { 8 })),
        None,
    );
    let on = |day: i8, minutes: u16| {
        let days = Unit::Days.amount_on(
            date(2026, 12, day),
            Minutes::new(minutes).unwrap(),
            &friday_of_six,
        );
        (days.amount, days.capped)
    };
    for minutes in [600, 562, 481, 1500] {
        assert_eq!(on(7, minutes), (Decimal::ONE, true), "{minutes}");
    }
    assert_eq!(on(7, 480), (Decimal::ONE, false));
    assert_eq!(on(11, 480), (Decimal::ONE, true));
    assert_eq!(on(11, 360), (Decimal::ONE, false));
    let ten_hours = Minutes::new(600).unwrap();
    let hours = Unit::Hours.amount_on(date(2026, 12, 7), ten_hours, &friday_of_six);
    assert_eq!((hours.amount, hours.capped), (Decimal::from(10), false));
}
