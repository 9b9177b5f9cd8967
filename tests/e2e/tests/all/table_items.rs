//! What the table keeps of people's leave holds no note, name, address or key, whatever failed.

use std::collections::BTreeSet;

use bamboohr_simulator::{Action, Fault, Operation};
use e2e::Stack;
use serde_json::json;

use crate::logs::leaks;
use crate::requests::{NOTES, three_days, with};

/// Everything that is kept of leave: the items of the agents, and what points to them.
async fn items_of_leave(stack: &Stack) -> Vec<(String, String)> {
    let dynamodb = stack.local().dynamodb();
    let client = dynamodb.client();
    let scan = client.scan().table_name(dynamodb.table_name()).into_paginator().items();
    let items = scan.send().collect::<Result<Vec<_>, _>>().await.unwrap();
    let items = items.iter().map(|item| (item["pk"].as_s().unwrap(), item));
    let of_leave =
        items.filter(|(pk, _)| !["INDEX", "ALIAS", "LEARNED"].iter().any(|it| pk.starts_with(it)));
    of_leave.map(|(_, item)| (item["sk"].as_s().unwrap().clone(), format!("{item:?}"))).collect()
}

#[tokio::test]
async fn nothing_personal_is_kept_of_leave_that_was_written_or_failed() {
    let stack = Stack::set(&[("API_BUDGET_MS", "3000"), ("RESEND_AFTER_SECONDS", "0")]).await;
    stack.get("/agents").await;
    let id = stack.post("/timeoff-requests", three_days()).await;
    let id = id.text("timeOffRequestId");
    // Texts where a caller does not expect them to be read.
    let odd = json!({
        "durationMinutes": NOTES, "timeOffTypeId2": NOTES, "unknown": NOTES,
        "averageMinutesPerDay": "", "notes": "agent452@example.com",
    });
    let refusal = Action::Refuse {
        status: 400,
        text: "Ada Example-Person has 12.5 hours left".to_owned(),
        place: bamboohr_simulator::RefusalPlace::default(),
    };
    let mut codes = BTreeSet::new();
    for (day, action) in
        [refusal, Action::StatusBefore { status: 403 }, Action::DropBefore].into_iter().enumerate()
    {
        stack.simulator().fault(Fault::always(Operation::Create, action));
        let dates = json!({"dates": format!("2026-12-1{day}"), "payableMinutes": 480});
        let insert = with(with(three_days(), &odd), &dates);
        let failed = stack.post("/timeoff-requests", insert.clone()).await;
        codes.insert(failed.text("errorCode").to_owned());
        let update = with(insert, &json!({ "inputTimeOffRequestId": id }));
        let failed = stack.put("/timeoff-requests", update).await;
        codes.insert(failed.text("errorCode").to_owned());
        stack.simulator().clear_faults();
    }
    assert!(codes.contains("HRIS_REJECTED") && codes.contains("HRIS_FORBIDDEN"), "{codes:?}");

    let items = items_of_leave(&stack).await;
    for prefix in ["KEY#", "REQUEST#", "FAILED#", "AGENT#"] {
        assert!(items.iter().any(|(sk, _)| sk.starts_with(prefix)), "no {prefix}: {items:?}");
    }
    for (sk, item) in items {
        let found = leaks(&json!(item).to_string(), &BTreeSet::new());
        assert!(found.is_empty(), "{found:?} in {sk}: {item}");
    }
}
