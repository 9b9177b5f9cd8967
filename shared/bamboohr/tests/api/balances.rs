//! Balances, in every shape that BambooHR gives them.

use bamboohr::{Balance, Policy, Unit, UnreadableBalance};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::script::{Reply, Server, decimal, employee_id, type_id};

#[tokio::test]
async fn every_call_carries_the_key_and_asks_for_json() {
    let server = Server::playing([Reply::json(200, &json!([]))]).await;
    server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
    let seen = server.only();
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("GET", "/api/v1/employees/452/time_off/calculator")
    );
    assert_eq!(seen.query, [("end".into(), "2026-12-01".into()), ("precision".into(), "4".into())]);
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert!(seen.header("user-agent").unwrap().starts_with("bamboohr-rust/"));
    // echo -n '0123456789abcdef0123456789abcdef01234567:x' | base64
    let basic = "Basic MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzp4";
    assert_eq!(seen.header("authorization"), Some(basic));
}

#[tokio::test]
async fn balances_are_read_from_strings_and_numbers() {
    let server = Server::playing([Reply::json(
        200,
        &json!([
            { "timeOffType": "78", "name": "Vacation", "units": "hours", "balance": "-26.36", "end": "2026-12-01", "policyType": "accruing", "usedYearToDate": "168.00" },
            { "timeOffType": 85, "name": "Days", "units": "days", "balance": 2.5, "policyType": "manual", "usedYearToDate": 4 },
            { "timeOffType": "90", "units": "Hours", "balance": "0.00", "policyType": "discretionary", "usedYearToDate": null },
            { "timeOffType": "91", "units": "hours", "balance": "1", "policyType": "quarterly" },
        ]),
    )])
    .await;
    let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
    let balances: Vec<Balance> =
        [78, 85, 90, 91].map(|id| listed.of(type_id(id)).unwrap().unwrap().clone()).into();
    let read: Vec<_> = balances
        .iter()
        .map(|balance| {
            (balance.type_id.get(), balance.unit, balance.balance, balance.used_year_to_date)
        })
        .collect();
    assert_eq!(
        read,
        [
            (78, Unit::Hours, decimal("-26.36"), Some(decimal("168.00"))),
            (85, Unit::Days, decimal("2.5"), Some(decimal("4"))),
            (90, Unit::Hours, decimal("0.00"), None),
            (91, Unit::Hours, decimal("1"), None),
        ]
    );
    let policies: Vec<_> = balances.into_iter().map(|balance| balance.policy).collect();
    assert_eq!(
        policies,
        [
            Policy::Accruing,
            Policy::Manual,
            Policy::Discretionary,
            Policy::Other("quarterly".into())
        ]
    );
}

#[tokio::test]
async fn one_balance_that_cannot_be_read_stops_no_other() {
    let sound =
        json!({ "timeOffType": "78", "units": "hours", "balance": "8", "policyType": "manual" });
    let with = |name: &str, value: Value| {
        let mut row = json!({ "timeOffType": "90", "units": "days", "balance": "1" });
        row[name] = value;
        row
    };
    let odd = [json!(null), json!(""), json!("odd"), json!([]), json!({}), json!(1e30)];
    for value in odd.clone() {
        for field in ["units", "balance"] {
            let row = with(field, value.clone());
            let server = Server::playing([Reply::json(200, &json!([row, sound]))]).await;
            let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
            assert_eq!(listed.of(type_id(78)).unwrap().unwrap().balance, decimal("8"));
            let unreadable = UnreadableBalance { id: Some(type_id(90)), field };
            assert_eq!(listed.of(type_id(90)), Err(unreadable), "{row}");
            assert_eq!(listed.of(type_id(91)), Ok(None), "{row}");
        }
    }
    let nameless = odd.into_iter().map(|id| with("timeOffType", id));
    for row in nameless.chain([json!({}), json!(null), json!("odd")]) {
        let server = Server::playing([Reply::json(200, &json!([row, sound]))]).await;
        let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
        assert!(listed.of(type_id(78)).unwrap().is_some(), "{row}");
        assert!(listed.of(type_id(90)).is_err(), "it may be the type of that entry: {row}");
    }
    let row = with("policyType", json!(["discretionary"]));
    let server = Server::playing([Reply::json(200, &json!([row]))]).await;
    let listed = server.api().balances(employee_id(452), date(2026, 12, 1)).await.unwrap();
    assert_eq!(listed.of(type_id(90)).unwrap_err().field, "policyType");
}
