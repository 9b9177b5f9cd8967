//! Time-off plans, which say what time-off type of the HRIS an activity code stands for.

use serde::Deserialize;

use crate::client::Client;
use crate::error::Error;
use crate::id::{
    ActivityCodeId, BusinessUnitId, IntegrationId, ManagementUnitId, PlanId, StaffingGroupId,
    TimeOffTypeId,
};
use crate::wire;

/// A time-off plan of a business unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeOffPlan {
    /// Its id.
    pub id: PlanId,
    /// Its name.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// Whether it is in use; `None` where Genesys does not say.
    #[serde(default, deserialize_with = "wire::optional")]
    pub enabled: Option<bool>,
    /// The activity codes that it governs. Within a unit, a code belongs to one plan.
    #[serde(default, deserialize_with = "wire::list")]
    pub activity_code_ids: Vec<ActivityCodeId>,
    /// The time-off type that it stands for; `None`: its requests are not sent to an HRIS.
    #[serde(default)]
    pub hris_time_off_type: Option<PlanTimeOffType>,
    #[serde(default)]
    business_unit_association: Option<InBusinessUnit>,
    #[serde(default)]
    management_unit_association: Option<InManagementUnit>,
}

/// A time-off type of an HRIS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanTimeOffType {
    /// Its id there.
    pub id: TimeOffTypeId,
    /// Its second id there, where the HRIS needs one.
    #[serde(default, deserialize_with = "wire::optional")]
    pub secondary_id: Option<TimeOffTypeId>,
    /// The integration with that HRIS.
    #[serde(default, deserialize_with = "wire::optional")]
    pub hris_integration_id: Option<IntegrationId>,
}

/// Whom a plan is for. Both lists are empty where Genesys does not say; with both, it is for those
/// groups of that unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanScope<'a> {
    /// Everybody in these units.
    pub management_units: &'a [ManagementUnitId],
    /// Those in these groups.
    pub staffing_groups: &'a [StaffingGroupId],
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InBusinessUnit {
    #[serde(default, deserialize_with = "wire::references")]
    management_units: Vec<ManagementUnitId>,
    #[serde(default, deserialize_with = "wire::references")]
    staffing_groups: Vec<StaffingGroupId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InManagementUnit {
    #[serde(deserialize_with = "wire::referred")]
    management_unit: ManagementUnitId,
    #[serde(default, deserialize_with = "wire::references")]
    staffing_groups: Vec<StaffingGroupId>,
}

impl TimeOffPlan {
    /// Whom it is for.
    pub fn scope(&self) -> PlanScope<'_> {
        match (&self.business_unit_association, &self.management_unit_association) {
            (_, Some(of_unit)) => PlanScope {
                management_units: std::slice::from_ref(&of_unit.management_unit),
                staffing_groups: &of_unit.staffing_groups,
            },
            (Some(of_business_unit), None) => PlanScope {
                management_units: &of_business_unit.management_units,
                staffing_groups: &of_business_unit.staffing_groups,
            },
            (None, None) => PlanScope { management_units: &[], staffing_groups: &[] },
        }
    }
}

impl Client {
    /// All time-off plans of a business unit. Needs `wfm:timeOffPlan:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn time_off_plans(
        &self,
        business_unit: &BusinessUnitId,
    ) -> Result<Vec<TimeOffPlan>, Error> {
        let url = self.route(&[
            "workforcemanagement",
            "businessunits",
            business_unit.as_str(),
            "timeoffplans",
        ]);
        let endpoint = "/workforcemanagement/businessunits/{businessUnitId}/timeoffplans";
        let answer = self.get(endpoint, url).await?;
        self.listed(answer).await
    }
}
