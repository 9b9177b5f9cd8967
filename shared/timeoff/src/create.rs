//! Sending a new request, exactly once as far as anybody will ever see.
//!
//! BambooHR knows no idempotency key, so the rules here are the product's promise; `WRITING.md`
//! draws them.

use std::time::Duration;

use bamboohr::{Effect, ErrorKind, NewRequest, NewStatus};
use contract::{Failure, TimeOffRequestId};
use store::Claim;
use tokio::time::Instant;

use crate::desk::{FIRST_PAUSE, LONGEST_PAUSE};
use crate::note::with_marker;
use crate::sight::as_id;
use crate::{Desk, Error, Leave};

/// With less time than this a send could not be followed by a look.
const SHORTEST_SEND: Duration = Duration::from_millis(250);
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);

/// A request to create.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub leave: &'a Leave,
    pub status: NewStatus,
    /// The employee's note, without our marker.
    pub note: Option<&'a str>,
    /// The live request that BambooHR is to replace by it.
    pub previous: Option<TimeOffRequestId>,
    /// The closed request that it stands for from now on; BambooHR is not told.
    pub anew_for: Option<TimeOffRequestId>,
}

impl Wanted<'_> {
    /// Which request's place it takes.
    fn successor_of(&self) -> Option<TimeOffRequestId> {
        self.previous.or(self.anew_for)
    }
}

/// What is known after one send.
enum Sent {
    /// BambooHR said that it exists.
    Created(TimeOffRequestId),
    /// It did not reach BambooHR's books, and may be sent again after a pause.
    NotTaken(bamboohr::Error),
    /// It was refused; sending it again would be refused again.
    Refused(Error),
    /// A server error that usually means "not done".
    Failed(bamboohr::Error),
    /// No answer, or none that says anything.
    Unclear,
}

