//! `GET /api/v1/employees/{id}/time_off/calculator`

use http::StatusCode;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use crate::answer::{Answer, Spelling};
use crate::api_rules::Refusal;
use crate::call::Call;
use crate::company::Company;

pub(crate) fn answer(company: &Company, call: &Call) -> Answer {
    // Id 0 means "me" elsewhere, but not here.
    let Some(employee) = call.path_id.and_then(|id| company.employees.get(&id)) else {
        return Answer::refused(Refusal::NotFound("Employee not found"), Spelling::Right);
    };
    let Some(end) = call.query.get("end").map_or(Some(company.today), super::date) else {
        return Answer::refused(Refusal::Invalid("Invalid end date"), Spelling::Right);
    };
    let precision = match call.query.get("precision").map(str::parse::<u32>) {
        None => 2,
        Some(Ok(precision @ 0..=4)) => precision,
        Some(_) => return Answer::empty(StatusCode::BAD_REQUEST),
    };
    let entries: Vec<Value> = employee
        .assignments
        .iter()
        .filter_map(|assignment| {
            let kind = company.time_off_type(assignment.type_id)?;
            let balance = company.balance(employee, assignment, end, None);
            Some(json!({
                "timeOffType": kind.id.to_string(),
                "name": kind.name,
                "units": kind.unit,
                "balance": fixed(balance.balance, precision),
                "end": end,
                "policyType": assignment.policy,
                "usedYearToDate": fixed(balance.used_year_to_date, precision),
            }))
        })
        .collect();
    call.format.answer("timeOffCalculator", "entry", &Value::Array(entries))
}

/// A number with exactly so many decimals.
fn fixed(amount: Decimal, precision: u32) -> String {
    let mut rounded =
        amount.round_dp_with_strategy(precision, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(precision);
    // No "-0.00".
    if rounded.is_zero() {
        rounded.set_sign_positive(true);
    }
    rounded.to_string()
}
