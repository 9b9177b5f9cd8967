//! What a command did or found, for people and for scripts.

use std::fmt;

use serde::Serialize;

use crate::output::Rows;

/// What the exit code says, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Done, and nothing to do.
    Clean,
    /// Something wants doing, or was not done.
    Findings,
    /// Something could not be read: whether there are findings is not known.
    Unread,
}

impl Outcome {
    /// [`Outcome::Findings`] where there are any.
    pub(crate) fn of(has_findings: bool) -> Self {
        if has_findings { Self::Findings } else { Self::Clean }
    }

    /// The exit code of the program. 2 is a wrong command line.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Unread => 3,
        }
    }
}

/// What a command did or found.
#[derive(Debug)]
pub struct Report {
    parts: Vec<Part>,
    json: String,
    csv: Option<Rows>,
    outcome: Outcome,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Table(Rows),
}

impl Report {
    /// `found` as text and as JSON; `has_findings` where it wants doing or was not done.
    pub(crate) fn new(found: &(impl fmt::Display + Serialize), has_findings: bool) -> Self {
        Self::of(found, Outcome::of(has_findings)).with_text(found)
    }

    /// `found` as JSON; what people see is added to it.
    pub(crate) fn of(found: &impl Serialize, outcome: Outcome) -> Self {
        // Nothing that is reported can fail to be JSON: no map with other keys than text.
        let json = serde_json::to_string(found).unwrap_or_default();
        Self { parts: Vec::new(), json, csv: None, outcome }
    }

    /// A paragraph below what is there. Counts come last.
    pub(crate) fn with_text(mut self, text: impl fmt::Display) -> Self {
        self.parts.push(Part::Text(text.to_string()));
        self
    }

    /// A table below what is there, where it has rows; the same rows are the CSV.
    pub(crate) fn with_rows(mut self, rows: Rows) -> Self {
        if !rows.is_empty() {
            self.parts.push(Part::Table(rows.clone()));
        }
        self.with_csv(rows)
    }

    /// The list as CSV, where people see it in another form.
    pub(crate) fn with_csv(mut self, rows: Rows) -> Self {
        self.csv = Some(rows);
        self
    }

    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// One JSON object.
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// The list as CSV; `None` where the result is no list.
    pub fn to_csv(&self) -> Option<String> {
        self.csv.as_ref().map(Rows::to_csv)
    }

    /// For people, its tables folded into a terminal of that width.
    pub fn to_text(&self, width: Option<u16>) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Table(rows) => rows.to_table(width),
        });
        parts.collect::<Vec<_>>().join("\n")
    }
}
