//! The fault suite: many callers, every kind of fault, and a count of what is left at the end.

mod caller;
mod figures;
mod leave;
mod suite;

use bamboohr_simulator::Chaos;
use suite::{Suite, Trouble};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bamboohr_at_its_worst() {
    let chaos = Chaos {
        seed: 2026,
        drop_after_write: 0.10,
        error_after_write: 0.10,
        error_before_write: 0.10,
        throttle: 0.10,
        slow: 0.05,
        garbage: 0.05,
        late_after_lookup: 0.03,
        late_after_resend: 0.01,
        throttle_reads: 0.03,
        error_reads: 0.03,
        ..Chaos::default()
    };
    let suite = Suite { seed: 1, agents: 80, callers: 2, writes_per_caller: 7, trouble: Trouble::BambooHr(chaos) };
    let figures = suite.run().await;
    println!("BambooHR at its worst: {figures}");
    assert!(figures.logical >= 1_000, "{figures}");
    assert!(figures.faults["late_after_resend"] > 0 && figures.faults["late_after_lookup"] > 0, "{figures}");
    figures.assert_nothing_lost_or_doubled();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_at_its_worst() {
    let suite = Suite { seed: 2, agents: 30, callers: 1, writes_per_caller: 7, trouble: Trouble::Table };
    let figures = suite.run().await;
    println!("The table at its worst: {figures}");
    figures.assert_nothing_lost_or_doubled();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_killed_between_the_write_and_its_record() {
    let suite = Suite { seed: 3, agents: 40, callers: 1, writes_per_caller: 6, trouble: Trouble::Kill };
    let figures = suite.run().await;
    println!("Processes killed: {figures}");
    assert!(figures.faults["killed after the write"] > 20 && figures.faults["killed at the record"] > 20, "{figures}");
    figures.assert_nothing_lost_or_doubled();
}
