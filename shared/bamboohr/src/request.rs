//! Time-off requests as BambooHR lists them.

mod note;
mod row;

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::api::{Api, Outgoing};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::id::{EmployeeId, RequestId, TimeOffTypeId};
use crate::types::Unit;
use crate::unreadable::Unreadable;

pub(crate) use row::Row;

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

/// What is taken off, and of which type. Only live requests need it to be readable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOff {
    /// What kind of leave it is.
    pub type_id: TimeOffTypeId,
    /// What the amounts count.
    pub unit: Unit,
    /// The total.
    pub amount: Decimal,
    /// The amount per day. Days may be missing, and the total may stand on the first day:
    /// BambooHR puts it there when a request was created without days.
    pub days: BTreeMap<Date, Decimal>,
}

/// A time-off request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Whose time off it is.
    pub employee_id: EmployeeId,
    /// Where it stands.
    pub status: Status,
    /// The day on which its status was last changed, by BambooHR's calendar; `None` where that
    /// cannot be read.
    pub changed: Option<Date>,
    /// Its first day.
    pub start: Date,
    /// Its last day.
    pub end: Date,
    /// What is taken off; an error where BambooHR holds something that cannot be read.
    pub time_off: Result<TimeOff, Unreadable>,
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
            .field("status", &self.status)
            .field("changed", &self.changed)
            .field("start", &self.start)
            .field("end", &self.end)
            .field("time_off", &self.time_off)
            .field("actions", &self.actions)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// The request with this id, whatever its status and dates; `None` when the key's owner sees
    /// none.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get. [`Error::record`] names the request when its id,
    /// employee, status or days cannot be read.
    pub async fn request(&self, id: RequestId) -> Result<Option<Request>, Error> {
        // There is no call for one request, and the list wants dates.
        let text = id.to_string();
        let query = [("id", text.as_str()), ("start", "1900-01-01"), ("end", "2100-12-31")];
        let is_another = |row: &Row<'_>| row.id.is_some_and(|found| found != id);
        Ok(self.list(&query, is_another).await?.into_iter().next())
    }

    /// The employee's requests, of every status and type, that share a day with `start..=end`.
    ///
    /// A request of this employee whose id, status or days cannot be read fails the call, since one
    /// that is not seen might be created a second time. One whose type or amounts cannot be read is
    /// listed, with an error in their place.
    ///
    /// # Errors
    /// [`Error`], after the tries that reads get. [`Error::record`] names the request that cannot
    /// be read.
    pub async fn requests(
        &self,
        employee: EmployeeId,
        start: Date,
        end: Date,
    ) -> Result<Vec<Request>, Error> {
        let (text, start, end) = (employee.to_string(), start.to_string(), end.to_string());
        let query =
            [("employeeId", text.as_str()), ("start", start.as_str()), ("end", end.as_str())];
        let is_another = |row: &Row<'_>| row.employee_id.is_some_and(|found| found != employee);
        self.list(&query, is_another).await
    }

    /// The rows that are not another one than those asked for. A row that is another one need not
    /// be readable.
    async fn list(
        &self,
        query: &[(&str, &str)],
        is_another: impl Fn(&Row<'_>) -> bool,
    ) -> Result<Vec<Request>, Error> {
        let answer = self.read(Outgoing::get(Endpoint::Requests, query)).await?;
        let mut requests = Vec::new();
        answer.each_row(answer.text()?, |row| {
            let row = Row::read(row)?;
            if !is_another(&row) {
                requests.push(row.into_request()?);
            }
            Ok(())
        })?;
        Ok(requests)
    }
}
