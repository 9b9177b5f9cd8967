//! Our side: the table, the index, BambooHR and the bridge's API.

use std::collections::BTreeSet;

use contract::{ErrorCode, ExternalId, Failure};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use store::Index;

use super::examination::{Examination, Problem};
use crate::Error;
use crate::bridge::{Bridge, By, Envelope};
use crate::output::Count;

/// Genesys' own run is daily; an index of two days has missed that one, too.
const OLD: SignedDuration = SignedDuration::from_hours(48);
/// The schedule comes every 15 minutes.
const LATE: SignedDuration = SignedDuration::from_hours(1);

impl Examination<'_> {
    pub(super) async fn table(&mut self) -> Result<String, Problem> {
        let index = self.context.index().await?;
        index.state().await?;
        Ok("It can be read.".to_owned())
    }

    pub(super) async fn index(&mut self) -> Result<String, Problem> {
        let table = self.context.table().await?;
        let snapshot = Index::new(table.clone()).snapshot().await?;
        let now = self.context.now();
        let active = snapshot.agents.iter().find(|agent| agent.is_active());
        self.agent = active.map(|agent| agent.external_id);
        let Some(state) = snapshot.state() else {
            let remedy = "The schedule of get-agents makes the first one; look at its log.";
            return Err(Problem::new("No run has completed yet.").with_remedy(remedy));
        };
        let unsettled = table.unsettled(now).await?;
        let late = unsettled.iter().filter(|entry| now.duration_since(entry.unsettled.due) > LATE);
        let found = format!(
            "{}, {} departed; last run {} ago; {} unsettled.",
            Count(state.agents, "agent", "agents"),
            state.departed,
            age(now, state.last_seen),
            unsettled.len(),
        );
        match late.count() {
            _ if state.pending => Err(Problem::new(format!(
                "The last run did not finish. {found}"
            ))
            .with_remedy("The next run finishes it; if not, look at the log of get-agents.")),
            _ if now.duration_since(state.last_seen) > OLD => {
                Err(Problem::new(format!("It is old. {found}"))
                    .with_remedy("Look at the schedule and the log of get-agents."))
            }
            0 => Ok(found),
            late => {
                let late = Count(late, "request was", "requests were");
                Err(Problem::new(format!("{late} due for settling an hour ago or more. {found}"))
                    .with_remedy("See infra/aws/RUNBOOK.md, UnsettledAgeAlarm."))
            }
        }
    }

    pub(super) async fn bamboohr(&mut self) -> Result<String, Problem> {
        let hris = self.context.hris().await?;
        let (agent, today) = (self.agent, today(self.context.now()));
        let read = hris.read(async |session| {
            let types = session.current_catalogue().await?.types().len();
            if let Some(agent) = agent {
                session.agent_balances(agent, BTreeSet::from([today]), 1).await?;
            }
            Ok(types)
        });
        match read.await {
            Ok(types) => {
                let types = Count(types, "time-off type", "time-off types");
                Ok(match agent {
                    Some(agent) => format!("It lists {types}, and the balances of agent {agent}."),
                    None => format!("It lists {types}. No agent is known to ask a balance of."),
                })
            }
            Err(failure) => {
                self.hris_fails = is_of_hris(&failure);
                Err(Error::from(failure).into())
            }
        }
    }

    /// Every operation but the list of agents.
    pub(super) async fn api(&mut self) -> Result<String, Problem> {
        let bridge = self.context.bridge()?;
        let nobody = refused_input();
        for (call, envelope) in [
            ("POST /timeoff-requests", bridge.insert(&nobody).await?),
            ("PUT /timeoff-requests", bridge.update(&nobody).await?),
        ] {
            if envelope.error_code != ErrorCode::InvalidInput.as_str() {
                return Err(unexpected(call, &envelope));
            }
        }
        // One of the index is answered from it; anybody else is looked for in BambooHR.
        let sought =
            self.agent.or(ExternalId::new(1)).filter(|_| self.agent.is_some() || !self.hris_fails);
        if let Some(agent) = sought {
            let found = bridge.look_up(By::Id(agent)).await?;
            if !found.is_complete() {
                return Err(unexpected("GET /agents/{externalId}", &found));
            }
        }
        if self.hris_fails {
            return Ok(
                "It answers; types and balances were not asked, since BambooHR fails.".into()
            );
        }
        self.read_through(&bridge).await
    }

    async fn read_through(&self, bridge: &Bridge) -> Result<String, Problem> {
        let types = bridge.types().await?;
        if !types.is_complete() {
            return Err(unexpected("GET /timeoff-types", &types));
        }
        if let (Some(agent), Some(type_id)) = (self.agent, types.outputs.ids.first()) {
            let balance = bridge.balance(agent, type_id, today(self.context.now())).await?;
            if !balance.is_complete() {
                return Err(unexpected("POST /balances", &balance));
            }
        }
        let types = Count(types.outputs.ids.len(), "time-off type", "time-off types");
        Ok(format!("It answers, with {types}; insert and update refuse agent 0."))
    }
}

/// An input that insert and update refuse before they do anything.
pub(super) fn refused_input() -> Map<String, Value> {
    let fields = [
        ("agentId", "0"),
        ("timeOffStatus", "CANCELED"),
        ("timeOffTypeId", "1"),
        ("inputTimeOffRequestId", "1"),
    ];
    fields.into_iter().map(|(name, text)| (name.to_owned(), json!(text))).collect()
}

/// What the API said in place of what was expected. What it may quote of BambooHR is left out.
fn unexpected<T>(call: &str, envelope: &Envelope<T>) -> Problem {
    let Envelope { status, error_code, error_msg, correlation_id, .. } = envelope;
    let code = if error_code.is_empty() { status } else { error_code };
    let said = match error_code == ErrorCode::HrisRejected.as_str() {
        true => "",
        false => error_msg.as_str(),
    };
    Problem::new(format!("{call} answered {code}: {said} [correlation id {correlation_id}]"))
}

/// Whether BambooHR failed, and not the way to the key on this machine.
fn is_of_hris(failure: &Failure) -> bool {
    failure.code.as_str().starts_with("HRIS_")
}

pub(super) fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

fn age(now: Timestamp, then: Timestamp) -> String {
    let minutes = now.duration_since(then).max(SignedDuration::ZERO).as_mins();
    Count(minutes, "minute", "minutes").to_string()
}

/// An id that no employee has.
pub(super) const NOBODY: &str = "0";
