//! The measurements.

use std::time::Duration;

use runtime_api::{Function, Running};

use crate::Error;
use crate::binaries::{Binaries, Size};
use crate::operation::Operation;
use crate::samples::Samples;
use crate::stage::Stage;

/// How far away BambooHR and AWS are, in ms.
pub(crate) const LATENCIES: [u64; 3] = [0, 20, 50];
/// The call after which memory is looked at first; it is to stay the same from there on.
const SETTLED: usize = 200;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Starts of each binary, for each latency.
    pub starts: usize,
    /// Warm calls of each operation without latency; a tenth of it with.
    pub calls: usize,
}

/// All that was measured.
#[derive(Debug)]
pub struct Measured {
    pub(crate) plan: Plan,
    pub(crate) sizes: Vec<(&'static str, Size)>,
    pub(crate) starts: Vec<Starts>,
    pub(crate) warm: Vec<Warm>,
}

/// A binary, started again and again.
#[derive(Debug)]
pub(crate) struct Starts {
    pub(crate) operation: Operation,
    /// In ms.
    pub(crate) latency: u64,
    /// From spawn to the first poll of the Runtime API.
    pub(crate) first_poll: Samples,
    /// From the first poll to the answer to an event that lies ready.
    pub(crate) first_call: Samples,
    /// From spawn to that answer.
    pub(crate) first_answer: Samples,
}

/// A process, called again and again.
#[derive(Debug)]
pub(crate) struct Warm {
    pub(crate) operation: Operation,
    /// In ms.
    pub(crate) latency: u64,
    /// All calls but the first.
    pub(crate) calls: Samples,
    /// Where it was looked at.
    pub(crate) memory: Option<Memory>,
}

/// Resident memory of a process, in KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// The most that was held until call 200.
    pub(crate) peak_settled: u64,
    /// The most that was held until the last call.
    pub(crate) peak: u64,
}

impl Plan {
    /// Measures everything, on one machine and in one run. Binaries take turns, so that whatever
    /// else the machine does meets all of them.
    ///
    /// # Errors
    /// A function that cannot be run, or answers what is no success.
    pub async fn measure(self, binaries: &Binaries, stage: &Stage) -> Result<Measured, Error> {
        let mut sizes = Vec::new();
        for operation in Operation::FIRST_OF_EACH
            .into_iter()
            .filter(|operation| binaries.has(operation.binary()))
        {
            sizes.push((operation.binary(), binaries.size(operation.binary())?));
        }
        let mut measuring = Measuring { plan: self, binaries, stage, number: 0 };
        let (mut starts, mut warm) = (Vec::new(), Vec::new());
        for latency in LATENCIES {
            stage.set_latency(Duration::from_millis(latency));
            eprintln!(
                "Starting each binary {} times, BambooHR and AWS {latency} ms away …",
                self.starts
            );
            starts.extend(measuring.starts(latency).await?);
            for operation in
                Operation::ALL.into_iter().filter(|operation| binaries.has(operation.binary()))
            {
                eprintln!("Calling {}, {latency} ms away …", operation.label());
                warm.push(measuring.warm(operation, latency).await?);
            }
        }
        Ok(Measured { plan: self, sizes, starts, warm })
    }
}

struct Measuring<'a> {
    plan: Plan,
    binaries: &'a Binaries,
    stage: &'a Stage,
    /// Of the next call; no two calls are about the same agent and day.
    number: u64,
}

impl Measuring<'_> {
    async fn starts(&mut self, latency: u64) -> Result<Vec<Starts>, Error> {
        let none = |operation| {
            let [first_poll, first_call, first_answer] = Default::default();
            Starts { operation, latency, first_poll, first_call, first_answer }
        };
        let operations = Operation::FIRST_OF_EACH
            .into_iter()
            .filter(|operation| self.binaries.has(operation.binary()));
        let mut starts: Vec<Starts> = operations.map(none).collect();
        for _ in 0..self.plan.starts {
            for measured in &mut starts {
                let running = self.start(measured.operation).await?;
                let answer = self.call(&running, measured.operation).await?;
                let first_poll = running.first_poll().await?;
                measured.first_poll.add(first_poll);
                measured.first_call.add(answer.saturating_sub(first_poll));
                measured.first_answer.add(answer);
            }
        }
        Ok(starts)
    }

    /// Memory is looked at where there are enough calls for it.
    async fn warm(&mut self, operation: Operation, latency: u64) -> Result<Warm, Error> {
        let count = if latency == 0 { self.plan.calls } else { (self.plan.calls / 10).max(1) };
        let running = self.start(operation).await?;
        self.call(&running, operation).await?;
        let mut calls = Vec::with_capacity(count);
        let mut peak_settled = None;
        for number in 1..=count {
            let event = self.event(operation);
            let answer = running.invoke(&event).await?;
            check(operation, &answer)?;
            calls.push(answer.duration);
            if number == SETTLED {
                peak_settled = Some(running.peak_memory_kib()?);
            }
        }
        let peak = running.peak_memory_kib()?;
        let memory = peak_settled.map(|peak_settled| Memory { peak_settled, peak });
        Ok(Warm { operation, latency, calls: calls.into_iter().collect(), memory })
    }

    async fn start(&self, operation: Operation) -> Result<Running, Error> {
        let function =
            Function::new(self.binaries.path(operation.binary())).envs(self.stage.variables());
        Ok(function.start().await?)
    }

    /// Calls at once, whether or not the process is ready, and says how long after its start the
    /// answer came.
    async fn call(&mut self, running: &Running, operation: Operation) -> Result<Duration, Error> {
        let answer = running.invoke(&self.event(operation)).await?;
        check(operation, &answer)?;
        Ok(answer.since_spawn)
    }

    fn event(&mut self, operation: Operation) -> String {
        self.number += 1;
        operation.event(self.stage, self.number)
    }
}

fn check(operation: Operation, answer: &runtime_api::Answer) -> Result<(), Error> {
    if operation.is_success(&answer.body()) {
        return Ok(());
    }
    Err(Error::Unsuccessful {
        operation: operation.label(),
        answer: answer.payload.chars().take(500).collect(),
    })
}
