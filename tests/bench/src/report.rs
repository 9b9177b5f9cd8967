//! The result, for people and for machines.

use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Error;
use crate::measure::{LATENCIES, Measured};
use crate::operation::Operation;
use crate::targets::{self, Target, megabytes};

/// What was measured, and what of it was to be reached. Displayed as Markdown.
#[derive(Debug)]
pub struct Report {
    profile: String,
    machine: String,
    date: jiff::Timestamp,
    measured: Measured,
    targets: Vec<Target>,
}

impl Report {
    /// Holds the measured against the targets; `profile` is the cargo profile of the binaries.
    pub fn of(profile: &str, measured: Measured) -> Self {
        let targets = targets::targets(&measured);
        Self {
            profile: profile.to_owned(),
            machine: machine(),
            date: jiff::Timestamp::now(),
            measured,
            targets,
        }
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), Error> {
        fs::write(file, serde_json::to_string_pretty(&self.json())?).map_err(Error::file(file))
    }

    fn json(&self) -> Value {
        let measured = &self.measured;
        json!({
            "date": self.date,
            "profile": self.profile,
            "machine": self.machine,
            "starts": measured.plan.starts,
            "calls": measured.plan.calls,
            "targets": self.targets,
            "sizes": measured.sizes.iter().map(|(name, size)| json!({
                "binary": name,
                "bytes": size.binary,
                "zippedBytes": size.zipped,
            })).collect::<Vec<_>>(),
            "cold": measured.starts.iter().map(|starts| json!({
                "binary": starts.operation.binary(),
                "latencyMs": starts.latency,
                "firstPollMs": quantiles(&starts.first_poll),
                "firstCallMs": quantiles(&starts.first_call),
                "firstAnswerMs": quantiles(&starts.first_answer),
            })).collect::<Vec<_>>(),
            "warm": measured.warm.iter().map(|warm| json!({
                "binary": warm.operation.binary(),
                "operation": warm.operation.label(),
                "latencyMs": warm.latency,
                "callMs": quantiles(&warm.calls),
                "peakKibAtCall200": warm.memory.map(|memory| memory.peak_settled),
                "peakKib": warm.memory.map(|memory| memory.peak),
            })).collect::<Vec<_>>(),
        })
    }

    fn cold(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let measured = &self.measured;
        let hello = targets::first_poll(measured, Operation::HelloWorld.binary());
        writeln!(
            f,
            "| binary | size | zipped | peak memory | first poll | ratio | first call p50 / p99 | first answer, 0 / 20 / 50 ms away |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
        for (name, size) in &measured.sizes {
            let starts: Vec<_> = measured
                .starts
                .iter()
                .filter(|starts| starts.operation.binary() == *name)
                .collect();
            let Some(near) = starts.first() else { continue };
            let answers: Vec<String> = starts
                .iter()
                .map(|starts| format!("{:.1}", starts.first_answer.quantile(0.5)))
                .collect();
            let first_poll = near.first_poll.quantile(0.5);
            let peak = targets::memory(measured, name, |memory| megabytes(memory.peak * 1024));
            writeln!(
                f,
                "| {name} | {:.1} MB | {:.2} MB | {peak:.1} MB | {first_poll:.2} ms | {:.2} | {:.1} / {:.1} ms | {} ms |",
                megabytes(size.binary.try_into().unwrap_or(u64::MAX)),
                megabytes(size.zipped.try_into().unwrap_or(u64::MAX)),
                first_poll / hello,
                near.first_call.quantile(0.5),
                near.first_call.quantile(0.99),
                answers.join(" / "),
            )?;
        }
        Ok(())
    }

    fn warm(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let latencies = LATENCIES.map(|latency| format!(" {latency} ms away |")).concat();
        writeln!(
            f,
            "| warm call, p50 / p99 in ms |{latencies}\n|---|{}",
            "--:|".repeat(LATENCIES.len())
        )?;
        for operation in Operation::ALL {
            let of_operation: Vec<_> =
                self.measured.warm.iter().filter(|warm| warm.operation == operation).collect();
            if of_operation.is_empty() {
                continue;
            }
            write!(f, "| {} |", operation.label())?;
            for warm in of_operation {
                write!(f, " {:.2} / {:.2} |", warm.calls.quantile(0.5), warm.calls.quantile(0.99))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.measured.plan;
        writeln!(
            f,
            "{:.0}, profile {}, {}; medians of {} starts, {} warm calls\n",
            self.date, self.profile, self.machine, plan.starts, plan.calls
        )?;
        self.cold(f)?;
        writeln!(f)?;
        self.warm(f)?;
        writeln!(f, "\n| target | at most | measured | reached |\n|---|--:|--:|---|")?;
        for Target { what, unit, at_most, measured, reached } in &self.targets {
            let reached = if *reached { "yes" } else { "NO" };
            writeln!(f, "| {what} | {at_most} {unit} | {measured:.2} | {reached} |")?;
        }
        Ok(())
    }
}

fn quantiles(samples: &crate::samples::Samples) -> Value {
    json!({"p50": samples.quantile(0.5), "p99": samples.quantile(0.99)})
}

/// The kind of machine: cores and processor.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = described
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map(|(_, model)| model);
    format!("{cores} cores, {} {}", std::env::consts::ARCH, model.unwrap_or("of unknown make"))
}
