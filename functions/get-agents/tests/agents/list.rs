//! The list itself: who is in it, in which form, and what happens when it cannot be complete.

use std::time::Duration;

use bamboohr_simulator::{Action, Employee, Fault, Matcher, Operation, Seed};
use jiff::SignedDuration;
use local_aws::{Fault as TableFault, Gate, Injection};
use serde_json::Value;
use store::{Alias, Conflict};

use crate::world::{World, agents, id, logged};

fn person(number: u64, email: &'static str) -> Employee {
    Employee::new(number, "Made", "Up", email)
}

#[tokio::test]
async fn everybody_active_with_an_e_mail_is_in_it_as_bamboohr_has_them() {
    let world = World::of(Seed::company(5)).await;
    world.sim.set_email(1, Some(" Mixed.Case@Example.com "));
    world.sim.set_email(2, None);
    world.sim.set_email(3, Some("nobody"));
    world.sim.deactivate_employee(4);
    let text = world.list_text().await;
    let list = agents(&text);
    assert_eq!(list.keys().copied().collect::<Vec<_>>(), [1, 5]);
    assert_eq!(list[&1], "Mixed.Case@Example.com");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&answer["skippedCount"], &answer["listAgeMinutes"]), (&2.into(), &0.into()));
    assert_eq!(answer["correlationId"], "correlation");
    assert_eq!(world.snapshot().await.findings.skipped, [id(2), id(3)]);
    assert_eq!(
        (world.metric("AgentCount"), world.metric("AgentSkipped"), world.metric("IndexPending")),
        (Some(2.0), Some(2.0), Some(0.0))
    );
    world.assert_table(&list, &list).await;
}

/// Case 18 of the public reports.
#[tokio::test]
async fn invisible_letters_around_an_address_go_and_what_is_no_single_address_is_skipped() {
    let people = [
        (11, "agent473@example.com\u{200b}", Some("agent473@example.com")),
        (12, "\u{feff}Agent474@example.com", Some("Agent474@example.com")),
        (13, "agent\u{ad}475@example.com", None),
        (14, "a@x.example;b@x.example", None),
        (15, "a@x.example,b@x.example", None),
        (16, "a@b@x.example", None),
        (17, "mailto:a@x.example", None),
        (18, "a+b@x.example", Some("a+b@x.example")),
    ];
    let seed = people
        .into_iter()
        .fold(Seed::company(0), |seed, (number, email, _)| seed.employee(person(number, email)));
    let world = World::of(seed).await;
    let text = world.list_text().await;
    let expected: Vec<(u64, String)> =
        people.iter().filter_map(|(number, _, email)| Some((*number, (*email)?.into()))).collect();
    assert_eq!(agents(&text).into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["skippedCount"], 5);
    assert_eq!(world.snapshot().await.findings.skipped, [13, 14, 15, 16, 17].map(id));
    assert_eq!(world.metric("AgentSkipped"), Some(5.0));
}

#[tokio::test]
async fn of_two_records_with_one_e_mail_one_is_listed_and_stays_so() {
    let world = World::of(Seed::company(3).employee(person(10, "ada@example.com"))).await;
    assert!(world.list().await.contains_key(&10));
    world.sim.add_employee(person(11, "ADA@example.com"));
    let list = world.list().await;
    assert!(list.contains_key(&10) && !list.contains_key(&11));
    assert_eq!(
        world.snapshot().await.findings.conflicts,
        [Conflict { lost: id(11), kept: id(10) }]
    );
    assert_eq!(world.metric("AgentConflicts"), Some(1.0));
    world.sim.deactivate_employee(10);
    assert_eq!(world.list().await[&11], "ADA@example.com");
    assert_eq!(world.snapshot().await.findings.conflicts, []);
}

#[tokio::test]
async fn a_pin_wins() {
    let world = World::of(Seed::company(3)).await;
    world.sim.set_email(2, None);
    for (number, email) in [(1, "genesys.one@example.com"), (2, "genesys.two@example.com")] {
        world
            .index
            .pin(&Alias { external_id: id(number), email: email.parse().unwrap() })
            .await
            .unwrap();
    }
    let list = world.list().await;
    assert_eq!(
        (list[&1].as_str(), list[&2].as_str()),
        ("genesys.one@example.com", "genesys.two@example.com")
    );
    world.index.unpin(id(1)).await.unwrap();
    assert_ne!(world.list().await[&1], "genesys.one@example.com");
}

#[tokio::test]
async fn more_agents_than_genesys_takes_are_an_error() {
    let world = World::of(Seed::company(50_001)).await;
    assert_eq!(world.failure().await.0, "TOO_MANY_AGENTS");
    assert!(world.snapshot().await.state().is_none());
    world.sim.deactivate_employee(7);
    assert_eq!(world.list().await.len(), 50_000);
}

#[tokio::test]
async fn a_key_that_may_not_read_the_e_mail_field_gives_no_list() {
    let world = World::of(Seed::company(100)).await;
    world.sim.restrict_field("workEmail");
    let (code, sentence) = world.failure().await;
    assert_eq!(code, "CONFIGURATION");
    assert!(sentence.contains("workEmail"), "{sentence}");
    assert!(world.snapshot().await.state().is_none());
}

#[tokio::test]
async fn a_total_that_does_not_fit_gives_no_list() {
    let world = World::of(Seed::company(100)).await;
    for action in [Action::WrongTotal, Action::TruncatedPage] {
        world.sim.fault(Fault::always(Operation::Employees, action));
        assert_eq!(world.failure().await.0, "HRIS_BAD_RESPONSE");
        world.sim.clear_faults();
    }
    assert_eq!(world.list().await.len(), 100);
}

