//! `cargo bench -p bench`

use std::path::PathBuf;
use std::process::ExitCode;

use bench::{Binaries, Comparison, Distance, Error, Part, Plan, Report, Side};
use clap::Parser;

/// Measures the five functions beside a hello-world.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench -p bench --")]
struct Options {
    /// How often each binary is started, for each distance.
    #[arg(long, default_value_t = 25)]
    starts: usize,
    /// How often each operation is called warm, with nothing away; a tenth of it with a distance.
    #[arg(long, default_value_t = 1_000)]
    calls: usize,
    /// The cargo profile of the measured binaries.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Measures the binaries in this directory instead of building them.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "profile")]
    binaries: Option<PathBuf>,
    /// Measures those in this directory as well, in turns, and compares the medians.
    #[arg(long, value_name = "DIRECTORY", requires = "binaries")]
    beside: Option<PathBuf>,
    /// Measures only these parts.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "same,realistic,tls")]
    parts: Vec<Part>,
    /// How far away BambooHR is, in ms, where it is meant to be realistic.
    #[arg(long, default_value_t = Distance::REALISTIC.bamboohr_ms)]
    bamboohr_ms: u64,
    /// How far away AWS is there, in ms.
    #[arg(long, default_value_t = Distance::REALISTIC.aws_ms)]
    aws_ms: u64,
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
    let plan = Plan {
        starts: options.starts.max(1),
        calls: options.calls.max(1),
        realistic: Distance { bamboohr_ms: options.bamboohr_ms, aws_ms: options.aws_ms },
        parts: options.parts.clone(),
    };
    let profile = options.binaries.as_ref().map_or(&*options.profile, |_| "unknown");
    let file = binaries.directory().join("bench.json");
    let mut sides = vec![Side::new(binaries).await?];
    if let Some(directory) = &options.beside {
        sides.push(Side::new(Binaries::kept(directory)?).await?);
    }
    plan.measure(&mut sides).await?;
    let mut reports = sides.into_iter().map(|side| Report::of(&plan, profile, side));
    match (reports.next(), reports.next()) {
        (Some(report), Some(beside)) => {
            let comparison = Comparison::of(report, beside);
            println!("{comparison}");
            comparison.save(&file)?;
        }
        (Some(report), None) => {
            println!("{report}");
            report.save(&file)?;
        }
        (None, _) => {}
    }
    println!("\nThe same, machine-readable: {}", file.display());
    Ok(())
}
