//! The fourteen defects of the blueprint's example workflows, none of which this bundle has.

use bamboohr_simulator::{
    Action, Decimal, Fault, Matcher, NewRequest, Operation, RequestStatus, RetryAfter, Seed, date,
};
use serde_json::{Value, json};

use crate::stack::{AGENTS, BALANCE, INSERT, Organisation, RunOutputs, TYPES, UPDATE, request};

fn balances(dates: Value, types: Value) -> Value {
    json!({"Flow.agentId": "452", "Flow.inputDates": dates, "Flow.inputTimeOffTypeIds": types})
}

#[tokio::test]
async fn defect_01_minutes_are_not_truncated_to_hours() {
    let organisation = Organisation::small().await;
    let input = request(json!({
        "dates": ["2026-12-07", "2026-12-08"], "maxDate": "2026-12-08",
        "payableMinutes": ["90", "30"],
    }));
    let id = organisation.insert(input).await;
    let written = organisation.simulator().request(id).unwrap();
    assert_eq!(
        written.dates.values().copied().collect::<Vec<_>>(),
        [Decimal::new(15, 1), Decimal::new(5, 1)]
    );
}

#[tokio::test]
async fn defect_02_a_request_of_start_times_only_is_written() {
    let organisation = Organisation::small().await;
    let input = request(json!({
        "dates": null, "startDateTimes": ["2026-12-07T13:00:00"], "payableMinutes": ["240"],
    }));
    let id = organisation.insert(input).await;
    let written = organisation.simulator().request(id).unwrap();
    assert_eq!((written.start, written.amount), (date(2026, 12, 7), Decimal::from(4)));
}

#[tokio::test]
async fn defect_03_a_balance_is_answered_for_each_date_and_type_that_was_asked_and_no_other() {
    let organisation = Organisation::small().await;
    // Agent 454 has no balance of type 85; nobody asks for 78.
    let mut input = balances(json!(["2026-12-01", "2026-12-02"]), json!(["85", "83"]));
    input["Flow.agentId"] = json!("454");
    let run = organisation.complete(BALANCE, input).await;
    assert_eq!(run.list("dates"), ["2026-12-01", "2026-12-01", "2026-12-02", "2026-12-02"]);
    assert_eq!(run.list("timeOffTypeIds"), ["85", "83", "85", "83"]);
    assert_eq!(run.list("balanceMinutesPerDay"), ["0", "2400", "0", "2400"]);
    assert_eq!(run.list("timeOffTypeId2s").len(), 4);
}

#[tokio::test]
async fn defect_04_types_in_days_are_not_taken_for_hours() {
    let organisation = Organisation::small().await;
    let run = organisation.complete(BALANCE, balances(json!(["2026-12-01"]), json!(["85"]))).await;
    assert_eq!(run.list("balanceMinutesPerDay"), ["4800"]);
    let id = organisation
        .insert(request(json!({"timeOffTypeId": "85", "payableMinutes": ["480"]})))
        .await;
    assert_eq!(organisation.simulator().request(id).unwrap().amount, Decimal::ONE);
}

#[tokio::test]
async fn defect_05_many_dates_are_one_call_and_one_failed_date_fails_the_answer() {
    let organisation = Organisation::small().await;
    let dates = json!(["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"]);
    let run = organisation.complete(BALANCE, balances(dates.clone(), json!(["83"]))).await;
    assert_eq!((run.calls.len(), run.list("dates").len()), (1, 4));

    let later = Matcher::on(Operation::Calculator).nth(3);
    organisation.simulator().fault(Fault::new(later, Action::StatusBefore { status: 503 }));
    let run = organisation.run(BALANCE, balances(dates, json!(["83"]))).await;
    assert_eq!(run.status(), (500, "Error"));
    for list in ["balanceMinutesPerDay", "timeOffTypeIds", "dates", "timeOffTypeId2s"] {
        assert_eq!(run.list(list), [""; 0], "{list}");
    }
}

#[tokio::test]
async fn defect_06_a_failed_or_late_answer_sets_the_status_of_the_reading_workflows() {
    let reading = [
        (TYPES, json!({})),
        (BALANCE, balances(json!(["2026-12-01"]), json!(["83"]))),
        (AGENTS, json!({})),
    ];
    let refused = Organisation::small().await.api_key("wrong");
    let late = Organisation::with(Seed::small(), [("API_BUDGET_MS", "1000")]).await;
    late.simulator().fault(Fault::new(Matcher::default(), Action::Hang));
    for (workflow, input) in reading {
        let run = refused.run(workflow, input.clone()).await;
        assert!(!run.answered());
        assert_eq!(run.status(), (500, "Error"), "{workflow}");
        assert_eq!(late.run(workflow, input).await.status(), (408, "Error"), "{workflow}");
    }
}

