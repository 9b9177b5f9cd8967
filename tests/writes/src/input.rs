use serde_json::{Map, Value, json};

/// The input of an insert or an update, as the data action sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Input(Map<String, Value>);

impl Input {
    /// 480 minutes on each of `dates`, comma-separated, of the type for the agent, `APPROVED`.
    pub fn leave(agent: u64, type_id: u64, dates: &str) -> Self {
        Self(Map::new())
            .with("agentId", agent.to_string())
            .with("timeOffTypeId", type_id.to_string())
            .with("timeOffStatus", "APPROVED")
            .with("dates", dates)
            .with("startDateTimes", "")
            .minutes(480)
    }

    /// Only an id and a status: what closes a request.
    pub fn status_of(agent: u64, id: u64, status: &str) -> Self {
        Self(Map::new()).with("agentId", agent.to_string()).id(id).status(status)
    }

    /// Sets any field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    /// Sets `timeOffStatus`.
    #[must_use]
    pub fn status(self, status: &str) -> Self {
        self.with("timeOffStatus", status)
    }

    /// `PENDING`.
    #[must_use]
    pub fn pending(self) -> Self {
        self.status("PENDING")
    }

    /// Sets `inputTimeOffRequestId`.
    #[must_use]
    pub fn id(self, id: u64) -> Self {
        self.with("inputTimeOffRequestId", id.to_string())
    }

    /// The same minutes on each of the dates.
    #[must_use]
    pub fn minutes(self, minutes: u16) -> Self {
        let count =
            self.0.get("dates").and_then(Value::as_str).map_or(0, |dates| dates.split(',').count());
        self.with("payableMinutes", json!(vec![minutes; count]))
    }

    /// A part of one day: minutes from a start time on.
    #[must_use]
    pub fn from_time(self, start: &str, minutes: u16) -> Self {
        self.with("dates", "")
            .with("startDateTimes", start)
            .with("payableMinutes", minutes.to_string())
    }

    /// Sets `notes`.
    #[must_use]
    pub fn notes(self, notes: &str) -> Self {
        self.with("notes", notes)
    }

    /// The body's text.
    pub fn text(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}
