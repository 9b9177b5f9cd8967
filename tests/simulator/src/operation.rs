//! The calls of BambooHR that the simulator knows.

use serde::{Deserialize, Serialize};

/// The calls of BambooHR that the simulator answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `PUT /api/v1/employees/{id}/time_off/request`
    Create,
    /// `PUT /api/v1/time_off/requests/{id}/status`
    Status,
    /// `GET /api/v1/time_off/requests`
    List,
    /// `GET /api/v1/employees/{id}/time_off/calculator`
    Calculator,
    /// `GET /api/v1/meta/time_off/types`
    Types,
    /// `GET /api/v1/employees`
    Employees,
    /// `GET /api/v1/employees/directory`
    Directory,
}

impl Operation {
    /// Creates and status changes write.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Create | Self::Status)
    }
}
