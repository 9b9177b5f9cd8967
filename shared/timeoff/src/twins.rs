//! Twins: second live requests of one key, which a send that seemed lost has left behind.

use std::collections::BTreeMap;

use bamboohr::{Change, Request, RequestId, Status};
use contract::RequestKey;
use lambda::Metric;
use store::Ledger;

use crate::sight::{Owner, as_id};
use crate::status::Changed;
use crate::{Desk, Sight};

/// What is to be done about the marked requests of one key.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    key: RequestKey,
    /// The key's request that stays; none when the key is closed.
    keep: Option<RequestId>,
    /// Those that are cancelled.
    twins: Vec<RequestId>,
}

impl Desk<'_> {
    /// Cancels every twin in sight. A cancellation that BambooHR refuses is logged and counted and fails nothing; the next
    /// look tries again.
    ///
    /// `inserting` is the key that is about to be inserted: a late request of it is adopted, not cancelled, even if an update
    /// had closed the key.
    pub async fn settle_twins(&mut self, sight: &mut Sight, inserting: Option<RequestKey>) {
        for Verdict { key, keep, twins } in judge(sight, &self.ledger, inserting) {
            if let Some(request) = keep.and_then(|id| sight.get(as_id(id))) {
                self.record_live(key, (request.start, request.end), as_id(request.id));
            }
            for id in twins {
                let end = sight.get(as_id(id)).map(|twin| twin.end);
                match self.change_status(id, Change::Cancel).await {
                    Ok(Changed::Reached | Changed::AwaitsApprovers) => {
                        tracing::warn!(event = "twin.cancelled", timeoff_request_id = %id, "a second live request of one key was cancelled");
                        self.session.call().count(Metric::TwinCancelled, 1);
                        sight.remove(id);
                        // Genesys may hold the twin's id, from an answer that could not be recorded.
                        if let Some((keep, end)) = keep.zip(end) {
                            self.ledger.supersede(as_id(id), as_id(keep), end);
                        }
                    }
                    Ok(Changed::Refused(_, error)) => {
                        tracing::warn!(event = "twin.refused", timeoff_request_id = %id, %error, "BambooHR refused to cancel a second live request of one key");
                        self.session.call().count(Metric::TwinRefused, 1);
                    }
                    Err(error) => {
                        tracing::warn!(event = "twin.kept", timeoff_request_id = %id, %error, "a second live request of one key could not be cancelled yet");
                    }
                }
            }
        }
    }
}

/// Finds the twins among the live requests.
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
    let verdict = |(key, mut requests): (RequestKey, Vec<&Request>)| {
        requests.sort_by_key(|request| (request.status != Status::Approved, request.id));
        let mut ids = requests.iter().map(|request| request.id);
        let closed = ledger.is_closed(key) && inserting != Some(key);
        let keep = match bound.get(&key) {
            Some(bound) => Some(*bound),
            None if closed => None,
            None => ids.next(),
        };
        Verdict { key, keep, twins: ids.collect() }
    };
    // A request that stands alone is bound as well while the claim of its send is open: whoever closes the key later means
    // another one.
    let is_open = |key| ledger.key(key).is_some_and(|record| record.claim.is_some());
    marked.into_iter().map(verdict).filter(|verdict| !verdict.twins.is_empty() || is_open(verdict.key)).collect()
}
