//! Which fields of an employee's row are asked for, what may stand in their place, and what is
//! right then.

use bamboohr_simulator::Rows;
use serde_json::{Value, json};

/// The employee whose row is odd.
pub(crate) const ODD: u64 = 2;

/// What a field is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Email,
    Filter,
    Status,
    Restricted,
    Unasked,
}

/// Where employees are read, and what their fields are called there.
pub(crate) struct Source {
    pub(crate) rows: Rows,
    pub(crate) settings: [(&'static str, &'static str); 3],
    pub(crate) id: &'static str,
    email: &'static str,
    filter: [&'static str; 3],
    /// A field that nobody asked for.
    unasked: &'static str,
    has_status: bool,
}

impl Source {
    /// Whether the key's owner has to be allowed to read this field.
    pub(crate) fn asks_for(&self, field: &str) -> bool {
        field == self.email || field == "status" || self.filter.contains(&field)
    }
}

const FILTER: (&str, &str) = (
    "AGENT_FILTER",
    r#"{"departmentName":["Support"],"divisionName":["North"],"locationName":["Berlin"]}"#,
);

const EMPLOYEES: Source = Source {
    rows: Rows::Employees,
    settings: [("EMPLOYEE_SOURCE", "employees"), ("EMAIL_FIELD", "workEmail"), FILTER],
    id: "employeeId",
    email: "workEmail",
    filter: ["departmentName", "divisionName", "locationName"],
    unasked: "jobTitleName",
    has_status: true,
};

/// Every source with every e-mail field that it has.
pub(crate) const SOURCES: [Source; 3] = [
    EMPLOYEES,
    Source {
        settings: [("EMPLOYEE_SOURCE", "employees"), ("EMAIL_FIELD", "homeEmail"), FILTER],
        email: "homeEmail",
        ..EMPLOYEES
    },
    Source {
        rows: Rows::Directory,
        settings: [("EMPLOYEE_SOURCE", "directory"), ("EMAIL_FIELD", "workEmail"), FILTER],
        id: "id",
        filter: ["department", "division", "location"],
        unasked: "canUploadPhoto",
        has_status: false,
        ..EMPLOYEES
    },
];

/// Every field of a row that is read, and one that is not.
pub(crate) fn fields(source: &Source) -> Vec<(&'static str, Kind)> {
    let mut fields = vec![
        (source.id, Kind::Id),
        (source.email, Kind::Email),
        ("_restrictedFields", Kind::Restricted),
        (source.unasked, Kind::Unasked),
    ];
    fields.extend(source.filter.map(|name| (name, Kind::Filter)));
    fields.extend(source.has_status.then_some(("status", Kind::Status)));
    fields
}

/// What may stand in a field's place: nothing, null, any type, out of range, and what is right.
pub(crate) fn any_value(kind: Kind) -> Vec<Option<Value>> {
    let huge: Value = serde_json::from_str("1234567890123456789012345678901234567890").unwrap();
    let mut values = vec![
        json!(null),
        json!(""),
        json!(" "),
        json!("odd"),
        json!([]),
        json!(["odd"]),
        json!([{}]),
        json!({}),
        json!({ "odd": [1] }),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(true),
        json!("123456789012345678901234567890123456789"),
        huge,
    ];
    values.extend(match kind {
        Kind::Id => vec![json!(2), json!("2"), json!("0"), json!("-2"), json!("2.0")],
        Kind::Email => vec![json!("a@x.example;b@x.example"), json!("mailto:a@x.example")],
        Kind::Filter => vec![json!("Sales")],
        Kind::Status => vec![json!("Active"), json!(" active "), json!("Inactive")],
        Kind::Restricted => vec![json!(["photoUrl"]), json!({"0": "photoUrl"}), json!([null])],
        Kind::Unasked => Vec::new(),
    });
    values.into_iter().map(Some).chain([None]).collect()
}

/// What is to come of a row with such a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// The row is as it should be.
    Whole,
    /// The employee has no usable address: left out and counted.
    Skipped,
    /// The row says clearly that the employee is not one of the agents.
    NoAgent,
    /// Nobody can tell: an error that names the employee.
    Error,
}

/// What is right when a field holds `value`, or is absent.
pub(crate) fn right(kind: Kind, value: Option<&Value>) -> Right {
    let text = value.and_then(Value::as_str).map(|text| text.trim().to_lowercase());
    match (kind, value, text.as_deref()) {
        (Kind::Unasked, ..) => Right::Whole,
        (Kind::Id, Some(Value::Number(number)), _) if number.as_u64() == Some(ODD) => Right::Whole,
        (Kind::Id, _, Some("2")) | (Kind::Status, _, Some("active")) => Right::Whole,
        (Kind::Status, _, Some("inactive")) => Right::NoAgent,
        (Kind::Email, Some(Value::Null), _) | (Kind::Email, _, Some(_)) => Right::Skipped,
        (Kind::Filter, Some(Value::Array(_) | Value::Object(_)), _) => Right::Error,
        (Kind::Filter, Some(_), _) => Right::NoAgent,
        // Absent, it restricts nothing: BambooHR's directory has no such key.
        (Kind::Restricted, None | Some(Value::Null), _) => Right::Whole,
        (Kind::Restricted, Some(Value::Array(names)), _) if names.iter().all(Value::is_string) => {
            Right::Whole
        }
        (Kind::Restricted, Some(Value::Object(names)), _)
            if names.values().all(Value::is_string) =>
        {
            Right::Whole
        }
        _ => Right::Error,
    }
}
