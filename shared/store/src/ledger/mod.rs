//! What is known of one agent's time-off requests beyond what the HRIS itself can tell.

mod failed;
mod footprint;
mod items;
mod record;
mod unsettled;

use std::collections::{BTreeMap, BTreeSet};

use contract::{ExternalId, RequestKey, TimeOffRequestId};
use jiff::Timestamp;
use jiff::civil::Date;

pub use failed::FailedInput;
pub use record::{
    Claim, Closed, Doubt, KeptLeave, KeyRecord, OpenChange, RequestRecord, SentStatus,
    StatusChange, Subject, Unsettled, UnsettledEntry,
};

/// Everything recorded about the requests of one agent, read under the agent's write lease.
///
/// Changes are made here and remembered; [`Table::save`](crate::Table::save) writes them in one
/// transaction.
#[derive(Clone, Debug)]
pub struct Ledger {
    agent: ExternalId,
    keys: BTreeMap<RequestKey, KeyRecord>,
    requests: BTreeMap<TimeOffRequestId, RequestRecord>,
    saved_keys: BTreeMap<RequestKey, KeyRecord>,
    saved_requests: BTreeMap<TimeOffRequestId, RequestRecord>,
    unsure_keys: BTreeSet<RequestKey>,
    unsure_requests: BTreeSet<TimeOffRequestId>,
    /// When something new of a record was last written; that it was looked at in vain is not new.
    recorded: BTreeMap<Subject, Timestamp>,
    /// What is new since the last save.
    news: BTreeSet<Subject>,
    failed: Vec<FailedInput>,
    /// The failed inputs that the next save erases.
    erased: BTreeSet<Subject>,
}

impl Ledger {
    /// A ledger as read from the table.
    pub(crate) fn read(
        agent: ExternalId,
        keys: Vec<KeyRecord>,
        requests: Vec<RequestRecord>,
    ) -> Self {
        let keys: BTreeMap<_, _> = keys.into_iter().map(|record| (record.key, record)).collect();
        let requests: BTreeMap<_, _> =
            requests.into_iter().map(|record| (record.id, record)).collect();
        Self {
            agent,
            saved_keys: keys.clone(),
            saved_requests: requests.clone(),
            keys,
            requests,
            unsure_keys: BTreeSet::new(),
            unsure_requests: BTreeSet::new(),
            recorded: BTreeMap::new(),
            news: BTreeSet::new(),
            failed: Vec::new(),
            erased: BTreeSet::new(),
        }
    }

