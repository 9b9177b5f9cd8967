//! What is listed of the agent's requests, and which of them stands for a leave.

use std::collections::BTreeSet;

use bamboohr::{Request, Status};
use contract::{RequestKey, TimeOffRequestId};
use jiff::civil::Date;

use super::books::{Books, Owner, is_live, shares_a_day};
use crate::equality::{are_equal, is_what_was_kept};
use crate::ids::Counterpart;
use crate::{Error, Leave};

/// The agent's requests in the days that were listed, and those that were read by their id beside
/// them; of every status.
#[derive(Debug)]
pub(crate) struct AgentRequests {
    requests: Vec<Request>,
    gone: BTreeSet<TimeOffRequestId>,
}

impl AgentRequests {
    /// What a list gave.
    pub(crate) fn new(requests: Vec<Request>) -> Self {
        Self { requests, gone: BTreeSet::new() }
    }

    /// Adds what was read by its id: `None` where BambooHR has no such request.
    pub(crate) fn add(&mut self, id: TimeOffRequestId, read: Option<Request>) {
        match read {
            Some(request) => {
                self.requests.retain(|known| known.id != request.id);
                self.requests.push(request);
            }
            None => drop(self.gone.insert(id)),
        }
    }

    /// What was read by its id beside `self` is beside the wider list too.
    pub(crate) fn widened(self, wider: Vec<Request>) -> Self {
        let mut all = Self { requests: wider, gone: self.gone };
        for request in self.requests {
            if all.get(request.id.counterpart()).is_none() {
                all.requests.push(request);
            }
        }
        all
    }

