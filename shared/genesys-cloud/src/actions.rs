//! Data actions.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Error;
use crate::id::{ActionId, IntegrationId};
use crate::wire;

/// A published data action.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// Its id: of a custom one `custom_-_` and a UUID.
    pub id: ActionId,
    /// Its name, which nothing keeps from being given twice.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// The integration that it belongs to.
    #[serde(default, deserialize_with = "wire::optional")]
    pub integration_id: Option<IntegrationId>,
    /// What it is listed under in Architect: mostly its integration's name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub category: Option<String>,
}

/// What came of an action in test mode, which alone shows what the other server answered.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionTest {
    /// Whether every step succeeded.
    #[serde(default, deserialize_with = "wire::or_default")]
    pub success: bool,
    /// The steps taken.
    #[serde(default, deserialize_with = "wire::list")]
    pub operations: Vec<TestedStep>,
    /// The action's result, after its contract.
    #[serde(default)]
    pub final_result: Value,
}

/// A step of an action in test mode.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TestedStep {
    /// Its name, such as "Execute request".
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// Whether it succeeded.
    #[serde(default, deserialize_with = "wire::or_default")]
    pub success: bool,
}

impl std::fmt::Debug for ActionTest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActionTest")
            .field("success", &self.success)
            .field("operations", &self.operations)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// All data actions, those that get tokens for others left out. Needs
    /// `integrations:action:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn actions(&self) -> Result<Vec<Action>, Error> {
        self.paged("/integrations/actions", &self.route(&["integrations", "actions"])).await
    }

    /// Runs a data action in test mode. It does what it is made for, so this is a write, and sent
    /// once. Needs `integrations:action:execute`.
    ///
    /// # Errors
    /// As every call. That the action itself failed is no error but in [`ActionTest::success`].
    pub async fn test_action(
        &self,
        action: &ActionId,
        inputs: &Map<String, Value>,
    ) -> Result<ActionTest, Error> {
        let url = self.route(&["integrations", "actions", action.as_str(), "test"]);
        let endpoint = "/integrations/actions/{actionId}/test";
        self.write(Method::POST, endpoint, url, inputs).await?.json_of_write()
    }
}
