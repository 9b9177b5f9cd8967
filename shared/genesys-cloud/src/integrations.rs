//! Integrations: those with an HRIS, and how any one is configured.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Error;
use crate::id::IntegrationId;
use crate::wire;
use crate::wire::open_enum;

/// An integration with an HRIS, as workforce management sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HrisIntegration {
    /// Its id.
    pub id: IntegrationId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// Whether it is switched on; `None` where Genesys does not say.
    #[serde(default, deserialize_with = "wire::optional")]
    pub active: Option<bool>,
}

open_enum! {
    /// What an integration shall be.
    pub enum IntendedState {
        /// On.
        Enabled = "ENABLED",
        /// Off.
        Disabled = "DISABLED",
        /// Gone.
        Deleted = "DELETED",
    }
}

open_enum! {
    /// What an integration is.
    pub enum ReportedState {
        /// On.
        Active = "ACTIVE",
        /// On its way to being on.
        Activating = "ACTIVATING",
        /// Off.
        Inactive = "INACTIVE",
        /// On its way to being off.
        Deactivating = "DEACTIVATING",
        /// It cannot be switched on.
        Error = "ERROR",
    }
}

/// An integration of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Integration {
    /// Its id.
    pub id: IntegrationId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// What it shall be.
    #[serde(default, deserialize_with = "wire::optional")]
    pub intended_state: Option<IntendedState>,
    #[serde(default, deserialize_with = "wire::optional")]
    reported_state: Option<Reported>,
    #[serde(default, deserialize_with = "wire::reference")]
    integration_type: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Reported {
    #[serde(default, deserialize_with = "wire::optional")]
    code: Option<ReportedState>,
}

impl Integration {
    /// What it is.
    pub fn reported_state(&self) -> Option<&ReportedState> {
        self.reported_state.as_ref()?.code.as_ref()
    }

    /// The id of its type, such as `custom-rest-actions`; that of the HRIS integration is not
    /// documented.
    pub fn type_id(&self) -> Option<&str> {
        self.integration_type.as_deref()
    }
}

/// How an integration is configured. Its credentials are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IntegrationConfig {
    /// The number that grows with each change.
    #[serde(default, deserialize_with = "wire::number")]
    pub version: Option<i64>,
    /// What is set. The keys of the HRIS integration are not documented.
    #[serde(default, deserialize_with = "wire::or_default")]
    pub properties: Map<String, Value>,
}

impl Client {
    /// All integrations with an HRIS. Needs `wfm:integration:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn hris_integrations(&self) -> Result<Vec<HrisIntegration>, Error> {
        let url = self.route(&["workforcemanagement", "integrations", "hris"]);
        let answer = self.get("/workforcemanagement/integrations/hris", url).await?;
        self.listed(answer).await
    }

    /// One integration. Needs `integrations:integration:view`.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) among others.
    pub async fn integration(&self, id: &IntegrationId) -> Result<Integration, Error> {
        let url = self.route(&["integrations", id.as_str()]);
        self.get("/integrations/{integrationId}", url).await?.json()
    }

    /// How an integration is configured now. Needs `integrations:integration:view`.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) among others.
    pub async fn integration_config(&self, id: &IntegrationId) -> Result<IntegrationConfig, Error> {
        let url = self.route(&["integrations", id.as_str(), "config", "current"]);
        self.get("/integrations/{integrationId}/config/current", url).await?.json()
    }
}
