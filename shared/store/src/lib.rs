#![doc = include_str!("../README.md")]

mod error;
mod lease;
mod ledger;
mod ledger_items;
mod table;

pub use error::Error;
pub use lease::{Asked, Lease};
pub use ledger::{Claim, KeyRecord, Ledger, RequestRecord};
pub use table::{Item, Table};
