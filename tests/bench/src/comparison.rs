//! Two sets of binaries that were measured in turns.

use std::fmt;
use std::fs;
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::Error;
use crate::measure::Measured;
use crate::report::Report;
use crate::targets::{megabytes, memory};

/// What is worse by no more than this is not worse,
const RATIO: f64 = 1.05;
/// nor a time by no more than this.
const MS: f64 = 0.2;

/// Medians side by side. Displayed as Markdown, with a verdict.
#[derive(Debug)]
pub struct Comparison {
    report: Report,
    beside: Report,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    what: String,
    unit: &'static str,
    measured: f64,
    beside: f64,
    worse: bool,
}

impl Comparison {
    /// Compares what both have.
    pub fn of(report: Report, beside: Report) -> Self {
        let others = medians(beside.measured());
        let rows = medians(report.measured())
            .into_iter()
            .filter_map(|(what, unit, measured)| {
                let (.., beside) = others.iter().find(|(other, ..)| *other == what)?;
                Some(Row {
                    what,
                    unit,
                    measured,
                    beside: *beside,
                    worse: worse(unit, measured, *beside),
                })
            })
            .collect();
        Self { report, beside, rows }
    }

    /// Writes it as JSON, with both reports.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), Error> {
        let json = json!({
            "medians": self.rows,
            "measured": self.report.json(),
            "beside": self.beside.json(),
        });
        fs::write(file, serde_json::to_string_pretty(&json)?).map_err(Error::file(file))
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\nBeside it, in turns:\n\n{}", self.report, self.beside)?;
        writeln!(f, "| median | measured | beside | difference | worse |\n|---|--:|--:|--:|---|")?;
        for Row { what, unit, measured, beside, worse } in &self.rows {
            let percent = (measured / beside - 1.0) * 100.0;
            let worse = if *worse { "YES" } else { "" };
            writeln!(
                f,
                "| {what} | {measured:.2} {unit} | {beside:.2} {unit} | {percent:+.1} % | {worse} |"
            )?;
        }
        let worse = self.rows.iter().filter(|row| row.worse).count();
        match worse {
            0 => writeln!(f, "\nNo median is worse by more than 5 % and {MS} ms."),
            _ => writeln!(f, "\nWORSE by more than 5 % and {MS} ms: {worse} medians."),
        }
    }
}

fn worse(unit: &str, measured: f64, beside: f64) -> bool {
    measured > beside * RATIO && (unit != "ms" || measured > beside + MS)
}

/// What is compared: its name, its unit, its median.
fn medians(measured: &Measured) -> Vec<(String, &'static str, f64)> {
    let mut medians = Vec::new();
    for (name, size) in &measured.sizes {
        let zipped = megabytes(size.zipped.try_into().unwrap_or(u64::MAX));
        medians.push((format!("{name}, zipped"), "MB", zipped));
        let peak = memory(measured, name, |memory| megabytes(memory.peak * 1024));
        if peak.is_finite() {
            medians.push((format!("{name}, peak memory"), "MB", peak));
        }
    }
    for starts in &measured.starts {
        let what = format!("{}, {}, {}", starts.operation.binary(), starts.way, starts.distance);
        let median = |what, samples: &crate::samples::Samples| (what, "ms", samples.quantile(0.5));
        medians.push(median(format!("first poll: {what}"), &starts.first_poll));
        medians.push(median(format!("first answer: {what}"), &starts.first_answer));
    }
    for warm in &measured.warm {
        let what = format!("{}, {}", warm.operation.label(), warm.distance);
        medians.push((what, "ms", warm.calls.quantile(0.5)));
    }
    medians
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worse_is_what_exceeds_both_bounds() {
        for (unit, measured, beside, expected) in [
            ("ms", 1.0, 1.0, false),
            ("ms", 0.5, 1.0, false),
            ("ms", 1.15, 1.0, false),
            ("ms", 104.0, 100.0, false),
            ("ms", 106.0, 100.0, true),
            ("ms", 1.3, 1.0, true),
            ("MB", 3.1, 3.0, false),
            ("MB", 3.2, 3.0, true),
        ] {
            assert_eq!(worse(unit, measured, beside), expected, "{measured} {unit}, {beside}");
        }
    }
}
