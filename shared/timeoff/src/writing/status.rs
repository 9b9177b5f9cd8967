//! Changing where a request stands: approve, deny, cancel.

use bamboohr::{Change, Effect, ErrorKind, Request, Status};
use contract::{ErrorCode, Failure, TimeOffRequestId};
use store::{OpenChange, StatusChange};

use super::arrivals::has_reached;
use super::backoff::Backoff;
use super::writer::AgentWriter;
use crate::ids::Counterpart;
use crate::{Error, Leave};

/// What came of a change of status.
#[derive(Debug)]
pub(crate) enum Changed {
    /// The request stands where it was to be brought; as read again, where it was.
    Reached(Option<Box<Request>>),
    /// BambooHR accepted the approval, and others still have to approve.
    AwaitsApprovers,
    /// BambooHR refused and the request is as it was, as read again after the refusal.
    Refused(Box<Request>, bamboohr::Error),
}

impl AgentWriter<'_> {
    /// Brings a request to the status that `change` asks for. Before each send the table knows of
    /// it. An unclear answer is followed by a look at the request, and by another try while there
    /// is time: a status, unlike a new request, can be set twice without harm.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when time ran out without a clear answer; any other error when
    /// nothing was changed.
    pub(crate) async fn change_status(
        &mut self,
        request: &Request,
        change: StatusChange,
    ) -> Result<Changed, Error> {
        let id: TimeOffRequestId = request.id.counterpart();
        let before = self.ledger.request(id).cloned();
        let mut unclear = before.as_ref().is_some_and(|record| record.open.is_some());
        let changed = self.change_until_clear(request, change, &mut unclear).await;
        match &changed {
            Ok(Changed::Refused(..)) => self.ledger.restore_request(id, before),
            Ok(_) => self.ledger.clear_change(id),
            // What may take effect yet stays open.
            Err(Error::OutcomeUnknown) => {}
            Err(_) => self.ledger.restore_request(id, before),
        }
        changed
    }

    async fn change_until_clear(
        &mut self,
        request: &Request,
        change: StatusChange,
        unclear: &mut bool,
    ) -> Result<Changed, Error> {
        let id = request.id.counterpart();
        let mut backoff = Backoff::bamboohr();
        loop {
            let open = OpenChange { change, sent_at: self.now() };
            let due = self.due();
            self.ledger.open_change(id, request.end, open, due);
            if let Err(error) = self.save().await {
                return Err(if *unclear { Error::OutcomeUnknown } else { error });
            }
            let wait = match self.send_change(id, change).await {
                Ok(()) if change != StatusChange::Approve => return Ok(Changed::Reached(None)),
                // 200 means that the approval was taken, not that it was the last one.
                Ok(()) => match self.read_until_it_succeeds(id).await {
                    Ok(request) if has_reached(&request, change) => {
                        return Ok(Changed::Reached(Some(Box::new(request))));
                    }
                    Ok(_) => return Ok(Changed::AwaitsApprovers),
                    Err(_) => return Err(Error::OutcomeUnknown),
                },
                Err(Error::BambooHr(error)) if error.effect() == Effect::Unknown => {
                    *unclear = true;
                    match self.read_again(id).await {
                        Ok(request) if has_reached(&request, change) => {
                            return Ok(Changed::Reached(Some(Box::new(request))));
                        }
                        // Not yet, or not readable either: it may be tried again.
                        Ok(_) | Err(_) => error.retry_after().unwrap_or_else(|| backoff.pause()),
                    }
                }
                Err(Error::BambooHr(error))
                    if matches!(error.kind(), ErrorKind::RateLimited | ErrorKind::Transport) =>
                {
                    let wait = error.retry_after().unwrap_or_else(|| backoff.pause());
                    if self.pause(wait).await.is_err() {
                        return Err(if *unclear { Error::OutcomeUnknown } else { error.into() });
                    }
                    continue;
                }
                Err(Error::BambooHr(error)) if is_refusal(&error) => {
                    let request = match self.read_again(id).await {
                        Err(_) if *unclear => return Err(Error::OutcomeUnknown),
                        request => Box::new(request?),
                    };
                    return Ok(if has_reached(&request, change) {
                        Changed::Reached(Some(request))
                    } else {
                        Changed::Refused(request, error)
                    });
                }
                Err(_) if *unclear => return Err(Error::OutcomeUnknown),
                Err(error) => return Err(error),
            };
            self.pause(wait).await.map_err(|_| Error::OutcomeUnknown)?;
        }
    }

    async fn send_change(&self, id: TimeOffRequestId, change: StatusChange) -> Result<(), Error> {
        let patience = self.patience();
        let change = match change {
            StatusChange::Approve => Change::Approve,
            StatusChange::Deny => Change::Deny,
            StatusChange::Cancel => Change::Cancel,
        };
        let id = id.counterpart();
        self.session
            .run(|api| async move { api.until(patience).change_status(id, change, None).await })
            .await
    }

    /// Cancels (or denies) a live request, and records that its key is closed: whatever of it turns
    /// up later is a duplicate.
    ///
    /// # Errors
    /// `REQUEST_CONFLICT` when BambooHR says that it has begun; `HRIS_FORBIDDEN` for any other
    /// refusal; [`Error::OutcomeUnknown`]. Any other error means that it stands as it did.
    pub(crate) async fn close_request(
        &mut self,
        request: &Request,
        change: StatusChange,
        leave: Option<&Leave>,
    ) -> Result<(), Error> {
        let mut changed = self.change_status(request, change).await?;
        if change == StatusChange::Deny
            && request.status == Status::Approved
            && matches!(changed, Changed::Refused(..))
        {
            changed = self.change_status(request, StatusChange::Cancel).await?;
        }
        match changed {
            Changed::Reached(_) | Changed::AwaitsApprovers => {
                self.record_closed(request, leave, None);
                Ok(())
            }
            Changed::Refused(request, error) => Err(refusal(&request, error)),
        }
    }

    /// Reads the request again while that fails in a way that may pass and there is time.
    async fn read_until_it_succeeds(&self, id: TimeOffRequestId) -> Result<Request, Error> {
        let mut backoff = Backoff::bamboohr();
        loop {
            match self.read_again(id).await {
                Err(error) if error.may_pass() => {
                    self.pause(backoff.pause()).await.map_err(|_| error)?;
                }
                result => return result,
            }
        }
    }

    async fn read_again(&self, id: TimeOffRequestId) -> Result<Request, Error> {
        let not_found = || {
            Failure::new(
                ErrorCode::RequestNotFound,
                "BambooHR knows no time-off request with this id.",
            )
        };
        self.request(id).await?.ok_or_else(|| not_found().into())
    }
}

/// BambooHR's word on the request, not a failure of the call.
pub(crate) fn is_refusal(error: &bamboohr::Error) -> bool {
    matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Conflict | ErrorKind::Rejected)
}

/// Why BambooHR refused to change `request`, read again after the refusal: it has begun, somebody
/// else changed it, or the key's owner may not.
pub(crate) fn refusal(request: &Request, error: bamboohr::Error) -> Error {
    let forbidden = matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Conflict);
    match request.status {
        Status::Approved if forbidden && request.actions.cancel == Some(false) => Error::conflict(
            "has begun, and BambooHR does not allow to change it any more. Correct it in BambooHR.",
        ),
        Status::Requested | Status::Approved => error.into(),
        _ => Error::conflict("was changed in BambooHR meanwhile. Look at it there."),
    }
}
