//! Genesys' side: token, integration, units, and what the OAuth client may read.

use genesys_cloud::{IntegrationId, ManagementUnitId, UserId};
use serde_json::{Map, Value, json};

use super::examination::{Examination, Problem};
use super::own::NOBODY;
use super::step::{FIND_BY_ID, GET_TYPES};
use crate::genesys::called;
use crate::output::Count;
use crate::{Error, genesys};

/// How many units are looked through for somebody who is associated.
const MOST_UNITS: usize = 20;
/// What one query takes.
const MOST_USERS: usize = 100;

impl Examination<'_> {
    pub(super) async fn token(&mut self) -> Result<String, Problem> {
        self.genesys()?.authenticate().await?;
        Ok("The OAuth client gets a token.".to_owned())
    }

    /// Which it is, and whether it is switched on. That it can be read is
    /// `right:wfm:integration:view`.
    pub(super) async fn integration(&mut self) -> Result<String, Problem> {
        let known = std::mem::take(&mut self.integrations);
        let integration = genesys::choose(known, self.context.named_integration())?;
        let name = called(&integration);
        let is_off = integration.active == Some(false);
        // That its configuration cannot be read is a line of its own.
        self.configuration = Some(self.configuration_of(&integration.id).await);
        self.integration = Some(integration);
        if is_off {
            let off = Problem::new(format!("{name} is switched off."));
            return Err(off.with_remedy("Switch it on in Genesys: Integrations, the integration."));
        }
        Ok(match &self.configuration {
            Some(Ok(configuration)) => format!("{name} is active; {configuration}"),
            _ => format!("{name} is active."),
        })
    }

    async fn configuration_of(&mut self, id: &IntegrationId) -> Result<String, Problem> {
        let client = self.genesys()?;
        let details = client.integration(id).await?;
        let properties = client.integration_config(id).await?.properties;
        let keys: Vec<&str> = properties.keys().map(String::as_str).collect();
        let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
        let type_id = details.type_id().unwrap_or("not told").to_owned();
        let found = format!("its type id: {type_id}; its property keys: {keys}.");
        self.properties = Some(properties);
        Ok(found)
    }

    pub(super) async fn units(&mut self) -> Result<String, Problem> {
        self.units = self.genesys()?.management_units().await?;
        if self.units.is_empty() {
            return Err(Problem::new("The OAuth client sees no management unit."));
        }
        let names = self.units.iter().map(|unit| unit.name.as_deref().unwrap_or(unit.id.as_str()));
        let names: Vec<&str> = names.collect();
        let count = Count(names.len(), "unit is", "units are");
        Ok(format!("{count} visible: {}.", names.join(", ")))
    }

    /// Reads what the permission opens.
    pub(super) async fn right(&mut self, permission: &str) -> Result<String, Problem> {
        let client = self.genesys()?;
        let unit = self.units.first().cloned();
        match permission {
            "wfm:integration:view" => {
                self.integrations = client.hris_integrations().await?;
                let count = Count(self.integrations.len(), "HRIS integration", "HRIS integrations");
                Ok(format!("{count} can be read."))
            }
            "integrations:integration:view" => match self.configuration.take() {
                Some(configuration) => {
                    configuration.map(|_| "The integration's configuration can be read.".to_owned())
                }
                None => Err(Error::NoIntegration.into()),
            },
            "wfm:agent:view" => self.agents().await,
            "wfm:timeOffRequest:view" => {
                if let Some(unit) = unit {
                    client.pending_time_off_requests(&unit.id).await?;
                }
                Ok("Time-off requests can be read.".to_owned())
            }
            "wfm:timeOffPlan:view" => {
                if let Some(business_unit) = unit.and_then(|unit| unit.business_unit) {
                    self.plans = client.time_off_plans(&business_unit).await?;
                }
                let count = Count(self.plans.len(), "time-off plan", "time-off plans");
                Ok(format!("{count} can be read."))
            }
            "directory:user:view" => {
                client.users_by_email("nobody@example.invalid").await?;
                Ok("Users can be found by e-mail.".to_owned())
            }
            "architect:flow:view" => {
                self.workflows = client.workflows().await?;
                let count = Count(self.workflows.len(), "workflow", "workflows");
                Ok(format!("{count} can be read."))
            }
            "integrations:action:view" => {
                self.actions = client.actions().await?;
                let count = Count(self.actions.len(), "data action", "data actions");
                Ok(format!("{count} can be read."))
            }
            "integrations:action:execute" => self.execute().await,
            _ => Err(Problem::new("This program does not know how to try it.")),
        }
    }

    /// Reads associations, and looks for somebody whose balance can be asked for.
    async fn agents(&mut self) -> Result<String, Problem> {
        let client = self.genesys()?;
        let mut read = 0;
        for unit in self.units.iter().take(MOST_UNITS) {
            let mut users = client.unit_users(&unit.id).await?;
            users.truncate(MOST_USERS);
            let associations = client.associations(&users).await?;
            read += users.len();
            let ours = self.integration.as_ref().map(|integration| &integration.id);
            let found = associations.into_iter().find(|known| {
                ours.is_some_and(|ours| {
                    known.selected_integration.as_ref() == Some(ours)
                        && known.with(ours).is_some_and(|entry| entry.agent_external_id.is_some())
                })
            });
            let found: Option<(ManagementUnitId, UserId)> =
                found.map(|known| (unit.id.clone(), known.agent));
            if found.is_some() {
                self.associated = found;
                break;
            }
        }
        let users = Count(read, "user", "users");
        Ok(match self.associated {
            Some(_) => format!("Associations of {users} can be read."),
            None => format!("Associations of {users} can be read; none is with this integration."),
        })
    }

    /// Whether data actions may be run, whatever comes of it.
    async fn execute(&self) -> Result<String, Problem> {
        let by_name =
            |name: &str| self.actions.iter().find(|action| action.name.as_deref() == Some(name));
        let client = self.genesys()?;
        // Both change nothing.
        let (action, inputs) = match (by_name(FIND_BY_ID), by_name(GET_TYPES)) {
            (Some(look_up), _) => (look_up, Map::from_iter([external_id()])),
            (None, Some(types)) => (types, Map::new()),
            (None, None) => {
                let detail = format!("There is neither {FIND_BY_ID} nor {GET_TYPES} to try it by.");
                let remedy = "Import the data actions: infra/genesys/README.md.";
                return Err(Problem::new(detail).with_remedy(remedy));
            }
        };
        client.test_action(&action.id, &inputs).await?;
        Ok("Data actions can be run.".to_owned())
    }
}

pub(super) fn external_id() -> (String, Value) {
    ("externalId".to_owned(), json!(NOBODY))
}
