//! What is live of an agent, for a program that compares it with what somebody else holds and
//! writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr::{Request, Status};
use contract::{RequestKey, RequestedStatus, TimeOffRequestId};
use jiff::civil::Date;
use store::{KeyRecord, Ledger};

use crate::equality::readable;
use crate::ids::Counterpart;
use crate::writing::{Books, Owner, is_live, shares_a_day};
use crate::{Error, Leave, Session};

/// The days on which a request can lie.
const EVER: (Date, Date) = (Date::constant(1900, 1, 1), Date::constant(2100, 12, 31));

/// The live requests of one agent in BambooHR, whenever they are, with what our table knows of
/// them.
#[derive(Debug)]
pub struct LiveRequests {
    ledger: Ledger,
    /// Bound ones before others, approved before requested, then by id.
    requests: Vec<Request>,
    undone: BTreeMap<RequestKey, Undone>,
}

/// What people did in BambooHR with the request of a leave that we did not close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// They cancelled, denied or deleted it.
    Closed,
    /// They made another request of it, which may be live.
    Replaced,
}

/// A live request.
#[derive(Clone, Copy, Debug)]
pub struct LiveRequest<'a> {
    request: &'a Request,
    ledger: &'a Ledger,
}

/// In what a live request is like a leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// It belongs to the leave's key, by a binding or by a marker that counts.
    pub by_key: bool,
    /// It is the very leave: type, and amount on each day.
    pub equal: bool,
    /// It is of the leave's type, or nobody can tell of which, and lies on one of its days.
    pub shares_a_day: bool,
}

impl LiveRequests {
    /// Lists what is live in BambooHR; `ledger` is the agent's.
    ///
    /// # Errors
    /// BambooHR's failures; one whose id, employee, status or days cannot be read is one of them.
    pub async fn read(session: &Session<'_>, ledger: Ledger) -> Result<Self, Error> {
        let employee = ledger.agent().counterpart();
        let listed = session.run(|api| async move { api.requests(employee, EVER.0, EVER.1).await });
        Ok(Self::of(listed.await?, ledger))
    }

    fn of(mut requests: Vec<Request>, ledger: Ledger) -> Self {
        let undone = ledger.keys().filter_map(|record| {
            let key = record.key;
            undone(record, &requests, Books { ledger: &ledger, leave: None }).map(|it| (key, it))
        });
        let undone = undone.collect();
        requests.retain(is_live);
        requests.sort_by_key(|request| {
            let is_bound = ledger.bound_key(request.id.counterpart()).is_some();
            (!is_bound, request.status != Status::Approved, request.id)
        });
        Self { ledger, requests, undone }
    }

    /// The requests. Bound ones come first, then approved ones, then the oldest.
    pub fn iter(&self) -> impl Iterator<Item = LiveRequest<'_>> {
        self.requests.iter().map(|request| LiveRequest { request, ledger: &self.ledger })
    }

    /// Whether the outcome of a send is open that is about the leave: one of its key, or a change
    /// of a request that is bound to it.
    pub fn is_open(&self, leave: &Leave) -> bool {
        let key = self.ledger.released(leave.key);
        let is_claimed = |key| self.ledger.key(key).is_some_and(|record| record.claim.is_some());
        let mut bound = self.ledger.requests().filter(|record| record.key == Some(key));
        is_claimed(key) || is_claimed(leave.key) || bound.any(|record| record.open.is_some())
    }

    /// What people did with the leave's request, where nothing is live that is bound to its key.
    pub fn undone(&self, leave: &Leave) -> Option<Undone> {
        self.undone.get(&self.ledger.released(leave.key)).copied()
    }

    /// Whether people undid one of ours that is none of these leaves: it may be any leave, moved
    /// since.
    pub fn is_another_undone<'a>(&self, leaves: impl Iterator<Item = &'a Leave>) -> bool {
        let known: BTreeSet<RequestKey> =
            leaves.map(|leave| self.ledger.released(leave.key)).collect();
        self.undone.keys().any(|key| !known.contains(key))
    }

    /// The request that stands for `id` now, by what our table knows.
    pub fn latest(&self, id: TimeOffRequestId) -> TimeOffRequestId {
        self.ledger.latest(id)
    }
}

/// What people did with the request of a key, by everything that is listed of the agent.
fn undone(record: &KeyRecord, listed: &[Request], books: Books<'_>) -> Option<Undone> {
    let (ledger, key) = (books.ledger, record.key);
    let is_of_the_key = |it: &Request| is_live(it) && books.owner(it).key() == Some(key);
    let bound: Vec<TimeOffRequestId> = ledger.bound_to(key).collect();
    let is_open = |id: &TimeOffRequestId| {
        ledger.request(*id).is_some_and(|request| request.open.is_some())
            || ledger.claims_replacing(*id).next().is_some()
    };
    if record.closed.is_some() || listed.iter().any(is_of_the_key) || bound.iter().any(is_open) {
        return None;
    }
    let is_closed = |id: &TimeOffRequestId| {
        let found = listed.iter().find(|request| request.id.counterpart() == *id);
        found.is_none_or(|found| matches!(found.status, Status::Canceled | Status::Denied))
    };
    let is_marked = listed.iter().any(|request| books.foreign_marker(request) == Some(key));
    match bound.as_slice() {
        [] => is_marked.then_some(Undone::Replaced),
        bound if bound.iter().all(is_closed) && !is_marked => Some(Undone::Closed),
        _ => Some(Undone::Replaced),
    }
}

impl LiveRequest<'_> {
    /// BambooHR's id of it.
    pub fn id(&self) -> TimeOffRequestId {
        self.request.id.counterpart()
    }

    /// `requested` is what Genesys calls pending.
    pub fn status(&self) -> RequestedStatus {
        match self.request.status {
            Status::Approved => RequestedStatus::Approved,
            _ => RequestedStatus::Pending,
        }
    }

    /// First and last day.
    pub fn span(&self) -> (Date, Date) {
        (self.request.start, self.request.end)
    }

    /// Whether it is ours by what our table knows: bound, or marked for a key whose leave it still
    /// is.
    pub fn is_ours(&self) -> bool {
        Books { ledger: self.ledger, leave: None }.owner(self.request) != Owner::Nobody
    }

    /// Whether BambooHR's record of it says what it is of.
    pub fn is_readable(&self) -> bool {
        self.request.time_off.is_ok()
    }

    /// In what it is like this leave.
    pub fn likeness(&self, leave: &Leave) -> Likeness {
        let owner = Books { ledger: self.ledger, leave: Some(leave) }.owner(self.request);
        let may_be_of_the_type =
            !self.is_readable() || readable(leave.agent, leave.type_id, self.request).is_some();
        Likeness {
            by_key: owner.key() == Some(self.ledger.released(leave.key)),
            equal: leave.is_same(self.request),
            shares_a_day: may_be_of_the_type && shares_a_day(leave.span(), self.request),
        }
    }
}
