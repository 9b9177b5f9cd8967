#![doc = include_str!("../README.md")]

mod actions;
mod activity_codes;
mod answer;
mod associations;
mod call;
mod chunks;
mod client;
mod cooldown;
mod credentials;
mod error;
mod error_body;
mod flows;
mod id;
mod integration_status;
mod integrations;
mod jobs;
mod page;
mod plans;
mod retry;
mod site;
mod time_off_requests;
mod token;
mod units;
mod users;
mod wire;

pub use actions::{Action, ActionTest, TestedStep};
pub use activity_codes::ActivityCode;
pub use associations::{AgentAssociations, Association, AssociationUpdate, NewAssociation};
pub use client::{Client, HttpClientError, Limits, http_client};
pub use credentials::{ClientCredentials, InvalidCredentials};
pub use error::{Effect, Error, ErrorKind};
pub use flows::Workflow;
pub use id::{
    ActionId, ActivityCodeId, BusinessUnitId, FlowId, IntegrationId, InvalidId, JobId,
    ManagementUnitId, PlanId, StaffingGroupId, TimeOffRequestId, TimeOffTypeId, UserId,
};
pub use integration_status::{IntegrationStatus, RequestIntegrationStatus, RequestOfUser};
pub use integrations::{
    HrisIntegration, Integration, IntegrationConfig, IntendedState, ReportedState,
};
pub use jobs::{Balance, DateRange, HrisTimeOffType, JobOutcome};
pub use plans::{PlanScope, PlanTimeOffType, TimeOffPlan};
pub use site::{InvalidOrigin, Origin, Site, UnknownRegion};
pub use time_off_requests::{RequestStatus, Substatus, TimeOffRequest};
pub use units::{BusinessUnit, ManagementUnit};
pub use users::{User, UserState};
