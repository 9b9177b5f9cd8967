#![doc = include_str!("../README.md")]

mod agent_balances;
mod agents;
mod balance;
mod catalogue;
mod create;
mod desk;
mod duplicates;
mod error;
mod hris;
mod leave;
mod note;
mod office;
mod place;
mod sight;
mod status;

pub use agent_balances::AgentBalances;
pub use agents::{AgentRecord, AgentSource};
pub use catalogue::{Catalogue, TypeEntry};
pub use desk::{Desk, Placed};
pub use error::Error;
pub use hris::{Hris, Session};
pub use leave::Leave;
pub use office::Office;
pub use place::Wish;
pub use sight::{Owner, Sight};
