//! Changing where a request stands: approve, deny, cancel.

use bamboohr::{Change, Effect, ErrorKind, Request, Status};
use contract::{ErrorCode, Failure, TimeOffRequestId};

use crate::desk::{FIRST_PAUSE, LONGEST_PAUSE};
use crate::sight::{Owner, as_id};
use crate::{Desk, Error, Leave, Sight};

/// What a change of status came to.
#[derive(Debug)]
pub(crate) enum Changed {
    /// The request stands where it was to be brought.
    Reached,
    /// BambooHR accepted the approval, and others still have to approve.
    AwaitsApprovers,
    /// BambooHR refused and the request is as it was, as read again after the refusal.
    Refused(Box<Request>, bamboohr::Error),
}

impl Desk<'_> {
    /// Brings a request to the status that `change` asks for. An unclear answer is followed by a
    /// look at the request, and by another try while there is time: a status, unlike a new request,
    /// can be set twice without harm.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when time ran out without a clear answer; BambooHR's failures,
    /// when nothing was changed.
    pub(crate) async fn change_status(
        &self,
        id: bamboohr::RequestId,
        change: Change,
    ) -> Result<Changed, Error> {
        let mut pause = FIRST_PAUSE;
        let mut unclear = false;
        loop {
            let patience = self.patience();
            let wait = match self
                .session
                .run(|api| async move { api.until(patience).change_status(id, change, None).await })
                .await
            {
                Ok(()) if change != Change::Approve => return Ok(Changed::Reached),
                // 200 means that the approval was taken, not that it was the last one.
                Ok(()) => match self.read_until_it_succeeds(id).await {
                    Ok(request) if has_reached(&request, change) => return Ok(Changed::Reached),
                    Ok(_) => return Ok(Changed::AwaitsApprovers),
                    Err(_) => return Err(Error::OutcomeUnknown),
                },
                Err(Error::Hris(error)) if error.effect() == Effect::Unknown => {
                    unclear = true;
                    match self.read_again(id).await {
                        Ok(request) if has_reached(&request, change) => {
                            return Ok(Changed::Reached);
                        }
                        // Not yet, or not readable either: it may be tried again.
                        Ok(_) | Err(_) => error.retry_after().unwrap_or(pause),
                    }
                }
                Err(Error::Hris(error))
                    if matches!(error.kind(), ErrorKind::RateLimited | ErrorKind::Transport) =>
                {
                    let wait = error.retry_after().unwrap_or(pause);
                    if self.pause(wait).await.is_err() {
                        return Err(if unclear { Error::OutcomeUnknown } else { error.into() });
                    }
                    pause = (2 * pause).min(LONGEST_PAUSE);
                    continue;
                }
                Err(Error::Hris(error))
                    if matches!(
                        error.kind(),
                        ErrorKind::Forbidden | ErrorKind::Conflict | ErrorKind::Rejected
                    ) =>
                {
                    let request = match self.read_again(id).await {
                        Err(_) if unclear => return Err(Error::OutcomeUnknown),
                        request => request?,
                    };
                    return Ok(if has_reached(&request, change) {
                        Changed::Reached
                    } else {
                        Changed::Refused(Box::new(request), error)
                    });
                }
                Err(_) if unclear => return Err(Error::OutcomeUnknown),
                Err(error) => return Err(error),
            };
            self.pause(wait).await.map_err(|_| Error::OutcomeUnknown)?;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Cancels (or denies) a live request, and records that its key is closed: whatever of it turns
    /// up later is a duplicate.
    ///
    /// It is recorded first. A call that is cut off after the change would otherwise leave a closed
    /// request of which nobody knows who closed it, and a key whose late second request looked
    /// wanted.
    ///
    /// # Errors
    /// `REQUEST_CONFLICT` when BambooHR says that it has begun; `HRIS_FORBIDDEN` for any other
    /// refusal;
    /// [`Error::OutcomeUnknown`]. Any other error means that it stands as it did.
    pub async fn close_request(
        &mut self,
        request: &Request,
        change: Change,
        leave: Option<&Leave>,
    ) -> Result<(), Error> {
        let before = self.ledger.clone();
        if let Owner::Marked(key) = Owner::of(request, &self.ledger) {
            self.record_live(key, (request.start, request.end), as_id(request.id)).await?;
        }
        self.record_closed(request, leave, None);
        let closed = match self.save().await {
            Ok(()) => self.bring_to_close(request, change).await,
            Err(error) => Err(error),
        };
        if matches!(closed, Err(ref error) if !matches!(error, Error::OutcomeUnknown)) {
            self.ledger.restore_all(&before);
        }
        closed
    }

    async fn bring_to_close(&self, request: &Request, change: Change) -> Result<(), Error> {
        let mut changed = self.change_status(request.id, change).await?;
        if change == Change::Deny
            && request.status == Status::Approved
            && matches!(changed, Changed::Refused(..))
        {
            changed = self.change_status(request.id, Change::Cancel).await?;
        }
        match changed {
            Changed::Reached | Changed::AwaitsApprovers => Ok(()),
            Changed::Refused(request, error) => Err(refusal(&request, error)),
        }
    }

    /// Records that an update closed `request`: its key (or, when it has none, that of the equal
    /// `leave`) and every key that was sent to replace it are closed. Not closed is a key with a
    /// live request in `sight`, where that is given: it was inserted anew since.
    pub fn record_closed(
        &mut self,
        request: &Request,
        leave: Option<&Leave>,
        sight: Option<&Sight>,
    ) {
        let id: TimeOffRequestId = as_id(request.id);
        self.ledger.close_request(id, request.end);
        let equal = leave.filter(|leave| leave.is_same(request)).map(|leave| leave.key);
        let own = Owner::of(request, &self.ledger)
            .key()
            .or(equal)
            .map(|key| (key, (request.start, request.end)));
        let replacing =
            self.ledger.claims_replacing(id).map(|record| (record.key, (record.start, record.end)));
        let is_wanted =
            |key| sight.is_some_and(|sight| sight.owned_by(key, &self.ledger, None).is_some());
        let closed: Vec<_> =
            own.into_iter().chain(replacing).filter(|(key, _)| !is_wanted(*key)).collect();
        for (key, span) in closed {
            self.ledger.close_key(key, span);
        }
    }

    /// Reads the request again while that fails in a way that may pass and there is time.
    async fn read_until_it_succeeds(&self, id: bamboohr::RequestId) -> Result<Request, Error> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.read_again(id).await {
                Err(error) if error.may_pass() => self.pause(pause).await.map_err(|_| error)?,
                result => return result,
            }
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    async fn read_again(&self, id: bamboohr::RequestId) -> Result<Request, Error> {
        let id: TimeOffRequestId = as_id(id);
        match self.request(id).await? {
            Some(request) => Ok(request),
            None => Err(Failure::new(
                ErrorCode::RequestNotFound,
                "BambooHR knows no time-off request with this id.",
            )
            .into()),
        }
    }
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

/// Denied counts as cancelled and the other way round: closed is closed.
fn has_reached(request: &Request, change: Change) -> bool {
    match change {
        Change::Approve => request.status == Status::Approved,
        Change::Deny | Change::Cancel => {
            matches!(request.status, Status::Denied | Status::Canceled)
        }
    }
}
