//! The program `timeoff-admin`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use console::Term;
use timeoff_admin::{Cli, Outcome, Report, ShowOptions};

/// A command line that cannot be carried out, or an environment.
const USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let (show, only_reads) = (cli.show, cli.command.only_reads());
    if show.csv && !cli.command.is_list() {
        let unfit = "--csv is for commands whose result is a list";
        Cli::command().error(ErrorKind::ArgumentConflict, unfit).exit();
    }
    match timeoff_admin::run(cli, |name| std::env::var(name).ok()).await {
        Ok(report) => {
            // Whoever reads the output may stop before its end, as `head` does.
            let _ended_early = writeln!(io::stdout(), "{}", shown(&report, show).trim_end());
            ExitCode::from(report.outcome().exit_code())
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(match error.is_usage() {
                true => USAGE,
                false if only_reads => Outcome::Unread.exit_code(),
                false => Outcome::Findings.exit_code(),
            })
        }
    }
}

fn shown(report: &Report, show: ShowOptions) -> String {
    if show.json {
        return report.to_json().to_owned();
    }
    let width = Term::stdout().size_checked().map(|(_, columns)| columns);
    report.to_csv().filter(|_| show.csv).unwrap_or_else(|| report.to_text(width))
}
