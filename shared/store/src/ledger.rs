//! What is known of one agent's time-off requests beyond what the HRIS itself can tell.

use std::collections::{BTreeMap, BTreeSet};

use contract::{ExternalId, RequestKey, TimeOffRequestId};
use jiff::Timestamp;
use jiff::civil::Date;

/// A send under way, or one whose outcome nobody knows: the idempotency record's state INPROGRESS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// When the call that made the claim is over at the latest (its lease's end); before, no other
    /// call takes it over.
    pub in_progress_until: Timestamp,
    /// The last time the request was sent, and not seen to be refused.
    pub sent_at: Timestamp,
    /// The request whose place it takes: one that BambooHR replaces by it, or one that was closed
    /// before.
    pub previous: Option<TimeOffRequestId>,
}

/// An idempotency record: what became of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The key.
    pub key: RequestKey,
    /// The first day of the request.
    pub start: Date,
    /// The last day of the request.
    pub end: Date,
    /// The send whose outcome is open.
    pub claim: Option<Claim>,
    /// An update cancelled, denied or superseded the key's request, or gave it to another key, and
    /// nothing was inserted for the key since.
    pub closed: bool,
    /// Closed, because the key's request was given to this key.
    pub released_to: Option<RequestKey>,
}

/// What is known of one request of the HRIS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// The request.
    pub id: TimeOffRequestId,
    /// The last day of the request.
    pub end: Date,
    /// The key that the request is bound to.
    pub key: Option<RequestKey>,
    /// The request that replaced it.
    pub successor: Option<TimeOffRequestId>,
    /// An update of ours cancelled, denied or superseded it.
    pub closed: bool,
}

/// Everything recorded about the requests of one agent, read under the agent's write lease.
///
/// Changes are made here and remembered; [`Table::save`](crate::Table::save) writes them in one
/// transaction.
#[derive(Clone, Debug)]
pub struct Ledger {
    agent: ExternalId,
    keys: BTreeMap<RequestKey, KeyRecord>,
    requests: BTreeMap<TimeOffRequestId, RequestRecord>,
    touched_keys: BTreeSet<RequestKey>,
    touched_requests: BTreeSet<TimeOffRequestId>,
}

impl Ledger {
    /// A ledger as read from the table.
    pub(crate) fn read(
        agent: ExternalId,
        keys: Vec<KeyRecord>,
        requests: Vec<RequestRecord>,
    ) -> Self {
        Self {
            agent,
            keys: keys.into_iter().map(|record| (record.key, record)).collect(),
            requests: requests.into_iter().map(|record| (record.id, record)).collect(),
            touched_keys: BTreeSet::new(),
            touched_requests: BTreeSet::new(),
        }
    }

    /// An empty ledger, of an agent who never had a request through us.
    pub fn empty(agent: ExternalId) -> Self {
        Self::read(agent, Vec::new(), Vec::new())
    }

    /// Whose ledger it is.
    pub fn agent(&self) -> ExternalId {
        self.agent
    }

    /// The record of a key.
    pub fn key(&self, key: RequestKey) -> Option<&KeyRecord> {
        self.keys.get(&key)
    }

    /// Every key that has a record.
    pub fn keys(&self) -> impl Iterator<Item = &KeyRecord> {
        self.keys.values()
    }

    /// The record of a request.
    pub fn request(&self, id: TimeOffRequestId) -> Option<&RequestRecord> {
        self.requests.get(&id)
    }

    /// The key that a request is bound to.
    pub fn bound_key(&self, id: TimeOffRequestId) -> Option<RequestKey> {
        self.requests.get(&id).and_then(|record| record.key)
    }

    /// Whether an update closed the key and nothing was inserted for it since.
    pub fn is_closed(&self, key: RequestKey) -> bool {
        self.keys.get(&key).is_some_and(|record| record.closed)
    }

