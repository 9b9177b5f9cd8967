//! Activity codes, of which those of the category `TimeOff` can be requested.

use serde::Deserialize;

use crate::client::Client;
use crate::error::Error;
use crate::id::{ActivityCodeId, BusinessUnitId};
use crate::wire;

/// An activity code of a business unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityCode {
    /// Its id.
    pub id: ActivityCodeId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// Whether it is in use; `None` where Genesys does not say.
    #[serde(default, deserialize_with = "wire::optional")]
    pub active: Option<bool>,
    /// What it is: `TimeOff`, `Meeting`, …
    #[serde(default, deserialize_with = "wire::optional")]
    pub category: Option<String>,
}

impl Client {
    /// All activity codes of a business unit. Needs any of `wfm:timeOffPlan:view`,
    /// `wfm:timeOffRequest:view` and others.
    ///
    /// # Errors
    /// As every call.
    pub async fn activity_codes(
        &self,
        business_unit: &BusinessUnitId,
    ) -> Result<Vec<ActivityCode>, Error> {
        let url = self.route(&[
            "workforcemanagement",
            "businessunits",
            business_unit.as_str(),
            "activitycodes",
        ]);
        let endpoint = "/workforcemanagement/businessunits/{businessUnitId}/activitycodes";
        let answer = self.get(endpoint, url).await?;
        self.listed(answer).await
    }
}
