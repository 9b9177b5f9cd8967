#![doc = include_str!("../README.md")]

mod error;
mod index;
mod lease;
mod ledger;
mod ledger_items;
mod table;

pub use error::Error;
pub use index::{
    Agent, Alias, Baseline, Conflict, Findings, Index, Known, Learned, Published, Run, Snapshot,
    Sought, State,
};
pub use lease::{Asked, Lease};
pub use ledger::{Claim, KeyRecord, Ledger, RequestRecord};
pub use table::{Item, Table};
