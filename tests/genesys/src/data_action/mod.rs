//! Web Services Data Actions: read, examined and run.

mod document;
mod engine;
mod failure;
mod schema;
mod template;

pub use document::{
    Config, Contract, DataAction, InputContract, OutputContract, Request, Response,
};
pub use engine::{ActionOutcome, Credentials, Engine, UnsetInputs};
pub use failure::{ActionFailure, FAILURE_OUTPUTS};
pub use schema::{Property, Schema};
pub use template::{Template, TemplateError};
