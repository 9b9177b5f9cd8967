//! `GET /api/v1/employees/directory`

use http::StatusCode;
use serde_json::{Value, json};

use crate::answer::{Answer, Spelling};
use crate::api_rules::Refusal;
use crate::call::Call;
use crate::company::Company;
use crate::model::Employee;

/// With the id they are 22, as recorded in 2026; which ones is chosen.
const FIELDS: [(&str, &str, &str); 21] = [
    ("displayName", "text", "Display Name"),
    ("firstName", "text", "First Name"),
    ("lastName", "text", "Last Name"),
    ("preferredName", "text", "Preferred Name"),
    ("jobTitle", "list", "Job Title"),
    ("workEmail", "email", "Work Email"),
    ("department", "list", "Department"),
    ("division", "list", "Division"),
    ("location", "list", "Location"),
    ("workPhone", "text", "Work Phone"),
    ("workPhoneExtension", "text", "Work Phone Extension"),
    ("mobilePhone", "text", "Mobile Phone"),
    ("supervisor", "text", "Supervisor"),
    ("pronouns", "text", "Pronouns"),
    ("linkedIn", "text", "LinkedIn"),
    ("facebook", "text", "Facebook"),
    ("instagram", "text", "Instagram"),
    ("skypeUsername", "text", "Skype Username"),
    ("photoUrl", "text", "Photo Url"),
    ("photoUploaded", "bool", "Employee Photo"),
    ("canUploadPhoto", "bool", "Can Upload Photo"),
];

pub(crate) fn answer(company: &Company, call: &Call) -> Answer {
    if !company.shares_directory {
        return Answer::refused(
            Refusal::Forbidden("Directory sharing is not enabled"),
            Spelling::Right,
        );
    }
    let people: Vec<Value> = company
        .employees
        .values()
        .filter(|employee| employee.active && !employee.hidden_from_directory)
        .map(|employee| person(company, employee))
        .collect();
    if people.is_empty() {
        return Answer::empty(StatusCode::NOT_FOUND);
    }
    let fields: Vec<Value> = FIELDS
        .into_iter()
        .map(|(id, kind, name)| json!({"id": id, "type": kind, "name": name}))
        .collect();
    call.format.answer("directory", "employee", &json!({"fields": fields, "employees": people}))
}

fn person(company: &Company, employee: &Employee) -> Value {
    let email =
        employee.work_email.as_ref().filter(|_| !company.restricted_fields.contains("workEmail"));
    json!({
        "id": employee.id.to_string(),
        "displayName": employee.display_name(),
        "firstName": employee.first_name,
        "lastName": employee.last_name,
        "preferredName": employee.preferred_name,
        "jobTitle": employee.job_title,
        "workEmail": email,
        "department": employee.department,
        "division": employee.division,
        "location": employee.location,
        "workPhone": null,
        "workPhoneExtension": null,
        "mobilePhone": null,
        "supervisor": "Alex Approver",
        "pronouns": null,
        "linkedIn": null,
        "facebook": null,
        "instagram": null,
        "skypeUsername": null,
        "photoUrl": "https://images.example.com/nobody.png",
        "photoUploaded": false,
        "canUploadPhoto": match employee.id % 3 {
            0 => Some(0),
            1 => Some(1),
            _ => None,
        },
    })
}
