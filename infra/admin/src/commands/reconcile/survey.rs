//! Whose requests have to be looked at: one pass over the units, in what Genesys takes at a time.

use std::collections::{BTreeMap, BTreeSet};

use contract::{ExternalId, RequestKey, TimeOffTypeId};
use genesys_cloud::{
    AgentAssociations, IntegrationStatus, RequestOfUser, TimeOffRequest, TimeOffRequestId, UserId,
};
use jiff::civil::Date;
use store::Ledger;

use super::leave::{self, meet, readings};
use super::plans::{Mapped, mapped};
use super::sources::{Sources, Unit};
use super::verdict::Verdict;
use crate::Error;

/// Days of leave, both ends included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub since: Date,
    pub until: Date,
    /// Whether requests that wait for a decision count whenever they are for.
    pub all_pending: bool,
}

/// An agent whose requests are to be looked at.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The agent's unit.
    pub unit: Unit,
    /// The agent.
    pub user: UserId,
    /// Whether other users have the same id in BambooHR: their leave would be one person's.
    pub shares_id: bool,
    /// The requests in the window that Genesys shows as `Error` or `Processing`.
    pub unfinished: BTreeSet<TimeOffRequestId>,
}

/// What an agent's associations say.
#[derive(Clone, Debug)]
pub(crate) enum Agent {
    /// This employee, as Genesys has the id.
    Ours(ExternalId),
    /// None that could be used.
    None(Verdict, Option<String>),
}

/// The agent's id in our integration, where that is the selected one.
pub(crate) fn agent_of(sources: &Sources<'_>, found: Option<&AgentAssociations>) -> Agent {
    let ours = found.and_then(|found| found.with(&sources.integration));
    let id = ours.and_then(|ours| ours.agent_external_id.clone()).filter(|id| !id.is_empty());
    match found.and_then(|found| found.selected_integration.as_ref()) {
        Some(selected) if *selected != sources.integration => {
            Agent::None(Verdict::OtherIntegration, id)
        }
        Some(_) => match id.as_deref().map(str::parse) {
            Some(Ok(agent)) => Agent::Ours(agent),
            _ => Agent::None(Verdict::Unassociated, id),
        },
        None => Agent::None(Verdict::Unassociated, id),
    }
}

/// Whether Genesys shows a request so that somebody has to look.
pub(crate) fn is_unfinished(status: Option<&IntegrationStatus>) -> bool {
    matches!(status, Some(IntegrationStatus::Error | IntegrationStatus::Processing))
}

/// Everybody who has an unfinished request in the window, and everybody of whom our table knows a
/// live leave there that no request asks for.
pub(crate) async fn survey(sources: &Sources<'_>, window: Window) -> Result<Vec<Person>, Error> {
    let units = sources.units().await?;
    let mut all: Vec<(Person, Vec<TimeOffRequest>)> = Vec::new();
    sources.context.progress().begin("requests", units.len());
    for unit in units {
        all.extend(of_unit(sources, &unit, window).await?);
        sources.context.progress().advance(1);
    }
    let users: Vec<UserId> = all.iter().map(|(person, _)| person.user.clone()).collect();
    let associations = sources.genesys.associations(&users).await?;
    let agents: BTreeMap<&UserId, Agent> =
        associations.iter().map(|found| (&found.agent, agent_of(sources, Some(found)))).collect();
    let mut having: BTreeMap<ExternalId, BTreeSet<&UserId>> = BTreeMap::new();
    for (user, agent) in &agents {
        if let Agent::Ours(id) = agent {
            having.entry(*id).or_default().insert(user);
        }
    }
    sources.context.progress().begin("agents", all.len());
    let mut people = Vec::new();
    for (mut person, requests) in all {
        let has_unheard_of = match agents.get(&person.user) {
            Some(Agent::Ours(id)) => {
                person.shares_id = having.get(id).is_some_and(|users| users.len() > 1);
                person.unfinished.is_empty()
                    && has_unheard_of(sources, &person.unit, *id, &requests, window).await?
            }
            _ => false,
        };
        if has_unheard_of || !person.unfinished.is_empty() {
            people.push(person);
        }
        sources.context.progress().advance(1);
    }
    Ok(people)
}

