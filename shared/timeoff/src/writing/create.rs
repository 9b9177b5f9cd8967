//! Sending a new request, exactly once as far as anybody will ever see.
//!
//! BambooHR knows no idempotency key, so the rules here are the product's promise; `WRITING.md`
//! draws them.

use std::time::Duration;

use bamboohr::{Effect, ErrorKind, NewRequest, NewStatus};
use contract::{Failure, TimeOffRequestId};
use lambda_host::Metric;
use store::{Claim, KeyRecord, SentStatus};
use tokio::time::Instant;

use super::arrivals::Standing;
use super::backoff::Backoff;
use super::note::with_marker;
use super::writer::AgentWriter;
use crate::ids::Counterpart;
use crate::{Error, Leave};

/// With less time than this a send could not be followed by a look.
const SHORTEST_SEND: Duration = Duration::from_millis(250);

/// A request that is to be sent.
#[derive(Debug)]
pub(crate) struct Send<'a> {
    pub leave: &'a Leave,
    pub status: SentStatus,
    /// The employee's note, without our marker.
    pub note: Option<&'a str>,
    /// The live request that BambooHR is to replace by it.
    pub previous: Option<TimeOffRequestId>,
    /// The closed request that it stands for from now on; BambooHR is not told.
    pub anew_for: Option<TimeOffRequestId>,
    /// Equal requests of nobody that are there already.
    pub seen: Vec<TimeOffRequestId>,
}

impl Send<'_> {
    /// Which request's place it takes.
    fn takes_place_of(&self) -> Option<TimeOffRequestId> {
        self.previous.or(self.anew_for)
    }
}

/// What came of creating a request.
#[derive(Debug)]
pub(crate) enum Created {
    /// BambooHR made it, under this id.
    As(TimeOffRequestId),
    /// A look has found one of the key, which an earlier send may have made with another status.
    Found(TimeOffRequestId),
    /// The request that was to be replaced was replaced or closed by somebody else, and nothing
    /// says that ours arrived.
    PreviousGone,
}

/// What is known after one send.
enum Answered {
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

/// What a look for a sent request shows.
enum Found {
    /// It is there, and recorded.
    At(TimeOffRequestId),
    /// It is not there, and may be sent again.
    Absent,
    /// It is not there, and what it was to replace is live no more: it must not be sent again.
    PreviousGone,
}

impl AgentWriter<'_> {
    /// Creates the request and records it.
    ///
    /// Before every send the claim is in the table with the time of sending, so that whoever comes
    /// after a crash looks first.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when the request may or may not exist; any other error means that
    /// this send left nothing behind.
    pub(crate) async fn create(&mut self, send: &Send<'_>) -> Result<Created, Error> {
        let key = send.leave.key;
        let mut before = self.ledger.key(key).cloned();
        let mut in_doubt = before
            .as_ref()
            .and_then(|record| record.claim.as_ref())
            .is_some_and(|claim| self.may_still_arrive(claim.sent_at));
        let mut may_resend = true;
        let mut backoff = Backoff::bamboohr();
        loop {
            if Instant::now() + SHORTEST_SEND >= self.session.deadline() {
                self.ledger.restore(key, before);
                let doing = match may_resend {
                    true => "preparing the request; nothing was written to BambooHR",
                    false => {
                        "trying again; BambooHR failed on the request and did not have it when \
                        last looked"
                    }
                };
                return Err(unless(in_doubt, Failure::out_of_time(doing).into()));
            }
            self.claim(send, before.as_ref());
            if let Err(error) = self.save().await {
                self.ledger.restore(key, before);
                return Err(unless(in_doubt, error));
            }
            // Recording the claim may have taken a while: what is left open at the end says when
            // the request really went out.
            self.claim(send, before.as_ref());
            let resend_time = Instant::now() + self.settings.resend_after;
            let found = match self.send(send).await {
                Answered::Created(id) => {
                    self.record_created(send, before.as_ref(), id);
                    return Ok(Created::As(id));
                }
                Answered::NotTaken(error) => {
                    self.ledger.restore(key, before.clone());
                    let wait = error.retry_after().unwrap_or_else(|| backoff.pause());
                    if self.pause(wait).await.is_err() {
                        return Err(unless(in_doubt, error.into()));
                    }
                    continue;
                }
                Answered::Refused(error) => {
                    // A refusal after a send in doubt can be its consequence: the request it was to
                    // replace is replaced.
                    if (in_doubt || !may_resend)
                        && let Ok(Found::At(id)) = self.find(send).await
                    {
                        return Ok(Created::Found(id));
                    }
                    self.ledger.restore(key, before);
                    return Err(unless(in_doubt, error));
                }
                Answered::Failed(error) => match self.find_until(send, Instant::now()).await? {
                    Found::Absent if !may_resend => return Err(unless(in_doubt, error.into())),
                    found => found,
                },
                Answered::Unclear => {
                    in_doubt = true;
                    match self.find_until(send, resend_time).await? {
                        Found::Absent if !may_resend => return Err(Error::OutcomeUnknown),
                        found => found,
                    }
                }
            };
            match found {
                Found::At(id) => return Ok(Created::Found(id)),
                Found::PreviousGone => return Ok(Created::PreviousGone),
                Found::Absent => may_resend = false,
            }
            before = self.ledger.key(key).cloned();
        }
    }

