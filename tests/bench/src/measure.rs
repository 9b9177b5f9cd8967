//! The measurements.

use clap::ValueEnum;
use runtime_api::Running;

use crate::Error;
use crate::binaries::Size;
use crate::distance::Distance;
use crate::operation::Operation;
use crate::relays::Way;
use crate::samples::Samples;
use crate::side::Side;
use crate::traces::Traces;

/// The call after which memory is looked at first; it is to stay the same from there on.
const SETTLED: usize = 200;

/// A part of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Starts and calls, with everything 0, 20 and 50 ms away.
    Same,
    /// Starts and writes, with BambooHR and AWS as far away as they are in life.
    Realistic,
    /// Starts with TLS on the way to AWS.
    Tls,
}

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Starts of each binary, for each distance.
    pub starts: usize,
    /// Warm calls of each operation without distance; a tenth of it with.
    pub calls: usize,
    /// How far away BambooHR and AWS are where it is meant to be realistic.
    pub realistic: Distance,
    /// What is measured.
    pub parts: Vec<Part>,
}

/// All that was measured of one set of binaries.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) sizes: Vec<(&'static str, Size)>,
    pub(crate) starts: Vec<Starts>,
    pub(crate) warm: Vec<Warm>,
}

impl Measured {
    pub(crate) fn starts(
        &self,
        operation: Operation,
        distance: Distance,
        way: Way,
    ) -> Option<&Starts> {
        self.starts.iter().find(|starts| {
            (starts.operation, starts.distance, starts.way) == (operation, distance, way)
        })
    }

    pub(crate) fn warm(&self, operation: Operation, distance: Distance) -> Option<&Warm> {
        self.warm.iter().find(|warm| (warm.operation, warm.distance) == (operation, distance))
    }
}

/// A binary, started again and again.
#[derive(Debug)]
pub(crate) struct Starts {
    pub(crate) operation: Operation,
    pub(crate) distance: Distance,
    pub(crate) way: Way,
    /// From spawn to the first poll of the Runtime API.
    pub(crate) first_poll: Samples,
    /// From the first poll to the answer to an event that lies ready.
    pub(crate) first_call: Samples,
    /// From spawn to that answer.
    pub(crate) first_answer: Samples,
    pub(crate) traces: Traces,
    /// With AWS, in one start.
    pub(crate) handshakes: usize,
}

/// A process, called again and again.
#[derive(Debug)]
pub(crate) struct Warm {
    pub(crate) operation: Operation,
    pub(crate) distance: Distance,
    /// All calls but the first.
    pub(crate) calls: Samples,
    pub(crate) traces: Traces,
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
    /// Measures everything, on one machine and in one run. Binaries take turns, and so do the two
    /// sides, so that whatever else the machine does meets all of them.
    ///
    /// # Errors
    /// A function that cannot be run, or answers what is no success.
    pub async fn measure(&self, sides: &mut [Side]) -> Result<(), Error> {
        for part in &self.parts {
            match part {
                Part::Same => self.at_the_same_distances(sides).await?,
                Part::Realistic => {
                    let cases = Operation::FIRST_OF_EACH.map(|operation| (operation, Way::Direct));
                    self.starts(sides, self.realistic, &cases).await?;
                    for operation in Operation::WRITES {
                        self.warm(sides, self.realistic, operation).await?;
                    }
                }
                Part::Tls => {
                    let both = |operation| [(operation, Way::Relayed), (operation, Way::Tls)];
                    let cases = Operation::FIRST_OF_EACH.map(both);
                    self.starts(sides, Distance::NONE, cases.as_flattened()).await?;
                    let cases = [Operation::HelloWorld, Operation::Insert].map(both);
                    self.starts(sides, self.realistic, cases.as_flattened()).await?;
                }
            }
        }
        Ok(())
    }

    async fn at_the_same_distances(&self, sides: &mut [Side]) -> Result<(), Error> {
        let cases = Operation::FIRST_OF_EACH.map(|operation| (operation, Way::Direct));
        for distance in Distance::SAME {
            self.starts(sides, distance, &cases).await?;
            for operation in Operation::ALL {
                self.warm(sides, distance, operation).await?;
            }
        }
        Ok(())
    }

