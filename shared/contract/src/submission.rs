//! What insert and update are asked to do.

use serde::Serialize;

use crate::fields::Entry;
use crate::operations::Input;
use crate::{
    Days, ErrorCode, ExternalId, Failure, Fields, RequestKey, TimeOffRequestId, TimeOffTypeId,
};

/// What an all-zero request of payable minutes is written as: the setting `ZERO_PAYABLE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZeroPayable {
    /// As zeros.
    #[default]
    Zero,
    /// As `durationMinutes`, for tenants that track unpaid leave.
    Duration,
}

/// The status in which Genesys submits time off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestedStatus {
    /// `PENDING`: waits for approval, and must fit the balance.
    Pending,
    /// `APPROVED`: decided already; the balance is not checked.
    Approved,
}

/// The status to which an update may bring a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateStatus {
    /// `PENDING`.
    Pending,
    /// `APPROVED`.
    Approved,
    /// `DENIED`: closes the request.
    Denied,
    /// `CANCELED`: closes the request.
    Canceled,
}

impl Entry for RequestedStatus {
    fn read(text: &str) -> Result<Self, &'static str> {
        match UpdateStatus::read(text) {
            Ok(UpdateStatus::Pending) => Ok(Self::Pending),
            Ok(UpdateStatus::Approved) => Ok(Self::Approved),
            _ => Err("must be PENDING or APPROVED"),
        }
    }
}

impl Entry for UpdateStatus {
    fn read(text: &str) -> Result<Self, &'static str> {
        match text.trim().to_ascii_uppercase().as_str() {
            "PENDING" => Ok(Self::Pending),
            "APPROVED" => Ok(Self::Approved),
            "DENIED" => Ok(Self::Denied),
            "CANCELED" | "CANCELLED" => Ok(Self::Canceled),
            _ => Err("must be PENDING, APPROVED, DENIED or CANCELED"),
        }
    }
}

/// A time-off request as Genesys submits it: always complete and writable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Whose leave it is.
    pub agent: ExternalId,
    /// The time-off type it is taken from.
    pub type_id: TimeOffTypeId,
    /// When, and how much.
    pub days: Days,
    /// Pending or approved.
    pub status: RequestedStatus,
    /// The agent's note, as typed.
    pub notes: Option<String>,
    /// True: a pending request is not checked against the balance.
    pub override_balance_threshold: bool,
}

impl Submission {
    /// Reads the input of an insert.
    pub fn parse(fields: &Fields<'_>, zero_payable: ZeroPayable) -> Result<Self, Failure> {
        let agent = fields.required(Input::AgentId)?;
        let status = fields.required(Input::TimeOffStatus)?;
        Self::parse_as(fields, zero_payable, agent, status)
    }

    fn parse_as(
        fields: &Fields<'_>,
        zero_payable: ZeroPayable,
        agent: ExternalId,
        status: RequestedStatus,
    ) -> Result<Self, Failure> {
        Ok(Self {
            agent,
            type_id: fields.required(Input::TimeOffTypeId)?,
            days: Days::parse(fields, zero_payable)?.ok_or_else(no_days)?,
            status,
            notes: fields.text(Input::Notes)?,
            override_balance_threshold: fields.flag(Input::OverrideBalanceThreshold)?,
        })
    }

    /// The idempotency key: what makes two submissions the same leave.
    pub fn key(&self) -> RequestKey {
        RequestKey::of(self.agent, self.type_id, &self.days)
    }
}

fn no_days() -> Failure {
    Failure::new(
        ErrorCode::InvalidInput,
        "dates or startDateTimes, and payableMinutes, averageMinutesPerDay or durationMinutes, \
         must be given.",
    )
}

/// What an update does to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Bring it to these days, minutes, type and status.
    Put(Submission),
    /// Deny it.
    Deny(Option<(TimeOffTypeId, Days)>),
    /// Cancel it.
    Cancel(Option<(TimeOffTypeId, Days)>),
}

/// The input of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateInput {
    /// Whose request it is.
    pub agent: ExternalId,
    /// The request, as Genesys knows it; without it, type, days and minutes say which.
    pub request: Option<TimeOffRequestId>,
    /// What to do.
    pub change: Change,
}

impl UpdateInput {
    /// The request that the input of an update names, whatever else is wrong with the input.
    pub fn request_in(fields: &Fields<'_>) -> Option<TimeOffRequestId> {
        fields.value(Input::InputTimeOffRequestId).ok().flatten()
    }

    /// Reads the input of an update.
    pub fn parse(fields: &Fields<'_>, zero_payable: ZeroPayable) -> Result<Self, Failure> {
        let agent = fields.required(Input::AgentId)?;
        let request = fields.value(Input::InputTimeOffRequestId)?;
        let put =
            |status| Submission::parse_as(fields, zero_payable, agent, status).map(Change::Put);
        let leave = || -> Result<Option<(TimeOffTypeId, Days)>, Failure> {
            let type_id = fields.value(Input::TimeOffTypeId)?;
            let days = match Days::parse(fields, zero_payable) {
                // What is named by its id is closed, whatever its days are said to be.
                Err(_) if request.is_some() => None,
                days => days?,
            };
            let leave = type_id.zip(days);
            if leave.is_none() && request.is_none() {
                return Err(Input::InputTimeOffRequestId.refuse(
                    "is missing, and so are the type, days and minutes that could stand for it",
                ));
            }
            Ok(leave)
        };
        let change = match fields.required(Input::TimeOffStatus)? {
            UpdateStatus::Pending => put(RequestedStatus::Pending)?,
            UpdateStatus::Approved => put(RequestedStatus::Approved)?,
            UpdateStatus::Denied => Change::Deny(leave()?),
            UpdateStatus::Canceled => Change::Cancel(leave()?),
        };
        Ok(Self { agent, request, change })
    }
}