    /// The key that the request of `key` was given to, and that was not closed since. A key that
    /// got it may have passed it on.
    pub fn heir(&self, key: RequestKey) -> Option<RequestKey> {
        let mut heir = self.keys.get(&key)?.released_to?;
        for _ in &self.keys {
            match self.keys.get(&heir).filter(|record| record.closed) {
                Some(closed) => heir = closed.released_to?,
                None => break,
            }
        }
        Some(heir)
    }

    /// The open claims of keys whose send was to take the place of `id`.
    pub fn claims_replacing(&self, id: TimeOffRequestId) -> impl Iterator<Item = &KeyRecord> {
        self.keys.values().filter(move |record| {
            record.claim.as_ref().is_some_and(|claim| claim.previous == Some(id))
        })
    }

    /// The last of the chain of recorded successors of `id`; `id` itself when nothing replaced it.
    pub fn latest(&self, id: TimeOffRequestId) -> TimeOffRequestId {
        let mut seen = BTreeSet::from([id]);
        let mut latest = id;
        while let Some(next) = self.requests.get(&latest).and_then(|record| record.successor) {
            if !seen.insert(next) {
                break;
            }
            latest = next;
        }
        latest
    }

    /// A send of `key`'s request is about to go out: from now on a request of the key that turns up
    /// is expected, even if an update had closed the key before.
    pub fn claim(&mut self, key: RequestKey, (start, end): (Date, Date), claim: Claim) {
        self.put_key(KeyRecord {
            key,
            start,
            end,
            claim: Some(claim),
            closed: false,
            released_to: None,
        });
    }

    /// The send that the claim was made for is known to have had no effect: the key is as it was
    /// before.
    pub fn restore(&mut self, key: RequestKey, before: Option<KeyRecord>) {
        match before {
            Some(record) => self.put_key(record),
            None => self.forget(key),
        }
    }

    /// Everything recorded since `before` is known to have had no effect. Of a request that was not
    /// known then, an empty record stays.
    pub fn restore_all(&mut self, before: &Self) {
        let keys: Vec<RequestKey> = self.keys.keys().chain(before.keys.keys()).copied().collect();
        for key in keys {
            self.restore(key, before.keys.get(&key).cloned());
        }
        let requests: Vec<RequestRecord> = self.requests.values().cloned().collect();
        for RequestRecord { id, end, .. } in requests {
            self.put_request(before.request_or_new(id, end));
        }
    }

    /// The call whose lease lasts until `until` is over: claims that it leaves open may be taken
    /// over from `now` on.
    pub fn give_up_claims(&mut self, until: Timestamp, now: Timestamp) {
        let mine = |record: &&KeyRecord| {
            record.claim.as_ref().is_some_and(|claim| claim.in_progress_until == until)
        };
        let left_open: Vec<KeyRecord> = self.keys.values().filter(mine).cloned().collect();
        for mut record in left_open {
            if let Some(claim) = &mut record.claim {
                claim.in_progress_until = now;
            }
            self.put_key(record);
        }
    }

    /// `id` is the live request of `key`: the idempotency record's state COMPLETED.
    pub fn bind(&mut self, key: RequestKey, (start, end): (Date, Date), id: TimeOffRequestId) {
        self.put_binding(key, (start, end), id, None);
    }

    /// `id` is the live request of `key`, and did not come of the send that the key's claim was
    /// made for: that one stays open.
    pub fn bind_beside_claim(&mut self, key: RequestKey, span: (Date, Date), id: TimeOffRequestId) {
        let claim = self.keys.get(&key).and_then(|record| record.claim.clone());
        self.put_binding(key, span, id, claim);
    }

    fn put_binding(
        &mut self,
        key: RequestKey,
        (start, end): (Date, Date),
        id: TimeOffRequestId,
        claim: Option<Claim>,
    ) {
        self.put_key(KeyRecord { key, start, end, claim, closed: false, released_to: None });
        let successor = self.requests.get(&id).and_then(|record| record.successor);
        self.put_request(RequestRecord { id, end, key: Some(key), successor, closed: false });
    }