#[tokio::test]
async fn defect_07_notes_arrive_as_they_were_typed_and_may_be_unset() {
    let notes = "Dentist \"Dr. O'Hara\"\n\\ 50 % ${input.notes} \u{1f9b7} {\"a\": [1]}";
    let organisation = Organisation::small().await;
    let id = organisation.insert(request(json!({"notes": notes}))).await;
    let written = organisation.simulator().request(id).unwrap();
    assert!(written.employee_note.starts_with(notes), "{}", written.employee_note);
    assert_eq!(written.manager_note, "");

    let unset = organisation.insert(request(json!({
        "notes": null, "dates": ["2026-12-14"], "minDate": "2026-12-14",
        "maxDate": "2026-12-14",
    })));
    let unset = organisation.simulator().request(unset.await).unwrap();
    assert!(
        !unset.employee_note.contains("input.notes") && !unset.employee_note.contains("null"),
        "{}",
        unset.employee_note
    );
}

#[tokio::test]
async fn defect_08_a_pending_request_is_not_written_as_approved() {
    let organisation = Organisation::small().await;
    let id = organisation.insert(request(json!({"timeOffStatus": "PENDING"}))).await;
    assert_eq!(organisation.simulator().request(id).unwrap().status, RequestStatus::Requested);

    let input = request(json!({
        "timeOffStatus": "PENDING", "inputTimeOffRequestId": id.to_string(),
        "dates": ["2026-12-08"],
        "minDate": "2026-12-08", "maxDate": "2026-12-08",
    }));
    let updated = organisation.complete(UPDATE, input).await.id();
    assert_eq!(organisation.simulator().request(updated).unwrap().status, RequestStatus::Requested);
}

#[tokio::test]
async fn defect_09_cancelled_is_cancelled_denied_is_denied_and_neither_makes_a_new_request() {
    for (asked, expected) in
        [("CANCELED", RequestStatus::Canceled), ("DENIED", RequestStatus::Denied)]
    {
        let organisation = Organisation::small().await;
        let id = organisation.insert(request(json!({"timeOffStatus": "PENDING"}))).await;
        let input =
            request(json!({"timeOffStatus": asked, "inputTimeOffRequestId": id.to_string()}));
        let run = organisation.complete(UPDATE, input).await;
        assert_eq!(run.id(), id, "{asked}");
        let all: Vec<_> = organisation
            .simulator()
            .requests(452)
            .iter()
            .map(|request| (request.id, request.status))
            .collect();
        assert_eq!(all, [(id, expected)], "{asked}");
    }
}

#[tokio::test]
async fn defect_10_the_balance_is_checked_on_every_day_that_matters_and_an_update_gives_its_own_hours_back()
 {
    // Agent 453 has 16 hours of type 83, which do not accrue, and 16 hours booked on 21 and 22
    // December.
    let booked = NewRequest::new(453, 83, date(2026, 12, 21), date(2026, 12, 22))
        .per_day(8)
        .status(RequestStatus::Approved);
    let organisation = Organisation::with(Seed::small().request(booked), []).await;
    // On the day itself the calculator still shows 16 hours; they are all gone two weeks later.
    let run = organisation
        .run(INSERT, request(json!({"agentId": "453", "timeOffStatus": "PENDING"})))
        .await;
    assert_eq!(run.status(), (200, "InsufficientBalance"), "{}", run.message());
    assert_eq!(organisation.simulator().live(453).len(), 1);

    let organisation = Organisation::small().await;
    let both = |first: &str, second: &str| {
        request(json!({
            "agentId": "453", "timeOffStatus": "PENDING", "dates": [first, second],
            "minDate": first, "maxDate": second,
            "payableMinutes": ["480", "480"],
        }))
    };
    let id = organisation.insert(both("2026-12-07", "2026-12-08")).await;
    let mut moved = both("2026-12-08", "2026-12-09");
    moved["Flow.inputTimeOffRequestId"] = json!(id.to_string());
    let moved = organisation.complete(UPDATE, moved).await.id();
    assert_eq!(
        organisation.simulator().live(453).iter().map(|request| request.id).collect::<Vec<_>>(),
        [moved]
    );
}