/// The output of insert and update.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOutput {
    /// The HRIS's id of the request that is live; `""` when there is none.
    pub time_off_request_id: String,
}

impl From<TimeOffRequestId> for RequestOutput {
    fn from(id: TimeOffRequestId) -> Self {
        Self { time_off_request_id: id.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn insert(patch: Value) -> Result<Submission, String> {
        let mut input = json!({
            "agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "APPROVED",
            "dates": ["2026-12-01", "2026-12-02"], "payableMinutes": ["480", "480"],
            "minDate": "2026-12-01", "maxDate": "2026-12-02", "notes": "a \"b\"\n",
        });
        input.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        Submission::parse(&Fields::of(input.as_object().unwrap()), ZeroPayable::Zero)
            .map_err(|failure| failure.sentence.into_owned())
    }

    #[test]
    fn the_key_covers_neither_status_nor_notes() {
        let key = insert(json!({})).unwrap().key();
        assert_eq!(insert(json!({"timeOffStatus": "PENDING", "notes": null})).unwrap().key(), key);
        assert_eq!(
            insert(json!({"dates": "2026-12-01,2026-12-02", "agentId": 452})).unwrap().key(),
            key
        );
    }

    #[test]
    fn the_key_covers_agent_type_minutes_and_start_times() {
        let key = insert(json!({})).unwrap().key();
        for patch in [
            json!({"agentId": "453"}),
            json!({"timeOffTypeId": "84"}),
            json!({"payableMinutes": [480, 479]}),
            json!({"startDateTimes": ["2026-12-01T09:00:00", "2026-12-02T09:00:00"]}),
        ] {
            assert_ne!(insert(patch.clone()).unwrap().key(), key, "{patch}");
        }
    }

    #[test]
    fn a_day_without_minutes_does_not_change_the_key_but_a_zero_request_has_its_days() {
        let key = insert(json!({})).unwrap().key();
        assert_eq!(
            insert(json!({
                "dates": "2026-12-01,2026-12-02,2026-12-03", "payableMinutes": "480,480,0",
                "maxDate": "",
            }))
            .unwrap()
            .key(),
            key
        );
        let zero =
            |max: &str| insert(json!({"payableMinutes": [0, 0], "maxDate": max})).unwrap().key();
        assert_ne!(zero("2026-12-02"), zero("2026-12-03"));
    }

    #[test]
    fn what_is_missing_is_named() {
        for field in ["agentId", "timeOffTypeId", "timeOffStatus"] {
            assert_eq!(insert(json!({field: null})).unwrap_err(), format!("{field} is missing."));
        }
        assert!(
            insert(json!({"dates": null, "payableMinutes": null}))
                .unwrap_err()
                .contains("must be given")
        );
        assert_eq!(
            insert(json!({"timeOffStatus": "DENIED"})).unwrap_err(),
            "timeOffStatus must be PENDING or APPROVED."
        );
        assert_eq!(
            insert(json!({"agentId": "0"})).unwrap_err(),
            "agentId must be an id: digits only, and not 0."
        );
        assert_eq!(insert(json!({"notes": {}})).unwrap_err(), "notes must be text.");
    }

    fn update(input: Value) -> Result<UpdateInput, String> {
        UpdateInput::parse(&Fields::of(input.as_object().unwrap()), ZeroPayable::Zero)
            .map_err(|failure| failure.sentence.into_owned())
    }

    #[test]
    fn a_cancellation_needs_an_id_or_the_leave() {
        let by_id = update(
            json!({"agentId": "452", "inputTimeOffRequestId": "7", "timeOffStatus": "CANCELED"}),
        )
        .unwrap();
        assert_eq!(by_id.change, Change::Cancel(None));
        let by_leave = update(json!({
            "agentId": "452", "timeOffTypeId": "83", "dates": "2026-12-01",
            "payableMinutes": "480", "timeOffStatus": "DENIED",
        }));
        assert!(matches!(by_leave.unwrap().change, Change::Deny(Some(_))));
        let neither =
            update(json!({"agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "CANCELED"}))
                .unwrap_err();
        assert!(neither.starts_with("inputTimeOffRequestId is missing"));
    }

    #[test]
    fn days_that_do_not_add_up_are_none_where_an_id_is_closed_and_refused_everywhere_else() {
        let input = |status: &str, id: &str| {
            json!({
                "agentId": "452", "inputTimeOffRequestId": id, "timeOffStatus": status,
                "timeOffTypeId": "83", "payableMinutes": "480",
            })
        };
        assert_eq!(update(input("CANCELED", "7")).unwrap().change, Change::Cancel(None));
        assert_eq!(update(input("DENIED", "7")).unwrap().change, Change::Deny(None));
        for (status, id) in [("CANCELED", ""), ("DENIED", ""), ("PENDING", "7"), ("APPROVED", "7")]
        {
            assert!(
                update(input(status, id))
                    .unwrap_err()
                    .starts_with("payableMinutes must have as many entries"),
                "{status} {id}"
            );
        }
    }
}
