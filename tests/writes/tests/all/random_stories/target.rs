//! What Genesys wants of the leave.

use std::collections::BTreeMap;

use bamboohr_simulator::{Date, Decimal, RequestStatus, RequestView, date};
use fastrand::Rng;
use jiff::Span;
use writes::Input;

pub(crate) const TYPE: u64 = 83;
const FIRST: Date = date(2026, 12, 1);

/// Days, hours and status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    from: i64,
    more: i64,
    hours: u16,
    approved: bool,
}

impl Target {
    pub(crate) fn any(rng: &mut Rng) -> Self {
        let hours = [4, 8][rng.usize(..2)];
        Self { from: rng.i64(0..6), more: rng.i64(0..3), hours, approved: rng.bool() }
    }

    pub(crate) fn approved(self) -> Self {
        Self { approved: true, ..self }
    }

    pub(crate) fn days(self) -> Vec<Date> {
        let day = |number| FIRST.saturating_add(Span::new().days(number));
        (self.from..=self.from + self.more).map(day).collect()
    }

    pub(crate) fn hours(self) -> Decimal {
        self.hours.into()
    }

    pub(crate) fn amounts(self) -> BTreeMap<Date, Decimal> {
        self.days().into_iter().map(|day| (day, self.hours())).collect()
    }

    pub(crate) fn input(self, agent: u64) -> Input {
        let days: Vec<_> = self.days().iter().map(Date::to_string).collect();
        Input::leave(agent, TYPE, &days.join(","))
            .minutes(self.hours * 60)
            .status(if self.approved { "APPROVED" } else { "PENDING" })
            .with("overrideBalanceThreshold", true)
            .notes("Away")
    }

    /// Whether the request is live and what is wanted.
    pub(crate) fn is_met_by(self, request: &RequestView) -> bool {
        let has_amount = |(_, amount): &(&Date, &Decimal)| !amount.is_zero();
        let amounts: BTreeMap<Date, Decimal> =
            request.dates.iter().filter(has_amount).map(|(day, held)| (*day, *held)).collect();
        request.status.is_live()
            && (!self.approved || request.status == RequestStatus::Approved)
            && request.type_id == TYPE
            && amounts == self.amounts()
    }
}
