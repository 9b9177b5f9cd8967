//! What arrived of earlier sends is recorded before anything is decided.

use std::cmp::Reverse;

use bamboohr::{Request, Status};
use contract::TimeOffRequestId;
use store::{Claim, Closed, KeyRecord, StatusChange};

use super::agent_requests::AgentRequests;
use super::books::{Owner, is_live};
use super::open::About;
use super::writer::AgentWriter;
use crate::Error;
use crate::ids::Counterpart;

/// How a request stands that is to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is live.
    Live,
    /// It was replaced, or is gone.
    Replaced,
    /// It was cancelled or denied.
    Ended,
}

impl AgentWriter<'_> {
    /// Records what the open sends have brought about, as far as it is in sight.
    ///
    /// # Errors
    /// BambooHR's failures, where a request has to be read.
    pub(crate) async fn record_arrivals(
        &mut self,
        listed: &mut AgentRequests,
        about: &About,
    ) -> Result<(), Error> {
        self.record_changes(listed, about).await?;
        self.record_sends(listed, about).await
    }

    /// Changes of status that have taken effect.
    async fn record_changes(
        &mut self,
        listed: &mut AgentRequests,
        about: &About,
    ) -> Result<(), Error> {
        let open: Vec<_> = self
            .ledger
            .requests()
            .filter_map(|record| Some((record.id, record.open?.change)))
            .collect();
        for (id, change) in open {
            if listed.get(id).is_none() && about.ids.contains(&id) {
                listed.add(id, self.request(id).await?);
            }
            let Some(request) = listed.get(id).cloned() else { continue };
            if !has_reached(&request, change) {
                continue;
            }
            self.ledger.clear_change(id);
            if change != StatusChange::Approve {
                self.record_closed(&request, None, Some(listed));
            }
        }
        Ok(())
    }

    /// Requests that were created by a send of which nobody heard.
    async fn record_sends(
        &mut self,
        listed: &mut AgentRequests,
        about: &About,
    ) -> Result<(), Error> {
        let is_expected =
            |record: &&KeyRecord| record.closed.is_none() || about.inserting == Some(record.key);
        let mut claims: Vec<(KeyRecord, Claim)> = self
            .ledger
            .keys()
            .filter(is_expected)
            .filter_map(|record| Some((record.clone(), record.claim.clone()?)))
            .collect();
        // Of several that were to take the place of one request the last is what is wanted: what
        // came of it closes the others.
        claims.sort_by_key(|(_, claim)| Reverse(claim.sent_at));
        for (record, claim) in claims {
            if !self.ledger.key(record.key).is_some_and(|now| is_expected(&now)) {
                continue;
            }
            if let Some((id, is_marked)) = self.arrived(&record, &claim, listed, about).await? {
                let now = self.now();
                let end = record.leave.end;
                self.ledger.bind_arrived(record.key, record.leave, id, is_marked, now);
                if let Some(previous) = claim.previous {
                    self.record_replaced(previous, id, record.key, end);
                }
            }
        }
        Ok(())
    }

    /// The request that came of a claim's send, and whether its marker says so.
    async fn arrived(
        &mut self,
        record: &KeyRecord,
        claim: &Claim,
        listed: &mut AgentRequests,
        about: &About,
    ) -> Result<Option<(TimeOffRequestId, bool)>, Error> {
        let marked =
            listed.marked(record.key, self.books()).map(|request| request.id.counterpart());
        // Beside a request of the key that is what it should be, this is a second one.
        let is_second = listed.bound(record.key, self.books()).is_some();
        let Some(previous) = claim.previous else {
            return Ok(marked.filter(|_| !is_second).map(|id| (id, true)));
        };
        let concerns = marked.is_some()
            || about.keys.contains(&record.key)
            || about.ids.contains(&previous)
            || listed.get(previous).is_some();
        if !concerns {
            return Ok(None);
        }
        let standing = self.standing(previous, listed).await?;
        let has_successor =
            self.ledger.request(previous).is_some_and(|record| record.successor.is_some());
        Ok(match (standing, marked) {
            (Standing::Live, _) => None,
            // Inserted anew already, as an equal one that was adopted.
            (Standing::Ended, _) if is_second && has_successor => None,
            (_, Some(id)) => Some((id, true)),
            (Standing::Replaced, None) => listed
                .only_unseen_equal(record.key, &claim.seen, self.books())
                .map(|request| (request.id.counterpart(), false)),
            (Standing::Ended, None) => None,
        })
    }

    /// How a request stands, as listed or, where it is not in sight, as read.
    pub(crate) async fn standing(
        &self,
        id: TimeOffRequestId,
        listed: &mut AgentRequests,
    ) -> Result<Standing, Error> {
        if listed.get(id).is_none() && !listed.is_gone(id) {
            listed.add(id, self.request(id).await?);
        }
        Ok(match listed.get(id) {
            Some(request) if is_live(request) => Standing::Live,
            Some(request) if request.status != Status::Superseded => Standing::Ended,
            _ => Standing::Replaced,
        })
    }

    /// Records that an update closed `request`: its key (or, when it has none, that of the equal
    /// leave in hand) and every key that was sent to replace it are closed. Not closed is a key to
    /// which another live request in `listed` is bound: it was inserted anew since.
    pub(crate) fn record_closed(
        &mut self,
        request: &Request,
        leave: Option<&crate::Leave>,
        listed: Option<&AgentRequests>,
    ) {
        let id: TimeOffRequestId = request.id.counterpart();
        if self.ledger.request(id).is_some_and(|record| record.successor.is_some()) {
            // A duplicate: its id goes on standing for the request that stays, and so does the key.
            self.ledger.close_request(id, request.end);
            return;
        }
        let owner = self.books().owner(request);
        if let Owner::Marked(key) = owner {
            let kept = self.ledger.key(key).map(|record| record.leave.clone());
            let kept = kept.or_else(|| leave.map(crate::Leave::kept));
            if let Some(kept) = kept {
                self.ledger.bind(key, kept, id);
            }
        }
        self.ledger.close_request(id, request.end);
        let equal = leave.filter(|leave| leave.is_same(request));
        let own = owner.key().or(equal.map(|leave| leave.key));
        let kept = |key| {
            self.ledger
                .key(key)
                .map(|record| record.leave.clone())
                .or_else(|| equal.filter(|leave| leave.key == key).map(crate::Leave::kept))
        };
        let replacing = self.ledger.claims_replacing(id).map(|record| record.key);
        let is_wanted = |key| {
            let own = listed.and_then(|listed| listed.bound(key, self.books()));
            own.is_some_and(|own| own.id != request.id)
        };
        let closed: Vec<_> = own
            .into_iter()
            .chain(replacing)
            .filter(|key| !is_wanted(*key))
            .filter_map(|key| Some((key, kept(key)?)))
            .collect();
        for (key, kept) in closed {
            self.ledger.close_key(key, kept, Closed::Ended);
        }
    }
}

/// Denied counts as cancelled and the other way round: closed is closed.
pub(crate) fn has_reached(request: &Request, change: StatusChange) -> bool {
    match change {
        StatusChange::Approve => request.status == Status::Approved,
        StatusChange::Deny | StatusChange::Cancel => {
            matches!(request.status, Status::Denied | Status::Canceled)
        }
    }
}
