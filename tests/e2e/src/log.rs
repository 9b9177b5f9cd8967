//! What the functions log, in this process and in the binaries that it starts: one text, also kept
//! in a file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::sync::OnceLock;

use lambda_host::logs::{self, Captured, Lines, LogFilter};
use tracing::level_filters::LevelFilter;

use crate::record::target_directory;

struct Log {
    captured: Captured,
    writer: Both,
}

/// Everything logged goes into memory, for the tests of this process, and into a file, for
/// `check-logs`.
#[derive(Clone)]
struct Both(Captured, std::sync::Arc<File>);

impl Write for Both {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.write_all(piece)?;
        (&*self.1).write_all(piece)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let directory = target_directory().join("test-logs");
        fs::create_dir_all(&directory).unwrap();
        let captured = Captured::new();
        let writer =
            Both(captured.clone(), File::create(directory.join("e2e.jsonl")).unwrap().into());
        Log { captured, writer }
    })
}

/// Lets everything of this process be logged from TRACE on. The subscriber is the process's only
/// one, so every harness asks for it before it starts anything.
pub fn install() {
    logs::install(&LogFilter::at(LevelFilter::TRACE), lines());
}

/// Where metric lines go: to the log lines, as in Lambda.
pub fn lines() -> Lines {
    Lines::to(log().writer.clone())
}

/// Adds the output of another process.
pub fn add(output: &[String]) {
    for line in output {
        log().writer.clone().write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

/// All that was logged so far.
pub fn text() -> String {
    log().captured.text()
}
