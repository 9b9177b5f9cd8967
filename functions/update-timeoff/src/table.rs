//! The state table of update: what is done to a request depends on where it stands and on what
//! Genesys wants.

use bamboohr::{Change, Request, Status};
use contract::{ErrorCode, Failure, TimeOffRequestId};
use jiff::civil::Date;
use timeoff::{Desk, Error, Leave, Owner, Placed, Sight, Wish};

/// What Genesys wants.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// The request with these days, minutes, type and status.
    Put(Wish<'a>),
    /// The request denied or cancelled.
    Close(Change),
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Updated {
    /// Done; the id that stands for the request now, if BambooHR ever had one.
    Done(Option<TimeOffRequestId>),
    /// The change does not fit the balance; nothing was written.
    InsufficientBalance,
}

/// One update, at the agent's desk.
#[derive(Debug)]
pub(crate) struct Update<'d, 'c, 'a> {
    pub desk: &'d mut Desk<'c>,
    pub step: Step<'a>,
    /// The leave that the input names; always there for a put.
    pub leave: Option<&'a Leave>,
    /// The id known to be live, for the answer of a failure.
    pub live: &'d mut Option<TimeOffRequestId>,
}

impl Update<'_, '_, '_> {
    pub(crate) async fn run(&mut self, id: Option<TimeOffRequestId>) -> Result<Updated, Error> {
        match (id, self.leave) {
            (Some(id), _) => self.by_id(id).await,
            (None, Some(leave)) => self.by_leave(leave).await,
            (None, None) => Err(Failure::invalid("inputTimeOffRequestId", "is missing").into()),
        }
    }

    async fn by_id(&mut self, id: TimeOffRequestId) -> Result<Updated, Error> {
        let latest = self.desk.ledger().latest(id);
        let found = self.desk.request(latest).await?.ok_or_else(not_found)?;
        *self.live = Some(latest);
        let mut sight = self.desk.look(self.days_around(&found)).await?;
        let inserting = match (&self.step, &found.status) {
            (Step::Put(wish), Status::Canceled | Status::Denied) => Some(wish.leave.key),
            // A live request that is named is meant, even if an update had closed its key before it
            // turned up.
            (_, Status::Requested | Status::Approved) => {
                Owner::of(&found, self.desk.ledger()).key()
            }
            _ => None,
        };
        self.desk.cancel_duplicates(&mut sight, inserting).await;
        // The request may have turned out to be a duplicate of another one, which stands for it
        // now.
        let latest = self.desk.ledger().latest(latest);
        *self.live = Some(latest);
        let request = sight.get(latest).cloned().unwrap_or(found);
        match &request.status {
            Status::Requested | Status::Approved => self.live(&request, &sight).await,
            Status::Canceled | Status::Denied => self.closed(&request, &sight).await,
            Status::Superseded => match self.successor(&request, &sight) {
                Some(successor) => {
                    // Before anything becomes of it: a successor that is live no longer cannot be
                    // recognised.
                    self.desk.save().await?;
                    self.live(&successor, &sight).await
                }
                None => Err(Error::conflict(
                    "was replaced by another one in BambooHR, and nothing tells which. Look at it there.",
                )),
            },
            _ => Err(Error::conflict(
                "is in a state that is not known here; nothing was written. Look at it in BambooHR.",
            )),
        }
    }

    /// The request is `requested` or `approved`.
    async fn live(&mut self, request: &Request, sight: &Sight) -> Result<Updated, Error> {
        let id = request_id(request);
        *self.live = Some(id);
        let wish = match &self.step {
            Step::Close(change) => {
                self.desk.close_request(request, *change, self.leave).await?;
                return Ok(Updated::Done(Some(id)));
            }
            Step::Put(wish) => wish,
        };
        let placed = if wish.leave.is_same(request) {
            self.desk.take_from_other_key(request, wish.leave).await?;
            Placed::Live(self.desk.adopt(request, wish).await?)
        } else {
            self.desk.replace(request, wish, sight).await?
        };
        Ok(self.placed(placed))
    }

    /// The request is `canceled` or `denied`.
    async fn closed(&mut self, request: &Request, sight: &Sight) -> Result<Updated, Error> {
        let id = request_id(request);
        let wish = match &self.step {
            Step::Close(_) => {
                self.desk.record_closed(request, self.leave, Some(sight));
                // Nothing in BambooHR will say that it was us.
                self.desk.save().await?;
                return Ok(Updated::Done(Some(id)));
            }
            Step::Put(wish) => wish,
        };
        if !self.desk.ledger().request(id).is_some_and(|record| record.closed) {
            return Err(Error::conflict(
                "was cancelled or denied in BambooHR, not by Genesys; nothing was written. Submit it anew if it is meant.",
            ));
        }
        let placed = self.desk.place(wish, Some(id)).await?;
        if let Placed::Live(new) = placed {
            self.desk.ledger_mut().supersede(id, new, request.end);
        }
        Ok(self.placed(placed))
    }

    /// The live request that replaced a `superceded` one without our having recorded it: a send of
    /// ours whose answer was lost, or an equal request.
    fn successor(&mut self, request: &Request, sight: &Sight) -> Option<Request> {
        let id = request_id(request);
        let ledger = self.desk.ledger();
        let sent = ledger
            .claims_replacing(id)
            .find_map(|record| Some((record.key, sight.marked_for(record.key, ledger, Some(id))?)));
        let equal = || {
            let leave = self.leave?;
            let free = |owner: Owner| owner.key().is_none_or(|key| key == leave.key);
            let equal = sight
                .live()
                .find(|other| leave.is_same(other) && free(Owner::of(other, ledger)))?;
            Some((leave.key, equal))
        };
        let (key, successor) = sent.or_else(equal)?;
        let successor = successor.clone();
        self.desk.ledger_mut().bind(key, (successor.start, successor.end), request_id(&successor));
        self.desk.record_replaced(id, request_id(&successor), key, successor.end);
        Some(successor)
    }

    /// The request is named by type, days and minutes alone.
    async fn by_leave(&mut self, leave: &Leave) -> Result<Updated, Error> {
        let mut sight =
            self.desk.look(self.desk.days_bearing_on(leave, self.checks_balance())).await?;
        self.desk.cancel_duplicates(&mut sight, None).await;
        match named(leave, &sight, self.desk)? {
            Some(request) => self.live(&request, &sight).await,
            None if matches!(self.step, Step::Put(_)) => Err(not_found()),
            None => {
                let may_still_arrive = self
                    .desk
                    .ledger()
                    .key(leave.key)
                    .is_some_and(|record| self.desk.may_still_arrive(record));
                self.desk.ledger_mut().close_key(leave.key, leave.span());
                self.desk.save().await?;
                if may_still_arrive { Err(Error::OutcomeUnknown) } else { Ok(Updated::Done(None)) }
            }
        }
    }

    /// The days to look at: the request's own, those it is to have, and those that it had or was to
    /// have before.
    fn days_around(&self, request: &Request) -> (Date, Date) {
        let id = request_id(request);
        let wanted =
            self.leave.map(|leave| self.desk.days_bearing_on(leave, self.checks_balance()));
        let spans = wanted.into_iter().chain(self.desk.ledger().days_of(id));
        spans.fold((request.start, request.end), |(start, end), (first, last)| {
            (start.min(first), end.max(last))
        })
    }

    fn checks_balance(&self) -> bool {
        matches!(&self.step, Step::Put(wish) if wish.checks_balance)
    }

    fn placed(&mut self, placed: Placed) -> Updated {
        match placed {
            Placed::Live(id) => {
                *self.live = Some(id);
                Updated::Done(Some(id))
            }
            Placed::InsufficientBalance => Updated::InsufficientBalance,
        }
    }
}

/// The live request that type, days and minutes name: the key's own, else the only equal one that
/// belongs to nobody.
fn named(leave: &Leave, sight: &Sight, desk: &Desk<'_>) -> Result<Option<Request>, Error> {
    let ledger = desk.ledger();
    if let Some(request) = sight.owned_by(leave.key, ledger, None) {
        return Ok(Some(request.clone()));
    }
    let mut equals = sight.unowned_equals(leave, ledger);
    match (equals.next(), equals.next()) {
        (Some(request), None) => Ok(Some(request.clone())),
        (Some(_), Some(_)) => Err(Error::conflict(
            "cannot be told from others with the same days and minutes; nothing was written. Give its id.",
        )),
        (None, _) if sight.live().any(|request| leave.is_same(request)) => Err(Error::conflict(
            "with these days and minutes belongs to another leave; nothing was written. Give its id.",
        )),
        (None, _) => Ok(None),
    }
}

fn request_id(request: &Request) -> TimeOffRequestId {
    std::num::NonZeroU64::from(request.id).into()
}

fn not_found() -> Error {
    let sentence = "BambooHR has no such time-off request. It may have been deleted there; submit it anew if it is meant.";
    Failure::new(ErrorCode::RequestNotFound, sentence).into()
}
