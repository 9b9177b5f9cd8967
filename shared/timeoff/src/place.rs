//! Bringing a leave into BambooHR: adopting what is there, approving it, creating it, or replacing
//! a request by it.

use bamboohr::{Change, NewStatus, Request, Status};
use contract::{RequestedStatus, TimeOffRequestId};

use crate::create::Wanted;
use crate::sight::{Owner, as_id};
use crate::status::{Changed, refusal};
use crate::{Desk, Error, Leave, Placed, Sight};

/// A leave with the status and the note that Genesys submits it with.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The leave.
    pub leave: &'a Leave,
    /// Pending or approved.
    pub status: RequestedStatus,
    /// The agent's note.
    pub notes: Option<&'a str>,
    /// Whether a pending request has to fit the balance.
    pub checks_balance: bool,
}

impl Wish<'_> {
    fn new_status(&self) -> NewStatus {
        match self.status {
            RequestedStatus::Pending => NewStatus::Requested,
            RequestedStatus::Approved => NewStatus::Approved,
        }
    }
}

impl Desk<'_> {
    /// Brings the leave into BambooHR as a request of its own: the one that is there already, or a
    /// new one, which takes the place of the closed request `anew_for`.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when a request was sent and may or may not exist; otherwise
    /// nothing was created.
    pub async fn place(
        &mut self,
        wish: &Wish<'_>,
        anew_for: Option<TimeOffRequestId>,
    ) -> Result<Placed, Error> {
        let leave = wish.leave;
        let days = self.days_bearing_on(leave, wish.checks_balance);
        let mut sight = self.look(days).await?;
        self.cancel_duplicates(&mut sight, Some(leave.key)).await;
        let wanted =
            Wanted { leave, status: wish.new_status(), note: wish.notes, previous: None, anew_for };
        let sent_before = self
            .ledger
            .key(leave.key)
            .and_then(|record| record.claim.as_ref())
            .map(|claim| self.resend_time(claim));
        if let Some(resend_time) =
            sent_before.filter(|_| sight.adoptable(leave, &self.ledger, None).is_none())
        {
            // An earlier call sent this very leave; it may still arrive.
            self.find_until(&wanted, resend_time).await?;
            sight = self.look(days).await?;
            self.cancel_duplicates(&mut sight, Some(leave.key)).await;
        }
        if let Some(request) = sight.adoptable(leave, &self.ledger, None).cloned() {
            return self.adopt(&request, wish).await.map(Placed::Live);
        }
        if wish.checks_balance && !self.fits_balance(leave, &sight, None).await? {
            return Ok(Placed::InsufficientBalance);
        }
        self.create(&wanted).await.map(Placed::Live)
    }

    /// Takes a live request for the leave, and approves it when the leave is approved.
    ///
    /// # Errors
    /// As of [`approve`](Self::approve).
    pub async fn adopt(
        &mut self,
        request: &Request,
        wish: &Wish<'_>,
    ) -> Result<TimeOffRequestId, Error> {
        let leave = wish.leave;
        if Owner::of(request, &self.ledger) == Owner::Nobody {
            // It came of no send of ours, so it has not replaced what a send was to replace.
            self.ledger.bind(leave.key, leave.span(), as_id(request.id));
        } else {
            self.record_live(leave.key, leave.span(), as_id(request.id)).await?;
        }
        match (&request.status, wish.status) {
            (Status::Requested, RequestedStatus::Approved) => self.approve(request, leave).await,
            _ => Ok(as_id(request.id)),
        }
    }

    /// Approves a waiting request in place; where further approvers would still be waited for,
    /// replaces it by an approved one.
    ///
    /// # Errors
    /// BambooHR's refusal, with nothing changed; [`Error::OutcomeUnknown`].
    pub async fn approve(
        &mut self,
        request: &Request,
        leave: &Leave,
    ) -> Result<TimeOffRequestId, Error> {
        match self.change_status(request.id, Change::Approve).await? {
            Changed::Reached => return Ok(as_id(request.id)),
            Changed::AwaitsApprovers => {}
            // BambooHR counts one approver once: an earlier call approved it, and did not get to
            // replace it.
            Changed::Refused(request, _)
                if request.status == Status::Requested
                    && request.actions.approve == Some(false) => {}
            Changed::Refused(request, error) => return Err(refusal(&request, error)),
        }
        let note = request.employee_note.as_deref();
        let wanted = Wanted {
            leave,
            status: NewStatus::Approved,
            note,
            previous: Some(as_id(request.id)),
            anew_for: None,
        };
        match self.find_earlier(&wanted).await? {
            Some(id) => Ok(self.created(&wanted, id)),
            None => self.create(&wanted).await,
        }
    }

    /// Replaces the live request `old` by the leave. A wish without notes keeps the old request's
    /// note.
    ///
    /// # Errors
    /// `REQUEST_CONFLICT` when `old` has begun or was changed meanwhile; [`Error::OutcomeUnknown`].
    pub async fn replace(
        &mut self,
        old: &Request,
        wish: &Wish<'_>,
        sight: &Sight,
    ) -> Result<Placed, Error> {
        let leave = wish.leave;
        let previous: TimeOffRequestId = as_id(old.id);
        if let Owner::Marked(key) = Owner::of(old, &self.ledger) {
            // So that the key is known, and closed, once the request is replaced.
            self.record_live(key, (old.start, old.end), previous).await?;
        }
        let note = wish.notes.or(old.employee_note.as_deref());
        let wanted = Wanted {
            leave,
            status: wish.new_status(),
            note,
            previous: Some(previous),
            anew_for: None,
        };
        if let Some(id) = self.find_earlier(&wanted).await?
            && let Some(arrived) = self.request(id).await?
        {
            self.created(&wanted, id);
            return self.adopt(&arrived, wish).await.map(Placed::Live);
        }
        if wish.checks_balance && !self.fits_balance(leave, sight, Some(old)).await? {
            return Ok(Placed::InsufficientBalance);
        }
        match self.create(&wanted).await {
            Err(Error::Hris(error))
                if matches!(
                    error.kind(),
                    bamboohr::ErrorKind::Forbidden
                        | bamboohr::ErrorKind::Conflict
                        | bamboohr::ErrorKind::Rejected
                ) =>
            {
                match self.request(previous).await? {
                    Some(request) => Err(refusal(&request, error)),
                    None => Err(error.into()),
                }
            }
            result => result.map(Placed::Live),
        }
    }
}
