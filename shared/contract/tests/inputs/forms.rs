//! The forms in which values may come, and those that are too loose to be trusted.

use contract::{BalanceInput, Days, ExternalId, Failure, Fields, ZeroPayable};
use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::{Value, json};

fn days(input: &Value) -> Result<Option<Days>, Failure> {
    Days::parse(&Fields::of(input.as_object().unwrap()), ZeroPayable::Zero)
}

fn minutes(entries: Value) -> Result<Vec<u16>, String> {
    let days = days(&json!({"dates": ["2026-12-01"], "payableMinutes": entries}));
    let days = days.map_err(|failure| failure.sentence.into_owned())?.unwrap();
    Ok(days.minutes().map(|(_, minutes)| minutes.get()).collect())
}

fn date(text: &str) -> Result<Date, String> {
    let days = days(&json!({"dates": [text], "payableMinutes": [480]}));
    Ok(days.map_err(|failure| failure.sentence.into_owned())?.unwrap().start())
}

fn start_time(text: &str) -> Result<String, String> {
    let days = days(&json!({"startDateTimes": [text], "payableMinutes": [480]}));
    let days = days.map_err(|failure| failure.sentence.into_owned())?.unwrap();
    Ok(days.start_times()[0].to_string())
}

fn agent(id: Value) -> Result<ExternalId, String> {
    let input = json!({"agentId": id, "inputDates": "2026-12-01", "inputTimeOffTypeIds": "83"});
    BalanceInput::parse(&Fields::of(input.as_object().unwrap()))
        .map(|input| input.agent)
        .map_err(|failure| failure.sentence.into_owned())
}

const MINUTES: &str = "payableMinutes (entry 1) must be whole minutes from 0 to 1500.";

#[test]
fn minutes_as_text_are_digits_alone() {
    for text in [
        "4_80",
        "1e2",
        "480.0000000000000000000000000000001",
        "480.0",
        "+5",
        "-0",
        " 480",
        "480 ",
        "0x10",
        "４８０",
        "",
        "1501",
        "18446744073709552096",
    ] {
        assert_eq!(minutes(json!([text])), Err(MINUTES.to_owned()), "{text:?}");
    }
    for text in ["+5", "4_80", "1e2"] {
        assert_eq!(minutes(json!(text)), Err(MINUTES.to_owned()), "{text:?}");
    }
    assert_eq!(minutes(json!("[\"4_80\"]")), Err(MINUTES.to_owned()));
    assert_eq!(minutes(json!(["0480"])), Ok(vec![480]));
    // Blanks around a comma belong to the comma.
    assert_eq!(minutes(json!(" 480 ")), Ok(vec![480]));
}

#[test]
fn a_number_is_whole_by_its_value() {
    assert_eq!(minutes(json!([480.0])), Ok(vec![480]));
    assert_eq!(minutes(json!("[480.0]")), Ok(vec![480]));
    for number in [json!(480.5), json!(-1), json!(1500.5), json!(1501), json!(u64::MAX)] {
        assert_eq!(minutes(json!([number])), Err(MINUTES.to_owned()), "{number}");
    }
}

#[test]
fn dates_that_would_never_be_found_again_are_refused_wherever_they_come_from() {
    const RULE: &str = "must lie between 1900-01-01 and 2100-12-31.";
    for outside in ["0001-01-05", "2206-01-05", "1899-12-31", "2101-01-01"] {
        let refusal = |mut input: Value| {
            input["payableMinutes"] = json!("480");
            days(&input).unwrap_err().sentence.into_owned()
        };
        let start = format!("{outside}T09:00:00");
        assert_eq!(refusal(json!({"dates": [outside]})), format!("dates (entry 1) {RULE}"));
        assert_eq!(
            refusal(json!({"startDateTimes": [start]})),
            format!("startDateTimes (entry 1) {RULE}")
        );
        for field in ["minDate", "maxDate"] {
            let refused = refusal(json!({"dates": "2026-12-01", field: outside}));
            assert_eq!(refused, format!("{field} {RULE}"));
        }
        let input = json!({"agentId": 452, "inputDates": outside, "inputTimeOffTypeIds": "83"});
        let refused = BalanceInput::parse(&Fields::of(input.as_object().unwrap())).unwrap_err();
        assert_eq!(refused.sentence, format!("inputDates (entry 1) {RULE}"));
    }
    for inside in ["1900-01-01", "2100-12-31", "2028-02-29"] {
        assert_eq!(date(inside).unwrap().to_string(), inside);
    }
}