    /// The live ones.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| is_live(request))
    }

    /// The request with this id.
    pub(crate) fn get(&self, id: TimeOffRequestId) -> Option<&Request> {
        self.requests.iter().find(|request| request.id.counterpart() == id)
    }

    /// Whether BambooHR was asked for this id and has no such request.
    pub(crate) fn is_gone(&self, id: TimeOffRequestId) -> bool {
        self.gone.contains(&id)
    }

    /// Takes a request out: it was just cancelled.
    pub(crate) fn remove(&mut self, id: TimeOffRequestId) {
        self.requests.retain(|request| request.id.counterpart() != id);
    }

    /// The live request of `key`: bound before marked, approved before requested, lowest id first;
    /// and none that is no longer what the key says.
    pub(crate) fn own(&self, key: RequestKey, books: Books<'_>) -> Option<&Request> {
        self.bound(key, books)
            .or_else(|| self.first(|request| books.owner(request) == Owner::Marked(key)))
    }

    /// The live request that is bound to `key` and still is what the key says.
    pub(crate) fn bound(&self, key: RequestKey, books: Books<'_>) -> Option<&Request> {
        self.first(|request| {
            books.owner(request) == Owner::Bound(key) && books.is_what_its_key_says(key, request)
        })
    }

    /// The live request that is marked for `key` and bound to none: what a send may have left.
    pub(crate) fn marked(&self, key: RequestKey, books: Books<'_>) -> Option<&Request> {
        self.first(|request| books.owner(request) == Owner::Marked(key))
    }

    /// The live requests that are this leave, and belong neither to a key nor, by what they equal,
    /// to a replaced request of another key.
    pub(crate) fn unowned_equals<'a>(
        &'a self,
        leave: &'a Leave,
        books: Books<'a>,
    ) -> impl Iterator<Item = &'a Request> {
        self.live()
            .filter(move |request| leave.is_same(request) && books.owner(request) == Owner::Nobody)
            .filter(move |request| !self.replaces_one_of_another_key(request, leave.key, books))
    }

    /// The one of those that stands for the leave.
    pub(crate) fn unowned_equal<'a>(
        &'a self,
        leave: &'a Leave,
        books: Books<'a>,
    ) -> Option<&'a Request> {
        self.unowned_equals(leave, books).min_by_key(|request| rank(request))
    }

    /// Whether this is the only live request that equals a replaced one which is bound to another
    /// key and of which nobody knows a successor: somebody edited that one's note.
    fn replaces_one_of_another_key(
        &self,
        request: &Request,
        key: RequestKey,
        books: Books<'_>,
    ) -> bool {
        let replaced = self.requests.iter().filter(|one| one.status == Status::Superseded);
        replaced
            .filter_map(|one| Some((one, books.ledger.request(one.id.counterpart())?)))
            .filter(|(_, record)| record.successor.is_none())
            .filter_map(|(one, record)| Some((one, record.key.filter(|bound| *bound != key)?)))
            .any(|(one, bound)| {
                let mut equals = self
                    .live()
                    .filter(|live| !books.owner(live).is_other_than(bound))
                    .filter(|live| is_equal_to_replaced(one, bound, live, books));
                equals.next().is_some_and(|live| live.id == request.id) && equals.next().is_none()
            })
    }

    /// The only live request that equals the replaced `request`, as listed or as kept for its key,
    /// and belongs to no other key: somebody edited its note.
    pub(crate) fn only_equal_of_replaced(
        &self,
        request: &Request,
        key: Option<RequestKey>,
        books: Books<'_>,
    ) -> Result<Option<&Request>, Ambiguous> {
        let is_other = |owner: Owner| match key {
            Some(key) => owner.is_other_than(key),
            None => owner != Owner::Nobody,
        };
        let equals =
            self.live().filter(|live| !is_other(books.owner(live))).filter(|live| match key {
                Some(key) => is_equal_to_replaced(request, key, live, books),
                None => are_equal(request, live),
            });
        only(equals)
    }

    /// Fails on a live request of which nobody can tell what it is of, unless it belongs to another
    /// key than `key`: it may be the very leave.
    pub(crate) fn all_readable_for(&self, key: RequestKey, books: Books<'_>) -> Result<(), Error> {
        let unreadable = self
            .live()
            .filter(|request| !books.owner(request).is_other_than(key))
            .find_map(|request| request.time_off.as_ref().err());
        unreadable.map_or(Ok(()), |unreadable| Err(Error::BambooHr((*unreadable).into())))
    }

    /// The equal requests of nobody, which no send that follows can have brought about.
    pub(crate) fn seen_before(&self, leave: &Leave, books: Books<'_>) -> Vec<TimeOffRequestId> {
        let unowned = self.live().filter(|request| books.owner(request) == Owner::Nobody);
        unowned
            .filter(|request| leave.is_same(request))
            .map(|request| request.id.counterpart())
            .collect()
    }

    /// The only live request of nobody that is what is kept for `key` and was not `seen` before its
    /// send.
    pub(crate) fn only_unseen_equal(
        &self,
        key: RequestKey,
        seen: &[TimeOffRequestId],
        books: Books<'_>,
    ) -> Option<&Request> {
        let record = books.ledger.key(key)?;
        let equals = self
            .live()
            .filter(|request| books.owner(request) == Owner::Nobody)
            .filter(|request| is_what_was_kept(&record.leave, books.ledger.agent(), request))
            .filter(|request| !seen.contains(&request.id.counterpart()));
        only(equals).ok().flatten()
    }

    /// Whether a live request that belongs to no other key bears the key's marker, or shares a day
    /// and the type with what is kept for it.
    pub(crate) fn has_one_like(&self, key: RequestKey, books: Books<'_>) -> bool {
        let Some(record) = books.ledger.key(key) else { return false };
        self.live().filter(|request| !books.owner(request).is_other_than(key)).any(|request| {
            let is_of_the_type = request
                .time_off
                .as_ref()
                .is_ok_and(|time_off| time_off.type_id.counterpart() == record.leave.type_id);
            books.marked(request) == Some(key)
                || is_of_the_type && shares_a_day(record.leave.span(), request)
        })
    }

    fn first(&self, is_it: impl Fn(&Request) -> bool) -> Option<&Request> {
        self.live().filter(|request| is_it(request)).min_by_key(|request| rank(request))
    }
}

/// Several requests are meant equally well.
#[derive(Debug)]
pub(crate) struct Ambiguous;

/// The only one of `requests`, if there is one.
pub(crate) fn only<'a>(
    mut requests: impl Iterator<Item = &'a Request>,
) -> Result<Option<&'a Request>, Ambiguous> {
    match (requests.next(), requests.next()) {
        (_, Some(_)) => Err(Ambiguous),
        (first, None) => Ok(first),
    }
}

/// Approved before requested, then the lowest id.
pub(crate) fn rank(request: &Request) -> (bool, bamboohr::RequestId) {
    (request.status != Status::Approved, request.id)
}

fn is_equal_to_replaced(
    replaced: &Request,
    key: RequestKey,
    live: &Request,
    books: Books<'_>,
) -> bool {
    are_equal(replaced, live) || books.is_what_its_key_says(key, live)
}

/// First and last of two spans together.
pub(crate) fn around(one: (Date, Date), other: (Date, Date)) -> (Date, Date) {
    (one.0.min(other.0), one.1.max(other.1))
}
