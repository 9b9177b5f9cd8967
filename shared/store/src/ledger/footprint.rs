//! Which records and failed inputs are about one leave: by its key, by the ids that stand for its
//! request, by a day of its type.

use std::collections::BTreeSet;

use contract::{Days, Minutes, RequestKey, TimeOffRequestId, TimeOffTypeId};
use jiff::Span;
use jiff::civil::Date;

use super::{FailedInput, KeptLeave, KeyRecord, Ledger, RequestRecord, Subject};

/// How many failed inputs one call erases: a transaction takes 100 items.
const MOST_ERASED: usize = 20;

/// Where a leave has left its traces.
#[derive(Debug, Default)]
struct Footprint {
    keys: BTreeSet<RequestKey>,
    ids: BTreeSet<TimeOffRequestId>,
    days: BTreeSet<(TimeOffTypeId, Date)>,
}

impl Footprint {
    fn has(&self, subject: Subject) -> bool {
        match subject {
            Subject::Key(key) => self.keys.contains(&key),
            Subject::Request(id) => self.ids.contains(&id),
        }
    }

    fn concerns(&self, failed: &FailedInput) -> bool {
        self.has(failed.subject)
            || failed.input.key().is_some_and(|key| self.keys.contains(&key))
            || days_of(failed.input.leave()).any(|day| self.days.contains(&day))
    }
}

/// The days of a leave that have minutes; of one without any minutes all its days.
fn days_of(
    leave: Option<(TimeOffTypeId, &Days)>,
) -> impl Iterator<Item = (TimeOffTypeId, Date)> + '_ {
    leave.into_iter().flat_map(|(type_id, days)| {
        let is_zero = days.minutes().all(|(_, minutes)| minutes == Minutes::ZERO);
        days.every_day()
            .filter(move |(_, minutes)| is_zero || *minutes != Minutes::ZERO)
            .map(move |(date, _)| (type_id, date))
    })
}

/// The same of what is kept for a key.
fn days_of_kept(leave: &KeptLeave) -> impl Iterator<Item = (TimeOffTypeId, Date)> + '_ {
    let (start, end) = leave.span();
    let all = start.series(Span::new().days(1)).take_while(move |date| *date <= end);
    let days = all.filter(|date| leave.amounts.is_empty() || leave.amounts.contains_key(date));
    days.map(|date| (leave.type_id, date))
}

impl Ledger {
    /// The failed inputs of the agent.
    pub fn failed_inputs(&self) -> impl Iterator<Item = &FailedInput> {
        self.failed.iter()
    }

    fn footprint(
        &self,
        key: Option<RequestKey>,
        ids: impl IntoIterator<Item = TimeOffRequestId>,
        leave: Option<(TimeOffTypeId, &Days)>,
    ) -> Footprint {
        let of_key = self.requests.values().filter(|record| key.is_some() && record.key == key);
        let ids: BTreeSet<_> = of_key
            .map(|record| record.id)
            .chain(ids)
            .flat_map(|id| self.chain_of(self.latest(id)))
            .collect();
        let bound = ids.iter().filter_map(|id| self.bound_key(*id));
        let replacing = ids.iter().flat_map(|id| self.claims_replacing(*id));
        let keys = bound.chain(replacing.map(|record| record.key)).chain(key).collect();
        Footprint { keys, ids, days: days_of(leave).collect() }
    }

    /// Marks what must not be sent any more, because its leave has gone on without it.
    pub(super) fn mark_stale(&mut self) {
        let is_stale: Vec<bool> = self.failed.iter().map(|failed| self.is_stale(failed)).collect();
        for (failed, is_stale) in self.failed.iter_mut().zip(is_stale) {
            failed.is_stale = is_stale;
        }
    }

    fn is_stale(&self, failed: &FailedInput) -> bool {
        let input = &failed.input;
        let leave = self.footprint(input.key(), input.request(), input.leave());
        let is_of_its_days =
            |record: &KeyRecord| days_of_kept(&record.leave).any(|day| leave.days.contains(&day));
        let is_about =
            |record: &&KeyRecord| leave.keys.contains(&record.key) || is_of_its_days(record);
        let keys: BTreeSet<_> =
            self.keys.values().filter(is_about).map(|record| record.key).collect();
        let is_bound = |record: &&RequestRecord| record.key.is_some_and(|key| keys.contains(&key));
        let bound = self.requests.values().filter(is_bound).map(|record| record.id);
        let mut subjects = keys
            .iter()
            .copied()
            .map(Subject::Key)
            .chain(bound.chain(leave.ids.iter().copied()).map(Subject::Request));
        let is_later = |subject| self.recorded.get(&subject) > Some(&failed.last_seen);
        // What failed later is a record of the leave too: to send the older input would undo it.
        subjects.any(is_later)
            || self
                .failed
                .iter()
                .any(|other| other.last_seen > failed.last_seen && leave.concerns(other))
    }

    /// A call has succeeded with this leave, or with the request of one of these ids: what failed
    /// before of the same leave, or on a day of its type, is erased with the next save.
    pub fn forget_failed_inputs(
        &mut self,
        key: Option<RequestKey>,
        ids: impl IntoIterator<Item = TimeOffRequestId>,
        leave: Option<(TimeOffTypeId, &Days)>,
    ) {
        if self.failed.is_empty() {
            return;
        }
        let mut done = self.footprint(key, ids, leave);
        let kept = done.keys.iter().filter_map(|key| self.keys.get(key));
        done.days.extend(kept.flat_map(|record| days_of_kept(&record.leave)).collect::<Vec<_>>());
        let concerned = self.failed.iter().filter(|failed| done.concerns(failed));
        self.erased = concerned.map(|failed| failed.subject).take(MOST_ERASED).collect();
    }

    /// Leaves the failed inputs where they are after all; whether any was to be erased.
    pub fn leave_failed_inputs(&mut self) -> bool {
        !std::mem::take(&mut self.erased).is_empty()
    }
}
