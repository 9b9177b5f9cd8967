//! `POST /balances`

use bamboohr_simulator::{NewRequest, RequestStatus, date};
use e2e::Stack;
use serde_json::{Value, json};

use crate::requests::{balances, with};

#[tokio::test]
async fn three_types_on_a_day_are_three_entries_in_the_order_asked() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.post("/balances", balances()).await, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    balanceMinutesPerDay: ["4800","525600","4800"]
    dates: ["2026-12-01","2026-12-01","2026-12-01"]
    timeOffTypeId2s: ["","",""]
    timeOffTypeIds: ["83","90","85"]
    "#);
}

#[tokio::test]
async fn dates_are_outer_types_inner_and_repeats_are_kept() {
    let stack = Stack::start().await;
    let body = json!({
        "agentId": 452, "inputDates": ["2027-01-01", "2026-11-02", "2027-01-01"], "inputTimeOffTypeIds": [78, 85],
        "inputTimeOffTypeId2s": ["a", ""],
    });
    insta::assert_snapshot!(stack.post("/balances", body).await, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    balanceMinutesPerDay: ["8160","4800","7200","4800","8160","4800"]
    dates: ["2027-01-01","2027-01-01","2026-11-02","2026-11-02","2027-01-01","2027-01-01"]
    timeOffTypeId2s: ["a","","a","","a",""]
    timeOffTypeIds: ["78","85","78","85","78","85"]
    "#);
    assert_eq!(stack.simulator().calls().calculator, 2, "one call a distinct date");
}

#[tokio::test]
async fn lists_as_arrays_as_json_text_and_as_csv_give_the_same_answer() {
    let stack = Stack::start().await;
    let ask = async |dates: Value, types: Value, seconds: Value| {
        let body = json!({"agentId": "452", "inputDates": dates, "inputTimeOffTypeIds": types, "inputTimeOffTypeId2s": seconds});
        let mut answer = stack.post("/balances", body).await;
        answer.body["correlationId"].take();
        answer
    };
    let first =
        ask(json!(["2026-12-01", "2026-12-24"]), json!(["83", "90", "85"]), json!([])).await;
    assert_eq!(first.text("status"), "Complete");
    assert_eq!(first.body["dates"].as_array().unwrap().len(), 6);
    for (dates, types, seconds) in [
        (json!(["2026-12-01", "2026-12-24"]), json!([83, 90, 85]), Value::Null),
        (json!("[\"2026-12-01\",\"2026-12-24\"]"), json!("[83, \"90\", 85]"), json!("")),
        (
            json!("2026-12-01,2026-12-24"),
            json!("83, 90,085"),
            json!("${input.inputTimeOffTypeId2s}"),
        ),
        (json!(["2026-12-01", "2026-12-24"]), json!("83,90,85"), json!("[\"\",\"\",\"\"]")),
    ] {
        assert_eq!(ask(dates.clone(), types.clone(), seconds).await, first, "{dates} {types}");
    }
}

#[tokio::test]
async fn a_debt_is_negative_and_a_type_without_policy_is_zero() {
    let stack = Stack::start().await;
    let ask = async |agent: u64, types: &str| {
        let body = with(
            balances(),
            &json!({"agentId": agent, "inputTimeOffTypeIds": types, "inputDates": "2026-11-02"}),
        );
        stack.post("/balances", body).await.body["balanceMinutesPerDay"].clone()
    };
    assert_eq!(ask(453, "78,85").await, json!(["-480", "480"]));
    assert_eq!(ask(454, "85,999").await, json!(["0", "0"]));
}

#[tokio::test]
async fn approved_leave_ahead_is_deducted_from_its_first_day_on() {
    let stack = Stack::start().await;
    let leave = NewRequest::new(452, 83, date(2026, 12, 2), date(2026, 12, 3))
        .per_day(8)
        .status(RequestStatus::Approved);
    stack.simulator().hr_creates_request(leave);
    let body = json!({"agentId": 452, "inputDates": "2026-12-01,2026-12-02,2026-12-03", "inputTimeOffTypeIds": "83"});
    assert_eq!(
        stack.post("/balances", body).await.body["balanceMinutesPerDay"],
        json!(["4800", "3840", "3840"])
    );
}

#[tokio::test]
async fn a_days_minutes_and_an_unlimited_balance_can_be_set() {
    let stack =
        Stack::set(&[("MINUTES_PER_DAY", "450"), ("UNLIMITED_BALANCE_MINUTES", "1000")]).await;
    assert_eq!(
        stack.post("/balances", balances()).await.body["balanceMinutesPerDay"],
        json!(["4800", "1000", "4500"])
    );
}
