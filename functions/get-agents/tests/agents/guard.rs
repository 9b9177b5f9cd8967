//! The shrink guard, from event to answer.

use bamboohr_simulator::Seed;

use crate::world::{List, World};

fn leave(world: &World, ids: std::ops::RangeInclusive<u64>) {
    for id in ids {
        assert!(world.sim.deactivate_employee(id));
    }
}

fn without(list: &List, ids: std::ops::RangeInclusive<u64>) -> List {
    list.iter()
        .filter(|(id, _)| !ids.contains(id))
        .map(|(id, email)| (*id, email.clone()))
        .collect()
}

#[tokio::test]
async fn an_empty_company_is_an_error_on_the_first_run_too() {
    let world = World::of(Seed::company(3)).await;
    leave(&world, 1..=3);
    for _ in 0..2 {
        assert_eq!(world.failure().await.0, "SHRINK_GUARD");
        assert_eq!(world.refresh().await, "SHRINK_GUARD");
    }
    let snapshot = world.snapshot().await;
    assert!(snapshot.state().is_none() && snapshot.baseline.is_none());
    world.sim.set_active(2, true);
    let list = world.list().await;
    leave(&world, 2..=2);
    assert_eq!(world.failure().await.0, "SHRINK_GUARD");
    world.assert_table(&list, &list).await;
}

#[tokio::test]
async fn fewer_than_ten_guard_nothing() {
    let world = World::of(Seed::company(9)).await;
    assert_eq!(world.list().await.len(), 9);
    leave(&world, 2..=9);
    assert_eq!(world.list().await.len(), 1);
}

#[tokio::test]
async fn an_acceptance_lets_one_list_pass_which_a_refresh_does_not_use_up() {
    let world = World::of(Seed::company(100)).await;
    let before = world.list().await;
    leave(&world, 1..=30);
    let (code, sentence) = world.failure().await;
    assert_eq!(code, "SHRINK_GUARD");
    assert!(sentence.starts_with("30 of the 100 agents"), "{sentence}");
    assert_eq!(world.metric("ShrinkGuard"), Some(1.0));
    assert_eq!(world.refresh().await, "SHRINK_GUARD");
    world.assert_table(&before, &before).await;

    assert_eq!(world.index.accept_shrink(true).await.unwrap(), Some(100));
    let after = without(&before, 1..=30);
    assert_eq!(world.refresh().await, "");
    world.assert_table(&after, &before).await;
    assert!(world.list().await == after);
    world.assert_table(&after, &after).await;
    assert!(!world.snapshot().await.baseline.unwrap().shrink_accepted);

    leave(&world, 31..=60);
    assert_eq!(world.failure().await.0, "SHRINK_GUARD");
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let world = World::with(Seed::company(100), &[("MAX_SHRINK_PERCENT", "100")]).await;
    world.list().await;
    leave(&world, 1..=99);
    assert_eq!(world.list().await.len(), 1);
}
