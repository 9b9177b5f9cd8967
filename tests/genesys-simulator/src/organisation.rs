//! What an organisation holds: people, units, plans, associations, requests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::choices::Choices;
use crate::refusal::Refusal;
use crate::request::{IntegrationStatus, TimeOffRequest};

/// A user, who is an agent as well where a unit has them.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) active: bool,
    pub(crate) unit: Option<String>,
}

/// A business unit.
#[derive(Debug, Clone)]
pub(crate) struct BusinessUnit {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time_zone: String,
}

/// A management unit.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) business_unit: String,
    pub(crate) time_zone: Option<String>,
}

/// A time-off plan with its only activity code.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) business_unit: String,
    pub(crate) activity_code: String,
    /// Type of the HRIS, and integration.
    pub(crate) time_off_type: Option<(String, String)>,
    pub(crate) approves_itself: bool,
    pub(crate) units: Vec<String>,
    pub(crate) staffing_groups: Vec<String>,
}

/// An integration with an HRIS. The first one runs the published workflows.
#[derive(Debug, Clone)]
pub(crate) struct Integration {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) active: bool,
}

/// A workflow of the published ones.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) published: bool,
}

/// An agent's associations.
#[derive(Debug, Clone, Default)]
pub(crate) struct Associations {
    pub(crate) selected: Option<String>,
    pub(crate) user_selected: bool,
    /// By integration.
    pub(crate) entries: BTreeMap<String, Entry>,
}

/// An agent's id in one integration's HRIS.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) external_id: String,
    pub(crate) locked: bool,
}

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct Organisation {
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) business_units: Vec<BusinessUnit>,
    pub(crate) units: Vec<Unit>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) flows: Vec<Flow>,
    /// Names of the data actions, in order of their ids.
    pub(crate) actions: Vec<String>,
    pub(crate) associations: BTreeMap<String, Associations>,
    pub(crate) requests: BTreeMap<String, TimeOffRequest>,
    pub(crate) choices: Choices,
    /// The time of day; `None`: the machine's.
    pub(crate) now: Option<Timestamp>,
}

/// An id in the shape of Genesys', in which the number can be read.
pub(crate) fn id_of(kind: char, number: usize) -> String {
    format!("{kind}0000000-0000-4000-8000-{number:012}")
}

impl Organisation {
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    pub(crate) fn unit(&self, id: &str) -> Result<&Unit, Refusal> {
        self.units.iter().find(|unit| unit.id == id).ok_or_else(|| Refusal::not_found("unit"))
    }

    pub(crate) fn business_unit(&self, id: &str) -> Result<&BusinessUnit, Refusal> {
        let found = self.business_units.iter().find(|unit| unit.id == id);
        found.ok_or_else(|| Refusal::not_found("business unit"))
    }

    pub(crate) fn user(&self, id: &str) -> Result<&User, Refusal> {
        self.users.get(id).ok_or_else(|| Refusal::not_found("user"))
    }

    pub(crate) fn request(&self, id: &str) -> Result<&TimeOffRequest, Refusal> {
        self.requests.get(id).ok_or_else(|| Refusal::not_found("time-off request"))
    }

    /// The user with that id or that exact e-mail.
    pub(crate) fn find_user(&self, id_or_email: &str) -> Result<&User, Refusal> {
        let by_email = || self.users.values().find(|user| user.email == id_or_email);
        self.users.get(id_or_email).or_else(by_email).ok_or_else(|| Refusal::not_found("user"))
    }

    /// A unit's own zone, else its business unit's.
    pub(crate) fn zone(&self, unit: &Unit) -> Result<TimeZone, Refusal> {
        let name = match &unit.time_zone {
            Some(name) => name,
            None => &self.business_unit(&unit.business_unit)?.time_zone,
        };
        TimeZone::get(name).map_err(|_| Refusal::bad("the unit's zone is not in the database"))
    }

    pub(crate) fn members(&self, unit: &str) -> impl Iterator<Item = &User> {
        self.users.values().filter(move |user| user.unit.as_deref() == Some(unit))
    }

    /// The plan that governs a code for the members of a unit.
    pub(crate) fn plan(&self, unit: &Unit, code: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| {
            plan.business_unit == unit.business_unit
                && plan.activity_code == code
                && (plan.units.contains(&unit.id) || !plan.staffing_groups.is_empty())
        })
    }

    /// The agent's id with the integration that is selected for the agent.
    pub(crate) fn selected(&self, user: &str) -> Option<(&Integration, &Entry)> {
        let associations = self.associations.get(user)?;
        let selected = associations.selected.as_ref()?;
        let integration = self.integrations.iter().find(|entry| entry.id == *selected)?;
        Some((integration, associations.entries.get(selected)?))
    }

    /// Whether this is the integration that runs the published workflows.
    pub(crate) fn is_ours(&self, integration: &str) -> bool {
        self.integrations.first().is_some_and(|first| first.id == integration)
    }

    /// The days that a request touches, in the zone of its unit.
    pub(crate) fn days_of(&self, request: &TimeOffRequest) -> Vec<Date> {
        let zone = self.unit(&request.unit).and_then(|unit| self.zone(unit));
        let zone = zone.unwrap_or(TimeZone::UTC);
        request.when.days(&zone)
    }

    pub(crate) fn add_integration(&mut self, name: &str) -> String {
        let id = id_of('d', self.integrations.len() + 1);
        self.integrations.push(Integration { id: id.clone(), name: name.to_owned(), active: true });
        id
    }

    pub(crate) fn add_plan_of_group(&mut self, activity_code: &str, kind: &str) {
        let ours = self.integrations.first().map(|first| first.id.clone());
        let business_unit = self.business_units.first().map(|unit| unit.id.clone());
        self.plans.push(Plan {
            id: id_of('e', self.plans.len() + 1),
            name: "Night shift".to_owned(),
            business_unit: business_unit.unwrap_or_default(),
            activity_code: activity_code.to_owned(),
            time_off_type: ours.map(|ours| (kind.to_owned(), ours)),
            approves_itself: false,
            units: Vec::new(),
            staffing_groups: vec![id_of('8', 1)],
        });
    }

    pub(crate) fn set_integration_status(
        &mut self,
        request: &str,
        status: IntegrationStatus,
    ) -> Result<(), Refusal> {
        let request =
            self.requests.get_mut(request).ok_or_else(|| Refusal::not_found("time-off request"))?;
        request.integration_status = Some(status);
        Ok(())
    }
}
