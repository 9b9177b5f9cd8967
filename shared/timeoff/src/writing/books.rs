//! Whose a request is. We prove it by content: a note is copied easily.

use bamboohr::{Request, Status};
use contract::RequestKey;
use store::{Ledger, RequestRecord};

use super::note::marked_key;
use crate::Leave;
use crate::equality::is_what_was_kept;
use crate::ids::Counterpart;

/// To which key a request belongs, and how we know. A binding outranks a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Our table says so.
    Bound(RequestKey),
    /// Its note says so, it is what its key says, and the table knows no binding.
    Marked(RequestKey),
    /// Neither says anything: entered by hand, edited, copied, or by another program.
    Nobody,
}

impl Owner {
    /// The key that owns the request.
    pub(crate) fn key(self) -> Option<RequestKey> {
        match self {
            Self::Bound(key) | Self::Marked(key) => Some(key),
            Self::Nobody => None,
        }
    }

    /// Whether the request belongs to another key than `key`.
    pub(crate) fn is_other_than(self, key: RequestKey) -> bool {
        self.key().is_some_and(|owner| owner != key)
    }
}

/// What decides whose a request is: what is recorded, and the leave in hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Books<'a> {
    /// What is recorded of the agent.
    pub ledger: &'a Ledger,
    /// The leave that the call is about, where it names one.
    pub leave: Option<&'a Leave>,
}

impl Books<'_> {
    /// The owner of one of the agent's requests.
    pub(crate) fn owner(&self, request: &Request) -> Owner {
        if let Some(key) = self.ledger.bound_key(request.id.counterpart()) {
            return Owner::Bound(key);
        }
        match self.marked(request) {
            Some(key) if self.is_what_its_key_says(key, request) => Owner::Marked(key),
            _ => Owner::Nobody,
        }
    }

    /// The key for which the marker in the request's note stands, whether or not it counts.
    pub(crate) fn marked(&self, request: &Request) -> Option<RequestKey> {
        marked_key(request.employee_note.as_deref()).map(|key| self.ledger.released(key))
    }

    /// Whether the request still is what is kept for `key`; where nothing is, whether it is the
    /// leave in hand, which has this key.
    pub(crate) fn is_what_its_key_says(&self, key: RequestKey, request: &Request) -> bool {
        match self.ledger.key(key) {
            Some(record) => is_what_was_kept(&record.leave, self.ledger.agent(), request),
            None => self.leave.is_some_and(|leave| leave.key == key && leave.is_same(request)),
        }
    }

    /// Whether the request is a duplicate that was bound to `key` before another one was, and still
    /// is what the key says: it was to be cancelled, and is there still.
    pub(crate) fn is_left_over(&self, key: RequestKey, request: &Request) -> bool {
        let record = self.ledger.request(request.id.counterpart());
        let stands_for_another = |record: &RequestRecord| {
            record.key == Some(key) && !record.closed && record.successor.is_some()
        };
        record.is_some_and(stands_for_another) && self.is_what_its_key_says(key, request)
    }

    /// The key of the request's marker, where that does not count.
    pub(crate) fn foreign_marker(&self, request: &Request) -> Option<RequestKey> {
        let is_foreign = is_live(request) && self.owner(request) == Owner::Nobody;
        self.marked(request).filter(|_| is_foreign)
    }

    /// Whether a foreign marker may be our affair: it is of a key that the table knows, or on a day
    /// of the leave in hand.
    pub(crate) fn concerns_us(&self, key: RequestKey, request: &Request) -> bool {
        self.ledger.key(key).is_some()
            || self.leave.is_some_and(|leave| shares_a_day(leave.span(), request))
    }
}

/// A request counts as live: `requested` or `approved`.
pub(crate) fn is_live(request: &Request) -> bool {
    matches!(request.status, Status::Requested | Status::Approved)
}

/// Whether the request lies on one of these days.
pub(crate) fn shares_a_day(
    (start, end): (jiff::civil::Date, jiff::civil::Date),
    request: &Request,
) -> bool {
    request.start <= end && start <= request.end
}
