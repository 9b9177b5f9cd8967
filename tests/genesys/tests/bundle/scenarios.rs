//! The workflows, through the data actions, against the local stack.

use bamboohr_simulator::{Action, Decimal, Fault, Matcher, Operation, RequestStatus, Seed, date};
use genesys_bundle::architect::AbsentLists;
use genesys_bundle::data_action::{ActionOutcome, UnsetInputs};
use serde_json::{Value, json};

use crate::fake::{insert_example, object};
use crate::guide;
use crate::stack::{AGENTS, BALANCE, INSERT, Organisation, RunOutputs, TYPES, UPDATE, request};

#[tokio::test]
async fn the_blueprints_balance() {
    let organisation = Organisation::small().await;
    let input = json!({
        "Flow.inputDates": ["2026-12-01"], "Flow.inputTimeOffTypeIds": ["83", "90", "85"],
        "Flow.agentId": "452",
    });
    let run = organisation.complete(BALANCE, input).await;
    // 80 hours; unlimited; 10 days of 8 hours.
    assert_eq!(run.list("balanceMinutesPerDay"), ["4800", "525600", "4800"]);
    assert_eq!(run.list("timeOffTypeIds"), ["83", "90", "85"]);
    assert_eq!(run.list("dates"), ["2026-12-01"; 3]);
    assert_eq!(run.list("timeOffTypeId2s"), [""; 3]);
}

#[tokio::test]
async fn the_blueprints_insert_and_update() {
    let organisation = Organisation::small().await;
    let simulator = organisation.simulator();
    let inserted = organisation.insert(Value::Object(insert_example())).await;
    let [live] = &simulator.live(452)[..] else { panic!("{:?}", simulator.live(452)) };
    assert_eq!(
        (live.id, live.status, live.start, live.end),
        (inserted, RequestStatus::Approved, date(2026, 12, 7), date(2026, 12, 9))
    );
    assert_eq!(live.dates.values().copied().collect::<Vec<_>>(), [Decimal::from(8); 3]);
    assert!(live.employee_note.starts_with("Testing timeoff"));

    let mut update = insert_example();
    for (name, value) in [
        ("dates", json!(["2026-12-07", "2026-12-08", "2026-12-09", "2026-12-10"])),
        ("maxDate", json!("2026-12-10")),
        ("payableMinutes", json!(["480", "480", "480", "480"])),
        ("inputTimeOffRequestId", json!(inserted.to_string())),
    ] {
        update.insert(format!("Flow.{name}"), value);
    }
    let updated = organisation.complete(UPDATE, Value::Object(update)).await.id();
    let [live] = &simulator.live(452)[..] else { panic!("{:?}", simulator.live(452)) };
    assert_eq!((live.id, live.previous, live.end), (updated, Some(inserted), date(2026, 12, 10)));
    assert_eq!(live.amount, Decimal::from(32));
}

#[tokio::test]
async fn the_guides_executions_work_in_their_order() {
    let organisation = Organisation::small().await;
    let mut known = None;
    for (workflow, mut input) in guide::executions() {
        if let (Some(given), Some(id)) = (input.get_mut("Flow.inputTimeOffRequestId"), &known) {
            *given = json!(id);
        }
        let run = organisation.complete(&workflow, Value::Object(input)).await;
        if let Some(id) = run.outputs.get("Flow.timeOffRequestId") {
            known = id.as_str().map(str::to_owned);
        }
    }
    assert_eq!(organisation.simulator().live(452), []);
    assert_eq!(organisation.simulator().requests(452).len(), 2);
}

#[tokio::test]
async fn the_types_are_those_that_can_be_requested() {
    let organisation = Organisation::small().await;
    let run = organisation.complete(TYPES, json!({})).await;
    let mut types: Vec<_> = run.list("ids").into_iter().zip(run.list("names")).collect();
    types.sort_unstable();
    assert_eq!(types, [("78", "Vacation"), ("83", "Sick"), ("85", "Training"), ("90", "Flexible")]);
    assert_eq!(run.list("id2s"), [""; 4]);
}

