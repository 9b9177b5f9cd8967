//! Web Services Data Actions: read, examined and run.

mod document;
mod engine;
mod failure;
mod schema;
mod template;

pub use document::{
    Config, Contract, DataAction, InputContract, Method, OutputContract, Request, Response,
};
pub use engine::{Credentials, Engine, Outcome, UnsetInputs};
pub use failure::{FAILURE_OUTPUTS, Failure};
pub use schema::{Property, Schema, Type};
pub use template::{Template, TemplateError};
