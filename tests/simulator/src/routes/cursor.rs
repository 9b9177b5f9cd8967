//! The cursors of List Employees: base64 of JSON, opaque to callers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

pub(super) const NEXT: &str = "nextEmployee";
pub(super) const PREVIOUS: &str = "previousEmployee";

/// No employee has this id: a cursor that leads behind the last one.
pub(super) const NOBODY: u64 = 0;

pub(super) fn cursor(kind: &str, id: u64) -> String {
    STANDARD.encode(json!({kind: id}).to_string())
}

pub(super) fn read_cursor(text: &str, kind: &str) -> Option<u64> {
    let decoded = STANDARD.decode(text).ok()?;
    serde_json::from_slice::<serde_json::Value>(&decoded).ok()?.get(kind)?.as_u64()
}
