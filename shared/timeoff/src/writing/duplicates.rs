//! Duplicates: second live requests of one key, which a send that seemed lost has left behind.

use std::collections::BTreeMap;

use bamboohr::{Request, Status};
use contract::{RequestKey, TimeOffRequestId};
use lambda_host::Metric;
use store::StatusChange;

use super::agent_requests::{AgentRequests, rank};
use super::books::{Books, Owner};
use super::open::About;
use super::status::Changed;
use super::writer::AgentWriter;
use crate::Error;
use crate::ids::Counterpart;

/// What is to be done about the requests of one key.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    key: RequestKey,
    /// The key's request that stays; none when the key is closed.
    keep: Option<TimeOffRequestId>,
    /// Those that are cancelled.
    duplicates: Vec<TimeOffRequestId>,
}

impl AgentWriter<'_> {
    /// Cancels every duplicate in sight. A cancellation that BambooHR refuses is logged and counted
    /// and fails nothing; the next look tries again.
    pub(crate) async fn cancel_duplicates(&mut self, listed: &mut AgentRequests, about: &About) {
        for Verdict { key, keep, duplicates } in judge(listed, self.books(), about) {
            if let Some(keep) = keep {
                self.bind_kept(key, keep, listed);
            }
            for id in duplicates {
                let Some(request) = listed.get(id).cloned() else { continue };
                self.cancel_duplicate(&request, keep, listed).await;
            }
        }
    }

    fn bind_kept(&mut self, key: RequestKey, keep: TimeOffRequestId, listed: &AgentRequests) {
        let owner = listed.get(keep).map(|request| self.books().owner(request));
        let kept = self.ledger.key(key).map(|record| record.leave.clone());
        if let Some(kept) = kept.filter(|_| owner != Some(Owner::Bound(key))) {
            self.ledger.bind(key, kept, keep);
        }
    }

    async fn cancel_duplicate(
        &mut self,
        request: &Request,
        keep: Option<TimeOffRequestId>,
        listed: &mut AgentRequests,
    ) {
        let id: TimeOffRequestId = request.id.counterpart();
        // Genesys may hold the duplicate's id, from an answer that could not be recorded.
        if let Some(keep) = keep {
            self.ledger.supersede(id, keep, request.end);
        }
        // It is not what the call is about, and must leave it time for that.
        let patience = self.patience();
        let cancelling = self.change_status(request, StatusChange::Cancel);
        let cancelled = tokio::time::timeout_at(patience, cancelling).await;
        match cancelled.unwrap_or(Err(Error::OutcomeUnknown)) {
            Ok(Changed::Reached(_) | Changed::AwaitsApprovers) => {
                tracing::warn!(
                    event = "duplicate.cancelled",
                    agent_id = %self.ledger.agent(),
                    timeoff_request_id = %id,
                    "a second live request of one leave was cancelled"
                );
                self.session.invocation().count(Metric::DuplicateCancelled, 1);
                self.ledger.close_request(id, request.end);
                listed.remove(id);
                // What it took off is given back.
                self.ahead.balances = None;
            }
            Ok(Changed::Refused(_, error)) => {
                tracing::warn!(
                    event = "duplicate.refused",
                    agent_id = %self.ledger.agent(),
                    timeoff_request_id = %id,
                    %error,
                    "BambooHR refused to cancel a second live request of one leave"
                );
                self.session.invocation().count(Metric::DuplicateRefused, 1);
            }
            Err(error) => {
                tracing::warn!(
                    event = "duplicate.kept",
                    agent_id = %self.ledger.agent(),
                    timeoff_request_id = %id,
                    %error,
                    "a second live request of one leave could not be cancelled yet"
                );
            }
        }
    }
}

