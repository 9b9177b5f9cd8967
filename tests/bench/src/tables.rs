//! The tables of a report. One of which nothing was measured is left out.

use std::fmt::{Formatter, Result};

use crate::distance::Distance;
use crate::measure::{Measured, Starts};
use crate::operation::Operation;
use crate::relays::Way;
use crate::targets::{self, megabytes};

pub(crate) fn cold(f: &mut Formatter<'_>, measured: &Measured) -> Result {
    let near = |starts: &Starts| (starts.distance, starts.way) == (Distance::NONE, Way::Direct);
    if !measured.starts.iter().any(near) {
        return Ok(());
    }
    let hello = targets::first_poll(measured, Operation::HelloWorld.binary());
    writeln!(
        f,
        "| binary | size | zipped | peak memory | first poll | ratio | first call p50 / p99 | \
        first answer, 0 / 20 / 50 ms away |"
    )?;
    writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
    for operation in Operation::FIRST_OF_EACH {
        let name = operation.binary();
        let Some((_, size)) = measured.sizes.iter().find(|(sized, _)| *sized == name) else {
            continue;
        };
        let starts =
            Distance::SAME.map(|distance| measured.starts(operation, distance, Way::Direct));
        let [Some(near), ..] = starts else { continue };
        let answers: Vec<String> = starts
            .into_iter()
            .flatten()
            .map(|starts| format!("{:.1}", starts.first_answer.quantile(0.5)))
            .collect();
        let first_poll = near.first_poll.quantile(0.5);
        let peak = targets::memory(measured, name, |memory| megabytes(memory.peak * 1024));
        writeln!(
            f,
            "| {name} | {:.1} MB | {:.2} MB | {peak:.1} MB | {first_poll:.2} ms | {:.2} | {:.1} / \
            {:.1} ms | {} ms |",
            megabytes(size.binary.try_into().unwrap_or(u64::MAX)),
            megabytes(size.zipped.try_into().unwrap_or(u64::MAX)),
            first_poll / hello,
            near.first_call.quantile(0.5),
            near.first_call.quantile(0.99),
            answers.join(" / "),
        )?;
    }
    writeln!(f)
}

pub(crate) fn warm(f: &mut Formatter<'_>, measured: &Measured) -> Result {
    let mut rows = Operation::ALL
        .map(|operation| (operation, Distance::SAME.map(|at| measured.warm(operation, at))))
        .into_iter()
        .filter(|(_, [near, ..])| near.is_some())
        .peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let distances = Distance::SAME.map(|distance| format!(" {distance} |")).concat();
    writeln!(f, "| warm call, p50 / p99 in ms |{distances}\n|---|--:|--:|--:|")?;
    for (operation, cells) in rows {
        write!(f, "| {} |", operation.label())?;
        for warm in cells.into_iter().flatten() {
            write!(f, " {:.2} / {:.2} |", warm.calls.quantile(0.5), warm.calls.quantile(0.99))?;
        }
        writeln!(f)?;
    }
    writeln!(f)
}

/// Warm writes, and what they wait for.
pub(crate) fn rounds(f: &mut Formatter<'_>, measured: &Measured, distance: Distance) -> Result {
    let mut rows = Operation::WRITES
        .into_iter()
        .filter_map(|operation| measured.warm(operation, distance))
        .peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    writeln!(
        f,
        "| warm call, {distance} | p50 / p95 | rounds of BambooHR | rounds of AWS | calls, round \
        by round |\n|---|--:|--:|--:|---|"
    )?;
    for warm in rows {
        writeln!(
            f,
            "| {} | {:.0} / {:.0} ms | {} | {} | {} |",
            warm.operation.label(),
            warm.calls.quantile(0.5),
            warm.calls.quantile(0.95),
            warm.traces.bamboohr,
            warm.traces.aws,
            warm.traces.rounds(),
        )?;
    }
    writeln!(f)
}

/// The first answer after a start, beside the least that it can take.
pub(crate) fn first_answers(
    f: &mut Formatter<'_>,
    measured: &Measured,
    distance: Distance,
) -> Result {
    let starts = |operation| measured.starts(operation, distance, Way::Direct);
    if !Operation::FIRST_OF_EACH.into_iter().any(|operation| starts(operation).is_some()) {
        return Ok(());
    }
    let hello = first_answer(starts(Operation::HelloWorld));
    writeln!(
        f,
        "| first answer after a start, {distance} | p50 / p95 | hello-world and its own rounds | \
        above | rounds of BambooHR | of AWS | calls, round by round \
        |\n|---|--:|--:|--:|--:|--:|---|"
    )?;
    for operation in Operation::FIRST_OF_EACH {
        let Some(starts) = starts(operation) else { continue };
        let median = starts.first_answer.quantile(0.5);
        let least = hello + starts.waited();
        writeln!(
            f,
            "| {} | {median:.1} / {:.1} ms | {} | {} | {} | {} | {} |",
            operation.label(),
            starts.first_answer.quantile(0.95),
            ms(least),
            ms(median - least),
            starts.traces.bamboohr,
            starts.traces.aws,
            starts.traces.rounds(),
        )?;
    }
    writeln!(f)
}

/// What a start consists of, handshakes included.
pub(crate) fn handshakes(f: &mut Formatter<'_>, measured: &Measured) -> Result {
    let with_tls: Vec<&Starts> = measured
        .starts
        .iter()
        .filter(|starts| starts.way == Way::Tls && starts.operation != Operation::HelloWorld)
        .collect();
    if with_tls.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "| start with TLS to AWS | first poll, without / with | first answer, without / with | of \
        it: hello-world | calls | handshakes | the rest |\n|---|--:|--:|--:|--:|--:|--:|"
    )?;
    for tls in with_tls {
        let of = |operation| measured.starts(operation, tls.distance, Way::Relayed);
        let Some(plain) = of(tls.operation) else { continue };
        let hello = first_answer(of(Operation::HelloWorld));
        let without = plain.first_answer.quantile(0.5);
        let with = tls.first_answer.quantile(0.5);
        writeln!(
            f,
            "| {}, {} | {:.2} / {:.2} ms | {without:.2} / {with:.2} ms | {} | {} | {} ({}) | {} |",
            tls.operation.binary(),
            tls.distance,
            plain.first_poll.quantile(0.5),
            tls.first_poll.quantile(0.5),
            ms(hello),
            ms(plain.waited()),
            ms(with - without),
            tls.handshakes,
            ms(without - hello - plain.waited()),
        )?;
    }
    writeln!(f)
}

fn ms(value: f64) -> String {
    if value.is_nan() { "–".to_owned() } else { format!("{value:.2} ms") }
}

/// The median, in ms; no number where there is no hello-world to compare with.
fn first_answer(starts: Option<&Starts>) -> f64 {
    starts.map_or(f64::NAN, |starts| starts.first_answer.quantile(0.5))
}
