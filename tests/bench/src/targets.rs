//! What is to be reached.

use serde::Serialize;

use crate::measure::{Measured, Starts, Warm};
use crate::operation::Operation;

/// Spawn to first poll: so many times hello-world's.
const FIRST_POLL_RATIO: f64 = 2.0;
/// Spawn to the first answer of `GET /timeoff-types`, 20 ms away: over hello-world's three round
/// trips and 10 ms.
const FIRST_ANSWER_LATENCY: u64 = 20;
const FIRST_ANSWER_MS: f64 = 3.0 * 20.0 + 10.0;
/// A warm `GET /timeoff-types`, 0 ms away.
const WARM_TYPES_MS: f64 = 1.0;
/// `POST /balances` for 31 dates, 50 ms away: four rounds of eight calls, and 15 %.
const MONTH_LATENCY: u64 = 50;
const MONTH_MS: f64 = 230.0;
/// Resident memory of a process.
const PEAK_MB: f64 = 20.0;
/// What counts as no growth: a few pages that were not touched before are no leak. A leak of 100
/// bytes per call is.
const GROWTH_MB: f64 = 0.08;
/// The upload.
const ZIPPED_MB: f64 = 3.0;

/// A target, and what was measured. Both in the unit that `what` names.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Target {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) at_most: f64,
    pub(crate) measured: f64,
    pub(crate) reached: bool,
}

/// All targets.
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
        let found = measured
            .starts
            .iter()
            .find(|starts| starts.operation == operation && starts.latency == FIRST_ANSWER_LATENCY);
        found.map_or(f64::NAN, |starts| starts.first_answer.quantile(0.5))
    };
    let over_hello = first_answer(Operation::Types) - first_answer(Operation::HelloWorld);
    let what = "spawn to first answer, GET /timeoff-types, everything 20 ms away: over hello-world"
        .to_owned();
    targets.push(target(what, "ms", FIRST_ANSWER_MS, over_hello));
    let what = "warm GET /timeoff-types, 0 ms away, p50".to_owned();
    targets.push(target(what, "ms", WARM_TYPES_MS, warm_p50(measured, Operation::Types, 0)));
    let what = "POST /balances, 31 dates × 8 types, 50 ms away, p50".to_owned();
    targets.push(target(
        what,
        "ms",
        MONTH_MS,
        warm_p50(measured, Operation::BalancesOfAMonth, MONTH_LATENCY),
    ));
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
    targets
}

/// Bytes in MB, the million.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2^52")]
    let bytes = bytes as f64;
    bytes / 1_000_000.0
}

/// The median from spawn to first poll, of a binary, with nothing away.
pub(crate) fn first_poll(measured: &Measured, name: &str) -> f64 {
    let of_binary = |starts: &&Starts| starts.operation.binary() == name && starts.latency == 0;
    measured
        .starts
        .iter()
        .find(of_binary)
        .map_or(f64::NAN, |starts| starts.first_poll.quantile(0.5))
}

/// The greatest of a binary's operations.
pub(crate) fn memory(
    measured: &Measured,
    name: &str,
    of: impl Fn(&crate::measure::Memory) -> f64,
) -> f64 {
    let of_binary = |warm: &&Warm| warm.operation.binary() == name;
    measured
        .warm
        .iter()
        .filter(of_binary)
        .filter_map(|warm| warm.memory.as_ref().map(&of))
        .fold(f64::NAN, f64::max)
}

/// The median of an operation's warm calls.
pub(crate) fn warm_p50(measured: &Measured, operation: Operation, latency: u64) -> f64 {
    let found =
        measured.warm.iter().find(|warm| warm.operation == operation && warm.latency == latency);
    found.map_or(f64::NAN, |warm| warm.calls.quantile(0.5))
}

fn target(what: String, unit: &'static str, at_most: f64, measured: f64) -> Target {
    Target { what, unit, at_most, measured, reached: measured <= at_most }
}