/// Finds the duplicates among the live requests: of a key that the table knows a doubtful send of,
/// what is marked for it and bound to none, and what was to be cancelled before.
fn judge(listed: &AgentRequests, books: Books<'_>, about: &About) -> Vec<Verdict> {
    let mut marked: BTreeMap<RequestKey, Vec<&Request>> = BTreeMap::new();
    for request in listed.live() {
        match books.owner(request) {
            Owner::Marked(key) => marked.entry(key).or_default().push(request),
            Owner::Bound(key) if books.is_left_over(key, request) => {
                marked.entry(key).or_default();
            }
            _ => {}
        }
    }
    let verdicts = marked.into_iter().filter_map(|(key, mut requests)| {
        requests.sort_by_key(|request| rank(request));
        let record = books.ledger.key(key)?;
        let doubt = record.doubt();
        let is_closed = record.closed.is_some() && about.inserting != Some(key);
        if is_closed {
            let unnamed = requests.iter().filter(|it| about.named != Some(it.id.counterpart()));
            let duplicates: Vec<_> = unnamed.map(|it| it.id.counterpart()).collect();
            let is_to_be_done = doubt.any() && !duplicates.is_empty();
            return is_to_be_done.then_some(Verdict { key, keep: None, duplicates });
        }
        let bound = listed.bound(key, books);
        // Where ours only waits and a second one is approved, and we never sent an approved one
        // that may have gone astray, somebody approved that one: it stays.
        let approved = requests.first().filter(|first| first.status == Status::Approved);
        let keep = match (bound, approved) {
            (Some(bound), Some(approved))
                if bound.status == Status::Requested && !doubt.approved && doubt.any() =>
            {
                approved.id
            }
            (Some(bound), _) => bound.id,
            (None, _) => requests.first()?.id,
        };
        let left_over = listed.live().filter(|request| books.is_left_over(key, request));
        let left_over = left_over.filter(|request| bound.is_none_or(|it| it.id != request.id));
        let others = requests.iter().copied().chain(bound).chain(left_over);
        let others = others.filter(|request| request.id != keep);
        let duplicates: Vec<_> =
            others.filter(|_| doubt.any()).map(|request| request.id.counterpart()).collect();
        let is_to_be_done = !duplicates.is_empty() || bound.is_none() && requests.len() > 1;
        let keep = Some(keep.counterpart());
        is_to_be_done.then_some(Verdict { key, keep, duplicates })
    });
    verdicts.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use bamboohr::{Actions, EmployeeId, RequestId, TimeOff};
    use contract::{ExternalId, TimeOffTypeId, Unit};
    use jiff::Timestamp;
    use jiff::civil::{Date, date};
    use proptest::prelude::*;
    use store::{Claim, Closed, KeptLeave, Ledger, SentStatus};

    use super::*;

    const DAY: Date = date(2026, 12, 1);

    fn key(number: u8) -> RequestKey {
        format!("{number:012x}").parse().unwrap()
    }

    fn id(number: u64) -> TimeOffRequestId {
        number.to_string().parse().unwrap()
    }

    fn kept(hours: u64) -> KeptLeave {
        let amounts = BTreeMap::from([(DAY, hours.into())]);
        let type_id = TimeOffTypeId::new(83).unwrap();
        KeptLeave { type_id, unit: Unit::Hours, start: DAY, end: DAY, amounts }
    }

    fn request_of(number: u64, status: Status, marked: Option<u8>, hours: u64) -> Request {
        Request {
            id: RequestId::new(number).unwrap(),
            employee_id: EmployeeId::new(452).unwrap(),
            status,
            changed: None,
            start: DAY,
            end: DAY,
            time_off: Ok(TimeOff {
                type_id: bamboohr::TimeOffTypeId::new(83).unwrap(),
                unit: bamboohr::Unit::Hours,
                amount: hours.into(),
                days: BTreeMap::from([(DAY, hours.into())]),
            }),
            employee_note: marked.map(|number| format!("Sea [tb:{}]", key(number))),
            manager_note: None,
            actions: Actions::default(),
        }
    }

    fn request(number: u64, status: Status, marked: Option<u8>) -> Request {
        request_of(number, status, marked, 8)
    }

    /// A ledger that knows an unclear send of key 1, with this status.
    fn doubtful(status: SentStatus) -> Ledger {
        let mut ledger = Ledger::empty(ExternalId::new(452).unwrap());
        claim(&mut ledger, 1, status);
        ledger
    }

    fn claim(ledger: &mut Ledger, of: u8, status: SentStatus) {
        let claim = Claim {
            sent_at: Timestamp::UNIX_EPOCH,
            status,
            sends: 1,
            previous: None,
            seen: Vec::new(),
        };
        ledger.claim(key(of), kept(8), claim, Timestamp::UNIX_EPOCH);
    }

    fn judged(requests: Vec<Request>, ledger: &Ledger, about: &About) -> Vec<Verdict> {
        judge(&AgentRequests::new(requests), Books { ledger, leave: None }, about)
    }

    fn duplicates(requests: Vec<Request>, ledger: &Ledger, about: &About) -> Vec<u64> {
        let verdicts = judged(requests, ledger, about);
        verdicts.iter().flat_map(|verdict| &verdict.duplicates).map(|id| id.get()).collect()
    }

    use Status::{Approved, Canceled, Requested};

    #[test]
    fn of_two_marked_requests_the_approved_one_stays_else_the_lowest() {
        let ledger = doubtful(SentStatus::Requested);
        let pair = |status| vec![request(1, Requested, Some(1)), request(2, status, Some(1))];
        let about = About::default();
        assert_eq!(duplicates(pair(Requested), &ledger, &about), [2]);
        assert_eq!(duplicates(pair(Approved), &ledger, &about), [1]);
        assert!(duplicates(pair(Canceled), &ledger, &about).is_empty());
    }

    #[test]
    fn without_a_doubtful_send_a_second_one_is_somebodys_own() {
        let mut ledger = Ledger::empty(ExternalId::new(452).unwrap());
        ledger.bind_created(key(1), kept(8), id(1));
        let pair = vec![request(1, Approved, Some(1)), request(2, Approved, Some(1))];
        assert!(duplicates(pair.clone(), &ledger, &About::default()).is_empty());
        // Nor when the key is closed, nor when nothing is known of it.
        ledger.close_key(key(1), kept(8), Closed::Ended);
        assert!(duplicates(pair.clone(), &ledger, &About::default()).is_empty());
        let empty = Ledger::empty(ExternalId::new(452).unwrap());
        assert!(duplicates(pair, &empty, &About::default()).is_empty());
    }

    #[test]
    fn the_bound_one_stays_unless_somebody_approved_the_other() {
        let bound = |status| {
            let mut ledger = doubtful(status);
            ledger.bind(key(1), kept(8), id(2));
            ledger
        };
        let others = |mine, other| {
            vec![request(1, other, Some(1)), request(2, mine, None), request(3, Requested, Some(1))]
        };
        let about = About::default();
        let waiting = bound(SentStatus::Requested);
        assert_eq!(duplicates(others(Requested, Requested), &waiting, &about), [1, 3]);
        assert_eq!(duplicates(others(Approved, Approved), &waiting, &about), [1, 3]);
        assert_eq!(duplicates(others(Requested, Approved), &waiting, &about), [3, 2]);
        // An approved one of ours may have gone astray: it is that one.
        let approved = bound(SentStatus::Approved);
        assert_eq!(duplicates(others(Requested, Approved), &approved, &about), [1, 3]);
    }

    #[test]
    fn a_marker_on_another_leave_counts_for_nothing() {
        let mut ledger = doubtful(SentStatus::Approved);
        ledger.bind(key(1), kept(8), id(1));
        let edited = request_of(2, Approved, Some(1), 4);
        let mine = request(1, Approved, Some(1));
        assert!(duplicates(vec![mine, edited], &ledger, &About::default()).is_empty());
    }

    #[test]
    fn a_closed_key_keeps_none_unless_it_is_inserted_or_the_request_is_named() {
        let mut ledger = doubtful(SentStatus::Approved);
        ledger.close_key(key(1), kept(8), Closed::Ended);
        let pair = || vec![request(1, Requested, Some(1)), request(2, Requested, Some(1))];
        assert_eq!(duplicates(pair(), &ledger, &About::default()), [1, 2]);
        let inserting = About { inserting: Some(key(1)), ..About::default() };
        assert_eq!(duplicates(pair(), &ledger, &inserting), [2]);
        let named = About { named: Some(id(1)), ..About::default() };
        assert_eq!(duplicates(pair(), &ledger, &named), [2]);
    }

    #[test]
    fn the_marker_of_a_released_key_stands_for_the_key_that_got_the_request() {
        let mut ledger = doubtful(SentStatus::Approved);
        ledger.bind(key(2), kept(8), id(1));
        ledger.release(key(1), key(2));
        let late = request(5, Approved, Some(1));
        let mine = request(1, Approved, Some(1));
        let verdicts = judged(vec![mine, late], &ledger, &About::default());
        let expected = Verdict { key: key(2), keep: Some(id(1)), duplicates: vec![id(5)] };
        assert_eq!(verdicts, [expected]);
    }

    fn requests() -> impl Strategy<Value = Vec<Request>> {
        let status = prop_oneof![
            Just(Requested),
            Just(Approved),
            Just(Canceled),
            Just(Status::Denied),
            Just(Status::Superseded)
        ];
        let hours = prop_oneof![Just(8_u64), Just(4_u64)];
        proptest::collection::vec((status, proptest::option::of(0_u8..3), hours), 0..8).prop_map(
            |all| {
                all.into_iter()
                    .zip(1..)
                    .map(|((status, marked, hours), number)| {
                        request_of(number, status, marked, hours)
                    })
                    .collect()
            },
        )
    }

    proptest! {
        /// Whatever is there: nothing is cancelled that is not live, ours by its content, and of a
        /// key with a doubtful send; and of every open key that had a request one stays.
        #[test]
        fn only_what_we_may_have_sent_is_cancelled_and_one_stays(
            all in requests(),
            bound in proptest::collection::btree_map(1_u64..8, 0_u8..3, 0..4),
            closed in proptest::collection::btree_set(0_u8..3, 0..3),
            sent in proptest::collection::btree_set(0_u8..3, 0..3),
        ) {
            let mut ledger = Ledger::empty(ExternalId::new(452).unwrap());
            for of in &sent {
                claim(&mut ledger, *of, SentStatus::Requested);
            }
            for (number, of) in &bound {
                ledger.bind(key(*of), kept(8), id(*number));
            }
            for of in &closed {
                ledger.close_key(key(*of), kept(8), Closed::Ended);
            }
            let listed = AgentRequests::new(all);
            let books = Books { ledger: &ledger, leave: None };
            let verdicts = judge(&listed, books, &About::default());
            let cancelled: BTreeSet<_> =
                verdicts.iter().flat_map(|verdict| verdict.duplicates.clone()).collect();
            for id in &cancelled {
                let request = listed.get(*id).unwrap();
                let owner = books.owner(request).key().unwrap();
                prop_assert!(matches!(request.status, Requested | Approved));
                prop_assert!(books.is_what_its_key_says(owner, request));
                prop_assert!(ledger.key(owner).unwrap().doubt().any());
            }
            for number in 0_u8..3 {
                let of = key(number);
                let mine = |request: &&Request| {
                    books.owner(request).key() == Some(of)
                        && books.is_what_its_key_says(of, request)
                };
                let before = listed.live().filter(mine).count();
                let is_left = |request: &&Request| {
                    mine(request) && !cancelled.contains(&request.id.counterpart())
                };
                let after = listed.live().filter(is_left).count();
                prop_assert!(before == 0 || after > 0 || ledger.is_closed(of));
            }
        }
    }
}
