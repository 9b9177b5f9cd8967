//! Looking one agent up.

use bamboohr_simulator::{Employee, Seed};
use jiff::SignedDuration;
use local_aws::{Fault, Injection};
use serde_json::{Value, json};
use store::Alias;

use crate::world::{START, World, id};

fn person(number: u64, email: &'static str) -> Employee {
    Employee::new(number, "Made", "Up", email)
}

async fn by_id(world: &World, number: u64) -> Value {
    world.get(&format!("/v1/agents/{number}"), Value::Null).await
}

async fn by_email(world: &World, email: &str) -> Value {
    world.get("/agents", json!({ "email": email })).await
}

/// The outputs, and that the call succeeded.
fn outputs(answer: &Value) -> Value {
    assert_eq!(answer["status"], "Complete", "{answer}");
    let fields = ["found", "externalId", "email", "active", "lastSeen"];
    fields
        .iter()
        .map(|name| ((*name).to_owned(), answer[*name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn found(number: u64, email: &str, active: bool, last_seen: &str) -> Value {
    json!({ "found": true, "externalId": number.to_string(), "email": email, "active": active, "lastSeen": last_seen })
}

fn nobody() -> Value {
    json!({ "found": false, "externalId": "", "email": "", "active": false, "lastSeen": "" })
}

#[tokio::test]
async fn an_agent_of_the_list_is_one_request_to_the_table_and_none_to_bamboohr() {
    let world = World::of(Seed::company(200).employee(person(452, "Ada@example.com"))).await;
    world.list().await;
    world.table.faults().reset_calls();
    world.sim.reset_calls();
    let ada = found(452, "Ada@example.com", true, START);
    assert_eq!(outputs(&by_id(&world, 452).await), ada);
    assert_eq!(outputs(&by_email(&world, " ada@EXAMPLE.com ").await), ada);
    assert_eq!(
        world.table.faults().all_calls().into_iter().collect::<Vec<_>>(),
        [("BatchGetItem".to_owned(), 2)]
    );
    assert_eq!(world.sim.calls().total(), 0);
}

#[tokio::test]
async fn last_seen_is_the_last_run_although_an_unchanged_run_touches_no_agent() {
    let world = World::of(Seed::company(20)).await;
    world.list().await;
    world.advance(SignedDuration::from_hours(1));
    assert_eq!(world.refresh().await, "");
    assert_eq!(by_id(&world, 7).await["lastSeen"], "2026-11-02T09:00:00Z");
}

#[tokio::test]
async fn who_joined_after_the_last_run_is_asked_for_once_and_kept_apart() {
    let world = World::of(Seed::company(20)).await;
    let list = world.list().await;
    world.sim.add_employee(person(99, "New@example.com"));
    world.sim.reset_calls();
    let newcomer = found(99, "New@example.com", true, "");
    for _ in 0..2 {
        assert_eq!(outputs(&by_id(&world, 99).await), newcomer);
        assert_eq!(outputs(&by_email(&world, "new@example.com").await), newcomer);
    }
    assert_eq!(world.sim.calls().employees, 2);
    world.assert_table(&list, &list).await;
    world.advance(SignedDuration::from_hours(24));
    by_id(&world, 99).await;
    assert_eq!(world.sim.calls().employees, 3);
    world.list().await;
    assert_eq!(by_id(&world, 99).await["lastSeen"], world.now().to_string());
}

#[tokio::test]
async fn what_is_learned_takes_no_e_mail_from_an_agent_of_the_index() {
    let world = World::of(Seed::company(20).employee(person(30, "ada@example.com"))).await;
    world.list().await;
    world.sim.add_employee(person(99, "Ada@example.com"));
    assert_eq!(outputs(&by_id(&world, 99).await), found(99, "", true, ""));
    assert_eq!(by_email(&world, "ada@example.com").await["externalId"], "30");
    // Learned first, and in conflict with a run's list afterwards.
    world.sim.add_employee(person(98, "Bo@example.com"));
    assert_eq!(by_id(&world, 98).await["email"], "Bo@example.com");
    world.sim.set_email(30, Some("bo@example.com"));
    world.sim.set_email(98, Some("other@example.com"));
    world.advance(SignedDuration::from_mins(1));
    world.list().await;
    world.sim.deactivate_employee(98);
    assert_eq!(by_email(&world, "bo@example.com").await["externalId"], "30");
}

#[tokio::test]
async fn who_left_is_found_for_ninety_days() {
    let world = World::of(Seed::company(20).employee(person(30, "ada@example.com"))).await;
    world.list().await;
    world.sim.deactivate_employee(30);
    world.sim.remove_employee(30);
    world.advance(SignedDuration::from_hours(24));
    world.list().await;
    let left = found(30, "ada@example.com", false, START);
    assert_eq!(outputs(&by_id(&world, 30).await), left);
    assert_eq!(outputs(&by_email(&world, "ADA@example.com").await), left);
    world.advance(SignedDuration::from_hours(24 * 89));
    world.list().await;
    assert_eq!(outputs(&by_id(&world, 30).await), left);
    world.advance(SignedDuration::from_secs(1));
    assert_eq!(outputs(&by_id(&world, 30).await), nobody());
    world.list().await;
    assert!(world.snapshot().await.agents.iter().all(|agent| agent.external_id != id(30)));
}

#[tokio::test]
async fn a_pinned_agent_is_found_by_either_e_mail_and_answered_with_the_pin() {
    let world = World::of(Seed::company(20).employee(person(30, "hr@example.com"))).await;
    world
        .index
        .pin(&Alias { external_id: id(30), email: "Genesys@example.com".parse().unwrap() })
        .await
        .unwrap();
    world.list().await;
    let pinned = found(30, "Genesys@example.com", true, START);
    assert_eq!(outputs(&by_id(&world, 30).await), pinned);
    assert_eq!(outputs(&by_email(&world, "genesys@example.com").await), pinned);
    world.sim.reset_calls();
    for _ in 0..2 {
        assert_eq!(outputs(&by_email(&world, "hr@example.com").await), pinned);
    }
    // The pin that was set since shows at once.
    world
        .index
        .pin(&Alias { external_id: id(30), email: "other@example.com".parse().unwrap() })
        .await
        .unwrap();
    for answer in [by_id(&world, 30).await, by_email(&world, "hr@example.com").await] {
        assert_eq!(outputs(&answer), found(30, "other@example.com", true, START));
    }
    assert_eq!(world.sim.calls().employees, 1);
}

#[tokio::test]
async fn a_pinned_newcomer_is_answered_with_the_pin_by_the_first_look_up_too() {
    let world = World::of(Seed::company(20)).await;
    world.list().await;
    world.sim.add_employee(person(99, "hr@example.com"));
    world
        .index
        .pin(&Alias { external_id: id(99), email: "Genesys@example.com".parse().unwrap() })
        .await
        .unwrap();
    for _ in 0..2 {
        for answer in [by_id(&world, 99).await, by_email(&world, "hr@example.com").await] {
            assert_eq!(outputs(&answer), found(99, "Genesys@example.com", true, ""));
        }
    }
}

#[tokio::test]
async fn what_is_learned_outlives_a_run_and_the_index_wins_over_it() {
    let world = World::of(Seed::company(20)).await;
    world.list().await;
    for (number, email) in [(97, "left@example.com"), (98, "ada@example.com")] {
        world.sim.add_employee(person(number, email));
    }
    let looked_up = async || {
        [by_id(&world, 97).await, by_email(&world, "ada@example.com").await]
            .map(|answer| outputs(&answer))
    };
    assert_eq!(
        looked_up().await,
        [found(97, "left@example.com", true, ""), found(98, "ada@example.com", true, "")]
    );

    // One leaves, both e-mails change hands, and a run sees it.
    world.sim.deactivate_employee(97);
    world.sim.set_email(7, Some("Left@example.com"));
    world.sim.set_email(98, Some("married@example.com"));
    world.advance(SignedDuration::from_hours(1));
    world.list().await;
    world.sim.reset_calls();
    let seen = world.now().to_string();
    assert_eq!(
        looked_up().await,
        [found(97, "", true, ""), found(98, "married@example.com", true, &seen)]
    );
    assert_eq!(world.sim.calls().employees, 0);
}

#[tokio::test]
async fn an_address_with_something_invisible_around_it_is_found_by_what_is_seen() {
    let world = World::of(Seed::company(20)).await;
    world.list().await;
    world.sim.add_employee(person(99, "\u{feff}New@example.com\u{200b}"));
    let newcomer = found(99, "New@example.com", true, "");
    assert_eq!(outputs(&by_email(&world, "new@example.com\u{200b}").await), newcomer);
    assert_eq!(outputs(&by_id(&world, 99).await), newcomer);
    world.list().await;
    assert_eq!(by_email(&world, "\u{200e}NEW@example.com").await["externalId"], "99");
    for email in ["a\u{ad}b@example.com", "a@x;b@x", "a@x,b@x", "a@b@x", "mailto:a@x"] {
        assert_eq!(by_email(&world, email).await["errorCode"], "INVALID_INPUT", "{email:?}");
    }
}

#[tokio::test]
async fn a_miss_asks_bamboohr_once_a_minute() {
    let world = World::of(Seed::company(20)).await;
    world.list().await;
    world.sim.reset_calls();
    for _ in 0..5 {
        assert_eq!(outputs(&by_id(&world, 4711).await), nobody());
        assert_eq!(outputs(&by_email(&world, "who@example.com").await), nobody());
    }
    assert_eq!(world.sim.calls().employees, 2);
    world.advance(SignedDuration::from_secs(60));
    by_id(&world, 4711).await;
    assert_eq!(world.sim.calls().employees, 3);
}

#[tokio::test]
async fn an_unknown_home_address_is_not_asked_for() {
    let world = World::with(Seed::company(20), &[("EMAIL_FIELD", "homeEmail")]).await;
    assert_eq!(outputs(&by_email(&world, "who@example.com").await), nobody());
    assert_eq!(world.sim.calls().employees, 0);
}

#[tokio::test]
async fn wrong_input_and_an_unreachable_table_are_errors_in_the_form_of_a_look_up() {
    let world = World::of(Seed::company(20)).await;
    for (path, query, code) in [
        ("/agents/0", Value::Null, "INVALID_INPUT"),
        ("/agents", json!({"email": ""}), "INVALID_INPUT"),
    ] {
        let answer = world.get(path, query).await;
        assert_eq!(
            (&answer["errorCode"], &answer["found"], &answer["externalId"]),
            (&code.into(), &false.into(), &"".into())
        );
    }
    world.table.faults().inject(Injection::of(Fault::AccessDenied));
    let answer = by_id(&world, 1).await;
    assert_eq!((&answer["errorCode"], &answer["found"]), (&"INTERNAL".into(), &false.into()));
}
