//! No leave lost, none doubled: see the crate's README.

#![recursion_limit = "256"] // The futures of a test hold those of both functions.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod adoption;
mod balance;
mod concurrent;
mod cost;
mod credentials;
mod duplicates;
mod faults;
mod kept_inputs;
mod killed;
mod looks;
mod lost_supersede;
mod people;
mod people_rights;
mod random_stories;
mod rounds;
mod settings;
mod state_table;
mod stories;
mod table_failures;
mod without_id;
