//! Business units, management units, and who is in them.

use serde::Deserialize;

use crate::client::Client;
use crate::error::Error;
use crate::id::{BusinessUnitId, ManagementUnitId, UserId};
use crate::wire;

/// A management unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagementUnit {
    /// Its id.
    pub id: ManagementUnitId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// The business unit that it belongs to.
    #[serde(default, deserialize_with = "wire::reference")]
    pub business_unit: Option<BusinessUnitId>,
    /// Its zone by the name of the IANA database. `None`: that of its business unit, to which
    /// Genesys is moving this setting; [`Client::time_zone`] looks there.
    #[serde(default, deserialize_with = "wire::optional")]
    pub time_zone: Option<String>,
}

/// A business unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BusinessUnit {
    /// Its id.
    pub id: BusinessUnitId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "wire::optional")]
    settings: Option<Settings>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    #[serde(default, deserialize_with = "wire::optional")]
    time_zone: Option<String>,
}

impl BusinessUnit {
    /// Its zone by the name of the IANA database.
    pub fn time_zone(&self) -> Option<&str> {
        self.settings.as_ref()?.time_zone.as_deref()
    }
}

#[derive(Deserialize)]
struct Member {
    id: UserId,
}

impl Client {
    /// Every management unit that the OAuth client may see. One in a division that its roles do not
    /// cover is not in the list, and nothing says so. Needs no permission.
    ///
    /// # Errors
    /// As every call.
    pub async fn management_units(&self) -> Result<Vec<ManagementUnit>, Error> {
        let url = self.route(&["workforcemanagement", "managementunits"]);
        let answer = self.get("/workforcemanagement/managementunits", url).await?;
        self.listed(answer).await
    }

    /// Everybody in a management unit. Needs any of `wfm:agent:view`, `wfm:timeOffRequest:view` and
    /// others.
    ///
    /// # Errors
    /// As every call.
    pub async fn unit_users(&self, unit: &ManagementUnitId) -> Result<Vec<UserId>, Error> {
        let url = self.route(&["workforcemanagement", "managementunits", unit.as_str(), "users"]);
        let endpoint = "/workforcemanagement/managementunits/{managementUnitId}/users";
        let answer = self.get(endpoint, url).await?;
        let members: Vec<Member> = self.listed(answer).await?;
        Ok(members.into_iter().map(|Member { id }| id).collect())
    }

    /// A business unit, with its zone. Needs any of `wfm:agent:view`, `wfm:timeOffRequest:view` and
    /// others.
    ///
    /// # Errors
    /// As every call.
    pub async fn business_unit(&self, id: &BusinessUnitId) -> Result<BusinessUnit, Error> {
        let mut url = self.route(&["workforcemanagement", "businessunits", id.as_str()]);
        url.query_pairs_mut().append_pair("expand", "settings.timeZone");
        self.get("/workforcemanagement/businessunits/{businessUnitId}", url).await?.json()
    }

    /// The zone that a unit's days are in: its own, else that of its business unit, else `None`.
    ///
    /// # Errors
    /// As every call.
    pub async fn time_zone(&self, unit: &ManagementUnit) -> Result<Option<String>, Error> {
        match (&unit.time_zone, &unit.business_unit) {
            (Some(zone), _) if !zone.is_empty() => Ok(Some(zone.clone())),
            (_, Some(business_unit)) => {
                Ok(self.business_unit(business_unit).await?.time_zone().map(str::to_owned))
            }
            _ => Ok(None),
        }
    }
}