    /// The days of every leave that `id` stood for or that a send was to make of it: where second
    /// requests may turn up.
    pub fn days_of(&self, id: TimeOffRequestId) -> impl Iterator<Item = (Date, Date)> {
        let chain = self.requests.values().filter(move |record| self.latest(record.id) == id);
        let bound =
            chain.clone().filter_map(|record| record.key).filter_map(|key| self.keys.get(&key));
        bound
            .chain(chain.flat_map(|record| self.claims_replacing(record.id)))
            .map(|record| (record.start, record.end))
    }

    /// Whether binding `id` to `key` would change nothing.
    pub fn is_bound(&self, key: RequestKey, id: TimeOffRequestId) -> bool {
        let is_current = |record: &RequestRecord| record.key == Some(key) && !record.closed;
        self.requests.get(&id).is_some_and(is_current)
            && self.keys.get(&key).is_some_and(|record| record.claim.is_none() && !record.closed)
    }

    /// `old` was replaced by `new`.
    pub fn supersede(&mut self, old: TimeOffRequestId, new: TimeOffRequestId, end: Date) {
        let mut record = self.request_or_new(old, end);
        record.successor = Some(new);
        self.put_request(record);
    }

    /// An update cancelled, denied or superseded the request `id`.
    pub fn close_request(&mut self, id: TimeOffRequestId, end: Date) {
        let mut record = self.request_or_new(id, end);
        record.closed = true;
        self.put_request(record);
    }

    /// An update cancelled, denied or superseded `key`'s request: whatever of the key turns up from
    /// now on is a duplicate.
    ///
    /// The claim, if any, stays: its time of sending says how long a late commit may still arrive.
    pub fn close_key(&mut self, key: RequestKey, span: (Date, Date)) {
        self.put_closed(key, span, None);
    }

    /// `key`'s request lives on as that of `to`: whatever else of the key turns up from now on is a
    /// duplicate of it.
    pub fn release_key(&mut self, key: RequestKey, span: (Date, Date), to: RequestKey) {
        self.put_closed(key, span, Some(to));
    }

    fn put_closed(
        &mut self,
        key: RequestKey,
        (start, end): (Date, Date),
        released_to: Option<RequestKey>,
    ) {
        let claim = self.keys.get(&key).and_then(|record| record.claim.clone());
        self.put_key(KeyRecord { key, start, end, claim, closed: true, released_to });
    }

    /// No request belongs to `key` any more, and none was closed.
    fn forget(&mut self, key: RequestKey) {
        if self.keys.remove(&key).is_some() {
            self.touched_keys.insert(key);
        }
    }

    fn request_or_new(&self, id: TimeOffRequestId, end: Date) -> RequestRecord {
        self.requests.get(&id).cloned().unwrap_or(RequestRecord {
            id,
            end,
            key: None,
            successor: None,
            closed: false,
        })
    }

    fn put_key(&mut self, record: KeyRecord) {
        if self.keys.get(&record.key) != Some(&record) {
            self.touched_keys.insert(record.key);
            self.keys.insert(record.key, record);
        }
    }

    fn put_request(&mut self, record: RequestRecord) {
        if self.requests.get(&record.id) != Some(&record) {
            self.touched_requests.insert(record.id);
            self.requests.insert(record.id, record);
        }
    }

    /// The keys whose record changed since the last save; without a record where it is to be
    /// deleted.
    pub(crate) fn changed_keys(&self) -> impl Iterator<Item = (RequestKey, Option<&KeyRecord>)> {
        self.touched_keys.iter().map(|key| (*key, self.keys.get(key)))
    }

    /// The request records that changed since the last save.
    pub(crate) fn changed_requests(&self) -> impl Iterator<Item = &RequestRecord> {
        self.touched_requests.iter().filter_map(|id| self.requests.get(id))
    }

    /// Whether anything is to be saved.
    pub fn is_changed(&self) -> bool {
        !self.touched_keys.is_empty() || !self.touched_requests.is_empty()
    }

    /// Everything is in the table now.
    pub(crate) fn saved(&mut self) {
        self.touched_keys.clear();
        self.touched_requests.clear();
    }
}
