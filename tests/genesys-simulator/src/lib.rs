#![doc = include_str!("../README.md")]

mod access;
mod agents;
mod choices;
mod control;
mod jobs;
mod organisation;
mod people;
mod refusal;
mod request;
mod routes;
mod seed;
mod server;
mod shared;
mod simulator;
mod synchronisation;
mod views;
mod workflow;

pub use access::{CLIENT_ID, CLIENT_SECRET, Fault, PERMISSIONS};
pub use choices::{AbsentAgents, Choices, StartTimes, UnheardCancels};
pub use jiff::civil::{Date, DateTime, date};
pub use people::{Change, Submission};
pub use request::{IntegrationStatus, RequestStatus};
pub use seed::Seed;
pub use shared::{WorkflowFault, WorkflowFaults};
pub use simulator::{Bridge, Genesys, NotPossible, OAuthClient, RequestView, StartError};
pub use views::{AgentView, BalanceView, RequestDetails, TimeOffTypeView};