#[tokio::test]
async fn without_the_guards_state_there_is_no_list() {
    let world = World::of(Seed::company(100)).await;
    let list = world.list().await;
    world.table.faults().inject(Injection::of(TableFault::AccessDenied).on("BatchGetItem"));
    assert_eq!(world.failure().await.0, "INTERNAL");
    world.table.faults().clear();
    world.sim.deactivate_employee(1);
    // The baseline cannot be moved, so nothing is answered.
    world.table.faults().inject(Injection::of(TableFault::AccessDenied).on("UpdateItem"));
    assert_eq!(world.failure().await.0, "INTERNAL");
    world.table.faults().clear();
    world.assert_table(&list, &list).await;
}

#[tokio::test]
async fn the_list_is_answered_when_the_index_cannot_be_written_and_the_next_run_finishes() {
    let world = World::of(Seed::company(100)).await;
    let before = world.list().await;
    world.advance(SignedDuration::from_hours(24));
    world.sim.deactivate_employee(1);
    // The first write is the baseline.
    world.table.faults().inject(Injection::of(TableFault::AccessDenied).on("UpdateItem").after(3));
    let list = world.list().await;
    assert_eq!(list.len(), 99);
    assert_eq!(
        (world.metric("IndexPending"), world.metric("AgentSyncAge")),
        (Some(1.0), Some(86_400.0))
    );
    world.table.faults().clear();
    let state = *world.snapshot().await.state().unwrap();
    assert_eq!((state.agents, state.pending), (100, true));
    assert!(crate::world::active(&world.snapshot().await.agents) == before);

    assert_eq!(world.refresh().await, "");
    assert_eq!(
        (world.metric("IndexPending"), world.metric("AgentSyncAge")),
        (Some(0.0), Some(0.0))
    );
    world.assert_table(&list, &list).await;
}

#[tokio::test]
async fn the_list_is_answered_when_time_runs_out_for_the_index_and_the_next_run_finishes() {
    let world = World::of(Seed::company(100)).await;
    world.list().await;
    world.sim.deactivate_employee(1);
    let gate = Gate::new();
    world
        .table
        .faults()
        .inject(Injection::of(TableFault::Hold(gate.clone())).on("UpdateItem").after(2));
    let list = agents(&world.text("/agents", Value::Null, Duration::from_millis(1_700)).await);
    assert_eq!((list.len(), world.metric("IndexPending")), (99, Some(1.0)));
    world.table.faults().clear();
    // What was under way arrives late, and does no harm.
    gate.open();
    assert!(world.snapshot().await.state().unwrap().pending);
    assert!(world.list().await == list);
    world.assert_table(&list, &list).await;
}

#[tokio::test]
async fn time_that_runs_out_while_reading_is_an_error_and_changes_nothing() {
    let world = World::of(Seed::company(100)).await;
    let list = world.list().await;
    world.sim.deactivate_employee(1);
    world.sim.fault(Fault::new(Matcher::on(Operation::Employees), Action::Hang));
    let text = world.text("/agents", Value::Null, Duration::from_millis(900)).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&answer["statusCode"], &answer["errorCode"]),
        (&408.into(), &"DEADLINE_EXCEEDED".into())
    );
    world.assert_table(&list, &list).await;
}

#[tokio::test]
async fn a_recent_refresh_is_answered_only_where_that_is_set_and_says_its_age() {
    let mut world = World::of(Seed::company(100)).await;
    assert_eq!(world.refresh().await, "");
    let refreshed = world.now();
    world.advance(SignedDuration::from_mins(90));
    world.sim.deactivate_employee(1);

    world.restart(&[("AGENTS_MAX_AGE_HOURS", "2")]);
    world.sim.reset_calls();
    let text = world.list_text().await;
    let kept = agents(&text);
    assert_eq!(kept.len(), 100);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["listAgeMinutes"], 90);
    assert_eq!(world.sim.calls().employees, 0);
    world.assert_table_at(&kept, &kept, refreshed).await;

    world.advance(SignedDuration::from_mins(30));
    let live = world.list().await;
    assert_eq!(live.len(), 99);
    assert_eq!(world.refresh().await, "");
    world.sim.deactivate_employee(2);
    world.restart(&[]);
    assert_eq!(world.list().await.len(), 98);
}

#[tokio::test]
async fn the_directory_is_read_only_when_asked_for() {
    let mut world = World::of(Seed::company(20)).await;
    let list = world.list().await;
    assert_eq!((world.sim.calls().employees, world.sim.calls().directory), (1, 0));
    world.restart(&[("EMPLOYEE_SOURCE", "directory")]);
    assert_eq!(world.list().await, list);
    assert_eq!((world.sim.calls().employees, world.sim.calls().directory), (1, 1));
}

#[tokio::test]
async fn no_log_line_holds_an_e_mail_address() {
    let world = World::of(
        Seed::company(20)
            .employee(person(30, "ada@example.com"))
            .employee(person(31, "Ada@example.com")),
    )
    .await;
    let log = logged(async {
        world.list().await;
        assert_eq!(world.refresh().await, "");
        for email in ["ada@example.com", "who@example.com"] {
            world.get("/agents", serde_json::json!({ "email": email })).await;
        }
        world.get("/agents/31", Value::Null).await;
        world.table.faults().inject(TableFault::InternalServerError);
        world.failure().await;
    })
    .await;
    assert!(log.contains("agents.conflict") && log.contains("index.published"), "{log}");
    assert!(!log.contains("example.com") && !log.contains('@'), "{log}");
}
