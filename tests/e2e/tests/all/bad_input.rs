//! Bad input of every kind, at every operation that takes input: `INVALID_INPUT`, and a sentence
//! that names the field and the rule.

use e2e::{Answer, Stack};
use local_stack::API_KEY;
use reqwest::Method;
use serde_json::{Value, json};

use crate::requests::{balances, three_days, with};

/// A route with a body that it would take.
#[derive(Clone)]
struct Route {
    method: Method,
    path: &'static str,
    good: Value,
}

fn balance() -> Route {
    Route { method: Method::POST, path: "/balances", good: balances() }
}

fn insert() -> Route {
    Route { method: Method::POST, path: "/timeoff-requests", good: three_days() }
}

fn update() -> Route {
    let good = with(three_days(), &json!({"inputTimeOffRequestId": "77"}));
    Route { method: Method::PUT, path: "/timeoff-requests", good }
}

async fn send(stack: &Stack, route: &Route, body: impl Into<reqwest::Body>) -> Answer {
    stack
        .send(
            stack.request(route.method.clone(), route.path).header("x-api-key", API_KEY).body(body),
        )
        .await
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let stack = Stack::start().await;
    let large = json!({"agentId": "452", "notes": "x".repeat(256 * 1024)}).to_string();
    for route in [balance(), insert(), update()] {
        for (body, sentence) in [
            (Vec::new(), "The request has no body."),
            (b"{".to_vec(), "The request body is not valid JSON."),
            (b"null".to_vec(), "The request body is JSON, but not an object."),
            (b"[{}]".to_vec(), "The request body is JSON, but not an object."),
            (b"\"{}\"".to_vec(), "The request body is JSON, but not an object."),
            (b"{\"agentId\": \xff}".to_vec(), "The request body is not valid JSON."),
            (large.clone().into_bytes(), "The request body is larger than 256 KiB."),
        ] {
            let answer = send(&stack, &route, body).await;
            assert_eq!(answer.text("errorCode"), "INVALID_INPUT", "{answer}");
            assert!(answer.text("errorMsg").starts_with(sentence), "{sentence}\n{answer}");
        }
    }
    assert_eq!(stack.simulator().calls().total(), 0);
}

/// Each row: what is changed in a good body, and how the sentence begins.
async fn refuses(route: Route, rows: &[(Value, &str)]) {
    let stack = Stack::start().await;
    for (patch, sentence) in rows {
        let answer = send(&stack, &route, with(route.good.clone(), patch).to_string()).await;
        assert_eq!(
            (answer.status, answer.text("errorCode")),
            (200, "INVALID_INPUT"),
            "{patch}\n{answer}"
        );
        assert!(
            answer.text("errorMsg").starts_with(sentence),
            "{patch}: expected {sentence:?}\n{answer}"
        );
        assert!(answer.text("errorMsg").ends_with('.'), "{answer}");
        if route.method == Method::PUT {
            let expected = if patch.get("inputTimeOffRequestId").is_some() { "" } else { "77" };
            assert_eq!(answer.text("timeOffRequestId"), expected, "{patch}");
        }
    }
    assert_eq!(stack.simulator().calls().total(), 0, "bad input asks BambooHR nothing");
}

const ID: &str = "must be an id: digits only, and not 0.";

