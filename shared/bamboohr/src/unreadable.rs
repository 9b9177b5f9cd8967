//! Records of which BambooHR sent something that cannot be read.
//!
//! Each error names the record and the field, never the value: values are personal.

use jiff::civil::Weekday;

use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::id::{RequestId, TimeOffTypeId};

/// A field of a time-off request is absent, or holds what cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the time-off request {id} cannot be read, because of its field {field}. Correct the request \
    in BambooHR"
)]
pub struct Unreadable {
    /// The request.
    pub id: RequestId,
    /// BambooHR's name of the field, such as `amount.unit`.
    pub field: &'static str,
}

/// A field of a time-off type is absent, or holds what cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} cannot be read, because of its field {field}. Correct the type in BambooHR",
    the_type(*.id)
)]
pub struct UnreadableType {
    /// The type; `None` when its id cannot be read.
    pub id: Option<TimeOffTypeId>,
    /// BambooHR's name of the field, such as `units`.
    pub field: &'static str,
}

/// The company's hours of a weekday cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the company's default hours{} cannot be read. Correct them in BambooHR",
    of_weekday(*.weekday)
)]
pub struct UnreadableHours {
    /// The weekday; `None` for the entry that stands for every other day.
    pub weekday: Option<Weekday>,
}

/// The balance of a time-off type cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the balance of {} cannot be read, because of its field {field}. Correct the type and its \
    policy in BambooHR",
    the_type(*.id)
)]
pub struct UnreadableBalance {
    /// The type; `None` when its id cannot be read.
    pub id: Option<TimeOffTypeId>,
    /// BambooHR's name of the field, such as `balance`.
    pub field: &'static str,
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        bad_record(Endpoint::Requests, unreadable)
    }
}

impl From<UnreadableType> for Error {
    fn from(unreadable: UnreadableType) -> Self {
        bad_record(Endpoint::TimeOffTypes, unreadable)
    }
}

impl From<UnreadableHours> for Error {
    fn from(unreadable: UnreadableHours) -> Self {
        bad_record(Endpoint::TimeOffTypes, unreadable)
    }
}

impl From<UnreadableBalance> for Error {
    fn from(unreadable: UnreadableBalance) -> Self {
        bad_record(Endpoint::Calculator, unreadable)
    }
}

/// The failure of a call for the sake of one record, which the sentence names.
pub(crate) fn bad_record(endpoint: Endpoint, sentence: impl ToString) -> Error {
    Error::new(ErrorKind::BadResponse, endpoint).with_record(sentence.to_string())
}

fn the_type(id: Option<TimeOffTypeId>) -> String {
    id.map_or_else(|| "a time-off type".to_owned(), |id| format!("the time-off type {id}"))
}

fn of_weekday(weekday: Option<Weekday>) -> String {
    weekday.map_or_else(String::new, |weekday| format!(" of {weekday:?}"))
}
