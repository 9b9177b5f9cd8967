//! The state table of update: what is done to a request depends on where it stands and on what
//! Genesys wants.

use bamboohr::{Request, Status};
use contract::{ErrorCode, Failure, TimeOffRequestId};
use jiff::civil::Date;
use store::{Closed, StatusChange};

use super::agent_requests::{AgentRequests, Ambiguous, around, only};
use super::ahead::Questions;
use super::books::Owner;
use super::insert::{Replaced, Submitted, Written};
use super::open::About;
use super::writer::{AgentWriter, days_bearing_on};
use crate::ids::Counterpart;
use crate::{Error, Leave};

/// What Genesys wants of a request.
#[derive(Debug)]
pub(crate) enum Wanted<'a> {
    /// These days, minutes, type and status.
    Put(Submitted<'a>),
    /// Denied or cancelled.
    Closed(StatusChange),
}

/// What came of an update.
#[derive(Debug)]
pub struct Updated {
    /// What was written, or why nothing was.
    pub written: Result<Written, Failure>,
    /// The id known to be live; the caller's own where nothing else is known.
    pub known: Option<TimeOffRequestId>,
}

/// One update of one agent's request.
#[derive(Debug)]
pub(crate) struct Update<'d, 'c, 'a> {
    pub writer: &'d mut AgentWriter<'c>,
    pub wanted: Wanted<'a>,
    /// The leave that the input names; always there for a put.
    pub leave: Option<&'a Leave>,
    /// The id known to be live, for the answer of a failure.
    pub known: &'d mut Option<TimeOffRequestId>,
}