    async fn starts(
        &self,
        sides: &mut [Side],
        distance: Distance,
        cases: &[(Operation, Way)],
    ) -> Result<(), Error> {
        eprintln!("Starting each binary {} times, {distance} …", self.starts);
        let none = |&(operation, way): &(_, _)| Starts::none(operation, distance, way);
        let mut measuring: Vec<(&mut Side, Vec<Starts>)> =
            sides.iter_mut().map(|side| (side, cases.iter().map(none).collect())).collect();
        for (side, _) in &mut measuring {
            side.stage.set_distance(distance);
        }
        for _ in 0..self.starts {
            for case in 0..cases.len() {
                for (side, starts) in &mut measuring {
                    if let Some(starts) = starts.get_mut(case)
                        && side.can(starts.operation)
                    {
                        starts.once(side).await?;
                    }
                }
            }
            // Whoever comes second finds the caches warm.
            measuring.reverse();
        }
        for (side, mut starts) in measuring {
            starts.retain(|starts| side.can(starts.operation));
            side.measured.starts.extend(starts);
        }
        Ok(())
    }

    /// Memory is looked at where there are enough calls for it.
    async fn warm(
        &self,
        sides: &mut [Side],
        distance: Distance,
        operation: Operation,
    ) -> Result<(), Error> {
        eprintln!("Calling {}, {distance} …", operation.label());
        let count = if distance == Distance::NONE { self.calls } else { (self.calls / 10).max(1) };
        let mut measuring = Vec::new();
        for side in sides.iter_mut().filter(|side| side.can(operation)) {
            side.stage.set_distance(distance);
            let (running, _, _) = side.first(operation, Way::Direct).await?;
            measuring.push((side, running, Warm::none(operation, distance)));
        }
        for number in 1..=count {
            for (side, running, warm) in &mut measuring {
                warm.once(side, running, number).await?;
            }
            measuring.reverse();
        }
        for (side, running, mut warm) in measuring {
            if let Some(memory) = &mut warm.memory {
                memory.peak = running.peak_memory_kib()?;
            }
            side.measured.warm.push(warm);
        }
        Ok(())
    }
}

impl Starts {
    /// The median time of the calls that stood one behind another, in ms.
    pub(crate) fn waited(&self) -> f64 {
        self.traces.waited.quantile(0.5)
    }

    fn none(operation: Operation, distance: Distance, way: Way) -> Self {
        let [first_poll, first_call, first_answer] = Default::default();
        let traces = Traces::default();
        Self {
            operation,
            distance,
            way,
            first_poll,
            first_call,
            first_answer,
            traces,
            handshakes: 0,
        }
    }

    async fn once(&mut self, side: &mut Side) -> Result<(), Error> {
        let handshakes = side.stage.handshakes();
        let (running, answer, trace) = side.first(self.operation, self.way).await?;
        let first_poll = running.first_poll().await?;
        self.first_poll.add(first_poll);
        self.first_call.add(answer.since_spawn.saturating_sub(first_poll));
        self.first_answer.add(answer.since_spawn);
        self.traces.add(trace);
        self.handshakes = self.handshakes.max(side.stage.handshakes() - handshakes);
        Ok(())
    }
}

impl Warm {
    fn none(operation: Operation, distance: Distance) -> Self {
        let (calls, traces) = Default::default();
        Self { operation, distance, calls, traces, memory: None }
    }

    async fn once(
        &mut self,
        side: &mut Side,
        running: &Running,
        number: usize,
    ) -> Result<(), Error> {
        let (duration, trace) = side.call(running, self.operation).await?;
        self.calls.add(duration);
        self.traces.add(trace);
        if number == SETTLED {
            let peak = running.peak_memory_kib()?;
            self.memory = Some(Memory { peak_settled: peak, peak });
        }
        Ok(())
    }
}
