use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::Error;

/// The five functions' packages, each with a binary of the same name.
pub const FUNCTIONS: [&str; 5] =
    ["get-agents", "get-timeoff-types", "get-balance", "insert-timeoff", "update-timeoff"];

/// Where to take binaries from instead of building them.
const DIRECTORY: &str = "FUNCTION_BINARIES";

/// The binary of a function of this workspace: of the directory that `FUNCTION_BINARIES` names,
/// else built now, together with the other four, in the profile of the running test. Built once per
/// process; cargo decides what is to be done.
///
/// # Errors
/// [`Error::Build`].
pub fn function_binary(name: &str) -> Result<PathBuf, Error> {
    let missing = |reason: &str| Error::Build { name: name.to_owned(), reason: reason.to_owned() };
    if let Some(directory) = std::env::var_os(DIRECTORY).filter(|directory| !directory.is_empty()) {
        let binary = Path::new(&directory).join(name);
        return if binary.is_file() {
            Ok(binary)
        } else {
            Err(missing("FUNCTION_BINARIES has no such file"))
        };
    }
    static BUILT: OnceLock<Result<BTreeMap<String, PathBuf>, String>> = OnceLock::new();
    match BUILT.get_or_init(|| cargo_build(profile(), &FUNCTIONS)) {
        Ok(binaries) => {
            binaries.get(name).cloned().ok_or_else(|| missing("it is none of the functions"))
        }
        Err(reason) => Err(missing(reason)),
    }
}

/// Builds the binaries of these packages of the workspace, with this cargo profile and with the
/// features that these packages alone ask for. By name, where they lie.
///
/// # Errors
/// [`Error::Build`].
pub fn build(profile: &str, packages: &[&str]) -> Result<BTreeMap<String, PathBuf>, Error> {
    cargo_build(profile, packages)
        .map_err(|reason| Error::Build { name: packages.join(", "), reason })
}

fn cargo_build(profile: &str, packages: &[&str]) -> Result<BTreeMap<String, PathBuf>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args([
        "build",
        "--bins",
        "--message-format=json",
    ]);
    command.args(["--profile", profile]);
    for package in packages {
        command.args(["--package", package]);
    }
    // What cargo tells a test about its package. ring's build script watches these, and would be run
    // anew, with all that depends on it, here and in the next `cargo test`.
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&variable);
        }
    }
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| {
            let executable = PathBuf::from(message["executable"].as_str()?);
            Some((message["target"]["name"].as_str()?.to_owned(), executable))
        })
        .collect())
}

/// The profile of the running test, by the directory that its binary lies in:
/// `target/<profile>/deps/…`.
fn profile() -> &'static str {
    let executable = std::env::current_exe().unwrap_or_default();
    let mut directories =
        executable.components().rev().filter_map(|component| component.as_os_str().to_str());
    match directories.nth(2) {
        Some("release") => "release",
        Some("release-fast") => "release-fast",
        _ => "dev",
    }
}