impl Update<'_, '_, '_> {
    pub(crate) async fn run(&mut self, id: Option<TimeOffRequestId>) -> Result<Written, Error> {
        match (id, self.leave) {
            (Some(id), _) => self.by_id(id).await,
            (None, Some(leave)) => self.by_leave(leave).await,
            (None, None) => Err(Failure::invalid("inputTimeOffRequestId", "is missing").into()),
        }
    }

    async fn by_id(&mut self, id: TimeOffRequestId) -> Result<Written, Error> {
        if let Some(written) = self.by_id_once(id).await? {
            return Ok(written);
        }
        // Somebody replaced or closed the request while it was to be replaced. What is there now
        // decides, once.
        let written = self.by_id_once(id).await?;
        written.ok_or_else(|| {
            Error::conflict("keeps being changed in BambooHR. Look at it there, then try again.")
        })
    }

    /// `None` when the request was replaced or closed by somebody else meanwhile.
    async fn by_id_once(&mut self, id: TimeOffRequestId) -> Result<Option<Written>, Error> {
        let latest = self.writer.ledger.latest(id);
        let found = match self.questions(latest) {
            Some(questions) => self.writer.request_beside(latest, &questions).await?,
            None => self.writer.request(latest).await?,
        };
        if found.is_some() {
            *self.known = Some(latest);
        }
        let known = self.known_days(latest, found.as_ref()).ok_or_else(not_found)?;
        let days = self.days_to_list(Some(known)).unwrap_or(known);
        let about = self.about(latest, found.as_ref());
        let listed = self.writer.list_settled(days, &about).await?;
        // It may have turned out to be replaced, or to be a duplicate of one that stands for it.
        let latest = self.writer.ledger.latest(latest);
        let request = match listed.get(latest).cloned() {
            Some(request) => request,
            None => self.writer.request(latest).await?.ok_or_else(not_found)?,
        };
        *self.known = Some(latest);
        match &request.status {
            Status::Requested | Status::Approved => self.live(&request, &listed).await,
            Status::Canceled | Status::Denied => self.closed(&request, &listed).await.map(Some),
            Status::Superseded => {
                let successor = self.successor(&request, &listed)?;
                // Before anything becomes of it: a successor that is live no longer cannot be
                // recognised.
                self.writer.save().await?;
                self.live(&successor, &listed).await
            }
            _ => Err(Error::conflict(
                "is in a state that is not known here; nothing was written. Look at it in \
                BambooHR.",
            )),
        }
    }

    fn about(&self, id: TimeOffRequestId, found: Option<&Request>) -> About {
        let mut about = self.writer.about_request(id);
        let is_closed =
            found.is_some_and(|found| matches!(found.status, Status::Canceled | Status::Denied));
        match &self.wanted {
            Wanted::Put(submitted) if is_closed => about.inserting = Some(submitted.leave.key),
            Wanted::Put(submitted) => {
                let is_it = |found| self.writer.is_the_leave(found, submitted.leave);
                about.change = submitted.approval().filter(|_| found.is_some_and(is_it));
            }
            Wanted::Closed(change) => about.change = Some(*change),
        }
        about
    }

    /// The request is `requested` or `approved`.
    async fn live(
        &mut self,
        request: &Request,
        listed: &AgentRequests,
    ) -> Result<Option<Written>, Error> {
        let id = request.id.counterpart();
        *self.known = Some(id);
        let submitted = match &self.wanted {
            Wanted::Closed(change) => {
                self.writer.close_request(request, *change, self.leave).await?;
                return Ok(Some(Written::As(id)));
            }
            Wanted::Put(submitted) => submitted.clone(),
        };
        if let Err(unreadable) = &request.time_off {
            return Err(Error::BambooHr((*unreadable).into()));
        }
        let written = if self.writer.is_the_leave(request, submitted.leave) {
            self.take_from_other_key(request, submitted.leave).await?;
            Written::As(self.writer.adopt(request, &submitted, listed).await?)
        } else {
            match self.writer.replace(request, &submitted, listed).await? {
                Replaced::Done(written) => written,
                Replaced::PreviousGone => return Ok(None),
            }
        };
        Ok(Some(self.note_known(written)))
    }

    /// Binds the request to the leave's key where it belonged to another one, which is released. As
    /// the request lives on, whatever else turns up of the other key is a second one, unless it is
    /// inserted anew.
    ///
    /// # Errors
    /// A table that fails: the note keeps the other key's marker, so that only the table can tell.
    async fn take_from_other_key(&mut self, request: &Request, leave: &Leave) -> Result<(), Error> {
        let owner = self.writer.books().owner(request);
        match owner.key().filter(|other| *other != leave.key) {
            None => Ok(()),
            Some(other) => {
                let ledger = &mut self.writer.ledger;
                ledger.bind(leave.key, leave.kept(), request.id.counterpart());
                ledger.release(other, leave.key);
                self.writer.save().await
            }
        }
    }

    /// The request is `canceled` or `denied`.
    async fn closed(
        &mut self,
        request: &Request,
        listed: &AgentRequests,
    ) -> Result<Written, Error> {
        let id = request.id.counterpart();
        let submitted = match &self.wanted {
            Wanted::Closed(_) => {
                self.writer.record_closed(request, self.leave, Some(listed));
                // Nothing in BambooHR will say that it was us.
                self.writer.save().await?;
                return Ok(Written::As(id));
            }
            Wanted::Put(submitted) => submitted.clone(),
        };
        if !self.writer.ledger.request(id).is_some_and(|record| record.closed) {
            return Err(Error::conflict(
                "was cancelled or denied in BambooHR, not by Genesys; nothing was written. Submit \
                it anew if it is meant.",
            ));
        }
        let written = self.writer.insert(&submitted, Some(id)).await?;
        if let Written::As(new) = written {
            self.writer.record_replaced(id, new, submitted.leave.key, request.end);
        }
        Ok(self.note_known(written))
    }

    /// The live request that replaced a `superceded` one without our having recorded it: the one
    /// that is the leave in hand; else the only one that equals the replaced request itself, since
    /// somebody edited its note.
    fn successor(&mut self, request: &Request, listed: &AgentRequests) -> Result<Request, Error> {
        let id = request.id.counterpart();
        let books = self.writer.books();
        let own = books.ledger.bound_key(id);
        let several = |Ambiguous| {
            Error::conflict(
                "was replaced in BambooHR, and several requests there may be meant. Settle it in \
                BambooHR.",
            )
        };
        let of_leave = || {
            let Some(leave) = self.leave else { return Ok(None) };
            if let Some(request) = listed.own(leave.key, books).filter(|own| leave.is_same(own)) {
                return Ok(Some((leave.key, leave.kept(), request)));
            }
            let equals = listed.live().filter(|other| leave.is_same(other));
            let free = equals.filter(|other| !books.owner(other).is_other_than(leave.key));
            Ok(only(free)?.map(|request| (leave.key, leave.kept(), request)))
        };
        let of_replaced = || {
            let equal = listed.only_equal_of_replaced(request, own, books)?;
            Ok(equal.map(|equal| (own, equal)))
        };
        if let Some((key, kept, successor)) = of_leave().map_err(several)? {
            let successor = successor.clone();
            self.writer.ledger.bind(key, kept, successor.id.counterpart());
            self.record_successor(id, &successor, Some(key));
            return Ok(successor);
        }
        match of_replaced().map_err(several)? {
            Some((key, successor)) => {
                let successor = successor.clone();
                let kept =
                    key.and_then(|key| Some((key, self.writer.ledger.key(key)?.leave.clone())));
                if let Some((key, kept)) = kept {
                    self.writer.ledger.bind(key, kept, successor.id.counterpart());
                }
                self.record_successor(id, &successor, key);
                Ok(successor)
            }
            None => Err(Error::conflict(
                "was replaced by another one in BambooHR, and nothing tells which. Look at it \
                there.",
            )),
        }
    }

    fn record_successor(
        &mut self,
        id: TimeOffRequestId,
        successor: &Request,
        key: Option<contract::RequestKey>,
    ) {
        let new = successor.id.counterpart();
        match key {
            Some(key) => self.writer.record_replaced(id, new, key, successor.end),
            None => self.writer.ledger.supersede(id, new, successor.end),
        }
    }

    /// The request is named by type, days and minutes alone.
    async fn by_leave(&mut self, leave: &Leave) -> Result<Written, Error> {
        let days = days_bearing_on(leave, self.checks_balance());
        let mut about = self.writer.about_key(leave.key);
        (about.change, about.inserting) = match &self.wanted {
            // Named by its days, and wanted: what arrives of a closed key is no duplicate.
            Wanted::Put(submitted) => (submitted.approval(), Some(leave.key)),
            Wanted::Closed(change) => (Some(*change), None),
        };
        let listed = self.writer.list_settled(days, &about).await;
        if matches!(listed, Err(Error::OutcomeUnknown)) {
            self.close_unheard_of(leave);
        }
        let listed = listed?;
        listed.all_readable_for(leave.key, self.writer.books())?;
        if let Some(request) = self.named(leave, &listed)? {
            return match self.live(&request, &listed).await? {
                Some(written) => Ok(written),
                None => self.by_id(request.id.counterpart()).await,
            };
        }
        if matches!(self.wanted, Wanted::Put(_)) {
            return Err(not_found());
        }
        let claim = self.writer.ledger.key(leave.key).and_then(|record| record.claim.as_ref());
        let may_arrive = claim.is_some_and(|claim| self.writer.may_still_arrive(claim.sent_at));
        self.writer.ledger.close_key(leave.key, leave.kept(), Closed::Ended);
        self.writer.save().await?;
        if may_arrive { Err(Error::OutcomeUnknown) } else { Ok(Written::Nothing) }
    }

    /// A send of the leave that is to be closed may still arrive, and time is over: should it
    /// arrive and nobody ask again, it is not wanted.
    fn close_unheard_of(&mut self, leave: &Leave) {
        let is_bound = self.writer.ledger.bound_to(leave.key).next().is_some();
        if matches!(self.wanted, Wanted::Closed(_)) && !is_bound {
            self.writer.ledger.close_key(leave.key, leave.kept(), Closed::Ended);
        }
    }

    /// The live request that type, days and minutes name: the key's own, else the only equal one
    /// that belongs to nobody.
    fn named(&self, leave: &Leave, listed: &AgentRequests) -> Result<Option<Request>, Error> {
        let books = self.writer.books();
        if let Some(request) = listed.own(leave.key, books) {
            return Ok(Some(request.clone()));
        }
        let equal = only(listed.unowned_equals(leave, books)).map_err(|Ambiguous| {
            Error::conflict(
                "cannot be told from others with the same days and minutes; nothing was written. \
                Give its id.",
            )
        })?;
        if equal.is_none() {
            self.writer.refuse_edited(leave, listed)?;
            let is_of_other = |request: &Request| books.owner(request) != Owner::Nobody;
            if listed.live().any(|request| leave.is_same(request) && is_of_other(request)) {
                return Err(Error::conflict(
                    "with these days and minutes belongs to another leave; nothing was written. \
                    Give its id.",
                ));
            }
        }
        Ok(equal.cloned())
    }

    /// What can be asked before the request is read: where that lies as the ledger says, or as it
    /// is wanted, nothing more has to be.
    fn questions(&self, id: TimeOffRequestId) -> Option<Questions> {
        let days = self.days_to_list(self.known_days(id, None))?;
        let at_once = self.writer.settings.upstream_concurrency;
        Some(match &self.wanted {
            Wanted::Put(submitted) if self.writer.ledger.key(submitted.leave.key).is_none() => {
                Questions { days, ..Questions::about(submitted, at_once, 2) }
            }
            _ => Questions::days(days),
        })
    }

    /// The days that the request has, and those that it had or was to have before. `None` where
    /// nothing is known of it.
    fn known_days(&self, id: TimeOffRequestId, found: Option<&Request>) -> Option<(Date, Date)> {
        let own = found.map(|request| (request.start, request.end));
        own.into_iter().chain(self.writer.ledger.days_of(id)).reduce(around)
    }

    /// These, and those that are wanted.
    fn days_to_list(&self, known: Option<(Date, Date)>) -> Option<(Date, Date)> {
        let wanted = self.leave.map(|leave| days_bearing_on(leave, self.checks_balance()));
        known.into_iter().chain(wanted).reduce(around)
    }

    fn checks_balance(&self) -> bool {
        matches!(&self.wanted, Wanted::Put(submitted) if submitted.checks_balance)
    }

    fn note_known(&mut self, written: Written) -> Written {
        if let Written::As(id) = written {
            *self.known = Some(id);
        }
        written
    }
}

fn not_found() -> Error {
    let sentence = "BambooHR has no such time-off request. It may have been deleted there; submit \
        it anew if it is meant.";
    Failure::new(ErrorCode::RequestNotFound, sentence).into()
}
