//! The two writes: creating a request, and changing where it stands.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer, ser};
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::api::{Api, Outgoing};
use crate::endpoint::Endpoint;
use crate::error::{Effect, Error, ErrorKind};
use crate::id::{EmployeeId, RequestId, TimeOffTypeId};
use crate::request::{Request, Row};

/// The status that a request is created with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NewStatus {
    /// It waits for approval.
    Requested,
    /// Approved at once; only for a key whose owner may edit the type for this employee (else 403).
    /// Nobody is notified.
    Approved,
    /// Denied at once, under the same conditions.
    Denied,
}

/// A request to create.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// The status that it is created with.
    pub status: NewStatus,
    /// Its first day.
    pub start: Date,
    /// Its last day, not before the first.
    pub end: Date,
    /// What kind of leave it is. BambooHR refuses types that are managed elsewhere (422).
    pub type_id: TimeOffTypeId,
    /// The amount per day, in the type's unit. Days between `start` and `end` that are missing here
    /// are sent as 0.
    pub days: BTreeMap<Date, Decimal>,
    /// The employee's note.
    pub employee_note: Option<String>,
    /// A request of the same employee that this one takes the place of: it becomes superseded, its
    /// approvals are removed.
    pub previous: Option<RequestId>,
}

/// Without the note, which is personal.
impl std::fmt::Debug for NewRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewRequest")
            .field("status", &self.status)
            .field("start", &self.start)
            .field("end", &self.end)
            .field("type_id", &self.type_id)
            .field("days", &self.days)
            .field("previous", &self.previous)
            .finish_non_exhaustive()
    }
}

/// A request that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Its id.
    pub id: RequestId,
    /// The whole record, where the answer held it.
    pub request: Option<Request>,
}

/// A change of where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Approve it. Further approvers may still be waited for afterwards.
    Approve,
    /// Deny it.
    Deny,
    /// Cancel it.
    Cancel,
}

impl Api {
    /// Creates a request. One try only: BambooHR knows no idempotency key, a repeated create makes
    /// a second request. It refuses neither overlaps nor amounts of zero.
    ///
    /// # Errors
    /// [`Error`]; look at [`Error::effect`] before anything else.
    pub async fn create_request(
        &self,
        employee: EmployeeId,
        new: &NewRequest,
    ) -> Result<Created, Error> {
        let body = body(Endpoint::CreateRequest, &WireNew::from(new))?;
        let call = Outgoing::put(
            Endpoint::CreateRequest,
            format!("/employees/{employee}/time_off/request"),
            body,
            new.employee_note.as_deref(),
        );
        let answer = self.write(call).await?;
        created(&answer)
    }

    /// Approves, denies or cancels a request. One try only.
    ///
    /// # Errors
    /// [`Error`]; look at [`Error::effect`] before anything else. A refusal is
    /// [`Forbidden`](ErrorKind::Forbidden).
    pub async fn change_status(
        &self,
        id: RequestId,
        change: Change,
        note: Option<&str>,
    ) -> Result<(), Error> {
        let status = match change {
            Change::Approve => "approved",
            Change::Deny => "denied",
            Change::Cancel => "canceled",
        };
        let body = body(Endpoint::ChangeStatus, &WireChange { status, note })?;
        let answer = self
            .write(Outgoing::put(
                Endpoint::ChangeStatus,
                format!("/time_off/requests/{id}/status"),
                body,
                note,
            ))
            .await?;
        // The answer to a change is 200 with an empty HTML page. One with text on it comes from
        // something else in between.
        match answer.is_html() && !answer.body.trim_ascii().is_empty() {
            true => Err(answer.bad("an HTML page with text on it").with_effect(Effect::Unknown)),
            false => Ok(()),
        }
    }
}

fn created(answer: &Answer) -> Result<Created, Error> {
    #[derive(Deserialize)]
    struct OnlyId {
        id: RequestId,
    }

    let request = answer.json().and_then(Row::read).and_then(Row::into_request).ok();
    let in_body = || answer.json().map(|OnlyId { id }| id).ok();
    let in_location = || answer.created_segment()?.parse().ok();
    match request.as_ref().map(|request| request.id).or_else(in_body).or_else(in_location) {
        Some(id) => Ok(Created { id, request }),
        None => Err(answer.bad("no id of the created request").with_effect(Effect::Unknown)),
    }
}

fn body(endpoint: Endpoint, body: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body).map_err(|_| {
        Error::new(ErrorKind::Rejected, endpoint).with_detail("the call cannot be written as JSON")
    })
}

#[derive(Serialize)]
struct WireChange<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireNew<'a> {
    status: NewStatus,
    start: Date,
    end: Date,
    time_off_type_id: TimeOffTypeId,
    amount: Exact,
    dates: Vec<WireDay>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<WireNote<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_request: Option<RequestId>,
}

#[derive(Serialize)]
struct WireDay {
    ymd: Date,
    amount: Exact,
}

#[derive(Serialize)]
struct WireNote<'a> {
    from: &'static str,
    note: &'a str,
}

/// A JSON number with the digits of the decimal, without a detour over binary fractions.
struct Exact(Decimal);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = self.0.normalize().to_string();
        RawValue::from_string(digits).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'a> From<&'a NewRequest> for WireNew<'a> {
    fn from(new: &'a NewRequest) -> Self {
        // Without its days, BambooHR puts the whole amount on the first one.
        let mut days: BTreeMap<Date, Decimal> = new
            .start
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= new.end)
            .map(|day| (day, Decimal::ZERO))
            .collect();
        days.extend(&new.days);
        Self {
            status: new.status,
            start: new.start,
            end: new.end,
            time_off_type_id: new.type_id,
            amount: Exact(days.values().sum()),
            dates: days
                .into_iter()
                .map(|(ymd, amount)| WireDay { ymd, amount: Exact(amount) })
                .collect(),
            notes: new
                .employee_note
                .as_deref()
                .map(|note| WireNote { from: "employee", note })
                .into_iter()
                .collect(),
            previous_request: new.previous,
        }
    }
}