#[tokio::test]
async fn defect_11_an_insert_whose_answer_was_lost_is_neither_doubled_nor_orphaned() {
    let organisation = Organisation::with(Seed::small(), [("API_BUDGET_MS", "1500")]).await;
    organisation.simulator().fault(Fault::once(Operation::Create, Action::Hang));
    let first = organisation.run(INSERT, request(json!({}))).await;
    assert!(
        matches!(first.status(), (200, "Complete") | (408, "Error")),
        "{:?} {}",
        first.status(),
        first.message()
    );
    assert_eq!(
        organisation.simulator().live(452).len(),
        1,
        "the HRIS has it, whatever the workflow was told"
    );

    let again = organisation.insert(request(json!({}))).await;
    assert_eq!(
        organisation.simulator().live(452).iter().map(|request| request.id).collect::<Vec<_>>(),
        [again]
    );
    assert_eq!(organisation.simulator().calls().create, 1);
}

#[tokio::test]
async fn defect_12_no_message_repeats_what_was_sent() {
    let private = "Surgery on the left knee";
    let refused = Organisation::small().await.api_key("wrong");
    let down = Organisation::small().await;
    down.simulator().fault(Fault::new(Matcher::default(), Action::StatusBefore { status: 503 }));
    let rejected = Organisation::small().await;
    for (organisation, change) in [
        (&refused, json!({"notes": private})),
        (&down, json!({"notes": private})),
        (&rejected, json!({"notes": private, "timeOffTypeId": "4711"})),
        (&rejected, json!({"notes": private, "dates": [private]})),
    ] {
        for workflow in [INSERT, UPDATE] {
            let mut input = request(change.clone());
            if workflow == UPDATE {
                input["Flow.inputTimeOffRequestId"] = json!("1700");
            }
            let run = organisation.run(workflow, input).await;
            assert_eq!(run.status().1, "Error", "{change}");
            for word in ["Surgery", "knee", "{", "agentId"] {
                assert!(!run.message().contains(word), "{}", run.message());
            }
        }
    }
}

#[tokio::test]
async fn defect_13_agents_fill_further_buckets_and_nobody_is_listed_twice_or_without_an_address() {
    let organisation = Organisation::with(Seed::company(2_001), []).await;
    let run = organisation.complete(AGENTS, json!({})).await;
    assert_eq!((run.list("emails").len(), run.list("externalIds1")), (2_000, vec!["2001"]));

    let organisation = Organisation::small().await;
    let run = organisation.complete(AGENTS, json!({})).await;
    let (emails, ids) = (run.list("emails"), run.list("externalIds"));
    // 460 has no address, 461 and 462 share one, 463 to 465 have left.
    for gone in ["460", "463", "464", "465"] {
        assert!(!ids.contains(&gone), "{gone}");
    }
    assert_eq!(ids.iter().filter(|id| ["461", "462"].contains(*id)).count(), 1);
    let mut lower: Vec<_> = emails.iter().map(|email| email.to_lowercase()).collect();
    lower.sort_unstable();
    lower.dedup();
    assert_eq!(lower.len(), emails.len());
    assert!(emails.iter().all(|email| email.contains('@')));
}

#[tokio::test]
async fn defect_14_the_administrator_can_tell_refusals_of_the_hris_apart() {
    for (action, code) in [
        (Action::StatusBefore { status: 401 }, "HRIS_UNAUTHORIZED"),
        (Action::StatusBefore { status: 403 }, "HRIS_FORBIDDEN"),
        (Action::StatusBefore { status: 404 }, "AGENT_NOT_FOUND"),
        (Action::Throttle { retry_after: Some(RetryAfter::Seconds(3_600)) }, "HRIS_RATE_LIMITED"),
    ] {
        let organisation = Organisation::small().await;
        organisation.simulator().fault(Fault::always(Operation::Calculator, action));
        let run = organisation.run(BALANCE, balances(json!(["2026-12-01"]), json!(["83"]))).await;
        assert_eq!(run.status(), (500, "Error"), "{code}");
        assert!(
            run.message().contains(&format!("error code {code}, correlation id ")),
            "{code}: {}",
            run.message()
        );
    }
}
