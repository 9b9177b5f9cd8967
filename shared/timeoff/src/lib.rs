#![doc = include_str!("../README.md")]

mod agent_balances;
mod agents;
mod balance;
mod catalogue;
mod equality;
mod error;
mod ids;
mod leave;
mod live;
mod session;
mod writing;

pub use agent_balances::{AgentBalance, AgentBalances};
pub use agents::{AgentRecord, AgentSource};
pub use catalogue::{Catalogue, TypeEntry};
pub use error::Error;
pub use leave::Leave;
pub use live::{Likeness, LiveRequest, LiveRequests, Undone};
pub use session::{BambooHr, Session};
pub use writing::{Updated, Writers, Written};
