//! Bringing a leave into BambooHR: adopting what is there, approving it, creating it, or replacing
//! a request by it.

use bamboohr::{Request, Status};
use contract::{RequestedStatus, TimeOffRequestId};
use store::{KeyRecord, SentStatus, StatusChange};

use super::agent_requests::AgentRequests;
use super::books::{Owner, is_live};
use super::create::{Created, Send};
use super::status::{Changed, is_refusal, refusal};
use super::writer::{ALL_DAYS, AgentWriter, days_bearing_on};
use crate::ids::Counterpart;
use crate::{Error, Leave};

/// A leave with the status and the note that Genesys submits it with.
#[derive(Clone, Debug)]
pub(crate) struct Submitted<'a> {
    /// The leave.
    pub leave: &'a Leave,
    /// Pending or approved.
    pub status: RequestedStatus,
    /// The agent's note.
    pub notes: Option<&'a str>,
    /// Whether a pending request has to fit the balance.
    pub checks_balance: bool,
}

impl Submitted<'_> {
    /// The change of status that is asked of a request that waits.
    pub(super) fn approval(&self) -> Option<StatusChange> {
        (self.status == RequestedStatus::Approved).then_some(StatusChange::Approve)
    }

    fn sent_status(&self) -> SentStatus {
        match self.status {
            RequestedStatus::Pending => SentStatus::Requested,
            RequestedStatus::Approved => SentStatus::Approved,
        }
    }
}

/// What came of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// This is the id that stands for the request now.
    As(TimeOffRequestId),
    /// There was nothing to cancel or deny.
    Nothing,
    /// It does not fit the balance; nothing was written.
    InsufficientBalance,
}

impl Written {
    /// The id that stands for the request now.
    pub(super) fn id(self) -> Option<TimeOffRequestId> {
        match self {
            Self::As(id) => Some(id),
            Self::Nothing | Self::InsufficientBalance => None,
        }
    }
}

/// What came of replacing a request.
#[derive(Debug)]
pub(crate) enum Replaced {
    /// The leave is there, or does not fit.
    Done(Written),
    /// Somebody else replaced or closed the request meanwhile.
    PreviousGone,
}