#[tokio::test]
async fn balances_name_the_field_and_the_rule() {
    let id = |field: &str| format!("{field} {ID}");
    let agent = id("agentId");
    let entry = |field: &str, entry: usize| format!("{field} (entry {entry}) {ID}");
    let second_type = entry("inputTimeOffTypeIds", 2);
    refuses(
        balance(),
        &[
            (json!({"agentId": null}), "agentId is missing."),
            (json!({"agentId": "${input.agentId}"}), "agentId is missing."),
            (json!({"agentId": ""}), "agentId is missing."),
            (json!({"agentId": "0"}), &agent),
            (json!({"agentId": "000"}), &agent),
            (json!({"agentId": -452}), &agent),
            (json!({"agentId": 452.5}), &agent),
            (json!({"agentId": "ada"}), &agent),
            (json!({"agentId": "99999999999999999999999"}), &agent),
            (json!({"agentId": ["452"]}), "agentId must be text."),
            (json!({"agentId": true}), "agentId must be text."),
            (json!({"inputDates": []}), "inputDates must name at least one date."),
            (json!({"inputDates": ""}), "inputDates must name at least one date."),
            (
                json!({"inputDates": ["2026-02-29"]}),
                "inputDates (entry 1) must be a calendar date of the form YYYY-MM-DD.",
            ),
            (
                json!({"inputDates": "2026-12-01,01.12.2026"}),
                "inputDates (entry 2) must be a calendar date of the form YYYY-MM-DD.",
            ),
            (json!({"inputDates": ["20261201"]}), "inputDates (entry 1) must be"),
            (json!({"inputDates": {"0": "2026-12-01"}}), "inputDates must be a list."),
            (
                json!({"inputDates": [["2026-12-01"]]}),
                "inputDates must be a list of strings or numbers.",
            ),
            (
                json!({"inputDates": "[\"2026-12-01\""}),
                "inputDates starts like a JSON array but is none.",
            ),
            (
                json!({"inputDates": vec!["2026-12-01"; 367]}),
                "inputDates must not name more than 366 dates.",
            ),
            (
                json!({"inputTimeOffTypeIds": null}),
                "inputTimeOffTypeIds must name at least one time-off type.",
            ),
            (json!({"inputTimeOffTypeIds": ["83", "0"]}), &second_type),
            (
                json!({"inputTimeOffTypeIds": ["83", null]}),
                "inputTimeOffTypeIds must be a list of strings or numbers.",
            ),
            (
                json!({"inputTimeOffTypeIds": vec![83; 2001]}),
                "inputDates times inputTimeOffTypeIds must not exceed 2000 entries.",
            ),
            (
                json!({"inputTimeOffTypeId2s": ["x"]}),
                "inputTimeOffTypeId2s must have as many entries as inputTimeOffTypeIds.",
            ),
        ],
    )
    .await;
}

/// What insert and update refuse alike.
fn rows_of_a_submission() -> Vec<(Value, String)> {
    const DATE: &str = "must be a calendar date of the form YYYY-MM-DD.";
    const MINUTES: &str = "must be whole minutes from 0 to 1500.";
    let rows = [
        (json!({"agentId": null}), "agentId is missing.".to_owned()),
        (json!({"agentId": "0"}), format!("agentId {ID}")),
        (json!({"timeOffTypeId": null}), "timeOffTypeId is missing.".to_owned()),
        (json!({"timeOffTypeId": "sick"}), format!("timeOffTypeId {ID}")),
        (json!({"timeOffStatus": null}), "timeOffStatus is missing.".to_owned()),
        (json!({"timeOffStatus": "TAKEN"}), "timeOffStatus must be PENDING".to_owned()),
        (json!({"notes": {"text": "x"}}), "notes must be text.".to_owned()),
        (
            json!({"overrideBalanceThreshold": "yes"}),
            "overrideBalanceThreshold must be true or false.".to_owned(),
        ),
        (
            json!({"overrideBalanceThreshold": 1}),
            "overrideBalanceThreshold must be true or false.".to_owned(),
        ),
        (
            json!({"dates": ["2026-12-01", "2026-12-02", "2026-12-32"]}),
            format!("dates (entry 3) {DATE}"),
        ),
        (
            json!({"startDateTimes": ["2026-12-01 at nine"]}),
            "startDateTimes (entry 1) must be a date and time".to_owned(),
        ),
        (json!({"payableMinutes": [480, 480, -1]}), format!("payableMinutes (entry 3) {MINUTES}")),
        (
            json!({"payableMinutes": [480, 480, 1501]}),
            format!("payableMinutes (entry 3) {MINUTES}"),
        ),
        (json!({"payableMinutes": "480,7.5,480"}), format!("payableMinutes (entry 2) {MINUTES}")),
        (json!({"payableMinutes": ["eight"]}), format!("payableMinutes (entry 1) {MINUTES}")),
        (
            json!({"payableMinutes": [480]}),
            "payableMinutes must have as many entries as dates or startDateTimes.".to_owned(),
        ),
        (
            json!({"payableMinutes": "", "durationMinutes": [true]}),
            "durationMinutes must be a list of strings or numbers.".to_owned(),
        ),
        (json!({"averageMinutesPerDay": "full"}), format!("averageMinutesPerDay {MINUTES}")),
        (
            json!({"payableMinutes": [1000, 1000, 1000], "dates": "2026-12-01,2026-12-01,2026-12-02"}),
            "payableMinutes must not exceed".to_owned(),
        ),
        (
            json!({"minDate": "2026-12-02"}),
            "minDate must not lie after the first of the dates.".to_owned(),
        ),
        (
            json!({"maxDate": "2026-12-02"}),
            "maxDate must not lie before the last of the dates.".to_owned(),
        ),
        (json!({"maxDate": "tomorrow"}), format!("maxDate {DATE}")),
        (
            json!({"maxDate": "2027-12-31"}),
            "maxDate must leave the request at most 366 days long".to_owned(),
        ),
        (
            json!({"dates": null, "payableMinutes": null}),
            "dates or startDateTimes, and payableMinutes".to_owned(),
        ),
        (json!({"payableMinutes": ""}), "dates or startDateTimes, and payableMinutes".to_owned()),
    ];
    rows.into()
}

