//! The calculator and the types.

use bamboohr_simulator::{Assignment, Decimal, Employee, NewRequest, RequestStatus, Seed, date};
use serde_json::json;

use crate::caller::Caller;

fn text(amount: &str) -> Option<String> {
    Some(amount.to_owned())
}

#[tokio::test]
async fn the_seeds_balances_are_readable() {
    let caller = Caller::small().await;
    let entries = caller.calculator(452, "2026-11-02").await;
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| {
            [&entry["timeOffType"], &entry["units"], &entry["balance"], &entry["policyType"]]
                .map(|value| value.as_str().unwrap())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ["78", "hours", "120.0000", "accruing"],
            ["83", "hours", "80.0000", "manual"],
            ["85", "days", "10.0000", "manual"],
            ["90", "hours", "0.0000", "discretionary"],
        ]
    );
    // One employee lacks a type: it is left out, not zero.
    assert_eq!(caller.balance(454, 85, "2026-11-02").await, None);
    assert_eq!(caller.balance(453, 78, "2026-11-02").await, text("-8.0000"));
}

#[tokio::test]
async fn accruals_count_up_to_the_end() {
    let caller = Caller::small().await;
    for (end, balance) in [
        ("2026-11-30", "120.0000"),
        ("2026-12-01", "128.0000"),
        ("2027-01-01", "136.0000"),
        ("2026-10-31", "112.0000"),
    ] {
        assert_eq!(caller.balance(452, 78, end).await, text(balance), "{end}");
    }
}

#[tokio::test]
async fn an_approved_request_counts_in_full_from_its_first_day() {
    let caller = Caller::small().await;
    let request = NewRequest::new(452, 83, date(2026, 12, 1), date(2026, 12, 3)).per_day(8);
    let id = caller.sim.hr_creates_request(request);
    assert_eq!(
        caller.balance(452, 83, "2026-12-03").await,
        text("80.0000"),
        "pending ones are left out"
    );
    assert!(caller.sim.hr_changes_status(id, RequestStatus::Approved));
    assert_eq!(caller.balance(452, 83, "2026-11-30").await, text("80.0000"));
    assert_eq!(caller.balance(452, 83, "2026-12-01").await, text("56.0000"));
    assert_eq!(caller.sim.balance(452, 83, date(2026, 12, 1)), Some(Decimal::from(56)));
    let entries = caller.calculator(452, "2026-12-01").await;
    assert_eq!(entries[1]["usedYearToDate"], "24.0000");
    assert_eq!(caller.calculator(452, "2027-01-01").await[1]["usedYearToDate"], "0.0000");
    for gone in [RequestStatus::Canceled, RequestStatus::Denied, RequestStatus::Superceded] {
        caller.sim.hr_changes_status(id, gone);
        assert_eq!(caller.balance(452, 83, "2026-12-01").await, text("80.0000"), "{gone:?}");
    }
}

#[tokio::test]
async fn what_the_opening_lacks_is_not_deducted_twice() {
    let past = NewRequest::new(452, 83, date(2026, 8, 3), date(2026, 8, 4))
        .per_day(8)
        .status(RequestStatus::Approved);
    let caller = Caller::of(Seed::small().request(past)).await;
    assert_eq!(caller.balance(452, 83, "2026-11-02").await, text("80.0000"));
    assert_eq!(caller.calculator(452, "2026-11-02").await[1]["usedYearToDate"], "16.0000");
    let id = caller.sim.requests(452)[0].id;
    caller.sim.hr_changes_status(id, RequestStatus::Canceled);
    assert_eq!(caller.balance(452, 83, "2026-11-02").await, text("96.0000"));
}

#[tokio::test]
async fn a_discretionary_type_shows_what_was_used() {
    let caller = Caller::small().await;
    let request = NewRequest::new(452, 90, date(2026, 11, 9), date(2026, 11, 9))
        .lump(Decimal::new(25, 1))
        .status(RequestStatus::Approved);
    caller.sim.hr_creates_request(request);
    assert_eq!(caller.balance(452, 90, "2026-11-30").await, text("-2.5000"));
}

#[tokio::test]
async fn precision_and_end_have_defaults() {
    let employee = Employee::new(700, "Ada", "Abel", "ada@example.com")
        .with_assignments([Assignment::manual(78, Decimal::new(-263_649, 4))]);
    let caller = Caller::of(Seed::small().employee(employee)).await;
    let path = "/api/v1/employees/700/time_off/calculator";
    let entry = caller.get(path).await.json()[0].clone();
    assert_eq!((&entry["balance"], &entry["end"]), (&json!("-26.36"), &json!("2026-11-02")));
    for (precision, balance) in [("0", "-26"), ("1", "-26.4"), ("4", "-26.3649")] {
        let entry = caller.get(&format!("{path}?precision={precision}")).await.json()[0].clone();
        assert_eq!(entry["balance"], balance);
    }
    for query in ["?end=soon", "?precision=5"] {
        assert_eq!(
            caller.get(&format!("{path}?{query}").replace("??", "?")).await.status,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_unknown_employee_is_an_empty_page_with_the_message_twice() {
    let caller = Caller::small().await;
    for id in ["9999", "0", "me"] {
        let answer = caller.get(&format!("/api/v1/employees/{id}/time_off/calculator")).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, ""), "{id}");
        assert_eq!(
            answer.header("x-bamboohr-error-message"),
            Some("Employee not found, Employee not found")
        );
    }
}

#[tokio::test]
async fn types_carry_default_hours_in_no_order_and_a_default() {
    let caller = Caller::of(Seed::small().default_hours([8, 8, 8, 8, 6, 0, 0])).await;
    let body = caller.get("/api/v1/meta/time_off/types").await.json();
    assert_eq!(
        body["timeOffTypes"][2],
        json!({"id": "85", "name": "Training", "units": "days", "color": null, "icon": "palm-trees", "source": "internal"})
    );
    assert_eq!(body["timeOffTypes"][4]["source"], "remote");
    let hours: Vec<_> = body["defaultHours"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["name"].as_str().unwrap(), entry["amount"].as_str().unwrap()))
        .collect();
    assert_eq!(hours[..3], [("Saturday", "0"), ("Sunday", "0"), ("default", "8")]);
    assert_eq!(hours[7], ("Friday", "6"));
    assert_eq!(
        caller.get("/api/v1/meta/time_off/types?mode=request").await.json()["timeOffTypes"],
        json!([])
    );
    let bare = Caller::of(Seed::small().without_default_hours()).await;
    assert_eq!(bare.get("/api/v1/meta/time_off/types").await.json().get("defaultHours"), None);
}
