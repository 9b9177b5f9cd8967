use std::fmt;

use contract::{Email, ExternalId};
use jiff::Timestamp;

/// An agent of the index.
#[derive(Clone, PartialEq, Eq)]
pub struct Agent {
    /// BambooHR's id of the employee.
    pub external_id: ExternalId,
    /// The e-mail, as BambooHR holds it or an operator pinned it.
    pub email: Email,
    /// `None` while the agent is in the list; else when the last run that saw the agent was.
    pub departed: Option<Timestamp>,
}

impl Agent {
    /// Whether the agent is in the list of the last complete run.
    pub fn is_active(&self) -> bool {
        self.departed.is_none()
    }
}

/// Without the e-mail, which is personal.
impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("external_id", &self.external_id)
            .field("departed", &self.departed)
            .finish_non_exhaustive()
    }
}
