//! A line of JSON before and after each write, so that nothing is done that nobody can look up.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::examine::Found;
use crate::Error;

/// Where the lines go.
#[derive(Debug)]
pub(crate) enum Journal {
    File(File),
    StandardError,
}

/// What is about to be done, or what came of it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry<'a> {
    /// `before` or `after`.
    pub when: &'static str,
    /// `replay`, `insert`, `update` or `mark`.
    pub write: &'static str,
    /// What was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<&'a str>,
    /// The bridge's error code, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'a str>,
    /// The bridge's correlation id, which its logs have too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<&'a str>,
    /// BambooHR's request, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_off_request_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    at: Timestamp,
    request_id: Option<&'a str>,
    user_id: &'a str,
    external_id: Option<&'a str>,
    verdict: &'static str,
    #[serde(flatten)]
    entry: Entry<'a>,
}

impl<'a> Entry<'a> {
    /// This is about to be written.
    pub(crate) fn before(write: &'static str) -> Self {
        let (answer, error_code, correlation_id) = (None, None, None);
        let time_off_request_id = None;
        Self { when: "before", write, answer, error_code, correlation_id, time_off_request_id }
    }

    /// This was written, and answered so.
    pub(crate) fn after(write: &'static str, answer: &'a str) -> Self {
        Self { when: "after", answer: Some(answer), ..Self::before(write) }
    }
}

impl Journal {
    /// Lines are added to the file; without one they go to standard error.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(Self::StandardError) };
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map(Self::File).map_err(|error| {
            Error::Usage(format!(
                "The journal {} cannot be written: {error}. Nothing was sent.",
                path.display()
            ))
        })
    }

    /// Writes a line, and has it on the disk when it returns.
    pub(crate) fn write(
        &mut self,
        at: Timestamp,
        found: &Found,
        entry: Entry<'_>,
    ) -> io::Result<()> {
        let line = Line {
            at,
            request_id: found.request.as_ref().map(|request| request.id.as_str()),
            user_id: found.person.user.as_str(),
            external_id: found.external_id.as_deref(),
            verdict: found.judgement.verdict.name(),
            entry,
        };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        match self {
            Self::File(file) => {
                file.write_all(text.as_bytes())?;
                file.sync_data()
            }
            Self::StandardError => io::stderr().write_all(text.as_bytes()),
        }
    }
}
