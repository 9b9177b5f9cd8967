//! What the functions say of themselves, for the checks of `infra`: metrics, error codes, settings
//! and log lines, written to `target/described.json`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use contract::ErrorCode;
use contract::operations::{Field, Operation, operations};
use e2e::{LogCalls, target_directory};
use lambda_host::settings::Setting;
use lambda_host::{Metric, Secret};
use local_stack::SIMULATOR_KEY;
use serde_json::{Value, json};

/// The sources of all that a function contains of ours.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = ["lambda-host", "bamboohr", "contract", "store", "timeoff"];
    let functions = fs::read_dir(root.join("functions")).unwrap();
    shared
        .map(|name| root.join("shared").join(name))
        .into_iter()
        .chain(functions.map(|entry| entry.unwrap().path()))
        .map(|package| package.join("src"))
        .collect()
}

fn log_calls() -> LogCalls {
    let mut calls = LogCalls::default();
    // The fields of every line.
    calls.fields.extend(["timestamp", "level", "message"].map(str::to_owned));
    for directory in sources() {
        calls.add(&directory);
    }
    calls
}

fn metrics() -> Vec<Value> {
    let described = |metric: &Metric| json!({"name": metric.name(), "unit": metric.unit(), "dimensions": metric.dimensions()});
    Metric::ALL.iter().map(described).collect()
}

fn settings() -> Vec<Value> {
    let described = |setting: &Setting| {
        json!({
            "name": setting.name,
            "default": setting.default,
            "range": setting.range,
            "required": setting.required,
        })
    };
    Setting::ALL.iter().map(described).collect()
}

fn described_operations() -> Vec<Value> {
    let fields = |fields: &[Field]| -> Vec<Value> {
        let known = |field: &Field| Some(json!({"name": field.name, "type": field.action?}));
        fields.iter().filter_map(known).collect()
    };
    let described = |operation: &Operation| {
        json!({
            "name": operation.name,
            "method": operation.method.as_str(),
            "route": operation.route,
            "inputs": fields(&operation.inputs),
            "outputs": fields(&operation.outputs),
        })
    };
    operations().iter().map(described).collect()
}

#[test]
fn what_the_functions_say_of_themselves_is_written_down() {
    let calls = log_calls();
    // A scan that finds nothing is broken.
    for event in ["call.done", "init.unusable", "secret.unread", "duplicate.cancelled", "panic"] {
        assert!(calls.events.contains(event), "{event} is not among {:?}", calls.events);
    }
    for field in ["event", "correlation_id", "error_code", "duration_ms", "timeoff_request_id"] {
        assert!(calls.fields.contains(field), "{field} is not among {:?}", calls.fields);
    }
    let described = json!({
        "metrics": metrics(),
        "errorCodes": ErrorCode::ALL,
        "settings": settings(),
        "operations": described_operations(),
        "logEvents": calls.events,
        "logFields": calls.fields,
        "secretPlaceholder": Secret::PLACEHOLDER,
        "simulatorKey": SIMULATOR_KEY,
    });
    let text = serde_json::to_string_pretty(&described).unwrap();
    fs::write(target_directory().join("described.json"), text + "\n").unwrap();
}

#[test]
fn no_setting_stands_twice_and_only_the_host_reads_the_environment() {
    let names: BTreeSet<_> = Setting::ALL.iter().map(|setting| setting.name).collect();
    assert_eq!(names.len(), Setting::ALL.len());
    let mut readers = Vec::new();
    let mut directories = sources();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if fs::read_to_string(&path).unwrap().contains("env::var") {
                readers.push(path.file_name().unwrap().to_owned());
            }
        }
    }
    assert_eq!(readers, ["run.rs"], "what else is read stands in no table");
}
