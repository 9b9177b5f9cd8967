#![doc = include_str!("../README.md")]

mod answer;
mod api;
mod balance;
mod body;
mod client;
mod cooldown;
mod employee;
mod endpoint;
mod error;
mod error_text;
mod id;
mod request;
mod retry;
mod rows;
mod site;
mod statistics;
mod types;
mod unreadable;
mod wire;
mod write;

pub use api::Api;
pub use balance::{Balance, Balances, Policy};
pub use client::{Client, HttpClientError, http_client};
pub use employee::{EmailField, Employee, EmployeeField, EmployeeQuery, UnknownEmployeeField};
pub use endpoint::Endpoint;
pub use error::{Effect, Error, ErrorKind};
pub use id::{EmployeeId, InvalidId, RequestId, TimeOffTypeId};
pub use request::{Actions, Request, Status, TimeOff};
pub use site::{ApiKey, CompanyDomain, InvalidApiKey, InvalidCompanyDomain, InvalidSite, Site};
pub use statistics::CallStatistics;
pub use types::{DefaultHours, Source, TimeOffType, TimeOffTypes, Unit};
pub use unreadable::{Unreadable, UnreadableBalance, UnreadableHours, UnreadableType};
pub use write::{Change, Created, NewRequest, NewStatus};