#[tokio::test]
async fn a_partial_day_may_come_with_start_times_only_with_dates_only_or_with_both() {
    let starts = json!(["2026-12-14T09:00:00", "2026-12-15T13:30:00"]);
    let dates = json!(["2026-12-14", "2026-12-15"]);
    for (dates, starts) in
        [(json!(null), starts.clone()), (dates.clone(), json!(null)), (dates, starts)]
    {
        for (absent_lists, unset_inputs) in
            [(AbsentLists::Empty, UnsetInputs::Left), (AbsentLists::NotSet, UnsetInputs::Null)]
        {
            let organisation = Organisation::small().await.unset_inputs(unset_inputs);
            let input = request(json!({
                "dates": dates, "startDateTimes": starts,
                "minDate": "2026-12-14", "maxDate": "2026-12-15",
                "payableMinutes": ["90", "30"], "durationMinutes": ["95", "35"],
            }));
            let run = organisation.run_with(INSERT, &object(input), absent_lists).await;
            assert_eq!(run.status(), (200, "Complete"), "{}", run.message());
            let [live] = &organisation.simulator().live(452)[..] else { panic!("not one request") };
            assert_eq!(live.id, run.id());
            let hours: Vec<_> =
                live.dates.iter().map(|(day, amount)| (day.day(), *amount)).collect();
            assert_eq!(hours, [(14, Decimal::new(15, 1)), (15, Decimal::new(5, 1))]);
        }
    }
}

#[tokio::test]
async fn a_request_of_half_a_year_is_written_to_its_last_day() {
    let organisation = Organisation::small().await;
    let days: Vec<_> = std::iter::successors(Some(date(2026, 12, 7)), |day| day.tomorrow().ok())
        .take(180)
        .collect();
    let dates: Vec<_> = days.iter().map(ToString::to_string).collect();
    let input = request(json!({
        "dates": dates, "maxDate": dates[179], "timeOffTypeId": "90",
        "payableMinutes": vec!["60"; 180],
    }));
    let id = organisation.insert(input).await;
    let written = organisation.simulator().request(id).unwrap();
    assert_eq!((written.end, written.amount), (days[179], Decimal::from(180)));
}

fn assert_company(run: &genesys_bundle::architect::Run, count: usize) {
    let mut seen = 0;
    for bucket in 0..25 {
        let [emails, ids] = contract::operations::bucket(bucket);
        let (emails, ids) = (run.list(&emails), run.list(&ids));
        assert_eq!(emails.len(), (count - seen).min(2_000), "bucket {bucket}");
        assert_eq!(emails.len(), ids.len(), "bucket {bucket}");
        for (email, id) in emails.iter().zip(ids) {
            seen += 1;
            assert_eq!(id, seen.to_string());
            assert_eq!(*email, format!("agent{seen}@example.com"));
        }
    }
    assert_eq!(seen, count);
}

#[tokio::test]
async fn four_hundred_agents_are_one_bucket() {
    let organisation = Organisation::with(Seed::company(400), []).await;
    assert_company(&organisation.complete(AGENTS, json!({})).await, 400);
}

#[tokio::test]
async fn four_thousand_five_hundred_agents_are_three_buckets() {
    let organisation = Organisation::with(Seed::company(4_500), []).await;
    assert_company(&organisation.complete(AGENTS, json!({})).await, 4_500);
}

