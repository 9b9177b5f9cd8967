#![doc = include_str!("../README.md")]

mod balance;
mod catalogue;
mod equality;
mod error;
mod hris;
mod ids;
mod leave;
mod writing;

pub use balance::balance_minutes;
pub use catalogue::{Catalogue, TypeEntry};
pub use error::Error;
pub use hris::{Hris, Session};
pub(crate) use leave::Leave;
pub use writing::{Updated, Writers, Written};
