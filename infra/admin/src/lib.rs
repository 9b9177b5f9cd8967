#![doc = include_str!("../README.md")]

mod bamboohr;
mod bridge;
mod cli;
mod commands;
mod connection;
mod context;
mod error;
mod genesys;
mod output;
mod permissions;

use lambda_host::Clock;

pub use bridge::{Balances, Bridge, BridgeError, By, Envelope, Found, Types, WrittenRequest};
pub use cli::{Cli, Command, ShowOptions};
pub use commands::genesys_workflows::WorkflowsError;
pub use error::{Error, GenesysError};
pub use output::{Outcome, Report};

use crate::context::Context;

/// Does what the command line says, with the variables of this environment.
///
/// # Errors
/// [`Error`].
pub async fn run(
    cli: Cli,
    variables: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> Result<Report, Error> {
    run_at(cli, variables, Clock::system()).await
}

/// As [`run`], by another clock than the machine's.
///
/// # Errors
/// [`Error`].
pub async fn run_at(
    cli: Cli,
    variables: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    clock: Clock,
) -> Result<Report, Error> {
    let context = Context::new(&cli, Box::new(variables), clock);
    cli.command.run(&context).await
}