#[tokio::test]
async fn inserts_name_the_field_and_the_rule() {
    let rows = rows_of_a_submission();
    let rows: Vec<(Value, &str)> =
        rows.iter().map(|(patch, sentence)| (patch.clone(), sentence.as_str())).collect();
    refuses(insert(), &rows).await;
    refuses(
        insert(),
        &[
            (json!({"timeOffStatus": "DENIED"}), "timeOffStatus must be PENDING or APPROVED."),
            (json!({"timeOffStatus": "CANCELED"}), "timeOffStatus must be PENDING or APPROVED."),
        ],
    )
    .await;
}

#[tokio::test]
async fn updates_name_the_field_and_the_rule_and_keep_the_id() {
    let rows = rows_of_a_submission();
    let rows: Vec<(Value, &str)> =
        rows.iter().map(|(patch, sentence)| (patch.clone(), sentence.as_str())).collect();
    refuses(update(), &rows).await;
    refuses(
        update(),
        &[
            (json!({"inputTimeOffRequestId": "0"}), "inputTimeOffRequestId must be an id: digits only, and not 0."),
            (json!({"inputTimeOffRequestId": "7a"}), "inputTimeOffRequestId must be an id: digits only, and not 0."),
            (json!({"inputTimeOffRequestId": {}}), "inputTimeOffRequestId must be text."),
            (
                json!({"inputTimeOffRequestId": null, "timeOffStatus": "CANCELED", "dates": null, "payableMinutes": null}),
                "inputTimeOffRequestId is missing, and so are",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn look_ups_name_the_parameter_and_the_rule() {
    let stack = Stack::start().await;
    for path in ["/agents/0", "/agents/ada", "/agents/4-5", "/agents/99999999999999999999999"] {
        let answer = stack.get(path).await;
        assert_eq!(answer.text("errorCode"), "INVALID_INPUT", "{path}\n{answer}");
        assert!(
            answer.text("errorMsg").starts_with("externalId must be an id"),
            "{path}\n{answer}"
        );
    }
    for path in ["/agents?email=ada", "/agents?email=a%20b%40example.com"] {
        let answer = stack.get(path).await;
        assert_eq!(answer.text("errorCode"), "INVALID_INPUT", "{path}\n{answer}");
        assert!(answer.text("errorMsg").starts_with("email "), "{path}\n{answer}");
    }
    assert_eq!(stack.simulator().calls().total(), 0);
}
