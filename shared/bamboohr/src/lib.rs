#![doc = include_str!("../README.md")]

mod answer;
mod api;
mod balance;
mod client;
mod cooldown;
mod employee;
mod error;
mod error_text;
mod id;
mod request;
mod retry;
mod site;
mod statistics;
mod types;
mod wire;
mod write;

pub use api::Api;
pub use balance::{Balance, Policy};
pub use client::{Client, HttpClientError, http_client};
pub use employee::{EmailField, Employee, EmployeeField, EmployeeQuery, UnknownEmployeeField};
pub use error::{Effect, Error, ErrorKind};
pub use id::{EmployeeId, InvalidId, RequestId, TimeOffTypeId};
pub use request::{Actions, Request, Status};
pub use site::{ApiKey, CompanyDomain, InvalidApiKey, InvalidCompanyDomain, InvalidSite, Site};
pub use statistics::CallStatistics;
pub use types::{DefaultHours, Source, TimeOffType, TimeOffTypes, Unit};
pub use write::{Change, Created, NewRequest, NewStatus};