    /// With the failed inputs of the agent, and when the records were written.
    fn with_failed(
        mut self,
        failed: Vec<FailedInput>,
        recorded: BTreeMap<Subject, Timestamp>,
    ) -> Self {
        (self.failed, self.recorded) = (failed, recorded);
        self.mark_stale();
        self
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

    /// Every request that has a record.
    pub fn requests(&self) -> impl Iterator<Item = &RequestRecord> {
        self.requests.values()
    }

    /// The key that a request is bound to.
    pub fn bound_key(&self, id: TimeOffRequestId) -> Option<RequestKey> {
        self.requests.get(&id).and_then(|record| record.key)
    }

    /// The requests that are bound to `key`, that we did not close and that no other one stands
    /// for.
    pub fn bound_to(&self, key: RequestKey) -> impl Iterator<Item = TimeOffRequestId> {
        self.requests
            .values()
            .filter(move |record| record.key == Some(key))
            .filter(|record| !record.closed && record.successor.is_none())
            .map(|record| record.id)
    }

    /// Whether an update closed the key and nothing was inserted for it since.
    pub fn is_closed(&self, key: RequestKey) -> bool {
        self.keys.get(&key).is_some_and(|record| record.closed.is_some())
    }

    /// The key for which a marker of `key` stands: itself, or the last one that its request was
    /// released to.
    pub fn released(&self, key: RequestKey) -> RequestKey {
        let mut last = key;
        for _ in &self.keys {
            match self.keys.get(&last).and_then(|record| record.closed) {
                Some(Closed::Released(to)) => last = to,
                _ => break,
            }
        }
        last
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

    /// Every request that `id` stands for, itself included.
    pub fn chain_of(&self, id: TimeOffRequestId) -> BTreeSet<TimeOffRequestId> {
        let stands_for = |record: &&RequestRecord| self.latest(record.id) == id;
        self.requests.values().filter(stands_for).map(|record| record.id).chain([id]).collect()
    }

    /// The days of every leave that `id` stood for or that a send was to make of it: where second
    /// requests may turn up.
    pub fn days_of(&self, id: TimeOffRequestId) -> impl Iterator<Item = (Date, Date)> {
        let chain = self.chain_of(id);
        let bound = chain.clone().into_iter().filter_map(|id| self.keys.get(&self.bound_key(id)?));
        bound
            .chain(chain.into_iter().flat_map(|id| self.claims_replacing(id)))
            .map(|record| record.leave.span())
    }

    /// Whether binding `id` to `key` would change nothing.
    pub fn is_bound(&self, key: RequestKey, id: TimeOffRequestId) -> bool {
        let is_current = |record: &RequestRecord| {
            record.key == Some(key) && !record.closed && record.successor.is_none()
        };
        self.requests.get(&id).is_some_and(is_current)
            && self
                .keys
                .get(&key)
                .is_some_and(|record| record.claim.is_none() && record.closed.is_none())
    }

    /// A send of `key`'s request is about to go out: from now on a request of the key that turns up
    /// is expected, even if an update had closed the key before. It is looked at when it is `due`.
    pub fn claim(&mut self, key: RequestKey, leave: KeptLeave, claim: Claim, due: Timestamp) {
        let unsettled = Some(Unsettled::new(claim.sent_at, due));
        // An earlier send that is open may still arrive, with the status that it was sent with.
        let doubt = self.keys.get(&key).map(KeyRecord::doubt).unwrap_or_default();
        self.put_key(KeyRecord {
            doubt,
            claim: Some(claim),
            unsettled,
            ..KeyRecord::new(key, leave)
        });
    }

    /// The send that the claim was made for is known to have had no effect: the key is as it was
    /// before.
    pub fn restore(&mut self, key: RequestKey, before: Option<KeyRecord>) {
        match before {
            Some(record) => self.put_key(record),
            None => drop(self.keys.remove(&key)),
        }
    }

    /// What was done to the request is known to have had no effect: it is as it was before. Of one
    /// that was not known then, an empty record stays.
    pub fn restore_request(&mut self, id: TimeOffRequestId, before: Option<RequestRecord>) {
        match (before, self.requests.get(&id)) {
            (Some(record), _) => self.put_request(record),
            (None, Some(record)) => {
                let empty = RequestRecord::new(id, record.end);
                self.put_request(empty);
            }
            (None, None) => {}
        }
    }

    /// The request of `key` lives on as that of `to`, for which the marker of `key` stands from now
    /// on: second requests of it would be second ones of `to`.
    pub fn release(&mut self, key: RequestKey, to: RequestKey) {
        let Some(mut from) = self.keys.get(&key).cloned() else { return };
        let doubt = from.doubt();
        from.closed = Some(Closed::Released(to));
        self.put_key(from);
        if let Some(mut record) = self.keys.get(&to).cloned() {
            record.doubt = record.doubt.or(doubt);
            self.put_key(record);
        }
    }

    /// `id` is the live request of `key`, and came of its only send: nothing is left open.
    pub fn bind_created(&mut self, key: RequestKey, leave: KeptLeave, id: TimeOffRequestId) {
        let doubt = self.keys.get(&key).map(|record| record.doubt).unwrap_or_default();
        self.put_key(KeyRecord { doubt, ..KeyRecord::new(key, leave) });
        self.put_bound(key, id);
    }

    /// `id` is the live request of `key`, and came of one of its claim's sends. Where there was
    /// more than one, or it is not certain that it came of any, the key stays unsettled: another
    /// one may arrive.
    pub fn bind_arrived(
        &mut self,
        key: RequestKey,
        leave: KeptLeave,
        id: TimeOffRequestId,
        is_certain: bool,
        now: Timestamp,
    ) {
        let (doubt, left) = match self.keys.get(&key) {
            Some(record) => (record.doubt(), record.claim.as_ref().map_or(0, |claim| claim.sends)),
            None => (Doubt::default(), 0),
        };
        let unsettled = (left > 1 || left == 1 && !is_certain).then(|| Unsettled::renewed(now));
        let kept = self.keys.get(&key).and_then(|record| record.unsettled);
        let unsettled = if left == 0 { kept } else { unsettled };
        self.put_key(KeyRecord { doubt, unsettled, ..KeyRecord::new(key, leave) });
        self.put_bound(key, id);
    }

    /// `id` is the live request of `key`, and did not come of the send that the key's claim, if
    /// any, was made for: that one stays open.
    pub fn bind(&mut self, key: RequestKey, leave: KeptLeave, id: TimeOffRequestId) {
        let before = self.keys.get(&key).cloned();
        let record = KeyRecord {
            leave: leave.clone(),
            closed: None,
            ..before.unwrap_or_else(|| KeyRecord::new(key, leave))
        };
        self.put_key(record);
        self.put_bound(key, id);
    }

    fn put_bound(&mut self, key: RequestKey, id: TimeOffRequestId) {
        let Some(end) = self.keys.get(&key).map(|record| record.leave.end) else { return };
        let before = self.request_or_new(id, end);
        // A live request stands for itself, even where it was a duplicate of another one before.
        let (key, successor) = (Some(key), None);
        self.put_request(RequestRecord { end, key, successor, closed: false, ..before });
    }

    /// `old` was replaced by `new`.
    pub fn supersede(&mut self, old: TimeOffRequestId, new: TimeOffRequestId, end: Date) {
        let before = self.request_or_new(old, end);
        self.put_request(RequestRecord { successor: Some(new), ..before });
    }

    /// A change of the request's status is about to be sent. It is looked at when it is `due`.
    pub fn open_change(
        &mut self,
        id: TimeOffRequestId,
        end: Date,
        open: OpenChange,
        due: Timestamp,
    ) {
        let before = self.request_or_new(id, end);
        let unsettled = Some(Unsettled::new(open.sent_at, due));
        self.put_request(RequestRecord { open: Some(open), unsettled, ..before });
    }

    /// The outcome of the request's change of status is clear.
    pub fn clear_change(&mut self, id: TimeOffRequestId) {
        if let Some(before) = self.requests.get(&id).cloned() {
            self.put_request(RequestRecord { open: None, unsettled: None, ..before });
        }
    }

    /// An update cancelled, denied or superseded the request `id`.
    pub fn close_request(&mut self, id: TimeOffRequestId, end: Date) {
        let before = self.request_or_new(id, end);
        self.put_request(RequestRecord { closed: true, ..before });
    }

    /// An update closed `key`'s request, or gave it to another key. The claim, if any, stays: its
    /// time of sending says how long a late commit may still arrive.
    pub fn close_key(&mut self, key: RequestKey, leave: KeptLeave, closed: Closed) {
        let before = self.keys.get(&key).cloned();
        let record = before.unwrap_or_else(|| KeyRecord::new(key, leave));
        self.put_key(KeyRecord { closed: Some(closed), ..record });
    }

    /// What is due was looked at and nothing new was learnt of it. How many are settled by that.
    pub fn looked_at(&mut self, subjects: &BTreeSet<Subject>, now: Timestamp) -> u64 {
        let mut settled = 0;
        for subject in subjects {
            let unsettled = match subject {
                Subject::Key(key) => self.keys.get(key).and_then(|record| record.unsettled),
                Subject::Request(id) => self.requests.get(id).and_then(|record| record.unsettled),
            };
            // One that something new was learnt of is due later than now already.
            let Some(unsettled) = unsettled.filter(|unsettled| unsettled.due <= now) else {
                continue;
            };
            let left = unsettled.looked_at(now);
            settled += u64::from(left.is_none());
            match subject {
                Subject::Key(key) => self.leave_key_unsettled(*key, left),
                Subject::Request(id) => self.leave_request_unsettled(*id, left),
            }
        }
        settled
    }

    fn leave_key_unsettled(&mut self, key: RequestKey, left: Option<Unsettled>) {
        if let Some(before) = self.keys.get(&key).cloned() {
            let doubt = before.doubt();
            let claim = before.claim.clone().filter(|_| left.is_some());
            self.keys.insert(key, KeyRecord { doubt, claim, unsettled: left, ..before });
        }
    }

    fn leave_request_unsettled(&mut self, id: TimeOffRequestId, left: Option<Unsettled>) {
        if let Some(before) = self.requests.get(&id).cloned() {
            let open = before.open.filter(|_| left.is_some());
            self.requests.insert(id, RequestRecord { open, unsettled: left, ..before });
        }
    }

    /// What is unsettled and due.
    pub fn due(&self, now: Timestamp) -> BTreeSet<Subject> {
        let is_due =
            |unsettled: Option<Unsettled>| unsettled.is_some_and(|unsettled| unsettled.due <= now);
        let keys = self.keys.values().filter(|record| is_due(record.unsettled));
        let requests = self.requests.values().filter(|record| is_due(record.unsettled));
        keys.map(|record| Subject::Key(record.key))
            .chain(requests.map(|record| Subject::Request(record.id)))
            .collect()
    }

    fn request_or_new(&self, id: TimeOffRequestId, end: Date) -> RequestRecord {
        self.requests.get(&id).cloned().unwrap_or_else(|| RequestRecord::new(id, end))
    }

    fn put_key(&mut self, record: KeyRecord) {
        if self.keys.get(&record.key) != Some(&record) {
            self.news.insert(Subject::Key(record.key));
        }
        self.keys.insert(record.key, record);
    }

    fn put_request(&mut self, record: RequestRecord) {
        if self.requests.get(&record.id) != Some(&record) {
            self.news.insert(Subject::Request(record.id));
        }
        self.requests.insert(record.id, record);
    }

    /// The time to be written with a record that is saved `now`.
    pub(crate) fn recorded_at(&self, subject: Subject, now: Timestamp) -> Timestamp {
        let before = self.recorded.get(&subject).filter(|_| !self.news.contains(&subject));
        before.copied().unwrap_or(now)
    }

    /// The failed inputs that are to be erased.
    pub(crate) fn erased(&self) -> impl Iterator<Item = Subject> {
        self.erased.iter().copied()
    }

    /// The keys whose record is to be written: changed since the last save, or perhaps written by
    /// one that failed. As it was, and as it is; `None` where it is to be deleted.
    pub(crate) fn changed_keys(
        &self,
    ) -> impl Iterator<Item = (RequestKey, Option<&KeyRecord>, Option<&KeyRecord>)> {
        let all: BTreeSet<_> =
            self.keys.keys().chain(self.saved_keys.keys()).chain(&self.unsure_keys).collect();
        all.into_iter()
            .map(|key| (*key, self.saved_keys.get(key), self.keys.get(key)))
            .filter(|(key, before, after)| before != after || self.unsure_keys.contains(key))
    }

    /// The request records that are to be written, as they were and as they are.
    pub(crate) fn changed_requests(
        &self,
    ) -> impl Iterator<Item = (Option<&RequestRecord>, &RequestRecord)> {
        let is_unsure = |id| self.unsure_requests.contains(id);
        self.requests
            .values()
            .map(|record| (self.saved_requests.get(&record.id), record))
            .filter(move |(before, after)| *before != Some(*after) || is_unsure(&after.id))
    }

    /// Whether anything is to be saved.
    pub fn is_changed(&self) -> bool {
        self.changed_keys().next().is_some()
            || self.changed_requests().next().is_some()
            || !self.erased.is_empty()
    }

    /// A save is about to be tried: should it fail, nobody knows what it has written.
    pub(crate) fn saving(&mut self) {
        let keys: Vec<_> = self.changed_keys().map(|(key, ..)| key).collect();
        let requests: Vec<_> = self.changed_requests().map(|(_, record)| record.id).collect();
        self.unsure_keys.extend(keys);
        self.unsure_requests.extend(requests);
    }

    /// Whether an earlier save of this key failed, so that the table may hold anything of it.
    pub(crate) fn is_unsure_of_key(&self, key: RequestKey) -> bool {
        self.unsure_keys.contains(&key)
    }

    /// As [`is_unsure_of_key`](Self::is_unsure_of_key), of a request.
    pub(crate) fn is_unsure_of_request(&self, id: TimeOffRequestId) -> bool {
        self.unsure_requests.contains(&id)
    }

    /// Everything is in the table, since `now`.
    pub(crate) fn saved(&mut self, now: Timestamp) {
        let news = std::mem::take(&mut self.news);
        self.recorded.extend(news.into_iter().map(|subject| (subject, now)));
        let erased = std::mem::take(&mut self.erased);
        self.failed.retain(|failed| !erased.contains(&failed.subject));
        self.saved_keys.clone_from(&self.keys);
        self.saved_requests.clone_from(&self.requests);
        self.unsure_keys.clear();
        self.unsure_requests.clear();
    }
}
