//! The operator command.

use std::process::ExitCode;

use clap::Parser;
use timeoff_admin::Cli;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    match timeoff_admin::run(cli).await {
        Ok(report) => {
            println!("{}", if json { report.to_json() } else { report.to_string() });
            if report.is_negative() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
