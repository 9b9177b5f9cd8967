//! The result, for people and for machines.

use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Error;
use crate::distance::Distance;
use crate::measure::{Measured, Plan};
use crate::samples::Samples;
use crate::side::Side;
use crate::tables;
use crate::targets::{self, Target};
use crate::traces::Traces;

/// What was measured, and what of it was to be reached. Displayed as Markdown.
#[derive(Debug)]
pub struct Report {
    plan: Plan,
    profile: String,
    machine: String,
    date: jiff::Timestamp,
    measured: Measured,
    targets: Vec<Target>,
}

impl Report {
    /// Holds what was measured of a side against the targets; `profile` is the cargo profile of its
    /// binaries.
    pub fn of(plan: &Plan, profile: &str, side: Side) -> Self {
        let measured = side.measured;
        Self {
            plan: plan.clone(),
            profile: profile.to_owned(),
            machine: machine(),
            date: jiff::Timestamp::now(),
            targets: targets::targets(&measured),
            measured,
        }
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), Error> {
        fs::write(file, serde_json::to_string_pretty(&self.json())?).map_err(Error::file(file))
    }

    pub(crate) fn measured(&self) -> &Measured {
        &self.measured
    }

    pub(crate) fn json(&self) -> Value {
        let measured = &self.measured;
        json!({
            "date": self.date,
            "profile": self.profile,
            "machine": self.machine,
            "starts": self.plan.starts,
            "calls": self.plan.calls,
            "targets": self.targets,
            "sizes": measured.sizes.iter().map(|(name, size)| json!({
                "binary": name,
                "bytes": size.binary,
                "zippedBytes": size.zipped,
            })).collect::<Vec<_>>(),
            "cold": measured.starts.iter().map(|starts| json!({
                "binary": starts.operation.binary(),
                "distance": starts.distance,
                "wayToAws": starts.way.to_string(),
                "firstPollMs": quantiles(&starts.first_poll),
                "firstCallMs": quantiles(&starts.first_call),
                "firstAnswerMs": quantiles(&starts.first_answer),
                "waitedMs": quantiles(&starts.traces.waited),
                "rounds": rounds(starts.distance, &starts.traces),
                "handshakes": starts.handshakes,
            })).collect::<Vec<_>>(),
            "warm": measured.warm.iter().map(|warm| json!({
                "binary": warm.operation.binary(),
                "operation": warm.operation.label(),
                "distance": warm.distance,
                "callMs": quantiles(&warm.calls),
                "waitedMs": quantiles(&warm.traces.waited),
                "rounds": rounds(warm.distance, &warm.traces),
                "peakKibAtCall200": warm.memory.map(|memory| memory.peak_settled),
                "peakKib": warm.memory.map(|memory| memory.peak),
            })).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan, profile, machine, date, measured, targets } = self;
        writeln!(
            f,
            "{date:.0}, profile {profile}, {machine}; medians of {} starts, {} warm calls\n",
            plan.starts, plan.calls
        )?;
        tables::cold(f, measured)?;
        tables::warm(f, measured)?;
        tables::rounds(f, measured, plan.realistic)?;
        tables::first_answers(f, measured, plan.realistic)?;
        tables::handshakes(f, measured)?;
        writeln!(f, "| target | at most | measured | reached |\n|---|--:|--:|---|")?;
        for Target { what, unit, at_most, measured, reached } in targets {
            let reached = if *reached { "yes" } else { "NO" };
            writeln!(f, "| {what} | {at_most} {unit} | {measured:.2} | {reached} |")?;
        }
        Ok(())
    }
}

/// Where nothing is away, calls that were sent side by side may meet one behind another.
fn rounds(distance: Distance, traces: &Traces) -> Option<Value> {
    (distance != Distance::NONE).then(|| traces.json())
}

fn quantiles(samples: &Samples) -> Value {
    let quantile = |quantile| samples.quantile(quantile);
    json!({"p50": quantile(0.5), "p95": quantile(0.95), "p99": quantile(0.99)})
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