/// Everybody of a unit who has requests in the window, with them.
async fn of_unit(
    sources: &Sources<'_>,
    unit: &Unit,
    window: Window,
) -> Result<Vec<(Person, Vec<TimeOffRequest>)>, Error> {
    let genesys = &sources.genesys;
    let mut requests = genesys.time_off_requests(&unit.id, window.since, window.until).await?;
    if window.all_pending {
        let known: BTreeSet<TimeOffRequestId> =
            requests.iter().map(|request| request.id.clone()).collect();
        let pending = genesys.pending_time_off_requests(&unit.id).await?;
        requests.extend(pending.into_iter().filter(|request| !known.contains(&request.id)));
    }
    let statuses = statuses(sources, unit, &requests).await?;
    let mut people: BTreeMap<UserId, (Person, Vec<TimeOffRequest>)> = BTreeMap::new();
    for request in requests {
        let user = request.user.clone();
        let new = || {
            let (unit, user) = (unit.clone(), user.clone());
            let person = Person { unit, user, shares_id: false, unfinished: BTreeSet::new() };
            (person, Vec::new())
        };
        let (person, of_person) = people.entry(user.clone()).or_insert_with(new);
        if is_unfinished(statuses.get(&request.id)) {
            person.unfinished.insert(request.id.clone());
        }
        of_person.push(request);
    }
    Ok(people.into_values().collect())
}

/// The integration status of each request that has one.
pub(crate) async fn statuses(
    sources: &Sources<'_>,
    unit: &Unit,
    requests: &[TimeOffRequest],
) -> Result<BTreeMap<TimeOffRequestId, IntegrationStatus>, Error> {
    let look_ups: Vec<RequestOfUser> = requests
        .iter()
        .map(|request| RequestOfUser { request: request.id.clone(), user: request.user.clone() })
        .collect();
    let found = sources.genesys.integration_statuses(&unit.id, &look_ups).await?;
    let with_status =
        found.into_iter().filter_map(|it| Some((it.time_off_request, it.integration_status?)));
    Ok(with_status.collect())
}

/// Whether our table knows a live leave in the window that no request of the agent asks for. It is
/// only where that is so that BambooHR has to be asked: one read of the table for each agent, which
/// costs no call of either.
async fn has_unheard_of(
    sources: &Sources<'_>,
    unit: &Unit,
    agent: ExternalId,
    requests: &[TimeOffRequest],
    window: Window,
) -> Result<bool, Error> {
    let ledger = match sources.table.ledger_of(agent, sources.now()).await {
        // The agent is said to be unread, and does not stop the others.
        Err(store::Error::Corrupt { .. }) => return Ok(true),
        read => read?,
    };
    let wanted: BTreeSet<RequestKey> = requests
        .iter()
        .filter(|request| leave::status(request).is_some_and(super::verdict::is_wanted))
        .flat_map(|request| keys(sources, unit, agent, request))
        .collect();
    Ok(lives(&ledger, window).any(|key| !wanted.contains(&key)))
}

/// The keys whose leave may be live in the window, by our table.
fn lives(ledger: &Ledger, window: Window) -> impl Iterator<Item = RequestKey> {
    ledger
        .keys()
        .filter(|record| record.closed.is_none())
        .filter(move |record| meet(record.leave.span(), (window.since, window.until)))
        .map(|record| record.key)
}

fn keys(
    sources: &Sources<'_>,
    unit: &Unit,
    agent: ExternalId,
    request: &TimeOffRequest,
) -> Vec<RequestKey> {
    let type_id: Option<TimeOffTypeId> = request.activity_code_id.as_ref().and_then(|code| {
        match mapped(&unit.plans, &unit.id, code, &sources.integration) {
            Mapped::To(type_id) => Some(type_id),
            _ => None,
        }
    });
    let Some(type_id) = type_id else { return Vec::new() };
    let zero_payable = sources.hris.settings.zero_payable;
    let days = readings(request, agent, type_id, unit.zone.as_ref(), zero_payable);
    let days = days.unwrap_or_default();
    days.iter().map(|days| RequestKey::of(agent, type_id, days)).collect()
}
