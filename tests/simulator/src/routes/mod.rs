//! The calls of BambooHR, one file each: from a call and the company to an answer.

pub(crate) mod calculator;
pub(crate) mod create;
mod cursor;
pub(crate) mod directory;
mod employee_rows;
pub(crate) mod employees;
pub(crate) mod list;
pub(crate) mod status;
pub(crate) mod types;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

/// The picture of a type.
fn icon(type_id: u64) -> &'static str {
    if type_id.is_multiple_of(2) { "time-off-calendar" } else { "palm-trees" }
}

/// A `YYYY-MM-DD` date and nothing else.
fn date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// An id as integer or text: both are accepted on input.
fn id(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// An amount as number or text: both are accepted on input.
fn amount(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

/// Amounts go out as text without trailing zeros.
fn amount_text(amount: Decimal) -> String {
    amount.normalize().to_string()
}
