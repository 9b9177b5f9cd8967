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
                tracing::warn!(event = "duplicate.cancelled", timeoff_request_id = %id, "a second live request of one leave was cancelled");
                self.session.invocation().count(Metric::DuplicateCancelled, 1);
                self.ledger.close_request(id, request.end);
                listed.remove(id);
            }
            Ok(Changed::Refused(_, error)) => {
                tracing::warn!(event = "duplicate.refused", timeoff_request_id = %id, %error, "BambooHR refused to cancel a second live request of one leave");
                self.session.invocation().count(Metric::DuplicateRefused, 1);
            }
            Err(error) => {
                tracing::warn!(event = "duplicate.kept", timeoff_request_id = %id, %error, "a second live request of one leave could not be cancelled yet");
            }
        }
    }
}

/// Finds the duplicates among the live requests: of a key that the table knows a doubtful send of,
/// what is marked for it and bound to none.
fn judge(listed: &AgentRequests, books: Books<'_>, about: &About) -> Vec<Verdict> {
    let mut marked: BTreeMap<RequestKey, Vec<&Request>> = BTreeMap::new();
    for request in listed.live() {
        if let Owner::Marked(key) = books.owner(request) {
            marked.entry(key).or_default().push(request);
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
        let others = requests.iter().copied().chain(bound).filter(|request| request.id != keep);
        let duplicates: Vec<_> =
            others.filter(|_| doubt.any()).map(|request| request.id.counterpart()).collect();
        let is_to_be_done = !duplicates.is_empty() || bound.is_none() && requests.len() > 1;
        let keep = Some(keep.counterpart());
        is_to_be_done.then_some(Verdict { key, keep, duplicates })
    });
    verdicts.collect()
}
