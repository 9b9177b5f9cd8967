//! What is seen when the agent's requests are listed, and whose each request is.

use std::num::NonZeroU64;

use bamboohr::{Request, Status};
use contract::{RequestKey, TimeOffRequestId};
use store::Ledger;

use crate::Leave;
use crate::note::marked_key;

/// The same record's id in another crate's terms.
pub(crate) fn as_id<A: Into<NonZeroU64>, B: From<NonZeroU64>>(id: A) -> B {
    B::from(id.into())
}

/// To which key a request belongs, and how we know. A binding outranks a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Our table says so.
    Bound(RequestKey),
    /// Its note says so, and the table nothing.
    Marked(RequestKey),
    /// Neither says anything: entered by hand, or by another program.
    Nobody,
}

impl Owner {
    /// The owner of `request`.
    pub fn of(request: &Request, ledger: &Ledger) -> Self {
        match (ledger.bound_key(as_id(request.id)), marked_key(request.employee_note.as_deref())) {
            (Some(key), _) => Self::Bound(key),
            (None, Some(key)) => Self::Marked(key),
            (None, None) => Self::Nobody,
        }
    }

    /// The key that owns the request.
    pub fn key(self) -> Option<RequestKey> {
        match self {
            Self::Bound(key) | Self::Marked(key) => Some(key),
            Self::Nobody => None,
        }
    }
}

/// The agent's requests in the days that were looked at, of every status.
#[derive(Debug)]
pub struct Sight(Vec<Request>);

/// A request counts as live: `requested` or `approved`.
pub(crate) fn is_live(request: &Request) -> bool {
    matches!(request.status, Status::Requested | Status::Approved)
}

impl Sight {
    /// What a look gave.
    pub(crate) fn new(requests: Vec<Request>) -> Self {
        Self(requests)
    }

    /// Every request seen.
    pub fn all(&self) -> &[Request] {
        &self.0
    }

    /// The live ones.
    pub fn live(&self) -> impl Iterator<Item = &Request> {
        self.0.iter().filter(|request| is_live(request))
    }

    /// The request with this id.
    pub fn get(&self, id: TimeOffRequestId) -> Option<&Request> {
        self.0.iter().find(|request| as_id::<_, TimeOffRequestId>(request.id) == id)
    }

    /// Takes a request out: it was just cancelled.
    pub(crate) fn remove(&mut self, id: bamboohr::RequestId) {
        self.0.retain(|request| request.id != id);
    }

    /// The live request that belongs to `key`: bound before marked, approved before requested,
    /// lowest id first.
    pub fn owned_by(
        &self,
        key: RequestKey,
        ledger: &Ledger,
        except: Option<TimeOffRequestId>,
    ) -> Option<&Request> {
        self.of_owner(Owner::Bound(key), ledger, except)
            .or_else(|| self.marked_for(key, ledger, except))
    }

    /// The live request that is marked for `key` and bound to none: what a send of the key may have
    /// left.
    pub fn marked_for(
        &self,
        key: RequestKey,
        ledger: &Ledger,
        except: Option<TimeOffRequestId>,
    ) -> Option<&Request> {
        self.of_owner(Owner::Marked(key), ledger, except)
    }

    fn of_owner(
        &self,
        owner: Owner,
        ledger: &Ledger,
        except: Option<TimeOffRequestId>,
    ) -> Option<&Request> {
        self.live()
            .filter(|request| except != Some(as_id(request.id)))
            .filter(|request| Owner::of(request, ledger) == owner)
            .min_by_key(|request| (request.status != Status::Approved, request.id))
    }

    /// The live requests that are this leave and belong to nobody.
    pub fn unowned_equals<'a>(
        &'a self,
        leave: &'a Leave,
        ledger: &'a Ledger,
    ) -> impl Iterator<Item = &'a Request> {
        self.live()
            .filter(|request| leave.is_same(request) && Owner::of(request, ledger) == Owner::Nobody)
    }

    /// The live request that stands for the leave: its key's own, else an equal one that belongs to
    /// nobody.
    pub(crate) fn adoptable<'a>(
        &'a self,
        leave: &'a Leave,
        ledger: &'a Ledger,
        except: Option<TimeOffRequestId>,
    ) -> Option<&'a Request> {
        self.owned_by(leave.key, ledger, except).or_else(|| {
            self.unowned_equals(leave, ledger)
                .filter(|request| except != Some(as_id(request.id)))
                .min_by_key(|request| (request.status != Status::Approved, request.id))
        })
    }
}
