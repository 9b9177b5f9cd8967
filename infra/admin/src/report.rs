//! What a command did or found, for people and for scripts.

use std::fmt;

use serde::Serialize;

/// What a command did or found.
#[derive(Debug)]
pub struct Report {
    text: String,
    json: String,
    has_findings: bool,
}

impl Report {
    /// `found` as text and as JSON; `has_findings` where it wants doing or was not done.
    pub(crate) fn new(found: &(impl fmt::Display + Serialize), has_findings: bool) -> Self {
        // Nothing that is reported can fail to be JSON: no map with other keys than text.
        let json = serde_json::to_string(found).unwrap_or_default();
        Self { text: found.to_string(), json, has_findings }
    }

    /// Whether there is something to do, or what was asked for is not there.
    pub fn has_findings(&self) -> bool {
        self.has_findings
    }

    /// One JSON object.
    pub fn to_json(&self) -> &str {
        &self.json
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