#[test]
fn other_ways_to_write_a_date_or_an_id_are_refused() {
    for text in ["2026-2-30", "2027-02-29", "20261201", "2026-W49-2", "2026-12-01T09:00:00", "1"] {
        let refused = date(text).unwrap_err();
        assert_eq!(refused, "dates (entry 1) must be a calendar date of the form YYYY-MM-DD.");
    }
    for id in [json!(0), json!("000"), json!(-1), json!(1.5), json!("4_52"), json!("４５２")] {
        assert_eq!(agent(id).unwrap_err(), "agentId must be an id: digits only, and not 0.");
    }
    assert_eq!(agent(json!("00452")), agent(json!(452)));
}

#[test]
fn a_list_that_is_not_used_is_not_judged() {
    for unused in [json!({}), json!(true), json!(["x"]), json!("x,y"), json!("[1"), json!([9999])] {
        for input in [
            json!({"dates": "2026-12-01", "payableMinutes": [480], "durationMinutes": unused}),
            json!({"dates": "2026-12-01", "averageMinutesPerDay": 480, "durationMinutes": unused}),
        ] {
            assert_eq!(days(&input).unwrap().unwrap().minutes().count(), 1, "{input}");
        }
        // Nothing else has minutes, so this list is used.
        let input = json!({"dates": "2026-12-01", "durationMinutes": unused});
        assert!(days(&input).unwrap_err().sentence.starts_with("durationMinutes "), "{input}");
    }
    for unused in [json!({}), json!(["x"]), json!("[1"), json!(["0001-01-05"])] {
        let starts = json!(["2026-12-01T09:00:00", "2026-12-01T14:00:00"]);
        let input = json!({"dates": unused, "startDateTimes": starts, "payableMinutes": [60, 90]});
        assert_eq!(days(&input).unwrap().unwrap().minutes().count(), 1, "{input}");
        let input = json!({"dates": unused, "payableMinutes": [60, 90]});
        assert!(days(&input).unwrap_err().sentence.starts_with("dates "), "{input}");
    }
}

proptest! {
    #[test]
    fn any_text_is_minutes_or_refused_by_its_field(text in "[-+0-9_.eE ]{0,9}|\\PC{0,12}") {
        let expected = Some(text.as_str())
            .filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .filter(|minutes: &u16| *minutes <= 1500);
        match (minutes(json!([text])), expected) {
            (Ok(read), Some(expected)) => prop_assert_eq!(read, [expected]),
            (refused, expected) => {
                prop_assert_eq!(expected, None);
                prop_assert_eq!(refused, Err(MINUTES.to_owned()));
            }
        }
    }

    #[test]
    fn whole_minutes_survive_every_form(number in 0u16..=1500) {
        let text = number.to_string();
        for form in [
            json!([number]), json!([text]), json!(text), json!(number), json!([f64::from(number)]),
            json!(format!("[{number}]")), json!(format!("[\"{number}\"]")),
        ] {
            prop_assert_eq!(minutes(form), Ok(vec![number]));
        }
    }

    #[test]
    fn any_text_is_the_date_that_it_says_or_refused(
        text in "(18|19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9]|[-+0-9WTZ:]{0,12}|\\PC{0,12}"
    ) {
        match date(&text) {
            Ok(date) => prop_assert_eq!(date.to_string(), text.trim()),
            Err(refused) => prop_assert!(refused.starts_with("dates"), "{}", refused),
        }
    }

    #[test]
    fn any_text_is_the_start_time_that_it_says_or_refused(
        text in "2026-12-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,3})?[-+Z0-9:]{0,6}\
            |[-+0-9TZ:.]{0,26}|\\PC{0,26}"
    ) {
        match start_time(&text) {
            Ok(start) => prop_assert_eq!(Some(start.as_str()), text.trim().get(..19)),
            Err(refused) => prop_assert!(refused.starts_with("startDateTimes"), "{}", refused),
        }
    }

    #[test]
    fn any_text_is_the_id_that_it_says_or_refused(text in "[0-9]{1,22}|[-+0-9_. ]{1,6}|\\PC{1,9}") {
        match agent(json!(text)) {
            Ok(id) => {
                let digits = text.trim();
                prop_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert_eq!(id.to_string(), digits.trim_start_matches('0'));
            }
            Err(refused) => prop_assert!(refused.starts_with("agentId "), "{}", refused),
        }
    }
}
