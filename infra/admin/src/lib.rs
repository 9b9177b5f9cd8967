#![doc = include_str!("../README.md")]

mod bridge;
mod cli;
mod commands;
mod connection;
mod count;
mod error;
mod report;

use jiff::Timestamp;
use store::{Index, Table};

pub use bridge::{Balances, Bridge, BridgeError, By, Envelope, Found, Types, WrittenRequest};
pub use cli::{Cli, Command, ShowOptions, TableOptions};
pub use error::Error;
pub use report::Report;

use crate::commands::{findings, state};

/// Does what the command says at `table`.
///
/// # Errors
/// [`Error`].
pub async fn run(command: Command, table: Table, show: ShowOptions) -> Result<Report, Error> {
    let index = Index::new(table.clone());
    match command {
        Command::Pin(pin) => pin.run(&index).await,
        Command::Unpin(unpin) => unpin.run(&index).await,
        Command::Conflicts => findings::conflicts(&index).await,
        Command::Skipped => findings::skipped(&index).await,
        Command::AcceptShrink(accept) => accept.run(&index).await,
        Command::LookUp(look_up) => look_up.run(&index, Timestamp::now(), show.names).await,
        Command::State => state::run(&table, Timestamp::now()).await,
    }
}
