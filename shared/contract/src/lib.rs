#![doc = include_str!("../README.md")]

mod agents;
mod balances;
mod days;
mod email;
mod envelope;
mod failure;
mod fields;
mod ids;
mod key;
mod list;
mod minutes;
pub mod operations;
mod submission;
mod types;
mod write_input;

pub use agents::{AgentList, BUCKET_COUNT, BUCKET_SIZE, LookUp, TooManyAgents};
pub use balances::{BalanceInput, BalanceList};
pub use days::Days;
pub use email::{Email, InvalidEmail};
pub use envelope::{Envelope, Status};
pub use failure::{ErrorCode, Failure};
pub use fields::Fields;
pub use ids::{ExternalId, InvalidId, TimeOffRequestId, TimeOffTypeId};
pub use key::{RequestKey, StartTime};
pub use minutes::{DayAmount, DayLengths, Minutes, Unit};
pub use submission::{
    Change, RequestOutput, RequestedStatus, Submission, UpdateInput, UpdateStatus, ZeroPayable,
};
pub use types::TypeList;
pub use write_input::WriteInput;
