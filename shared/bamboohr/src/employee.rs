//! Employees, and what of them is read.

mod list;
mod row;

use std::fmt;
use std::str::FromStr;

use crate::id::EmployeeId;

/// Which of an employee's two addresses is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum EmailField {
    /// The one at work.
    #[default]
    WorkEmail,
    /// The private one.
    HomeEmail,
}

impl EmailField {
    /// BambooHR's name of the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkEmail => "workEmail",
            Self::HomeEmail => "homeEmail",
        }
    }
}

/// The text is not the name of a field that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known field of an employee; BambooHR would silently ignore it")]
pub struct UnknownEmployeeField;

macro_rules! employee_fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $(, $directory:literal)?;)+) => {
        /// A field that says where an employee belongs: what lists can be narrowed by.
        ///
        /// BambooHR silently ignores names that it does not know, so there are no others here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EmployeeField {
            $($(#[$doc])* $variant,)+
        }

        impl EmployeeField {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// BambooHR's name of the field in lists of employees.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Its name in the directory, where the directory can have it.
            const fn in_directory(self) -> Option<&'static str> {
                match self { $(Self::$variant => employee_fields!(@ $($directory)?),)+ }
            }
        }
    };
    (@ $directory:literal) => { Some($directory) };
    (@) => { None };
}

employee_fields! {
    /// The name of the department.
    DepartmentName = "departmentName", "department";
    /// The id of the department.
    DepartmentId = "departmentId";
    /// The name of the division.
    DivisionName = "divisionName", "division";
    /// The id of the division.
    DivisionId = "divisionId";
    /// The name of the location.
    LocationName = "locationName", "location";
    /// The id of the location.
    LocationId = "locationId";
    /// The job title.
    JobTitleName = "jobTitleName", "jobTitle";
    /// The id of the job title.
    JobTitleId = "jobTitleId";
    /// The kind of employment, such as full-time.
    EmploymentStatusName = "employmentStatusName";
    /// The id of the kind of employment.
    EmploymentStatusId = "employmentStatusId";
    /// The type of employment.
    EmploymentType = "employmentType";
    /// The state or province.
    State = "state";
    /// The country.
    Country = "country";
    /// The employee number that the company gave.
    EmployeeNumber = "employeeNumber";
    /// The id of the manager.
    ReportsToId = "reportsToId";
    /// The name of the manager.
    ReportsToName = "reportsToName";
}

impl FromStr for EmployeeField {
    type Err = UnknownEmployeeField;

    fn from_str(text: &str) -> Result<Self, UnknownEmployeeField> {
        Self::ALL.iter().copied().find(|field| field.as_str() == text).ok_or(UnknownEmployeeField)
    }
}

/// What to read of each employee.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployeeQuery {
    /// The address to read.
    pub email_field: EmailField,
    /// What else to read.
    pub fields: Vec<EmployeeField>,
}

/// An employee, as far as it was asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Employee {
    /// The id, which never changes.
    pub id: EmployeeId,
    /// The address, without surrounding blanks; `None` when there is none.
    pub email: Option<String>,
    /// Whether the employee works for the company now. Future hires do not.
    pub active: bool,
    /// The fields that were asked for and have a value.
    pub fields: Vec<(EmployeeField, String)>,
}

impl Employee {
    /// The value of a field that was asked for; `None` when it is empty.
    pub fn field(&self, field: EmployeeField) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value.as_str())
    }

    fn text_length(&self) -> usize {
        let fields = self.fields.iter().map(|(_, value)| value.len());
        fields.chain(self.email.as_deref().map(str::len)).sum()
    }
}

/// Without the address and the other fields, which are personal.
impl fmt::Debug for Employee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Employee")
            .field("id", &self.id)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}