/// One input for each workflow, none of which may find the HRIS well.
fn all_workflows() -> [(&'static str, Value); 5] {
    [
        (TYPES, json!({})),
        (
            BALANCE,
            json!({
                "Flow.inputDates": ["2026-12-01"], "Flow.inputTimeOffTypeIds": ["83"],
                "Flow.agentId": "452",
            }),
        ),
        (INSERT, request(json!({}))),
        (UPDATE, request(json!({"inputTimeOffRequestId": "1700"}))),
        (AGENTS, json!({})),
    ]
}

/// Nothing but status and message is handed out, apart from the id that an update was given.
fn assert_nothing_but_an_error(workflow: &str, run: &genesys_bundle::architect::Run) {
    for (name, value) in &run.outputs {
        let expected = match name.as_str() {
            "Flow.statusCode" | "Flow.status" | "Flow.errorMsg" => continue,
            "Flow.timeOffRequestId" if workflow == UPDATE => json!("1700"),
            "Flow.timeOffRequestId" | "Flow.error" => json!(""),
            _ => json!([]),
        };
        assert_eq!(*value, expected, "{workflow} {name}");
    }
}

#[tokio::test]
async fn an_hris_outage_is_an_error_of_every_workflow() {
    let organisation = Organisation::small().await;
    organisation
        .simulator()
        .fault(Fault::new(Matcher::default(), Action::StatusBefore { status: 503 }));
    for (workflow, input) in all_workflows() {
        let run = organisation.run(workflow, input).await;
        assert!(run.answered(), "{workflow}: {:?}", run.calls);
        assert_eq!(run.status(), (500, "Error"), "{workflow}: {}", run.message());
        assert!(
            run.message().contains("error code HRIS_UNAVAILABLE, correlation id "),
            "{workflow}: {}",
            run.message()
        );
        assert_nothing_but_an_error(workflow, &run);
    }
    assert_eq!(organisation.simulator().writes(), []);
}

#[tokio::test]
async fn a_wrong_hris_key_is_an_error_that_says_so() {
    for (workflow, input) in all_workflows() {
        let organisation = Organisation::small().await;
        organisation.stack.put_api_key("wrong");
        let run = organisation.run(workflow, input).await;
        assert!(run.answered(), "{workflow}: {:?}", run.calls);
        assert_eq!(run.status(), (500, "Error"), "{workflow}: {}", run.message());
        assert!(
            run.message().contains("error code HRIS_UNAUTHORIZED"),
            "{workflow}: {}",
            run.message()
        );
        assert_nothing_but_an_error(workflow, &run);
    }
}

#[tokio::test]
async fn a_wrong_key_in_the_integration_fails_the_data_action() {
    let organisation = Organisation::small().await.api_key("wrong");
    for (workflow, input) in all_workflows() {
        let run = organisation.run(workflow, input).await;
        let ActionOutcome::Failure(failure) = &run.calls[0].outcome else {
            panic!("{:?}", run.calls)
        };
        assert!(failure.cause.contains("403"), "{}", failure.cause);
        assert_eq!(run.status(), (500, "Error"));
        assert!(
            run.message().contains("error code BAD_REQUEST, status 400, correlation id "),
            "{}",
            run.message()
        );
        assert_nothing_but_an_error(workflow, &run);
    }
    assert_eq!(organisation.simulator().calls().total(), 0);
}

#[tokio::test]
async fn an_hris_that_does_not_answer_is_a_time_out_of_every_workflow() {
    let organisation = Organisation::with(Seed::small(), [("API_BUDGET_MS", "1000")]).await;
    organisation.simulator().fault(Fault::new(Matcher::default(), Action::Hang));
    for (workflow, input) in all_workflows() {
        let run = organisation.run(workflow, input).await;
        assert!(run.answered(), "{workflow}: {:?}", run.calls);
        assert_eq!(run.status(), (408, "Error"), "{workflow}: {}", run.message());
        assert!(
            run.message().contains("error code DEADLINE_EXCEEDED"),
            "{workflow}: {}",
            run.message()
        );
        assert_nothing_but_an_error(workflow, &run);
    }
}

#[tokio::test]
async fn an_agent_can_be_looked_up_by_either_name() {
    let organisation = Organisation::small().await;
    organisation.complete(AGENTS, json!({})).await;
    for (action, input, found) in [
        ("HRIS-Find-Agent-By-ExternalId", json!({"externalId": "452"}), true),
        ("HRIS-Find-Agent-By-Email", json!({"email": "AGENT452@example.com"}), true),
        ("HRIS-Find-Agent-By-ExternalId", json!({"externalId": "99999"}), false),
        ("HRIS-Find-Agent-By-Email", json!({"email": "no+body@example.com"}), false),
    ] {
        let answer = organisation.execute(action, input).await;
        assert_eq!(
            (&answer["status"], &answer["found"], &answer["active"]),
            (&json!("Complete"), &json!(found), &json!(found)),
            "{action}"
        );
        let expected = if found { ("452", "agent452@example.com") } else { ("", "") };
        assert_eq!(
            (&answer["externalId"], &answer["email"]),
            (&json!(expected.0), &json!(expected.1)),
            "{action}"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_of_the_service_is_not_a_lost_request() {
    // The HRIS takes the request and the connection breaks.
    let organisation = Organisation::small().await;
    organisation.simulator().fault(Fault::once(Operation::Create, Action::DropAfter));
    let id = organisation.insert(request(json!({}))).await;
    assert_eq!(
        organisation.simulator().live(452).iter().map(|request| request.id).collect::<Vec<_>>(),
        [id]
    );
}
