//! The fault suite: many callers, every kind of fault, and a count of what is left at the end.

mod caller;
mod figures;
mod hr;
mod leave;
mod suite;

use std::time::Duration;

use bamboohr_simulator::Chaos;
use suite::{Suite, Trouble};

/// A ninth of what a call may take by default, as the waiting time between two sends is a
/// hundredth.
const USUAL: Duration = Duration::from_secs(3);

/// The seed of a run; with `FAULT_SUITE_SEED` set, of another one, for whoever wants to look
/// further than the test run does.
fn seed(usual: u64) -> u64 {
    let further = std::env::var("FAULT_SUITE_SEED").ok().and_then(|text| text.parse::<u64>().ok());
    further.map_or(usual, |seed| seed.wrapping_mul(31).wrapping_add(usual))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bamboohr_at_its_worst() {
    let chaos = Chaos {
        seed: seed(2_026),
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
    let suite = Suite {
        seed: seed(1),
        agents: 36,
        at_a_time: 8,
        callers: 2,
        writes_per_caller: 14,
        budget: USUAL,
        trouble: Trouble::BambooHr(chaos),
    };
    let figures = suite.run().await;
    writes::show(format_args!("BambooHR at its worst: {figures}"));
    assert!(figures.logical >= 1_000, "{figures}");
    assert!(
        figures.faults["late_after_resend"] > 0 && figures.faults["late_after_lookup"] > 0,
        "{figures}"
    );
    figures.assert_nothing_lost_or_doubled();
}

/// Half of the creates arrive late, and a call hardly has the time for a second send: what one call
/// cannot settle is left to those that follow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bamboohr_out_of_time() {
    let chaos = Chaos {
        seed: seed(2_027),
        drop_after_write: 0.15,
        slow: 0.10,
        throttle: 0.05,
        late_after_lookup: 0.20,
        late_after_resend: 0.30,
        ..Chaos::default()
    };
    let budget = Duration::from_millis(1_500);
    let suite = Suite {
        seed: seed(4),
        agents: 12,
        at_a_time: 12,
        callers: 1,
        writes_per_caller: 14,
        budget,
        trouble: Trouble::BambooHr(chaos),
    };
    let figures = suite.run().await;
    writes::show(format_args!("BambooHR out of time: {figures}"));
    assert!(figures.duplicates_cancelled > 0.0, "{figures}");
    figures.assert_nothing_lost_or_doubled();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_at_its_worst() {
    let suite = Suite {
        seed: seed(2),
        agents: 21,
        at_a_time: 21,
        callers: 1,
        writes_per_caller: 10,
        budget: USUAL,
        trouble: Trouble::Table,
    };
    let figures = suite.run().await;
    writes::show(format_args!("The table at its worst: {figures}"));
    figures.assert_nothing_lost_or_doubled();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_killed_between_the_write_and_its_record() {
    let suite = Suite {
        seed: seed(3),
        agents: 20,
        at_a_time: 10,
        callers: 1,
        writes_per_caller: 12,
        budget: USUAL,
        trouble: Trouble::Kill,
    };
    let figures = suite.run().await;
    writes::show(format_args!("Processes killed: {figures}"));
    assert!(
        figures.faults["killed after the write"] > 20
            && figures.faults["killed at the record"] > 20,
        "{figures}"
    );
    figures.assert_nothing_lost_or_doubled();
}
