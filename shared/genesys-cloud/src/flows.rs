//! Architect's workflows.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::client::Client;
use crate::error::Error;
use crate::id::FlowId;
use crate::wire;

/// A workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workflow {
    /// Its id, which an integration's properties name it by.
    pub id: FlowId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// Whether it may be run; `None` where Genesys does not say.
    #[serde(default, deserialize_with = "wire::optional")]
    pub active: Option<bool>,
    #[serde(default)]
    published_version: Option<Present>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Present;

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl Workflow {
    /// Whether a version of it is published. One that is only saved cannot be run.
    pub fn is_published(&self) -> bool {
        self.published_version.is_some()
    }
}

impl Client {
    /// All workflows. Needs `architect:flow:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn workflows(&self) -> Result<Vec<Workflow>, Error> {
        let mut url = self.route(&["flows"]);
        url.query_pairs_mut().append_pair("type", "workflow");
        self.paged("/flows", &url).await
    }
}
