//! The calculator's arithmetic.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::company::Company;
use crate::model::{Assignment, Employee, PolicyType};
use crate::request::RequestStatus;

/// A balance of one employee and type.
pub(crate) struct Balance {
    pub(crate) balance: Decimal,
    pub(crate) used_year_to_date: Decimal,
}

impl Company {
    /// The calculator: opening balance and accruals up to `end`, less every approved request in
    /// full from its first day on. Requests that wait for approval are left out. `without` leaves
    /// one more request out.
    pub(crate) fn balance(
        &self,
        employee: &Employee,
        assignment: &Assignment,
        end: Date,
        without: Option<u64>,
    ) -> Balance {
        let mut used_year_to_date = Decimal::ZERO;
        let mut deducted = Decimal::ZERO;
        for request in self.requests_of(employee.id) {
            if request.type_id != assignment.type_id || Some(request.id) == without {
                continue;
            }
            let approved = request.status == RequestStatus::Approved && request.start <= end;
            if approved && request.start.year() == end.year() {
                used_year_to_date += request.amount();
            }
            // What the opening balance already lacks is given back when it is no longer approved.
            match (request.within_opening, approved) {
                (false, true) => deducted += request.amount(),
                (true, false) if end >= request.start => deducted -= request.amount(),
                _ => {}
            }
        }
        let balance = match assignment.policy {
            PolicyType::Discretionary => -used_year_to_date,
            PolicyType::Accruing | PolicyType::Manual => {
                assignment.opening
                    + assignment.monthly_accrual * Decimal::from(months_begun(self.opened, end))
                    - deducted
            }
        };
        Balance { balance, used_year_to_date }
    }
}

/// How many firsts of a month lie after `from` up to and including `to`; negative backwards.
fn months_begun(from: Date, to: Date) -> i32 {
    let index = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    index(to) - index(from)
}
