//! Answers, kept for `infra/aws/check`: one JSON object a line, in `target/recorded-answers` or
//! where `RECORDED_ANSWERS` says.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

/// Cargo's target directory, by the place of the running test: `target/<profile>/deps/…`.
///
/// # Panics
/// When the test lies elsewhere.
pub fn target_directory() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// Keeps one answer. The first one of a process replaces what an earlier run has left.
pub(crate) fn record(method: &str, path: &str, status: u16, body: &Value) {
    static FILE: OnceLock<Mutex<File>> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let directory = std::env::var_os("RECORDED_ANSWERS")
            .map_or_else(|| target_directory().join("recorded-answers"), PathBuf::from);
        fs::create_dir_all(&directory).unwrap();
        Mutex::new(File::create(directory.join("e2e.jsonl")).unwrap())
    });
    let line =
        format!("{}\n", json!({"method": method, "path": path, "status": status, "body": body}));
    file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes()).unwrap();
}
