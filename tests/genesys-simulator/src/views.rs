//! What people see at Genesys' screens: agents, requests, balances.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::organisation::{Organisation, Plan, User};
use crate::request::{IntegrationStatus, RequestStatus, TimeOffRequest, When};
use crate::simulator::Genesys;

/// A request as it stands at the screen, with the HRIS' id, which Genesys does not show.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestDetails {
    /// Its id.
    pub id: String,
    /// What for.
    pub activity_code_id: String,
    /// The days that it touches, in the zone of the agent's unit.
    pub days: Vec<Date>,
    /// When it starts on each of its part days, in that zone; empty for whole days.
    pub start_date_times: Vec<DateTime>,
    /// Minutes for each day.
    pub minutes: Vec<u32>,
    /// How far it has come.
    pub status: RequestStatus,
    /// How far the synchronisation has come; `None`: it has nothing to do with an HRIS.
    pub integration_status: Option<IntegrationStatus>,
    /// The HRIS' id, as the workflow gave it back last.
    pub hris_id: Option<String>,
}

/// An active agent.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentView {
    /// The user id.
    pub id: String,
    /// The user's name.
    pub name: String,
    /// The name of the management unit.
    pub unit: String,
    /// The id in the HRIS; `None` before the daily synchronisation, or without an association.
    pub external_id: Option<String>,
}

/// What agents can ask time off for.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeOffTypeView {
    /// Its activity code in Genesys.
    pub activity_code_id: String,
    /// Its id in the HRIS.
    pub type_id: String,
    /// Its name.
    pub name: String,
}

/// The balances of one activity code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceView {
    /// The activity code.
    pub activity_code_id: String,
    /// For each day that was asked for; `None` where the HRIS says nothing.
    #[serde(rename(deserialize = "balanceMinutesPerDay"))]
    pub minutes: Vec<Option<i64>>,
}

impl Genesys {
    /// A user's requests, oldest first.
    pub fn requests_of(&self, user: &str) -> Vec<RequestDetails> {
        let organisation = self.shared.organisation();
        let theirs = organisation.requests.values().filter(|request| request.user == user);
        theirs.map(|request| organisation.details(request)).collect()
    }

    /// The active agents, by id.
    pub fn agents(&self) -> Vec<AgentView> {
        let organisation = self.shared.organisation();
        let active = organisation.users.values().filter(|user| user.active);
        active.filter_map(|user| organisation.agent(user)).collect()
    }

    /// What agents can ask time off for.
    pub fn time_off_types(&self) -> Vec<TimeOffTypeView> {
        let organisation = self.shared.organisation();
        let view = |plan: &Plan| {
            let (type_id, _) = plan.time_off_type.clone()?;
            let (activity_code_id, name) = (plan.activity_code.clone(), plan.name.clone());
            Some(TimeOffTypeView { activity_code_id, type_id, name })
        };
        organisation.plans.iter().filter_map(view).collect()
    }

    /// What an agent is shown when asking for balances: the workflow runs. `None` when it failed,
    /// or when the agent has nothing to do with the HRIS.
    pub async fn balances(&self, user: &str, days: Vec<Date>) -> Option<Vec<BalanceView>> {
        let wanted = {
            let organisation = self.shared.organisation();
            let codes: Vec<String> =
                organisation.plans.iter().map(|plan| plan.activity_code.clone()).collect();
            organisation.wanted(user, &codes, days)?
        };
        let balances = self.shared.balances(wanted).await.ok()?;
        balances.into_iter().map(|row| serde_json::from_value(row).ok()).collect()
    }
}

impl Organisation {
    fn agent(&self, user: &User) -> Option<AgentView> {
        let unit = self.unit(user.unit.as_ref()?).ok()?;
        Some(AgentView {
            id: user.id.clone(),
            name: user.name.clone(),
            unit: unit.name.clone(),
            external_id: self.selected(&user.id).map(|(_, entry)| entry.external_id.clone()),
        })
    }

    fn details(&self, request: &TimeOffRequest) -> RequestDetails {
        let zone = self.unit(&request.unit).and_then(|unit| self.zone(unit));
        let zone = zone.unwrap_or(TimeZone::UTC);
        let start_date_times = match &request.when {
            When::FullDays(_) => Vec::new(),
            When::PartDays(starts) => {
                starts.iter().map(|start| start.to_zoned(zone.clone()).datetime()).collect()
            }
        };
        RequestDetails {
            id: request.id.clone(),
            activity_code_id: request.activity_code.clone(),
            days: request.when.days(&zone),
            start_date_times,
            minutes: request.duration_minutes.clone(),
            status: request.status,
            integration_status: request.integration_status,
            hris_id: request.hris_id.clone(),
        }
    }
}
