//! `GET /api/v1/time_off/requests`

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::amount_text;
use crate::answer::{Answer, Spelling};
use crate::api_rules::Refusal;
use crate::call::Call;
use crate::company::Company;
use crate::request::{Request, RequestStatus};

/// The id of the user whose key is used.
pub(crate) const API_USER: &str = "2385";

pub(crate) fn answer(company: &Company, call: &Call) -> Answer {
    let window = |name| call.query.get(name).and_then(super::date);
    let (Some(from), Some(to)) = (window("start"), window("end")) else {
        return Answer::refused(
            Refusal::Invalid("Missing or invalid start or end date"),
            Spelling::Wrong,
        );
    };
    let without_note = call.query.get("excludeNote").is_some_and(|value| !value.is_empty());
    let mut found = select(company, call, from, to);
    // Every pair of rows in both recorded lists of 2026 is in this order.
    found.sort_by_key(|request| (request.type_id, request.created, request.id));
    let rows = found
        .into_iter()
        .map(|request| {
            let mut row = fields(company, request);
            let no_notes = row.get("notes").and_then(Value::as_object).is_some_and(Map::is_empty);
            if no_notes && company.quirks.empty_notes_are_arrays {
                row.insert("notes".into(), json!([]));
            }
            if without_note {
                row.remove("notes");
            }
            Value::Object(row)
        })
        .collect();
    call.format.answer("requests", "request", &Value::Array(rows))
}

fn select<'a>(company: &'a Company, call: &Call, from: Date, to: Date) -> Vec<&'a Request> {
    let query = &call.query;
    let csv = |name| {
        query.get(name).filter(|list| !list.is_empty()).map(|list| list.split(',').map(str::trim))
    };
    // `start` filters on the request's end and `end` on its start: overlap.
    let wanted = |request: &&Request| {
        (company.quirks.lists_superceded || request.status != RequestStatus::Superceded)
            && request.end >= from
            && request.start <= to
            && csv("type").is_none_or(|mut types| types.any(|id| id == request.type_id.to_string()))
            && csv("status")
                .is_none_or(|mut all| all.any(|status| status == request.status.as_str()))
            && match query.get("action") {
                Some("approve") => request.status == RequestStatus::Requested,
                // The key's owner has no requests of its own.
                Some("myRequests") => false,
                _ => true,
            }
    };
    // An id that is no number meets nothing; so does employee 0.
    let number = |name| query.get(name).map(|text| text.parse::<u64>().unwrap_or_default());
    match (number("id"), number("employeeId")) {
        (Some(id), employee) => company
            .requests
            .get(&id)
            .into_iter()
            .filter(|request| employee.is_none_or(|employee| employee == request.employee))
            .filter(wanted)
            .collect(),
        (None, Some(employee)) => company.requests_of(employee).filter(wanted).collect(),
        (None, None) => company.requests.values().filter(wanted).collect(),
    }
}

/// A request as the list shows it: ids and amounts are text, whatever the OpenAPI says.
pub(crate) fn fields(company: &Company, request: &Request) -> Map<String, Value> {
    let mut notes = Map::new();
    for (from, note) in [("employee", &request.employee_note), ("manager", &request.manager_note)] {
        if !note.is_empty() {
            notes.insert(from.into(), json!(note));
        }
    }
    let dates: Map<String, Value> = request
        .dates
        .iter()
        .map(|(day, amount)| (day.to_string(), json!(amount_text(*amount))))
        .collect();
    let mut row = Map::new();
    let mut set = |name: &str, value: Value| row.insert(name.into(), value);
    set("id", json!(request.id.to_string()));
    set("employeeId", json!(request.employee.to_string()));
    if let Some(employee) = company.employees.get(&request.employee) {
        set("name", json!(employee.display_name()));
    }
    set(
        "status",
        json!({
            "status": request.status,
            "lastChanged": request.last_changed,
            "lastChangedByUserId": API_USER,
        }),
    );
    set("start", json!(request.start));
    set("end", json!(request.end));
    set("created", json!(request.created));
    if let Some(kind) = company.time_off_type(request.type_id) {
        set(
            "type",
            json!({"id": kind.id.to_string(), "name": kind.name, "icon": super::icon(kind.id)}),
        );
        set("amount", json!({"unit": kind.unit, "amount": amount_text(request.amount())}));
    }
    set("actions", json!(company.actions(request)));
    set("dates", Value::Object(dates));
    set("notes", Value::Object(notes));
    row
}
