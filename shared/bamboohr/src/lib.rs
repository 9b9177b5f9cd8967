#![doc = include_str!("../README.md")]

mod answer;
mod balance;
mod calls;
mod client;
mod employee;
mod error;
mod gate;
mod id;
mod message;
mod request;
mod retry;
mod site;
mod tally;
mod types;
mod wire;
mod write;

pub use balance::{Balance, Policy};
pub use calls::Calls;
pub use client::{Client, HttpClientError, http_client};
pub use employee::{EmailField, Employee, EmployeeField, EmployeeQuery, UnknownEmployeeField};
pub use error::{Effect, Error, ErrorKind};
pub use id::{EmployeeId, InvalidId, RequestId, TimeOffTypeId};
pub use request::{Actions, Request, Status};
pub use site::{ApiKey, CompanyDomain, InvalidApiKey, InvalidCompanyDomain, InvalidSite, Site};
pub use tally::Tally;
pub use types::{DefaultHours, Source, TimeOffType, TimeOffTypes, Unit};
pub use write::{Change, Created, NewRequest, NewStatus};
