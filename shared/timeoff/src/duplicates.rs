//! Duplicates: second live requests of one key, which a send that seemed lost has left behind.

use std::collections::BTreeMap;

use bamboohr::{Change, Request, RequestId, Status};
use contract::RequestKey;
use lambda_host::Metric;
use store::Ledger;

use crate::sight::{Owner, as_id};
use crate::status::Changed;
use crate::{Desk, Error, Sight};

/// What is to be done about the marked requests of one key.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    /// To which they belong: that of their markers, or the one that its request was given to.
    key: RequestKey,
    /// The key's request that stays; none when the key is closed.
    keep: Option<RequestId>,
    /// Those that are cancelled.
    duplicates: Vec<RequestId>,
}

impl Desk<'_> {
    /// Cancels every duplicate in sight. A cancellation that BambooHR refuses is logged and counted
    /// and fails nothing; the next look tries again.
    ///
    /// `inserting` is the key that is about to be inserted: a late request of it is adopted, not
    /// cancelled, even if an update had closed the key.
    pub async fn cancel_duplicates(&mut self, sight: &mut Sight, inserting: Option<RequestKey>) {
        for Verdict { key, keep, duplicates } in judge(sight, &self.ledger, inserting) {
            let unbound = keep
                .and_then(|id| sight.get(as_id(id)))
                .filter(|kept| Owner::of(kept, &self.ledger) != Owner::Bound(key));
            if let Some(kept) = unbound
                && let Err(error) = self
                    .record_arrived(key, (kept.start, kept.end), as_id(kept.id), Some(sight))
                    .await
            {
                tracing::warn!(event = "duplicate.kept", timeoff_request_id = %kept.id, %error, "what a send was to replace could not be read; the next look decides");
                continue;
            }
            for id in duplicates {
                let end = sight.get(as_id(id)).map(|duplicate| duplicate.end);
                // It is not what the call is about, and must leave it time for that.
                let cancelled = tokio::time::timeout_at(
                    self.patience(),
                    self.change_status(id, Change::Cancel),
                )
                .await;
                match cancelled.unwrap_or(Err(Error::OutcomeUnknown)) {
                    Ok(Changed::Reached | Changed::AwaitsApprovers) => {
                        tracing::warn!(event = "duplicate.cancelled", timeoff_request_id = %id, "a second live request of one key was cancelled");
                        self.session.invocation().count(Metric::DuplicateCancelled, 1);
                        sight.remove(id);
                        // Genesys may hold the duplicate's id, from an answer that could not be
                        // recorded.
                        if let Some((keep, end)) = keep.zip(end) {
                            self.ledger.supersede(as_id(id), as_id(keep), end);
                        }
                    }
                    Ok(Changed::Refused(_, error)) => {
                        tracing::warn!(event = "duplicate.refused", timeoff_request_id = %id, %error, "BambooHR refused to cancel a second live request of one key");
                        self.session.invocation().count(Metric::DuplicateRefused, 1);
                    }
                    Err(error) => {
                        tracing::warn!(event = "duplicate.kept", timeoff_request_id = %id, %error, "a second live request of one key could not be cancelled yet");
                    }
                }
            }
        }
    }
}