    /// Notes that the request is sent now, `before` being what was known of its key.
    fn claim(&mut self, send: &Send<'_>, before: Option<&KeyRecord>) {
        let claim = Claim {
            sent_at: self.now(),
            status: send.status,
            sends: may_arrive(before) + 1,
            previous: send.takes_place_of(),
            seen: send.seen.clone(),
        };
        let due = self.due();
        self.ledger.restore(send.leave.key, before.cloned());
        self.ledger.claim(send.leave.key, send.leave.kept(), claim, due);
    }

    async fn send(&self, send: &Send<'_>) -> Answered {
        let leave = send.leave;
        let (start, end) = leave.span();
        let new = NewRequest {
            status: match send.status {
                SentStatus::Requested => NewStatus::Requested,
                SentStatus::Approved => NewStatus::Approved,
            },
            start,
            end,
            type_id: leave.type_id.counterpart(),
            days: leave.amounts(),
            employee_note: Some(with_marker(send.note, leave.key)),
            previous: send.previous.map(Counterpart::counterpart),
        };
        let patience = self.patience();
        let employee = leave.agent.counterpart();
        let new = &new;
        let sent = self
            .session
            .run(|api| async move { api.until(patience).create_request(employee, new).await });
        match sent.await {
            Ok(created) => {
                self.session.invocation().count(Metric::DayCapped, leave.capped_days());
                Answered::Created(created.id.counterpart())
            }
            Err(Error::BambooHr(error)) if error.effect() == Effect::Unknown => {
                match error.status() {
                    Some(500 | 503) => Answered::Failed(error),
                    _ => Answered::Unclear,
                }
            }
            Err(Error::BambooHr(error))
                if matches!(error.kind(), ErrorKind::RateLimited | ErrorKind::Transport) =>
            {
                Answered::NotTaken(error)
            }
            Err(error) => Answered::Refused(error),
        }
    }

    /// Looks for what a send may have left, and records it.
    async fn find(&mut self, send: &Send<'_>) -> Result<Found, Error> {
        let key = send.leave.key;
        let mut listed = self.list(send.leave.span(), &self.about_key(key)).await?;
        let marked = listed.marked(key, self.books()).map(|request| request.id.counterpart());
        let Some(previous) = send.previous else {
            let equal = listed.unowned_equal(send.leave, self.books());
            let equal = equal.map(|request| request.id.counterpart());
            return Ok(match (marked, equal) {
                (Some(id), _) => self.found(send, id, true),
                (None, Some(id)) => self.found(send, id, false),
                (None, None) => Found::Absent,
            });
        };
        let standing = self.standing(previous, &mut listed).await?;
        Ok(match (standing, marked) {
            (Standing::Live, _) => Found::Absent,
            (_, Some(id)) => self.found(send, id, true),
            (Standing::Replaced, None) => {
                let unseen = listed.only_unseen_equal(key, &send.seen, self.books());
                match unseen.map(|request| request.id.counterpart()) {
                    Some(id) => self.found(send, id, false),
                    None => Found::PreviousGone,
                }
            }
            (Standing::Ended, None) => Found::PreviousGone,
        })
    }

    /// Looks repeatedly; anything but a found request only when a look at `until` or later shows
    /// it. A look that fails is repeated, also after `until`.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when time runs out, or a look fails in a way that will not pass;
    /// the claim stays for the next call.
    async fn find_until(&mut self, send: &Send<'_>, until: Instant) -> Result<Found, Error> {
        let mut backoff = Backoff::looks(self.settings.resend_after);
        loop {
            let is_late_enough = Instant::now() >= until;
            match self.find(send).await {
                Ok(found @ Found::At(_)) => return Ok(found),
                Ok(found) if is_late_enough => return Ok(found),
                Ok(_) => {}
                Err(error) if error.may_pass() => {}
                Err(_) => return Err(Error::OutcomeUnknown),
            }
            let left = until.saturating_duration_since(Instant::now());
            let pause = backoff.pause();
            let next = if left.is_zero() { pause } else { pause.min(left) };
            self.pause(next).await.map_err(|_| Error::OutcomeUnknown)?;
        }
    }

    /// Records a request that a look has found.
    fn found(&mut self, send: &Send<'_>, id: TimeOffRequestId, is_marked: bool) -> Found {
        let now = self.now();
        self.ledger.bind_arrived(send.leave.key, send.leave.kept(), id, is_marked, now);
        self.record_place(send, id);
        Found::At(id)
    }

    /// Records a request that BambooHR's answer names. Earlier sends of the key may arrive still.
    fn record_created(
        &mut self,
        send: &Send<'_>,
        before: Option<&KeyRecord>,
        id: TimeOffRequestId,
    ) {
        let (key, kept) = (send.leave.key, send.leave.kept());
        if may_arrive(before) > 0 {
            let now = self.now();
            self.ledger.bind_arrived(key, kept, id, true, now);
        } else {
            self.ledger.bind_created(key, kept, id);
        }
        self.record_place(send, id);
    }

    fn record_place(&mut self, send: &Send<'_>, id: TimeOffRequestId) {
        if let Some(previous) = send.takes_place_of() {
            self.record_replaced(previous, id, send.leave.key, send.leave.span().1);
        }
    }
}

/// How many earlier sends of the key may still arrive: those of its open claim; where that is
/// closed and the key unsettled, one at least.
fn may_arrive(before: Option<&KeyRecord>) -> u32 {
    let open = before.and_then(|record| record.claim.as_ref());
    let is_unsettled = before.is_some_and(|record| record.unsettled.is_some());
    open.map_or(u32::from(is_unsettled), |open| open.sends)
}

/// While an earlier send may still arrive, no failure of a later one says anything.
fn unless(in_doubt: bool, error: Error) -> Error {
    if in_doubt { Error::OutcomeUnknown } else { error }
}
