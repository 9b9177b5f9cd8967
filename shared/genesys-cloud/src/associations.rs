//! Which HRIS ids an agent has, and by which integration's the agent's time off is synchronised.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::chunks::Chunks;
use crate::client::Client;
use crate::error::Error;
use crate::id::{IntegrationId, UserId};
use crate::wire;

/// An agent's associations.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentAssociations {
    /// The agent.
    #[serde(deserialize_with = "wire::referred")]
    pub agent: UserId,
    /// The integration that is used for the agent's time off; `None`: none is.
    #[serde(default, deserialize_with = "wire::reference")]
    pub selected_integration: Option<IntegrationId>,
    /// Whether a person selected it.
    #[serde(default, deserialize_with = "wire::optional")]
    pub user_selected: Option<bool>,
    /// The agent's id in each integration's HRIS, at most one for each.
    #[serde(default, deserialize_with = "wire::list")]
    pub associated_integrations: Vec<Association>,
}

/// An agent's id in one integration's HRIS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Association {
    /// The integration.
    #[serde(deserialize_with = "wire::referred")]
    pub integration: IntegrationId,
    /// The agent's id in the HRIS, which the integration's workflows get as `agentId`.
    #[serde(default, deserialize_with = "wire::optional")]
    pub agent_external_id: Option<String>,
    /// Whether the daily synchronisation leaves the id alone.
    #[serde(default, deserialize_with = "wire::or_default")]
    pub locked: bool,
}

impl AgentAssociations {
    /// The association with this integration.
    pub fn with(&self, integration: &IntegrationId) -> Option<&Association> {
        self.associated_integrations.iter().find(|entry| entry.integration == *integration)
    }
}

/// All associations that an agent shall have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationUpdate {
    /// The integration to be used; `None`: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected_integration_id: Option<IntegrationId>,
    /// One for each integration. What is not in it is gone afterwards.
    pub associated_integrations: Vec<NewAssociation>,
}

/// One association that an agent shall have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAssociation {
    /// The agent's id in the HRIS.
    pub agent_external_id: String,
    /// The integration.
    pub integration_id: IntegrationId,
    /// Whether the daily synchronisation shall leave the id alone.
    pub locked: bool,
}

impl AssociationUpdate {
    /// Links an agent by hand: `external_id` in this integration, locked, and this integration
    /// selected. What is there of other integrations is kept.
    pub fn link(
        present: Option<&AgentAssociations>,
        integration: &IntegrationId,
        external_id: &str,
    ) -> Self {
        let others = present.into_iter().flat_map(|present| &present.associated_integrations);
        let kept = others.filter(|entry| entry.integration != *integration).filter_map(|entry| {
            Some(NewAssociation {
                agent_external_id: entry.agent_external_id.clone()?,
                integration_id: entry.integration.clone(),
                locked: entry.locked,
            })
        });
        let ours = NewAssociation {
            agent_external_id: external_id.to_owned(),
            integration_id: integration.clone(),
            locked: true,
        };
        Self {
            selected_integration_id: Some(integration.clone()),
            associated_integrations: kept.chain([ours]).collect(),
        }
    }
}

impl Client {
    /// The associations of these agents. An agent without any may be in the list with none, or not
    /// be in it: both mean the same. Needs `wfm:agent:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn associations(&self, agents: &[UserId]) -> Result<Vec<AgentAssociations>, Error> {
        let endpoint = "/workforcemanagement/agents/integrations/hris/query";
        let mut associations = Vec::with_capacity(agents.len());
        let mut chunks = Chunks::of(agents);
        while let Some(part) = chunks.next() {
            let url =
                self.route(&["workforcemanagement", "agents", "integrations", "hris", "query"]);
            match self.query(endpoint, url, Some(&json!({ "agentIds": part }))).await {
                Ok(answer) => {
                    associations.extend::<Vec<AgentAssociations>>(self.listed(answer).await?);
                    chunks.done();
                }
                Err(error) => chunks.failed(error)?,
            }
        }
        Ok(associations)
    }

    /// Replaces all associations of an agent, and answers what they are now. Read them first, and
    /// keep those of other integrations ([`AssociationUpdate::link`] does). Needs `wfm:agent:edit`.
    ///
    /// # Errors
    /// As every call; [`Error::effect`] says whether it may have been done all the same.
    pub async fn set_associations(
        &self,
        agent: &UserId,
        update: &AssociationUpdate,
    ) -> Result<AgentAssociations, Error> {
        let url =
            self.route(&["workforcemanagement", "agents", agent.as_str(), "integrations", "hris"]);
        let endpoint = "/workforcemanagement/agents/{agentId}/integrations/hris";
        self.write(Method::PUT, endpoint, url, update).await?.json_of_write()
    }
}
