//! Web Services Data Actions: read, examined and run.

mod credentials;
mod custom_auth;
mod document;
mod engine;
mod failure;
mod schema;
mod template;

pub use credentials::Credentials;
pub use document::{
    Config, Contract, CustomAuthAction, CustomAuthConfig, DataAction, InputContract,
    OutputContract, Request, Response,
};
pub use engine::{ActionOutcome, Engine, UnsetInputs};
pub use failure::{ActionFailure, FAILURE_OUTPUTS};
pub use schema::{Property, Schema};
pub use template::{Template, TemplateError};
