//! No leave lost, none doubled: see the crate's README.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod adoption;
mod balance;
mod concurrent;
mod cost;
mod credentials;
mod duplicates;
mod faults;
mod killed;
mod looks;
mod lost_supersede;
mod settings;
mod state_table;
mod stories;
mod table_failures;
mod without_id;
