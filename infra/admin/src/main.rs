//! The program `timeoff-admin`.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use timeoff_admin::{Cli, Error, Report};

/// Something was found that wants doing, or the command was not carried out.
const FINDINGS: u8 = 1;
/// Something could not be read: whether there are findings is not known.
const UNREAD: u8 = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.table.table.is_empty() {
        let missing = "no table: give --table or set TABLE_NAME (the stack's output TableName)";
        Cli::command().error(ErrorKind::MissingRequiredArgument, missing).exit();
    }
    let (only_reads, json) = (cli.command.only_reads(), cli.show.json);
    match carry_out(cli).await {
        Ok(report) => {
            let text = report.to_string();
            println!("{}", if json { report.to_json() } else { &text });
            ExitCode::from(if report.has_findings() { FINDINGS } else { 0 })
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(if only_reads { UNREAD } else { FINDINGS })
        }
    }
}

async fn carry_out(cli: Cli) -> Result<Report, Error> {
    let table = cli.table.connect().await?;
    timeoff_admin::run(cli.command, table, cli.show).await
}
