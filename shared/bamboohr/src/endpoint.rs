//! The calls of BambooHR's API that this client makes.

use std::fmt;

const MEGABYTE: usize = 1024 * 1024;

/// A call of BambooHR's API, without the ids in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// The list of employees.
    Employees,
    /// The company directory.
    Directory,
    /// The company's time-off types and working hours.
    TimeOffTypes,
    /// The balances of one employee.
    Calculator,
    /// The list of time-off requests.
    Requests,
    /// The creation of a request for one employee.
    CreateRequest,
    /// The approval, denial or cancellation of one request.
    ChangeStatus,
}

impl Endpoint {
    /// The path with its ids left out, such as `/time_off/requests/{id}/status`.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Employees => "/employees",
            Self::Directory => "/employees/directory",
            Self::TimeOffTypes => "/meta/time_off/types",
            Self::Calculator => "/employees/{id}/time_off/calculator",
            Self::Requests => "/time_off/requests",
            Self::CreateRequest => "/employees/{id}/time_off/request",
            Self::ChangeStatus => "/time_off/requests/{id}/status",
        }
    }

    /// A success with a longer body than this is no right answer. A page of 2,500 employees takes
    /// about 1 MB, and so do 2,000 requests.
    pub(crate) const fn longest_body(self) -> usize {
        match self {
            Self::Employees | Self::Directory => 8 * MEGABYTE,
            Self::Requests => 16 * MEGABYTE,
            Self::TimeOffTypes | Self::Calculator | Self::CreateRequest | Self::ChangeStatus => {
                MEGABYTE
            }
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}
