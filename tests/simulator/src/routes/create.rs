//! `PUT /api/v1/employees/{id}/time_off/request`

use http::{StatusCode, header};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{amount_text, list};
use crate::answer::{Answer, Format, Spelling};
use crate::api_rules::{CreateRequest, Refusal};
use crate::call::Call;
use crate::company::Company;
use crate::request::{Request, RequestStatus};

pub(crate) fn answer(company: &mut Company, call: &Call) -> Answer {
    let employee = call.path_id.unwrap_or_default();
    let created = read(&call.body).and_then(|asked| company.create(employee, &asked));
    let id = match created {
        Ok(id) => id,
        Err(refusal) => return Answer::refused(refusal, Spelling::Right),
    };
    // Recorded: it names the base that was called, the older one too.
    let location = format!("{}/employees/{employee}/time_off/request/{id}", call.base);
    let answer = match (call.format, company.requests.get(&id)) {
        (Format::Json, Some(request)) => Answer::json(StatusCode::CREATED, &body(company, request)),
        // The body comes only with `Accept: application/json`.
        _ => Answer::empty(StatusCode::CREATED),
    };
    answer.header(header::LOCATION, location)
}

fn read(body: &[u8]) -> Result<CreateRequest, Refusal> {
    const INVALID: Refusal = Refusal::Invalid("Invalid request data");
    let body: Map<String, Value> = serde_json::from_slice(body).map_err(|_| INVALID)?;
    let status = match body.get("status").and_then(Value::as_str) {
        Some("requested") => RequestStatus::Requested,
        Some("approved") => RequestStatus::Approved,
        Some("denied" | "declined") => RequestStatus::Denied,
        _ => return Err(Refusal::Invalid("Invalid status")),
    };
    let day = |name: &str| body.get(name).and_then(Value::as_str).and_then(super::date);
    let present = |name: &str| body.get(name).filter(|value| !value.is_null());
    let mut request = CreateRequest {
        status,
        start: day("start").ok_or(Refusal::Invalid("Invalid start date"))?,
        end: day("end").ok_or(Refusal::Invalid("Invalid end date"))?,
        type_id: present("timeOffTypeId")
            .and_then(super::id)
            .ok_or(Refusal::Invalid("Invalid time off type"))?,
        amount: match present("amount") {
            None => None,
            Some(amount) => Some(super::amount(amount).ok_or(INVALID)?),
        },
        dates: Vec::new(),
        employee_note: String::new(),
        manager_note: String::new(),
        previous: match present("previousRequest") {
            None => None,
            Some(id) => Some(super::id(id).ok_or(Refusal::Invalid("Invalid previous request"))?),
        },
    };
    for entry in members(present("dates"))? {
        let day = entry.get("ymd").and_then(Value::as_str).and_then(super::date);
        let amount = entry.get("amount").and_then(super::amount);
        request.dates.push((day.ok_or(INVALID)?, amount.ok_or(INVALID)?));
    }
    for entry in members(present("notes"))? {
        let note = entry.get("note").and_then(Value::as_str).ok_or(INVALID)?.to_owned();
        match entry.get("from").and_then(Value::as_str) {
            Some("employee") => request.employee_note = note,
            Some("manager") => request.manager_note = note,
            _ => return Err(INVALID),
        }
    }
    Ok(request)
}

fn members(list: Option<&Value>) -> Result<&[Value], Refusal> {
    match list {
        None => Ok(&[]),
        Some(Value::Array(members)) => Ok(members),
        Some(_) => Err(Refusal::Invalid("Invalid request data")),
    }
}

/// What the list shows of a request, in the create's own variants, and more.
fn body(company: &Company, request: &Request) -> Value {
    let mut fields = list::fields(company, request);
    // Unlike the list, the create's answer has no icon.
    if let Some(kind) = fields.get_mut("type").and_then(Value::as_object_mut) {
        kind.remove("icon");
    }
    let mut set = |name: &str, value: Value| fields.insert(name.into(), value);
    set(
        "status",
        json!({
            "status": request.status,
            "lastChanged": format!("{} 09:00:00", request.last_changed),
            "lastChangedByUserId": list::API_USER,
        }),
    );
    // Empty notes are `[]` here and `{}` in the list (both recorded in 2026).
    if request.employee_note.is_empty() && request.manager_note.is_empty() {
        set("notes", json!([]));
    }
    set("comments", json!([]));
    set(
        "approvers",
        json!([{
            "userId": "2301",
            "displayName": "Alex Approver",
            "employeeId": "440",
            "photoUrl": null,
        }]),
    );
    let overlapping: Vec<Value> = company
        .requests_of(request.employee)
        .filter(|other| {
            other.id != request.id
                && other.status.is_live()
                && other.start <= request.end
                && request.start <= other.end
        })
        .map(|other| {
            json!({"id": other.id.to_string(), "start": other.start, "end": other.end,
                   "amount": amount_text(other.amount())})
        })
        .collect();
    // Recorded answers go without the field; the OpenAPI calls it optional.
    if company.quirks.reports_overlaps && !overlapping.is_empty() {
        set("overlappingRequests", Value::Array(overlapping));
    }
    let assigned = company.employees.get(&request.employee).and_then(|employee| {
        let assignment =
            employee.assignments.iter().find(|assigned| assigned.type_id == request.type_id)?;
        Some((employee, assignment))
    });
    if let Some((employee, assignment)) = assigned {
        let balance = company.balance(employee, assignment, request.start, Some(request.id));
        set("policyType", json!(assignment.policy));
        set("usedYearToDate", number(balance.used_year_to_date));
        set("balanceOnDateOfRequest", number(balance.balance));
    }
    Value::Object(fields)
}

/// These two are JSON numbers on the wire, unlike every other amount.
fn number(amount: Decimal) -> Value {
    amount_text(amount).parse().map_or(Value::Null, Value::Number)
}
