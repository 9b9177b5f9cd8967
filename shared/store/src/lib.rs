#![doc = include_str!("../README.md")]

mod error;
mod index;
mod lease;
mod ledger;
mod table;

pub use error::Error;
pub use index::{
    Agent, Alias, Baseline, Conflict, Findings, Index, Known, Learned, Published, Run, Snapshot,
    Sought, State,
};
pub use lease::{Lease, LeaseAnswer};
pub use ledger::{
    Claim, Closed, Doubt, FailedInput, KeptLeave, KeyRecord, Ledger, OpenChange, RequestRecord,
    SentStatus, StatusChange, Subject, Unsettled, UnsettledEntry,
};
pub(crate) use table::Item;
pub use table::Table;
