#![doc = include_str!("../README.md")]
#![expect(
    rustdoc::private_intra_doc_links,
    reason = "the README points to the modules that a reader of the source opens next"
)]

mod guard;
mod look_up;
mod misses;
mod probe;
mod roster;
mod route;
mod succession;
mod sync;

use std::time::Duration;

use contract::{AgentList, Failure, LookUp};
use jiff::SignedDuration;
use lambda_host::{Answer, Clock, Environment, Function, Invocation, Outcome, Trigger};
use serde::Serialize;
use store::{Index, Table};
use timeoff::{AgentSource, BambooHr};

use crate::misses::Misses;
use crate::route::Route;

/// Answers the list of agents and look-ups, and keeps the index.
#[derive(Debug)]
pub struct GetAgents {
    bamboohr: BambooHr,
    source: AgentSource,
    index: Index,
    clock: Clock,
    misses: Misses,
    max_shrink_percent: u8,
    max_age: Duration,
    retention: SignedDuration,
}

/// The outputs, one form for each thing that can be asked.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Agents {
    /// Of `GET /agents`.
    List(AgentList),
    /// Of a look-up.
    LookUp(LookUp),
    /// Of the scheduled refresh, whose answer nobody reads.
    Refreshed {},
}

impl GetAgents {
    /// The function in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        let settings = &environment.settings;
        Ok(Self {
            bamboohr: BambooHr::new(environment)?,
            source: AgentSource::new(settings),
            index: Index::new(Table::new(environment.aws.dynamodb(), &settings.table_name)),
            clock: environment.clock.clone(),
            misses: Misses::default(),
            max_shrink_percent: settings.max_shrink_percent,
            max_age: settings.agents_max_age,
            retention: SignedDuration::from_hours(24 * i64::from(settings.departed_retention_days)),
        })
    }
}

impl Function for GetAgents {
    const NAME: &'static str = "get-agents";
    type Output = Agents;

    async fn answer(&self, invocation: &Invocation) -> Answer<Agents> {
        // Boxed: a call of the AWS SDK is a large future, and an unoptimised build copies it in
        // every frame above it.
        Ok(Outcome::Complete(match invocation.trigger() {
            Trigger::Scheduled => {
                Box::pin(self.refresh(invocation)).await?;
                Agents::Refreshed {}
            }
            Trigger::Http(request) => match Route::of(request)? {
                Route::List => Agents::List(Box::pin(self.list(invocation)).await?),
                Route::LookUp(sought) => {
                    Agents::LookUp(Box::pin(self.look_up(invocation, &sought)).await?)
                }
            },
        }))
    }

    fn outputs_on_failure(invocation: &Invocation) -> Agents {
        match invocation.trigger() {
            Trigger::Scheduled => Agents::Refreshed {},
            Trigger::Http(request) if Route::is_look_up(request) => {
                Agents::LookUp(LookUp::default())
            }
            Trigger::Http(_) => Agents::List(AgentList::default()),
        }
    }

    async fn warm_up(&self) {
        let ((), agent) = tokio::join!(self.bamboohr.warm_up(), self.agent_to_probe());
        // After the warm-up: a key that it found refused is not tried again.
        if let Some(agent) = agent {
            self.probe(agent).await;
        }
    }
}