/// Finds the duplicates among the live requests.
fn judge(sight: &Sight, ledger: &Ledger, inserting: Option<RequestKey>) -> Vec<Verdict> {
    let mut marked: BTreeMap<RequestKey, Vec<&Request>> = BTreeMap::new();
    let mut bound: BTreeMap<RequestKey, RequestId> = BTreeMap::new();
    for request in sight.live() {
        match Owner::of(request, ledger) {
            Owner::Marked(key) => marked.entry(key).or_default().push(request),
            Owner::Bound(key) => {
                bound.entry(key).or_insert(request.id);
            }
            Owner::Nobody => {}
        }
    }
    let has_request = |key: &RequestKey| bound.contains_key(key) || marked.contains_key(key);
    // A request that stands alone is bound as well while the claim of its send is open: whoever
    // closes the key later means another one.
    let is_open = |key| ledger.key(key).is_some_and(|record| record.claim.is_some());
    let verdict = |(key, requests): (&RequestKey, &Vec<&Request>)| {
        let (key, mut requests) = (*key, requests.clone());
        requests.sort_by_key(|request| (request.status != Status::Approved, request.id));
        let mut ids = requests.iter().map(|request| request.id);
        let closed = ledger.is_closed(key) && inserting != Some(key);
        // Where the key that got the request has none, HR replaced it in BambooHR, which keeps the
        // note with the first marker.
        let heir = ledger.heir(key).filter(|heir| !has_request(heir));
        let (key, keep) = match (bound.get(&key), heir) {
            (Some(bound), _) => (key, Some(*bound)),
            (None, Some(heir)) => (heir, ids.next()),
            (None, None) => (key, if closed { None } else { ids.next() }),
        };
        let duplicates: Vec<RequestId> = ids.collect();
        let is_to_be_done = !duplicates.is_empty() || heir.is_some() || is_open(key);
        is_to_be_done.then_some(Verdict { key, keep, duplicates })
    };
    marked.iter().filter_map(verdict).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bamboohr::{Actions, EmployeeId, TimeOff, Unit};
    use contract::{ExternalId, TimeOffRequestId};
    use jiff::Timestamp;
    use jiff::civil::{Date, date};
    use proptest::prelude::*;
    use store::Claim;

    use super::*;

    const SPAN: (Date, Date) = (date(2026, 12, 1), date(2026, 12, 1));

    fn key(number: u8) -> RequestKey {
        format!("{number:012x}").parse().unwrap()
    }

    fn id(number: u64) -> TimeOffRequestId {
        number.to_string().parse().unwrap()
    }

    fn request(number: u64, status: Status, marked: Option<u8>) -> Request {
        Request {
            id: RequestId::new(number).unwrap(),
            employee_id: EmployeeId::new(452).unwrap(),
            status,
            start: SPAN.0,
            end: SPAN.1,
            time_off: Ok(TimeOff {
                type_id: bamboohr::TimeOffTypeId::new(83).unwrap(),
                unit: Unit::Hours,
                amount: 8.into(),
                days: BTreeMap::from([(SPAN.0, 8.into())]),
            }),
            employee_note: marked.map(|number| format!("Sea [tb:{}]", key(number))),
            manager_note: None,
            actions: Actions::default(),
        }
    }

    fn ledger() -> Ledger {
        Ledger::empty(ExternalId::new(452).unwrap())
    }

    fn duplicates(
        requests: Vec<Request>,
        ledger: &Ledger,
        inserting: Option<RequestKey>,
    ) -> Vec<u64> {
        let verdicts = judge(&Sight::new(requests), ledger, inserting);
        verdicts
            .iter()
            .flat_map(|verdict| &verdict.duplicates)
            .map(|id| std::num::NonZeroU64::from(*id).get())
            .collect()
    }

    use Status::{Approved, Canceled, Requested};

    #[test]
    fn of_two_marked_requests_the_approved_one_stays_else_the_lowest() {
        let pair = |status| vec![request(1, Requested, Some(1)), request(2, status, Some(1))];
        assert_eq!(duplicates(pair(Requested), &ledger(), None), [2]);
        assert_eq!(duplicates(pair(Approved), &ledger(), None), [1]);
        assert_eq!(duplicates(pair(Canceled), &ledger(), None), Vec::<u64>::new());
    }

    #[test]
    fn the_bound_one_stays_whatever_the_others_are() {
        let mut ledger = ledger();
        ledger.bind(key(1), SPAN, id(2));
        let requests = vec![
            request(1, Approved, Some(1)),
            request(2, Requested, None),
            request(3, Requested, Some(1)),
        ];
        assert_eq!(duplicates(requests, &ledger, None), [1, 3]);
    }

    #[test]
    fn what_is_bound_is_no_duplicate_even_of_a_closed_key() {
        let mut ledger = ledger();
        ledger.bind(key(1), SPAN, id(1));
        ledger.close_key(key(1), SPAN);
        assert_eq!(
            duplicates(vec![request(1, Approved, Some(1))], &ledger, None),
            Vec::<u64>::new()
        );
        // Nor of the key in its marker, once it is bound to another one.
        ledger.bind(key(2), SPAN, id(3));
        ledger.close_key(key(3), SPAN);
        assert_eq!(
            duplicates(vec![request(3, Approved, Some(3))], &ledger, None),
            Vec::<u64>::new()
        );
    }

    #[test]
    fn what_carries_the_marker_of_a_released_key_is_the_heirs_only_while_that_has_none() {
        let mut ledger = ledger();
        ledger.release_key(key(1), SPAN, key(2));
        ledger.release_key(key(2), SPAN, key(3));
        ledger.bind(key(3), SPAN, id(1));
        let edited = || request(5, Approved, Some(1));
        let verdicts = |others: Vec<Request>, ledger: &Ledger| {
            judge(&Sight::new([others, vec![edited()]].concat()), ledger, None)
        };
        let kept = Verdict { key: key(3), keep: RequestId::new(5), duplicates: vec![] };
        assert_eq!(verdicts(vec![request(1, Status::Superseded, Some(1))], &ledger), [kept]);
        let duplicate = Verdict { key: key(1), keep: None, duplicates: vec![edited().id] };
        assert_eq!(verdicts(vec![request(1, Approved, Some(1))], &ledger), [duplicate]);
        // Closed for good under the last of its keys.
        ledger.close_key(key(3), SPAN);
        let duplicate = Verdict { key: key(1), keep: None, duplicates: vec![edited().id] };
        assert_eq!(verdicts(vec![request(1, Canceled, Some(1))], &ledger), [duplicate]);
    }

    #[test]
    fn a_closed_key_keeps_none_unless_it_is_being_inserted() {
        let mut ledger = ledger();
        ledger.close_key(key(1), SPAN);
        let requests = || {
            vec![
                request(1, Requested, Some(1)),
                request(2, Requested, Some(1)),
                request(3, Requested, Some(2)),
            ]
        };
        assert_eq!(duplicates(requests(), &ledger, None), [1, 2]);
        assert_eq!(duplicates(requests(), &ledger, Some(key(2))), [1, 2]);
        assert_eq!(duplicates(requests(), &ledger, Some(key(1))), [2]);
    }

    #[test]
    fn a_request_alone_is_kept_and_bound_while_its_claim_is_open() {
        let alone = || Sight::new(vec![request(1, Requested, Some(1))]);
        assert_eq!(judge(&alone(), &ledger(), None), []);
        let mut ledger = ledger();
        ledger.claim(
            key(1),
            SPAN,
            Claim { in_progress_until: Timestamp::MIN, sent_at: Timestamp::MIN, previous: None },
        );
        assert_eq!(
            judge(&alone(), &ledger, None),
            [Verdict { key: key(1), keep: RequestId::new(1), duplicates: vec![] }]
        );
    }

    fn requests() -> impl Strategy<Value = Vec<Request>> {
        let status = prop_oneof![
            Just(Requested),
            Just(Approved),
            Just(Canceled),
            Just(Status::Denied),
            Just(Status::Superseded)
        ];
        proptest::collection::vec((status, proptest::option::of(0_u8..3)), 0..8).prop_map(|all| {
            all.into_iter()
                .zip(1..)
                .map(|((status, marked), number)| request(number, status, marked))
                .collect()
        })
    }

    proptest! {
        /// Whatever is there: nothing is judged that is not live and marked, nothing that is bound,
        /// and of an open key one stays.
        #[test]
        fn of_every_open_key_one_request_stays(all in requests(), bound in proptest::collection::btree_map(1_u64..8, 0_u8..3, 0..4), closed in proptest::collection::btree_set(0_u8..3, 0..3)) {
            let mut ledger = ledger();
            for (number, of) in &bound {
                ledger.bind(key(*of), SPAN, id(*number));
            }
            for of in &closed {
                ledger.close_key(key(*of), SPAN);
            }
            let sight = Sight::new(all);
            let owners = |judged: &BTreeSet<RequestId>| -> BTreeSet<RequestKey> {
                sight.live().filter(|request| !judged.contains(&request.id)).filter_map(|request| Owner::of(request, &ledger).key()).collect()
            };
            let verdicts = judge(&sight, &ledger, None);
            let judged: BTreeSet<RequestId> = verdicts.iter().flat_map(|verdict| verdict.duplicates.clone()).collect();
            for id in &judged {
                let request = sight.get(as_id(*id)).unwrap();
                prop_assert!(matches!(request.status, Requested | Approved));
                prop_assert!(matches!(Owner::of(request, &ledger), Owner::Marked(_)));
            }
            let before = owners(&BTreeSet::new());
            let after = owners(&judged);
            for of in before.difference(&after) {
                prop_assert!(ledger.is_closed(*of), "{of} lost its last request");
            }
            // Once they are gone, there is nothing left to judge.
            let mut later = sight;
            judged.iter().for_each(|id| later.remove(*id));
            prop_assert!(judge(&later, &ledger, None).iter().all(|verdict| verdict.duplicates.is_empty()));
        }
    }
}
