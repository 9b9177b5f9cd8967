//! Writing time off: everything that keeps a leave from being lost or doubled.
//!
//! `WRITING.md`, beside this file, says how, and opens with the terms.

mod agent_requests;
mod ahead;
mod arrivals;
mod backoff;
mod balance;
mod books;
mod create;
mod duplicates;
mod failed_inputs;
mod insert;
mod note;
mod open;
mod settle;
mod status;
mod update;
mod writer;
mod writers;

pub(crate) use books::{Books, Owner, is_live, shares_a_day};
pub use insert::Written;
pub use update::Updated;
pub use writers::Writers;
