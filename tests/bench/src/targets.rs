//! What is to be reached.

use serde::Serialize;

use crate::distance::Distance;
use crate::measure::{Measured, Memory, Starts, Warm};
use crate::operation::Operation;
use crate::relays::Way;

/// Spawn to first poll: so many times hello-world's.
const FIRST_POLL_RATIO: f64 = 2.0;
/// Spawn to the first answer of `GET /timeoff-types`, 20 ms away: over hello-world's three round
/// trips and 10 ms.
const FIRST_ANSWER_DISTANCE: Distance = Distance { bamboohr_ms: 20, aws_ms: 20 };
const FIRST_ANSWER_MS: f64 = 3.0 * 20.0 + 10.0;
/// A warm `GET /timeoff-types`, 0 ms away.
const WARM_TYPES_MS: f64 = 1.0;
/// `POST /balances` for 31 dates, 50 ms away: four rounds of eight calls, and 15 %.
const MONTH_DISTANCE: Distance = Distance { bamboohr_ms: 50, aws_ms: 50 };
const MONTH_MS: f64 = 230.0;
/// Resident memory of a process.
const PEAK_MB: f64 = 20.0;
/// What counts as no growth: a few pages that were not touched before are no leak. A leak of 100
/// bytes per call is.
const GROWTH_MB: f64 = 0.08;
/// The upload.
const ZIPPED_MB: f64 = 3.0;

/// Writes at the realistic distance: rounds of BambooHR, and the median time of what a person waits
/// for.
const ROUNDS: [(Operation, u32); 5] = [
    (Operation::Insert, 2),
    (Operation::InsertApproved, 2),
    (Operation::Approve, 3),
    (Operation::ChangeDays, 2),
    (Operation::Cancel, 2),
];
const WRITE_MS: [(Operation, f64); 2] =
    [(Operation::Insert, 460.0), (Operation::InsertApproved, 450.0)];

/// A target, and what was measured. Both in the unit that `what` names.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Target {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) at_most: f64,
    pub(crate) measured: f64,
    pub(crate) reached: bool,
}

/// All targets of which there is a measurement.
pub(crate) fn targets(measured: &Measured) -> Vec<Target> {
    let functions = || {
        measured
            .sizes
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| *name != Operation::HelloWorld.binary())
    };
    let mut targets = Vec::new();

    for name in functions() {
        let ratio =
            first_poll(measured, name) / first_poll(measured, Operation::HelloWorld.binary());
        targets.push(target(
            format!("spawn to first poll, {name}"),
            "× hello-world",
            FIRST_POLL_RATIO,
            ratio,
        ));
    }
    let first_answer = |operation| {
        let found = measured.starts(operation, FIRST_ANSWER_DISTANCE, Way::Direct);
        found.map_or(f64::NAN, |starts| starts.first_answer.quantile(0.5))
    };
    let over_hello = first_answer(Operation::Types) - first_answer(Operation::HelloWorld);
    let what = "spawn to first answer, GET /timeoff-types, everything 20 ms away: over hello-world"
        .to_owned();
    targets.push(target(what, "ms", FIRST_ANSWER_MS, over_hello));
    let what = "warm GET /timeoff-types, 0 ms away, p50".to_owned();
    let types = warm_p50(measured, Operation::Types, Distance::NONE);
    targets.push(target(what, "ms", WARM_TYPES_MS, types));
    let what = "POST /balances, 31 dates × 8 types, 50 ms away, p50".to_owned();
    targets.push(target(
        what,
        "ms",
        MONTH_MS,
        warm_p50(measured, Operation::BalancesOfAMonth, MONTH_DISTANCE),
    ));
    targets.extend(writes(measured));
    for name in functions() {
        let peak = memory(measured, name, |memory| megabytes(memory.peak * 1024));
        targets.push(target(
            format!("peak memory after all warm calls, {name}"),
            "MB",
            PEAK_MB,
            peak,
        ));
    }
    for name in functions() {
        let growth =
            memory(measured, name, |memory| megabytes((memory.peak - memory.peak_settled) * 1024));
        targets.push(target(
            format!("growth of it after call 200, {name}"),
            "MB",
            GROWTH_MB,
            growth,
        ));
    }
    for (name, size) in
        measured.sizes.iter().filter(|(name, _)| *name != Operation::HelloWorld.binary())
    {
        let zipped = megabytes(size.zipped.try_into().unwrap_or(u64::MAX));
        targets.push(target(format!("zipped binary, {name}"), "MB", ZIPPED_MB, zipped));
    }
    targets.retain(|target| target.measured.is_finite());
    targets
}

fn writes(measured: &Measured) -> Vec<Target> {
    let at = Distance::REALISTIC;
    let rounds = ROUNDS.into_iter().filter_map(|(operation, at_most)| {
        let most = measured.warm(operation, at)?.traces.bamboohr.most()?;
        let most = u32::try_from(most).map_or(f64::INFINITY, f64::from);
        let what = format!("{}, rounds of BambooHR", operation.label());
        Some(target(what, "rounds", at_most.into(), most))
    });
    let times = WRITE_MS.into_iter().map(|(operation, at_most)| {
        let what = format!("{}, {at}, p50", operation.label());
        target(what, "ms", at_most, warm_p50(measured, operation, at))
    });
    rounds.chain(times).collect()
}

/// Bytes in MB, the million.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2^52")]
    let bytes = bytes as f64;
    bytes / 1_000_000.0
}

/// The median from spawn to first poll, of a binary, with nothing away.
pub(crate) fn first_poll(measured: &Measured, name: &str) -> f64 {
    let of_binary = |starts: &&Starts| {
        starts.operation.binary() == name
            && (starts.distance, starts.way) == (Distance::NONE, Way::Direct)
    };
    measured
        .starts
        .iter()
        .find(of_binary)
        .map_or(f64::NAN, |starts| starts.first_poll.quantile(0.5))
}

/// The greatest of a binary's operations.
pub(crate) fn memory(measured: &Measured, name: &str, of: impl Fn(&Memory) -> f64) -> f64 {
    let of_binary = |warm: &&Warm| warm.operation.binary() == name;
    measured
        .warm
        .iter()
        .filter(of_binary)
        .filter_map(|warm| warm.memory.as_ref().map(&of))
        .fold(f64::NAN, f64::max)
}

/// The median of an operation's warm calls.
fn warm_p50(measured: &Measured, operation: Operation, distance: Distance) -> f64 {
    measured.warm(operation, distance).map_or(f64::NAN, |warm| warm.calls.quantile(0.5))
}

fn target(what: String, unit: &'static str, at_most: f64, measured: f64) -> Target {
    Target { what, unit, at_most, measured, reached: measured <= at_most }
}
