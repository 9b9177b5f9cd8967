use std::fmt::{self, Write};

use serde_json::Value;

use crate::operation::ENVELOPE;

/// What a caller gets. Printed for snapshots: the HTTP status, then one field a line, the
/// envelope's five first, the correlation id left out because it is a new one each time, and empty
/// lists left out where there are fifty of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header of that name.
    pub content_type: String,
    /// The body; `null` where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// The text of an output or of one of the five fields; `""` for what is no text.
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }

    /// `timeOffRequestId`, as a number.
    ///
    /// # Panics
    /// When there is none.
    pub fn request_id(&self) -> u64 {
        self.text("timeOffRequestId")
            .parse()
            .unwrap_or_else(|_| panic!("no timeOffRequestId in\n{self}"))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "HTTP {}", self.status)?;
        let Some(fields) = self.body.as_object() else { return writeln!(f, "{}", self.body) };
        let many = fields.len() > 50;
        let shown = |name: &str, value: &Value| {
            name != "correlationId" && !(many && value.as_array().is_some_and(Vec::is_empty))
        };
        let first = ENVELOPE.iter().filter_map(|name| fields.get_key_value(*name));
        let rest = fields.iter().filter(|(name, _)| !ENVELOPE.contains(&name.as_str()));
        let mut text = String::new();
        for (name, value) in first.chain(rest).filter(|(name, value)| shown(name, value)) {
            writeln!(text, "{name}: {value}")?;
        }
        f.write_str(text.trim_end())
    }
}
