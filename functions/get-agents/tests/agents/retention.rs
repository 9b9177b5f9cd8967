//! Nobody's address stays longer than promised: whatever item it came into, and whether or not
//! anything near it changed since.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Read as _;

use bamboohr_simulator::{Employee, Seed};
use flate2::read::DeflateDecoder;
use jiff::SignedDuration;
use local_aws::{Fault, Injection};
use serde_json::{Value, json};
use store::Alias;

use crate::world::{World, id};

const COMPANY: u64 = 40;

/// The texts of all items whose expiration has not passed, those of packed attributes too.
async fn texts(world: &World) -> String {
    let client = world.table.client();
    let scan = client.scan().table_name(world.table.name()).send().await.unwrap();
    assert!(scan.last_evaluated_key().is_none());
    let mut texts = String::new();
    for item in scan.items() {
        let expiration = item.get("expiration").map(|value| value.as_n().unwrap().parse().unwrap());
        if expiration.is_some_and(|at: i64| at <= world.now().as_second()) {
            continue;
        }
        for value in item.values() {
            if let Ok(text) = value.as_s() {
                texts.push_str(text);
            } else if let Ok(bytes) = value.as_b() {
                // A digest is no deflated text.
                let _digest = DeflateDecoder::new(bytes.as_ref()).read_to_string(&mut texts);
            } else {
                assert!(value.is_n() || value.is_bool(), "{value:?} is not searched");
            }
            texts.push('\n');
        }
    }
    texts.to_lowercase()
}

async fn pin(world: &World, number: u64, email: &str) {
    let alias = Alias { external_id: id(number), email: email.parse().unwrap() };
    world.index.pin(&alias).await.unwrap();
}

/// A company in which an address of every kind has come into the table. Gives those that may not
/// stay.
async fn company_with_a_past() -> (World, Vec<&'static str>) {
    let people = [
        (101, "departs@example.com"),
        (102, "replaced@example.com"),
        (103, "hr103@example.com"),
        (104, "hr104@example.com"),
    ];
    let seed = people.into_iter().fold(Seed::company(COMPANY), |seed, (number, email)| {
        seed.employee(Employee::new(number, "Made", "Up", email))
    });
    let world = World::of(seed).await;
    pin(&world, 103, "genesys103@example.com").await;
    pin(&world, 104, "genesys104@example.com").await;
    world.list().await;
    world.sim.add_employee(Employee::new(105, "Made", "Up", "learned@example.com"));
    world.get("/agents/105", Value::Null).await;
    world.get("/agents", json!({"email": "learned@example.com"})).await;
    let old = vec![
        "departs@example.com",
        "replaced@example.com",
        "genesys103@example.com",
        "genesys104@example.com",
        "learned@example.com",
    ];
    let before = texts(&world).await;
    assert!(old.iter().all(|email| before.contains(email)), "the search does not find addresses");

    for number in [101, 103, 105] {
        world.sim.deactivate_employee(number);
    }
    world.sim.set_email(102, Some("new@example.com"));
    world.index.unpin(id(104)).await.unwrap();
    (world, old)
}

async fn assert_gone(world: &World, old: &[&str]) {
    let texts = texts(world).await;
    for email in old {
        assert!(!texts.contains(email), "{email} is still in the table");
    }
    assert!(texts.contains("new@example.com") && texts.contains("hr104@example.com"));
}

/// A run over HTTP, or by the schedule.
async fn run(world: &World, scheduled: bool) {
    if scheduled {
        assert_eq!(world.refresh().await, "");
    } else {
        world.list().await;
    }
}

#[tokio::test]
async fn addresses_of_departed_agents_and_replaced_ones_are_gone_after_a_run_each() {
    for scheduled in [false, true] {
        // No run saw the changes before the time had passed.
        let (world, old) = company_with_a_past().await;
        world.advance(SignedDuration::from_hours(24 * 700));
        run(&world, scheduled).await;
        assert_gone(&world, &old).await;

        // A run saw them at once: who left is kept, what was replaced is not.
        let (world, old) = company_with_a_past().await;
        world.advance(SignedDuration::from_hours(1));
        run(&world, scheduled).await;
        let kept = texts(&world).await;
        assert!(kept.contains("departs@example.com") && !kept.contains("replaced@example.com"));
        world.advance(SignedDuration::from_hours(24 * 700));
        run(&world, !scheduled).await;
        assert_gone(&world, &old).await;
    }
}

#[tokio::test]
async fn what_a_run_could_not_remove_the_next_one_removes_although_nothing_changed() {
    let (world, old) = company_with_a_past().await;
    world.advance(SignedDuration::from_hours(24 * 700));
    let mut cut_off = 0;
    for survived in 0.. {
        let refused = Injection::of(Fault::AccessDenied).on("UpdateItem").after(survived);
        world.table.faults().inject(refused);
        let code = world.refresh().await;
        world.table.faults().clear();
        if code.is_empty() {
            break;
        }
        assert_eq!((code.as_str(), world.metric("IndexPending")), ("INTERNAL", Some(1.0)));
        cut_off += 1;
        world.advance(SignedDuration::from_hours(1));
    }
    assert!(cut_off > 3, "cut off {cut_off} times only");
    assert_gone(&world, &old).await;
}

#[tokio::test]
async fn bamboohr_is_asked_for_active_employees_only() {
    let world = World::of(Seed::company(3)).await;
    world.list().await;
    world.sim.add_employee(Employee::new(99, "Made", "Up", "left@example.com"));
    world.sim.deactivate_employee(99);
    for (path, query) in
        [("/agents/99", Value::Null), ("/agents", json!({"email": "left@example.com"}))]
    {
        assert_eq!(world.get(path, query).await["found"], false, "{path}");
    }
    assert!(!texts(&world).await.contains("left@example.com"));
}
