//! `cargo bench -p bench`

use std::path::PathBuf;
use std::process::ExitCode;

use bench::{Binaries, Error, Plan, Report, Stage};
use clap::Parser;

/// Measures the five functions beside a hello-world.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench -p bench --")]
struct Options {
    /// How often each binary is started, for each upstream latency.
    #[arg(long, default_value_t = 25)]
    starts: usize,
    /// How often each operation is called warm, without latency.
    #[arg(long, default_value_t = 1_000)]
    calls: usize,
    /// The cargo profile of the measured binaries.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Measures the binaries in this directory instead of building them.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "profile")]
    binaries: Option<PathBuf>,
    /// What cargo gives to a benchmark, and leaves out when it only tests that it runs.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        println!("Nothing is measured in a test run. To measure: cargo bench -p bench");
        return ExitCode::SUCCESS;
    }
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Error> {
    let binaries = match &options.binaries {
        Some(directory) => Binaries::kept(directory)?,
        None => {
            eprintln!(
                "Building the functions and hello-world with the profile {} …",
                options.profile
            );
            Binaries::build(&options.profile)?
        }
    };
    let stage = Stage::start().await?;
    let plan = Plan { starts: options.starts.max(1), calls: options.calls.max(1) };
    let report = Report::of(
        options.binaries.as_ref().map_or(&*options.profile, |_| "unknown"),
        plan.measure(&binaries, &stage).await?,
    );
    println!("{report}");
    let file = binaries.directory().join("bench.json");
    report.save(&file)?;
    println!("\nThe same, machine-readable: {}", file.display());
    Ok(())
}
