//! Time-off requests as workforce management keeps them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// When a leave is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum When {
    /// Whole days, in the zone of the unit.
    FullDays(Vec<Date>),
    /// Parts of days, from these instants.
    PartDays(Vec<Timestamp>),
}

impl When {
    pub(crate) fn days(&self, zone: &TimeZone) -> Vec<Date> {
        match self {
            Self::FullDays(days) => days.clone(),
            Self::PartDays(starts) => {
                starts.iter().map(|start| start.to_zoned(zone.clone()).date()).collect()
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::FullDays(days) => days.len(),
            Self::PartDays(starts) => starts.len(),
        }
    }
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RequestStatus {
    /// Submitted.
    Pending,
    /// Approved.
    Approved,
    /// Denied.
    Denied,
    /// Cancelled by the agent.
    Canceled,
}

impl RequestStatus {
    /// Whether the leave is wanted.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Denied => "DENIED",
            Self::Canceled => "CANCELED",
        }
    }
}

/// How far the synchronisation with the HRIS has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum IntegrationStatus {
    /// A workflow is running, or has never come back.
    Processing,
    /// It failed.
    Error,
    /// It succeeded.
    AutomaticallyComplete,
    /// Somebody said that it is in order.
    ManuallyComplete,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct TimeOffRequest {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) user: String,
    pub(crate) when: When,
    pub(crate) duration_minutes: Vec<u32>,
    pub(crate) payable_minutes: Vec<u32>,
    pub(crate) activity_code: String,
    pub(crate) status: RequestStatus,
    pub(crate) substatus: Option<&'static str>,
    pub(crate) notes: String,
    pub(crate) submitted: Timestamp,
    pub(crate) modified: Timestamp,
    /// Grows with each change.
    pub(crate) version: u64,
    /// `None`: it has nothing to do with an HRIS.
    pub(crate) integration_status: Option<IntegrationStatus>,
    /// The HRIS' id, which no route shows.
    pub(crate) hris_id: Option<String>,
}

impl TimeOffRequest {
    /// As the Platform API gives it, with what makes decoding hard: `System` for a user, nulls
    /// inside of lists, and a field that nobody knows.
    pub(crate) fn to_json(&self) -> Value {
        let (full_days, part_days) = match &self.when {
            When::FullDays(days) => (days.clone(), Vec::new()),
            When::PartDays(starts) => (Vec::new(), starts.iter().map(instant).collect()),
        };
        let offsets = vec![Value::Null; full_days.len()];
        let mut json = json!({
            "id": self.id,
            "user": { "id": self.user, "selfUri": format!("/api/v2/users/{}", self.user) },
            "isFullDayRequest": matches!(self.when, When::FullDays(_)),
            "markedAsRead": true,
            "activityCodeId": self.activity_code,
            "paid": true,
            "status": self.status,
            "fullDayManagementUnitDates": full_days,
            "partialDayStartDateTimes": part_days,
            "dailyDurationMinutes": self.duration_minutes.first(),
            "durationMinutes": self.duration_minutes,
            "payableMinutes": self.payable_minutes,
            "fullDayEarliestStartOffsetMinutes": offsets,
            "fullDayLatestEndOffsetMinutes": offsets,
            "notes": self.notes,
            "submittedBy": { "id": self.user },
            "submittedDate": instant(&self.submitted),
            "syncVersion": 1,
            "metadata": {
                "version": self.version,
                "modifiedBy": { "id": "System" },
                "dateModified": instant(&self.modified),
            },
            "ofALaterRelease": { "list": [null] },
            "selfUri": format!(
                "/api/v2/workforcemanagement/managementunits/{}/users/{}/timeoffrequests/{}",
                self.unit, self.user, self.id
            ),
        });
        if let Some(substatus) = self.substatus {
            json["substatus"] = substatus.into();
        }
        if self.status != RequestStatus::Pending {
            json["reviewedBy"] = json!({ "id": "System" });
        }
        json
    }

    /// What the integration status routes say of it.
    pub(crate) fn status_json(&self) -> Option<Value> {
        Some(json!({
            "timeOffRequest": { "id": self.id },
            "user": { "id": self.user },
            "integrationStatus": self.integration_status?,
        }))
    }
}

/// `2026-06-15T09:00:00.000Z`
fn instant(timestamp: &Timestamp) -> String {
    format!("{timestamp:.3}")
}