impl AgentWriter<'_> {
    /// Brings the leave into BambooHR as a request of its own: the one that is there already, or a
    /// new one, which takes the place of the closed request `anew_for`.
    ///
    /// # Errors
    /// `REQUEST_CONFLICT` when somebody edited the leave in BambooHR; [`Error::OutcomeUnknown`]
    /// when a request was sent and may or may not exist; otherwise nothing was created.
    pub(crate) async fn insert(
        &mut self,
        submitted: &Submitted<'_>,
        anew_for: Option<TimeOffRequestId>,
    ) -> Result<Written, Error> {
        let leave = submitted.leave;
        let days = days_bearing_on(leave, submitted.checks_balance);
        let mut about = self.about_key(leave.key);
        about.inserting = Some(leave.key);
        about.change = submitted.approval();
        let listed = self.list_settled(days, &about).await?;
        listed.all_readable_for(leave.key, self.books())?;
        if let Some(request) = self.adoptable(leave, &listed).cloned() {
            return self.adopt(&request, submitted, &listed).await.map(Written::As);
        }
        self.refuse_edited(leave, &listed)?;
        self.refuse_moved(leave).await?;
        if submitted.checks_balance && !self.fits_balance(leave, &listed, None).await? {
            return Ok(Written::InsufficientBalance);
        }
        let send = Send {
            leave,
            status: submitted.sent_status(),
            note: submitted.notes,
            previous: None,
            anew_for,
            seen: Vec::new(),
        };
        match self.create(&send).await? {
            Created::As(id) => Ok(Written::As(id)),
            Created::Found(id) => self.adopt_found(id, submitted, &listed).await,
            // A request that replaces none has no previous one.
            Created::PreviousGone => Err(Error::OutcomeUnknown),
        }
    }

    /// The live request that stands for the leave: its key's own, else an equal one of nobody.
    fn adoptable<'l>(&'l self, leave: &'l Leave, listed: &'l AgentRequests) -> Option<&'l Request> {
        let books = self.books();
        listed.own(leave.key, books).or_else(|| listed.unowned_equal(leave, books))
    }

    /// Fails when somebody edited or moved the leave's request in BambooHR: what is there may be
    /// the leave, and to write it anew would double it.
    pub(crate) fn refuse_edited(&self, leave: &Leave, listed: &AgentRequests) -> Result<(), Error> {
        if self.ledger.is_closed(leave.key) {
            return Ok(());
        }
        let books = self.books();
        let is_edited = self.has_edited_arrival(leave, listed)
            || self.ledger.bound_to(leave.key).any(|id| match listed.get(id) {
                Some(request) if matches!(request.status, Status::Canceled | Status::Denied) => {
                    false
                }
                // One in a state that is not known here may be live.
                Some(request) if request.status != Status::Superseded => true,
                _ => {
                    self.ledger.claims_replacing(id).next().is_none()
                        && listed.has_one_like(leave.key, books)
                }
            });
        if is_edited {
            return Err(Error::conflict(
                "was changed in BambooHR since Genesys sent it; nothing was written. Settle it in \
                BambooHR, or change the request in Genesys to what BambooHR holds.",
            ));
        }
        Ok(())
    }

    /// Whether a send of the leave, of which nobody heard, arrived and was edited before anybody
    /// looked: a live request of nobody bears the key's marker.
    fn has_edited_arrival(&self, leave: &Leave, listed: &AgentRequests) -> bool {
        let books = self.books();
        self.is_unheard_of(leave)
            && listed.live().any(|request| books.foreign_marker(request) == Some(leave.key))
    }

    /// Whether the leave was sent, and no request was ever known to have come of it: of one that
    /// was, there may be copies, which are people's own.
    fn is_unheard_of(&self, leave: &Leave) -> bool {
        let is_sent = |record: &KeyRecord| record.closed.is_none() && record.doubt().any();
        self.ledger.key(leave.key).is_some_and(is_sent)
            && self.ledger.requests().all(|record| record.key != Some(leave.key))
    }

    /// Fails when what may have come of an earlier send was moved to other days in BambooHR.
    async fn refuse_moved(&mut self, leave: &Leave) -> Result<(), Error> {
        if !self.is_unheard_of(leave) {
            return Ok(());
        }
        let listed = AgentRequests::new(self.list_days(ALL_DAYS).await?);
        self.refuse_edited(leave, &listed)
    }

    /// Takes a live request that is the leave, and approves it when the leave is approved.
    ///
    /// # Errors
    /// As of [`approve`](Self::approve).
    pub(crate) async fn adopt(
        &mut self,
        request: &Request,
        submitted: &Submitted<'_>,
        listed: &AgentRequests,
    ) -> Result<TimeOffRequestId, Error> {
        let leave = submitted.leave;
        let id = request.id.counterpart();
        if !self.ledger.is_bound(leave.key, id) {
            // What it came of is recorded already: a claim that is left open is for another one.
            self.ledger.bind(leave.key, leave.kept(), id);
        }
        match (&request.status, submitted.status) {
            (Status::Requested, RequestedStatus::Approved) => {
                self.approve(request, leave, listed).await
            }
            _ => Ok(id),
        }
    }

    /// Takes what a look has found of a send; it may have been made by an earlier one, and wait.
    async fn adopt_found(
        &mut self,
        id: TimeOffRequestId,
        submitted: &Submitted<'_>,
        listed: &AgentRequests,
    ) -> Result<Written, Error> {
        match self.request(id).await {
            Ok(Some(request)) if is_live(&request) => {
                self.adopt(&request, submitted, listed).await.map(Written::As)
            }
            // What it has become since is for the next call to say.
            Ok(_) | Err(_) => Err(Error::OutcomeUnknown),
        }
    }

    /// Approves a waiting request in place; where further approvers would still be waited for,
    /// replaces it by an approved one.
    ///
    /// # Errors
    /// BambooHR's refusal, with nothing changed; `REQUEST_CONFLICT` when what was approved is no
    /// longer the leave; [`Error::OutcomeUnknown`].
    async fn approve(
        &mut self,
        request: &Request,
        leave: &Leave,
        listed: &AgentRequests,
    ) -> Result<TimeOffRequestId, Error> {
        match self.change_status(request, StatusChange::Approve).await? {
            Changed::Reached(Some(read)) if !self.is_the_leave(&read, leave) => {
                return Err(Error::conflict(
                    "was changed in BambooHR while it was approved. Look at it there.",
                ));
            }
            Changed::Reached(_) => return Ok(request.id.counterpart()),
            Changed::AwaitsApprovers => {}
            // BambooHR counts one approver once: an earlier call approved it, and did not get to
            // replace it.
            Changed::Refused(request, _)
                if request.status == Status::Requested
                    && request.actions.approve == Some(false) => {}
            Changed::Refused(request, error) => return Err(refusal(&request, error)),
        }
        let send = Send {
            leave,
            status: SentStatus::Approved,
            note: request.employee_note.as_deref(),
            previous: Some(request.id.counterpart()),
            anew_for: None,
            seen: listed.seen_before(leave, self.books()),
        };
        match self.create(&send).await? {
            Created::As(id) => Ok(id),
            Created::Found(id) => match self.request(id).await {
                Ok(Some(found)) if found.status == Status::Approved => Ok(id),
                // What it has become since is for the next call to say.
                Ok(_) | Err(_) => Err(Error::OutcomeUnknown),
            },
            Created::PreviousGone => Err(Error::conflict(
                "was changed in BambooHR while it was approved. Look at it there.",
            )),
        }
    }

    /// Whether the request is the leave: equal to it, or bound to its key and still what is kept.
    pub(crate) fn is_the_leave(&self, request: &Request, leave: &Leave) -> bool {
        leave.is_same(request)
            || self.ledger.bound_key(request.id.counterpart()) == Some(leave.key)
                && self.books().is_what_its_key_says(leave.key, request)
    }

    /// Replaces the live request `old` by the leave. What was submitted without notes keeps the old
    /// request's note.
    ///
    /// # Errors
    /// `REQUEST_CONFLICT` when `old` has begun or was changed meanwhile; [`Error::OutcomeUnknown`].
    pub(crate) async fn replace(
        &mut self,
        old: &Request,
        submitted: &Submitted<'_>,
        listed: &AgentRequests,
    ) -> Result<Replaced, Error> {
        let leave = submitted.leave;
        let previous: TimeOffRequestId = old.id.counterpart();
        if let Owner::Marked(key) = self.books().owner(old)
            && let Some(kept) = self.ledger.key(key).map(|record| record.leave.clone())
        {
            // So that the key is known, and closed, once the request is replaced.
            self.ledger.bind(key, kept, previous);
        }
        if submitted.checks_balance && !self.fits_balance(leave, listed, Some(old)).await? {
            return Ok(Replaced::Done(Written::InsufficientBalance));
        }
        let send = Send {
            leave,
            status: submitted.sent_status(),
            note: submitted.notes.or(old.employee_note.as_deref()),
            previous: Some(previous),
            anew_for: None,
            seen: listed.seen_before(leave, self.books()),
        };
        match self.create(&send).await {
            Ok(Created::As(id)) => Ok(Replaced::Done(Written::As(id))),
            Ok(Created::Found(id)) => {
                self.adopt_found(id, submitted, listed).await.map(Replaced::Done)
            }
            Ok(Created::PreviousGone) => Ok(Replaced::PreviousGone),
            Err(Error::BambooHr(error)) if is_refusal(&error) => {
                match self.request(previous).await? {
                    // Something else came first, perhaps a late outcome of ours.
                    Some(request) if !is_live(&request) => Ok(Replaced::PreviousGone),
                    Some(request) => Err(refusal(&request, error)),
                    None => Err(error.into()),
                }
            }
            Err(error) => Err(error),
        }
    }
}
