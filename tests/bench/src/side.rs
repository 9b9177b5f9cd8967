//! One set of binaries and what they talk to.

use std::time::Duration;

use runtime_api::{Answer, Function, Running};

use crate::Error;
use crate::binaries::Binaries;
use crate::distance::Distance;
use crate::measure::Measured;
use crate::operation::{Beforehand, Operation};
use crate::relays::Way;
use crate::stage::{Stage, agent_and_day};
use crate::traces::Trace;

/// A set of binaries with a BambooHR and an AWS of its own, since the tables of two versions may
/// differ.
#[derive(Debug)]
pub struct Side {
    pub(crate) binaries: Binaries,
    pub(crate) stage: Stage,
    pub(crate) measured: Measured,
    /// Of the next call; no two calls are about the same agent and day.
    number: u64,
    /// Inserts what other calls find.
    inserting: Option<Running>,
}

impl Side {
    /// Starts the surroundings of these binaries.
    ///
    /// # Errors
    /// A port is not to be had.
    pub async fn new(binaries: Binaries) -> Result<Self, Error> {
        let stage = Stage::start().await?;
        let mut measured = Measured::default();
        for operation in Operation::FIRST_OF_EACH {
            if binaries.has(operation.binary()) {
                measured.sizes.push((operation.binary(), binaries.size(operation.binary())?));
            }
        }
        Ok(Self { binaries, stage, measured, number: 0, inserting: None })
    }

    /// Whether it has what this takes.
    pub(crate) fn can(&self, operation: Operation) -> bool {
        let inserts = matches!(operation.beforehand(), Beforehand::Inserted(_));
        self.binaries.has(operation.binary())
            && (!inserts || self.binaries.has(Operation::Insert.binary()))
    }

    pub(crate) async fn start(&self, operation: Operation, way: Way) -> Result<Running, Error> {
        let function = Function::new(self.binaries.path(operation.binary()));
        Ok(function.envs(self.stage.variables(way)).start().await?)
    }

    /// Starts a process and calls it at once, whether or not it is ready.
    pub(crate) async fn first(
        &mut self,
        operation: Operation,
        way: Way,
    ) -> Result<(Running, Answer, Trace), Error> {
        let event = self.event(operation).await?;
        self.stage.reset_calls();
        let running = self.start(operation, way).await?;
        let answer = succeeded(operation, running.invoke(&event).await?)?;
        Ok((running, answer, self.stage.trace()))
    }

    /// Calls a process that is ready.
    pub(crate) async fn call(
        &mut self,
        running: &Running,
        operation: Operation,
    ) -> Result<(Duration, Trace), Error> {
        let event = self.event(operation).await?;
        self.stage.reset_calls();
        let answer = succeeded(operation, running.invoke(&event).await?)?;
        Ok((answer.duration, self.stage.trace()))
    }

    /// The next event, after what it finds in BambooHR was put there.
    async fn event(&mut self, operation: Operation) -> Result<String, Error> {
        self.number += 1;
        let (agent, day) = agent_and_day(self.number);
        let id = match operation.beforehand() {
            Beforehand::Nothing => String::new(),
            Beforehand::EnteredByHand => {
                self.stage.requested(agent, operation.day(day)).to_string()
            }
            Beforehand::Inserted(status) => self.inserted(operation, status).await?,
        };
        Ok(operation.event(self.number, &id))
    }

    /// The id of a request that insert makes, with nothing away.
    async fn inserted(&mut self, operation: Operation, status: &str) -> Result<String, Error> {
        let distance = self.stage.distance();
        self.stage.set_distance(Distance::NONE);
        let running = match self.inserting.take() {
            Some(running) => running,
            None => self.start(Operation::Insert, Way::Direct).await?,
        };
        let event = operation.insert_before(self.number, status);
        let answer = succeeded(Operation::Insert, running.invoke(&event).await?)?;
        self.inserting = Some(running);
        self.stage.set_distance(distance);
        let body = answer.body();
        Ok(body["timeOffRequestId"].as_str().unwrap_or_default().to_owned())
    }
}

fn succeeded(operation: Operation, answer: Answer) -> Result<Answer, Error> {
    if operation.is_success(&answer.body()) {
        return Ok(answer);
    }
    Err(Error::Unsuccessful {
        operation: operation.label(),
        answer: answer.payload.chars().take(500).collect(),
    })
}
