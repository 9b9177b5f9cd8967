//! Whether a request has reached the HRIS, as far as Genesys shows it: one word.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::chunks::Chunks;
use crate::client::Client;
use crate::error::Error;
use crate::id::{ManagementUnitId, TimeOffRequestId, UserId};
use crate::wire;
use crate::wire::open_enum;

open_enum! {
    /// How far the synchronisation of a request with the HRIS has come.
    pub enum IntegrationStatus {
        /// The integration's workflow is running, or has never come back.
        Processing = "Processing",
        /// It failed. Genesys keeps no text, no time and no HRIS id, and does not try again.
        Error = "Error",
        /// It succeeded.
        AutomaticallyComplete = "AutomaticallyComplete",
        /// Somebody said that it is in order.
        ManuallyComplete = "ManuallyComplete",
    }
}

/// A request and its agent, which Genesys asks for together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RequestOfUser {
    /// The request.
    #[serde(rename = "timeOffRequestId")]
    pub request: TimeOffRequestId,
    /// Its agent.
    #[serde(rename = "userId")]
    pub user: UserId,
}

/// The status of one request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestIntegrationStatus {
    /// The request.
    #[serde(deserialize_with = "wire::referred")]
    pub time_off_request: TimeOffRequestId,
    /// Its agent.
    #[serde(default, deserialize_with = "wire::reference")]
    pub user: Option<UserId>,
    /// How far it has come; `None` when it has nothing to do with an HRIS.
    #[serde(default, deserialize_with = "wire::optional")]
    pub integration_status: Option<IntegrationStatus>,
}

impl Client {
    /// The status of these requests of one unit. One that never had to do with an HRIS may not be
    /// in the list. Needs `wfm:timeOffRequest:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn integration_statuses(
        &self,
        unit: &ManagementUnitId,
        requests: &[RequestOfUser],
    ) -> Result<Vec<RequestIntegrationStatus>, Error> {
        let endpoint = "/workforcemanagement/managementunits/{managementUnitId}/timeoffrequests/integrationstatus/query";
        let mut statuses = Vec::with_capacity(requests.len());
        let mut chunks = Chunks::of(requests);
        while let Some(part) = chunks.next() {
            let url = self.route(&[
                "workforcemanagement",
                "managementunits",
                unit.as_str(),
                "timeoffrequests",
                "integrationstatus",
                "query",
            ]);
            let body = json!({ "timeOffRequestLookups": part });
            match self.query(endpoint, url, Some(&body)).await {
                Ok(answer) => {
                    statuses.extend::<Vec<RequestIntegrationStatus>>(self.listed(answer).await?);
                    chunks.done();
                }
                Err(error) => chunks.failed(error)?,
            }
        }
        Ok(statuses)
    }

    /// Says that a request is in order in the HRIS: [`IntegrationStatus::ManuallyComplete`]. There
    /// is no version to compare, the last writer wins: read the request and its status before and
    /// after. No other status can be set, because nothing says what Genesys would then do. Needs
    /// `wfm:timeOffRequest:edit`.
    ///
    /// # Errors
    /// As every call; [`Error::effect`] says whether it may have been done all the same.
    pub async fn mark_complete(
        &self,
        unit: &ManagementUnitId,
        request: &RequestOfUser,
    ) -> Result<RequestIntegrationStatus, Error> {
        let url = self.route(&[
            "workforcemanagement",
            "managementunits",
            unit.as_str(),
            "timeoffrequests",
            request.request.as_str(),
            "users",
            request.user.as_str(),
            "integrationstatus",
        ]);
        let endpoint = "/workforcemanagement/managementunits/{managementUnitId}/timeoffrequests/{timeOffRequestId}/users/{userId}/integrationstatus";
        let body = json!({ "integrationStatus": IntegrationStatus::ManuallyComplete.as_str() });
        self.write(Method::PATCH, endpoint, url, &body).await?.json_of_write()
    }
}
