//! Time-off requests as BambooHR lists them.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::api::{Api, Outgoing};
use crate::error::Error;
use crate::id::{EmployeeId, RequestId, TimeOffTypeId};
use crate::types::Unit;
use crate::wire::{Amount, AmountPerDay, Day, Flag, Object, Text};

const ENDPOINT: &str = "/time_off/requests";

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It waits for approval.
    Requested,
    /// It is approved.
    Approved,
    /// It was denied (`declined` in some places of BambooHR's API).
    Denied,
    /// It was cancelled.
    Canceled,
    /// Another request took its place (BambooHR spells it `superceded`).
    Superseded,
    /// Something that BambooHR has added since.
    Other(String),
}

impl FromStr for Status {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "requested" => Self::Requested,
            "approved" => Self::Approved,
            "denied" | "declined" => Self::Denied,
            "canceled" | "cancelled" => Self::Canceled,
            "superceded" | "superseded" => Self::Superseded,
            _ => Self::Other(text.to_owned()),
        })
    }
}

/// What the key's owner may do with a request, where BambooHR says.
///
/// On recordings of one company `cancel` was false for every approved request that had begun; that
/// is no documented promise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Actions {
    /// Change it.
    pub edit: Option<bool>,
    /// Cancel it.
    pub cancel: Option<bool>,
    /// Approve it.
    pub approve: Option<bool>,
    /// Deny it.
    pub deny: Option<bool>,
    /// Approve it out of turn, past the other approvers.
    pub bypass: Option<bool>,
}

/// A time-off request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Whose time off it is.
    pub employee_id: EmployeeId,
    /// What kind of leave it is.
    pub type_id: TimeOffTypeId,
    /// Where it stands.
    pub status: Status,
    /// Its first day.
    pub start: Date,
    /// Its last day.
    pub end: Date,
    /// What the amounts count.
    pub unit: Unit,
    /// The total.
    pub amount: Decimal,
    /// The amount per day. Days may be missing, and the total may stand on the first day:
    /// BambooHR puts it there when a request was created without days.
    pub days: BTreeMap<Date, Decimal>,
    /// The employee's note, as BambooHR holds it.
    pub employee_note: Option<String>,
    /// The manager's note, as BambooHR holds it.
    pub manager_note: Option<String>,
    /// What the key's owner may do with it.
    pub actions: Actions,
}

/// Without the notes, which are personal.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("employee_id", &self.employee_id)
            .field("type_id", &self.type_id)
            .field("status", &self.status)
            .field("start", &self.start)
            .field("end", &self.end)
            .field("unit", &self.unit)
            .field("amount", &self.amount)
            .field("days", &self.days)
            .field("actions", &self.actions)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// The request with this id, whatever its status and dates; `None` when the key's owner sees
    /// none.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get.
    pub async fn request(&self, id: RequestId) -> Result<Option<Request>, Error> {
        // There is no call for one request, and the list wants dates.
        let text = id.to_string();
        let query = [("id", text.as_str()), ("start", "1900-01-01"), ("end", "2100-12-31")];
        let requests = self.list(&query).await?;
        Ok(requests.into_iter().find(|request| request.id == id))
    }

    /// The employee's requests, of every status and type, that share a day with `start..=end`.
    /// One row that cannot be read fails the call: a request that is not seen might be created a
    /// second time.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get.
    pub async fn requests(
        &self,
        employee: EmployeeId,
        start: Date,
        end: Date,
    ) -> Result<Vec<Request>, Error> {
        let (text, start, end) = (employee.to_string(), start.to_string(), end.to_string());
        let query =
            [("employeeId", text.as_str()), ("start", start.as_str()), ("end", end.as_str())];
        let mut requests = self.list(&query).await?;
        requests.retain(|request| request.employee_id == employee);
        Ok(requests)
    }

    async fn list(&self, query: &[(&str, &str)]) -> Result<Vec<Request>, Error> {
        let answer = self.read(Outgoing::get(ENDPOINT, ENDPOINT.to_owned(), query)).await?;
        let requests = answer.json::<Vec<WireRequest>>()?;
        Ok(requests.into_iter().map(WireRequest::into_request).collect())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireRequest {
    id: RequestId,
    employee_id: EmployeeId,
    start: Day,
    end: Day,
    status: WireStatus,
    #[serde(rename = "type")]
    time_off_type: WireType,
    amount: WireAmount,
    #[serde(default)]
    dates: AmountPerDay,
    #[serde(default)]
    notes: WireNotes,
    #[serde(default)]
    actions: Object<WireActions>,
}

#[derive(Deserialize)]
struct WireStatus {
    #[serde(deserialize_with = "crate::wire::parsed")]
    status: Status,
}

#[derive(Deserialize)]
struct WireType {
    id: TimeOffTypeId,
}

#[derive(Deserialize)]
struct WireAmount {
    unit: Unit,
    amount: Amount,
}

#[derive(Default, Deserialize)]
struct WireActions {
    #[serde(default)]
    edit: Flag,
    #[serde(default)]
    cancel: Flag,
    #[serde(default)]
    approve: Flag,
    #[serde(default)]
    deny: Flag,
    #[serde(default)]
    bypass: Flag,
}

/// `{"employee": …, "manager": …}` in lists; a list of `{"from": …, "note": …}` where notes are
/// written; `[]` when there are none.
#[derive(Deserialize)]
#[serde(untagged)]
enum WireNotes {
    ByAuthor {
        #[serde(default)]
        employee: Text,
        #[serde(default)]
        manager: Text,
    },
    Listed(Vec<WireNote>),
    None(()),
}

#[derive(Deserialize)]
struct WireNote {
    from: Author,
    note: Text,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Author {
    Employee,
    Manager,
}

impl Default for WireNotes {
    fn default() -> Self {
        Self::None(())
    }
}

impl WireNotes {
    fn of(&self, author: Author) -> Option<String> {
        let note = match (self, author) {
            (Self::ByAuthor { employee, .. }, Author::Employee) => employee.0.as_deref(),
            (Self::ByAuthor { manager, .. }, Author::Manager) => manager.0.as_deref(),
            (Self::Listed(notes), author) => notes
                .iter()
                .find(|note| note.from == author)
                .and_then(|note| note.note.0.as_deref()),
            (Self::None(()), _) => None,
        };
        note.filter(|note| !note.is_empty()).map(str::to_owned)
    }
}

impl WireRequest {
    pub(crate) fn into_request(self) -> Request {
        let Object(actions) = self.actions;
        Request {
            id: self.id,
            employee_id: self.employee_id,
            type_id: self.time_off_type.id,
            status: self.status.status,
            start: self.start.0,
            end: self.end.0,
            unit: self.amount.unit,
            amount: self.amount.amount.0,
            days: self
                .dates
                .0
                .into_iter()
                .map(|(Day(day), Amount(amount))| (day, amount))
                .collect(),
            employee_note: self.notes.of(Author::Employee),
            manager_note: self.notes.of(Author::Manager),
            actions: Actions {
                edit: actions.edit.0,
                cancel: actions.cancel.0,
                approve: actions.approve.0,
                deny: actions.deny.0,
                bypass: actions.bypass.0,
            },
        }
    }
}
