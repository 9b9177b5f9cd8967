//! When a request in BambooHR is a certain leave.

use std::collections::BTreeMap;

use bamboohr::{Request, TimeOff};
use contract::{ExternalId, TimeOffTypeId};
use jiff::civil::Date;
use rust_decimal::Decimal;
use store::KeptLeave;

use crate::catalogue::unit;
use crate::ids::Counterpart;

/// Amounts that differ by no more are the same: half a hundredth of an hour or a day.
pub(crate) const TOLERANCE: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// Whether the request still is what was kept for its key; its status and its note do not matter.
///
/// Amounts that are counted in another unit now are not compared: nobody knows what they would be.
pub(crate) fn is_what_was_kept(kept: &KeptLeave, agent: ExternalId, request: &Request) -> bool {
    readable(agent, kept.type_id, request).is_some_and(|time_off| {
        unit(time_off.unit) == kept.unit
            && has_amounts(&kept.amounts, kept.span(), request, time_off)
    })
}

/// Whether two requests are the same leave, as both are listed.
pub(crate) fn are_equal(one: &Request, other: &Request) -> bool {
    let Ok(time_off) = &one.time_off else { return false };
    let (agent, type_id) = (one.employee_id.counterpart(), time_off.type_id.counterpart());
    readable(agent, type_id, other).is_some_and(|theirs| {
        theirs.unit == time_off.unit
            && has_amounts(&time_off.days, (one.start, one.end), other, theirs)
    })
}

/// What the request is of, where it is the agent's and of this type.
pub(crate) fn readable(
    agent: ExternalId,
    type_id: TimeOffTypeId,
    request: &Request,
) -> Option<&TimeOff> {
    let time_off = request.time_off.as_ref().ok()?;
    (request.employee_id.counterpart() == agent && time_off.type_id.counterpart() == type_id)
        .then_some(time_off)
}

/// The same non-zero amount on each day; or the same start, end and total, held as one lump on the
/// first day, as BambooHR does with a request that was created without days; or, where no day has
/// an amount, the same start and end.
pub(crate) fn has_amounts(
    wanted: &BTreeMap<Date, Decimal>,
    span: (Date, Date),
    request: &Request,
    time_off: &TimeOff,
) -> bool {
    let same_span = (request.start, request.end) == span;
    if wanted.values().all(Decimal::is_zero) {
        return same_span && time_off.amount.abs() <= TOLERANCE;
    }
    if same_amounts(wanted, &time_off.days) {
        return true;
    }
    let total: Decimal = wanted.values().sum();
    let lump = BTreeMap::from([(request.start, time_off.amount)]);
    same_span
        && near(total, time_off.amount)
        && (time_off.days.is_empty() || same_amounts(&lump, &time_off.days))
}

fn same_amounts(one: &BTreeMap<Date, Decimal>, other: &BTreeMap<Date, Decimal>) -> bool {
    let on = |amounts: &BTreeMap<Date, Decimal>, date: &Date| {
        amounts.get(date).copied().unwrap_or_default()
    };
    one.keys().chain(other.keys()).all(|date| near(on(one, date), on(other, date)))
}

fn near(one: Decimal, other: Decimal) -> bool {
    one.checked_sub(other).is_some_and(|difference| difference.abs() <= TOLERANCE)
}
