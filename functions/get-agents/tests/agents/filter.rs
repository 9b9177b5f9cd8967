//! `AGENT_FILTER`.

use bamboohr_simulator::{Employee, Seed};
use serde_json::{Value, json};

use crate::world::World;

fn people() -> Seed {
    [
        (1, "Support", "Berlin"),
        (2, "support ", "Paris"),
        (3, "Sales", "Berlin"),
        (4, "Support", "Lisbon"),
    ]
    .into_iter()
    .fold(
        Seed::company(0).employee(Employee::new(5, "Made", "Up", "nowhere@example.com")),
        |seed, (id, department, location)| {
            let mut employee = Employee::new(id, "Made", "Up", format!("person{id}@example.com"));
            employee.department = Some(department.into());
            employee.location = Some(location.into());
            seed.employee(employee)
        },
    )
}

#[tokio::test]
async fn those_who_match_every_field_are_agents_and_nobody_else() {
    let filter = r#"{"departmentName":["Support"],"locationName":["Berlin","paris"]}"#;
    let world = World::with(people(), &[("AGENT_FILTER", filter)]).await;
    assert_eq!(world.list().await.into_keys().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(world.get("/agents/3", Value::Null).await["found"], false);
    assert_eq!(world.get("/agents", json!({"email": "person3@example.com"})).await["found"], false);
    assert_eq!(world.get("/agents/2", Value::Null).await["found"], true);
}

#[tokio::test]
async fn a_field_that_the_key_may_not_read_is_an_error_that_names_it() {
    let world =
        World::with(people(), &[("AGENT_FILTER", r#"{"departmentName":["Support"]}"#)]).await;
    world.sim.restrict_field("departmentName");
    let (code, sentence) = world.failure().await;
    assert_eq!(code, "CONFIGURATION");
    assert!(sentence.contains("departmentName"), "{sentence}");
}

#[tokio::test]
async fn such_a_field_is_in_the_log_at_start() {
    let filter = [("AGENT_FILTER", r#"{"departmentName":["Support"]}"#)];
    let world = World::with(people(), &filter).await;
    world.list().await;
    let readable = world.warm_up().await;
    assert!(!readable.contains("agent_filter.unreadable"), "{readable}");
    world.sim.restrict_field("departmentName");
    let log = world.warm_up().await;
    assert!(log.contains("agent_filter.unreadable") && log.contains("departmentName"), "{log}");
    assert!(!log.contains('@'), "{log}");
}
