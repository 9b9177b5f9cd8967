//! The rows of List Employees: 2,500 a page, written straight from the company.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::model::Employee;

/// Fields of every row.
pub(super) const ALWAYS: [&str; 6] =
    ["firstName", "lastName", "preferredName", "photoUrl", "jobTitleName", "status"];

/// Fields that a caller can ask for. BambooHR knows about a hundred more; they are ignored here, as
/// BambooHR ignores names that it does not know.
pub(super) const ON_REQUEST: [&str; 6] =
    ["workEmail", "homeEmail", "departmentName", "divisionName", "locationName", "displayName"];

/// A field of an employee as BambooHR shows it.
pub(super) fn value<'a>(employee: &'a Employee, field: &str) -> Option<Cow<'a, str>> {
    let known = |text: &'a Option<Cow<'static, str>>| text.as_deref().map(Cow::Borrowed);
    match field {
        "employeeId" => Some(employee.id.to_string().into()),
        "firstName" => Some(Cow::Borrowed(employee.first_name.as_ref())),
        "lastName" => Some(Cow::Borrowed(employee.last_name.as_ref())),
        "preferredName" => known(&employee.preferred_name),
        "jobTitleName" => known(&employee.job_title),
        "status" => Some(if employee.active { "Active" } else { "Inactive" }.into()),
        "workEmail" => known(&employee.work_email),
        "homeEmail" => known(&employee.home_email),
        "departmentName" => known(&employee.department),
        "divisionName" => known(&employee.division),
        "locationName" => known(&employee.location),
        "displayName" => Some(employee.display_name().into()),
        _ => None,
    }
}

/// A whole page.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    pub(super) data: Rows<'a>,
    pub(super) meta: serde_json::Value,
    #[serde(rename = "_links")]
    pub(super) links: serde_json::Map<String, serde_json::Value>,
}

/// The rows of a page.
pub(super) struct Rows<'a> {
    pub(super) rows: &'a [&'a Employee],
    pub(super) fields: &'a [&'a str],
    pub(super) restricted: &'a BTreeSet<String>,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.rows.len()))?;
        for employee in self.rows {
            rows.serialize_element(&Row { employee, page: self })?;
        }
        rows.end()
    }
}

struct Row<'a> {
    employee: &'a Employee,
    page: &'a Rows<'a>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_map(None)?;
        let mut suppressed = Vec::new();
        row.serialize_entry("employeeId", &self.employee.id.to_string())?;
        for field in ALWAYS.iter().chain(self.page.fields) {
            if self.page.restricted.contains(*field) {
                suppressed.push(*field);
                row.serialize_entry(field, &None::<&str>)?;
            } else {
                row.serialize_entry(field, &value(self.employee, field))?;
            }
        }
        row.serialize_entry("_restrictedFields", &suppressed)?;
        row.end()
    }
}