impl Desk<'_> {
    /// Creates the request and records it; the id is the one that is live.
    ///
    /// Before every send the claim is in the table with the time of sending, so that whoever comes
    /// after a crash looks first.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when the request may or may not exist; any other error means that
    /// this send left nothing behind.
    pub(crate) async fn create(&mut self, wanted: &Wanted<'_>) -> Result<TimeOffRequestId, Error> {
        let key = wanted.leave.key;
        let mut before = self.ledger.key(key).cloned();
        let mut in_doubt = before.as_ref().is_some_and(|record| self.may_still_arrive(record));
        let mut may_resend = true;
        let mut pause = FIRST_PAUSE;
        loop {
            if Instant::now() + SHORTEST_SEND >= self.session.deadline() {
                self.ledger.restore(key, before);
                let doing = match may_resend {
                    true => "preparing the request; nothing was written to BambooHR",
                    false => {
                        "trying again; BambooHR failed on the request and did not have it when last looked"
                    }
                };
                return Err(if in_doubt {
                    Error::OutcomeUnknown
                } else {
                    Failure::out_of_time(doing).into()
                });
            }
            self.claim(wanted);
            if let Err(error) = self.save().await {
                self.ledger.restore(key, before);
                return Err(if in_doubt { Error::OutcomeUnknown } else { error });
            }
            // Recording the claim may have taken a while: what is left open at the end says when
            // the request really went out.
            self.claim(wanted);
            let resend_time = Instant::now() + self.settings.resend_after;
            match self.send(wanted).await {
                Sent::Created(id) => return Ok(self.created(wanted, id)),
                Sent::NotTaken(error) => {
                    let wait =
                        error.retry_after().unwrap_or_else(|| pause.mul_f64(0.5 + fastrand::f64()));
                    pause = (2 * pause).min(LONGEST_PAUSE);
                    if self.pause(wait).await.is_err() {
                        self.ledger.restore(key, before);
                        return Err(if in_doubt { Error::OutcomeUnknown } else { error.into() });
                    }
                    continue;
                }
                Sent::Refused(error) => {
                    // A refusal after a send in doubt can be its consequence: the request it was to
                    // replace is replaced.
                    let found =
                        if in_doubt || !may_resend { self.find(wanted).await } else { Ok(None) };
                    if let Ok(Some(id)) = found {
                        return Ok(self.created(wanted, id));
                    }
                    self.ledger.restore(key, before);
                    return Err(if in_doubt { Error::OutcomeUnknown } else { error });
                }
                Sent::Failed(error) => {
                    if let Some(id) = self.find_until(wanted, Instant::now()).await? {
                        return Ok(self.created(wanted, id));
                    }
                    if !may_resend {
                        return Err(if in_doubt { Error::OutcomeUnknown } else { error.into() });
                    }
                }
                Sent::Unclear => {
                    if let Some(id) = self.find_until(wanted, resend_time).await? {
                        return Ok(self.created(wanted, id));
                    }
                    in_doubt = true;
                    if !may_resend {
                        return Err(Error::OutcomeUnknown);
                    }
                }
            }
            may_resend = false;
            before = self.ledger.key(key).cloned();
        }
    }

    /// Notes that the request is sent now.
    fn claim(&mut self, wanted: &Wanted<'_>) {
        let claim = Claim {
            in_progress_until: self.lease.until(),
            sent_at: self.now(),
            previous: wanted.successor_of(),
        };
        self.ledger.claim(wanted.leave.key, wanted.leave.span(), claim);
    }

    async fn send(&self, wanted: &Wanted<'_>) -> Sent {
        let leave = wanted.leave;
        let (start, end) = leave.span();
        let new = NewRequest {
            status: wanted.status,
            start,
            end,
            type_id: as_id(leave.type_id),
            days: leave.amounts(),
            employee_note: Some(with_marker(wanted.note, leave.key)),
            previous: wanted.previous.map(as_id),
        };
        let patience = self.patience();
        let employee = as_id(leave.agent);
        let new = &new;
        match self
            .session
            .run(|api| async move { api.until(patience).create_request(employee, new).await })
            .await
        {
            Ok(created) => Sent::Created(as_id(created.id)),
            Err(Error::Hris(error)) if error.effect() == Effect::Unknown => match error.status() {
                Some(500 | 503) => Sent::Failed(error),
                _ => Sent::Unclear,
            },
            Err(Error::Hris(error))
                if matches!(error.kind(), ErrorKind::RateLimited | ErrorKind::Transport) =>
            {
                Sent::NotTaken(error)
            }
            Err(error) => Sent::Refused(error),
        }
    }

    /// What an earlier call's send of this leave has come to; waits until it may be sent again,
    /// whatever that send was to replace.
    ///
    /// # Errors
    /// As of [`find_until`](Self::find_until).
    pub(crate) async fn find_earlier(
        &self,
        wanted: &Wanted<'_>,
    ) -> Result<Option<TimeOffRequestId>, Error> {
        match self.ledger.key(wanted.leave.key).and_then(|record| record.claim.as_ref()) {
            Some(claim) => self.find_until(wanted, self.resend_time(claim)).await,
            None => Ok(None),
        }
    }

    /// Looks for what a send may have left.
    async fn find(&self, wanted: &Wanted<'_>) -> Result<Option<TimeOffRequestId>, Error> {
        let Wanted { leave, previous, .. } = wanted;
        let sight = self.look(leave.span()).await?;
        let Some(previous) = *previous else {
            return Ok(sight.adoptable(leave, &self.ledger, None).map(|request| as_id(request.id)));
        };
        // What else there is of these days, by another send or another hand, does not mean that
        // ours replaced the previous one.
        match sight.marked_for(leave.key, &self.ledger, Some(previous)) {
            Some(found) if !self.is_still_live(previous, Some(&sight)).await? => {
                Ok(Some(as_id(found.id)))
            }
            _ => Ok(None),
        }
    }

    /// Looks repeatedly; `None` only when a look at `until` or later saw nothing. A look that fails
    /// is repeated, also after `until`.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when time runs out, or a look fails in a way that will not pass;
    /// the claim stays for the next call.
    pub(crate) async fn find_until(
        &self,
        wanted: &Wanted<'_>,
        until: Instant,
    ) -> Result<Option<TimeOffRequestId>, Error> {
        let mut pause = (self.settings.resend_after / 20).max(SHORTEST_PAUSE);
        loop {
            let is_late_enough = Instant::now() >= until;
            match self.find(wanted).await {
                Ok(Some(id)) => return Ok(Some(id)),
                Ok(None) if is_late_enough => return Ok(None),
                Ok(None) => {}
                Err(error) if error.may_pass() => {}
                Err(_) => return Err(Error::OutcomeUnknown),
            }
            let left = until.saturating_duration_since(Instant::now());
            let next = if left.is_zero() { pause } else { pause.min(left).max(SHORTEST_PAUSE) };
            self.pause(next).await.map_err(|_| Error::OutcomeUnknown)?;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Records what the send came to.
    pub(crate) fn created(
        &mut self,
        wanted: &Wanted<'_>,
        id: TimeOffRequestId,
    ) -> TimeOffRequestId {
        let (key, span) = (wanted.leave.key, wanted.leave.span());
        self.ledger.bind(key, span, id);
        if let Some(previous) = wanted.successor_of() {
            self.record_replaced(previous, id, key, span.1);
        }
        id
    }
}
