//! A row of the list of requests, or the record of a created one.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::note::Notes;
use super::{Actions, Request, Status, TimeOff};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::id::{EmployeeId, RequestId, TimeOffTypeId};
use crate::rows::value;
use crate::types::Unit;
use crate::unreadable::{Unreadable, bad_record};
use crate::wire::{Amount, AmountPerDay, Day, Flag, Object};

/// More than this is no amount of time off. A lump of two years in hours is less, and sums of
/// amounts stay far from the largest number.
const LARGEST_AMOUNT: u64 = 100_000;

/// A row of which it is known whose it is, where that can be read.
pub(crate) struct Row<'a> {
    pub(crate) id: Option<RequestId>,
    pub(crate) employee_id: Option<EmployeeId>,
    fields: Fields<'a>,
}

/// Every field stays text until it is read by itself, so that one odd field spoils no other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    employee_id: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    start: Option<&'a RawValue>,
    #[serde(borrow)]
    end: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    time_off_type: Option<&'a RawValue>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
    #[serde(borrow)]
    dates: Option<&'a RawValue>,
    #[serde(borrow)]
    notes: Option<&'a RawValue>,
    #[serde(borrow)]
    actions: Option<&'a RawValue>,
}

impl<'a> Row<'a> {
    pub(crate) fn read(row: &'a RawValue) -> Result<Self, Error> {
        let fields: Fields<'a> =
            serde_json::from_str(row.get()).map_err(|_| no_request("a row is no record"))?;
        Ok(Self { id: value(fields.id), employee_id: value(fields.employee_id), fields })
    }

    /// The request, if what every request needs can be read.
    pub(crate) fn into_request(self) -> Result<Request, Error> {
        let Self { id, employee_id, fields } = self;
        let id = id.ok_or_else(|| no_request("its field id"))?;
        let missing = |field| Unreadable { id, field };
        let Notes { employee: employee_note, manager: manager_note } = Notes::read(fields.notes);
        Ok(Request {
            id,
            employee_id: employee_id.ok_or(missing("employeeId"))?,
            status: status(fields.status).ok_or(missing("status"))?,
            changed: changed(fields.status),
            start: day(fields.start).ok_or(missing("start"))?,
            end: day(fields.end).ok_or(missing("end"))?,
            time_off: fields.time_off().map_err(missing),
            employee_note,
            manager_note,
            actions: actions(fields.actions),
        })
    }
}

impl Fields<'_> {
    /// What is taken off, or the name of the field that cannot be read.
    fn time_off(&self) -> Result<TimeOff, &'static str> {
        let amount = value::<AmountFields<'_>>(self.amount).unwrap_or_default();
        let Object(days): AmountPerDay = value(self.dates).ok_or("dates")?;
        if !days.values().all(|Amount(amount)| is_in_range(*amount)) {
            return Err("dates");
        }
        Ok(TimeOff {
            type_id: type_id(self.time_off_type).ok_or("type")?,
            unit: value::<Unit>(amount.unit).ok_or("amount.unit")?,
            amount: value(amount.amount)
                .map(|Amount(amount)| amount)
                .filter(|amount| is_in_range(*amount))
                .ok_or("amount.amount")?,
            days: days.into_iter().map(|(Day(day), Amount(amount))| (day, amount)).collect(),
        })
    }
}

#[derive(Default, Deserialize)]
struct AmountFields<'a> {
    #[serde(borrow)]
    unit: Option<&'a RawValue>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
}

fn no_request(field: &str) -> Error {
    bad_record(
        Endpoint::Requests,
        format!(
            "a time-off request cannot be told from others, because of {field}. Look at the \
            requests in BambooHR"
        ),
    )
}

fn is_in_range(amount: Decimal) -> bool {
    (Decimal::ZERO..=Decimal::from(LARGEST_AMOUNT)).contains(&amount)
}

fn day(raw: Option<&RawValue>) -> Option<Date> {
    value(raw).map(|Day(day)| day)
}

fn status(raw: Option<&RawValue>) -> Option<Status> {
    #[derive(Deserialize)]
    struct Wire {
        status: String,
    }
    let Wire { status } = value(raw)?;
    Some(status.trim()).filter(|status| !status.is_empty())?.parse().ok()
}

/// A day, in the record of a created request with a time of day behind it.
fn changed(raw: Option<&RawValue>) -> Option<Date> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        last_changed: String,
    }
    let Wire { last_changed } = value(raw)?;
    last_changed.get(..10)?.parse().ok()
}

fn type_id(raw: Option<&RawValue>) -> Option<TimeOffTypeId> {
    #[derive(Deserialize)]
    struct Wire {
        id: TimeOffTypeId,
    }
    value(raw).map(|Wire { id }| id)
}

/// What cannot be read is not known, and BambooHR will say when it is tried.
fn actions(raw: Option<&RawValue>) -> Actions {
    #[derive(Default, Deserialize)]
    struct Wire<'a> {
        #[serde(borrow)]
        edit: Option<&'a RawValue>,
        #[serde(borrow)]
        cancel: Option<&'a RawValue>,
        #[serde(borrow)]
        approve: Option<&'a RawValue>,
        #[serde(borrow)]
        deny: Option<&'a RawValue>,
        #[serde(borrow)]
        bypass: Option<&'a RawValue>,
    }
    let flag = |raw| value(raw).and_then(|Flag(flag)| flag);
    let actions = value::<Wire<'_>>(raw).unwrap_or_default();
    Actions {
        edit: flag(actions.edit),
        cancel: flag(actions.cancel),
        approve: flag(actions.approve),
        deny: flag(actions.deny),
        bypass: flag(actions.bypass),
    }
}
