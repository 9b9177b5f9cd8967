//! 50,000 agents, 20 pages: the whole life of an index.

use std::collections::BTreeMap;

use bamboohr_simulator::{Action, Employee, Fault, Matcher, Operation, Seed};
use jiff::SignedDuration;
use local_aws::{Fault as TableFault, Injection};

use crate::world::{List, World, active, agents};

const COMPANY: u64 = 50_000;

/// A day later: so that a run can be told from the one before.
fn next_day(world: &World) {
    world.advance(SignedDuration::from_hours(24));
}

#[tokio::test]
async fn first_run_then_changes_then_failures_then_a_crash() {
    let world = World::of(Seed::company(COMPANY)).await;

    // First run.
    let first = world.list_text().await;
    let mut list = agents(&first);
    assert!(list.keys().copied().eq(1..=COMPANY));
    world.assert_table(&list, &list).await;
    assert_eq!(world.sim.calls().employees, 20);

    // Unchanged: the same bytes, one state-record write, no other.
    next_day(&world);
    world.table.faults().reset_calls();
    assert!(world.list_text().await == first);
    let calls = world.table.faults().all_calls();
    assert_eq!(
        calls,
        BTreeMap::from([
            ("BatchGetItem".to_owned(), 2),
            ("Query".to_owned(), 1),
            ("UpdateItem".to_owned(), 1)
        ])
    );
    world.assert_table(&list, &list).await;

    // 1 % changed: who left, who came, who has another e-mail.
    next_day(&world);
    change_one_percent(&world, &mut list);
    assert!(world.list().await == list);
    world.assert_table(&list, &list).await;
    assert_eq!(world.snapshot().await.state().unwrap().departed, 200);

    // A page fails: no list, nothing changed.
    let seen = world.now();
    next_day(&world);
    world.sim.fail_page(13);
    assert_eq!(world.failure().await.0, "HRIS_UNAVAILABLE");
    world.assert_table_at(&list, &list, seen).await;
    world.sim.clear_faults();

    // Somebody at the edge of a page leaves meanwhile: the walk begins again.
    world
        .sim
        .fault(Fault::new(Matcher::on(Operation::Employees).page(7).times(1), Action::BadPage));
    assert!(world.list().await == list);
    world.assert_table(&list, &list).await;

    // A crash half-way through the writes of a refresh: the old list, until the next run.
    let (before, seen) = (list.clone(), world.now());
    next_day(&world);
    for number in 1_001..=1_500 {
        world.sim.deactivate_employee(number);
        list.remove(&number);
    }
    world.table.faults().inject(Injection::of(TableFault::AccessDenied).on("UpdateItem").after(60));
    assert_eq!(world.refresh().await, "INTERNAL");
    world.table.faults().clear();
    let snapshot = world.snapshot().await;
    assert!(active(&snapshot.agents) == before);
    assert_eq!(
        (snapshot.state().unwrap().last_seen, snapshot.state().unwrap().pending),
        (seen, true)
    );
    assert_eq!(world.refresh().await, "");
    world.assert_table(&list, &before).await;
}

fn change_one_percent(world: &World, list: &mut List) {
    for number in 101..=300 {
        world.sim.deactivate_employee(number);
        list.remove(&number);
    }
    for number in 40_001..=40_150 {
        let email = format!("renamed{number}@example.com");
        world.sim.set_email(number, Some(&email));
        list.insert(number, email);
    }
    for number in COMPANY + 1..=COMPANY + 150 {
        let email = format!("new{number}@example.com");
        world.sim.add_employee(Employee::new(number, "Made", "Up", email.clone()));
        list.insert(number, email);
    }
}

#[tokio::test]
async fn the_guard_cannot_be_worn_down_by_refreshes_and_two_runs_at_once_do_no_harm() {
    let world = World::with(Seed::company(COMPANY), &[("MAX_SHRINK_PERCENT", "15")]).await;
    // Two first runs at once.
    let (one, other) = tokio::join!(world.list_text(), world.list_text());
    assert!(one == other);
    let all = agents(&one);
    world.assert_table(&all, &all).await;

    // A quarter is missing.
    let seen = world.now();
    next_day(&world);
    for number in 1..=COMPANY / 4 {
        world.sim.set_active(number, false);
    }
    assert_eq!(world.failure().await.0, "SHRINK_GUARD");
    world.assert_table_at(&all, &all, seen).await;

    // 10 % missing, refreshed; another 10 %: the refresh in between moved the index and not the
    // baseline.
    for number in COMPANY / 10 + 1..=COMPANY / 4 {
        world.sim.set_active(number, true);
    }
    assert_eq!(world.refresh().await, "");
    let fewer: List = all
        .iter()
        .filter(|(id, _)| **id > COMPANY / 10)
        .map(|(id, email)| (*id, email.clone()))
        .collect();
    world.assert_table(&fewer, &all).await;
    for number in COMPANY / 10 + 1..=COMPANY / 5 {
        world.sim.set_active(number, false);
    }
    assert_eq!(world.refresh().await, "SHRINK_GUARD");
    assert_eq!(world.failure().await.0, "SHRINK_GUARD");
    world.assert_table(&fewer, &all).await;
}
