//! One leave of an agent over its life: what is done to it, what Genesys knows of it, and what has
//! to be true in the end.

use bamboohr_simulator::{Date, RequestView};
use fastrand::Rng;
use jiff::Span;
use writes::{Envelope, Input, Rig};

use crate::people_rights::{Rights, is_ours_alone};

/// The days that one leave may move over; leaves of one agent never meet.
const WINDOW_DAYS: i64 = 14;
/// Hours without a waiting list of approvers, days with one, and an unlimited type, the only one
/// that is asked for unforced.
const TYPES: [u64; 3] = [83, 85, 90];

/// A logical write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Insert { approved: bool },
    Approve,
    Change { approved: bool },
    Close { status: &'static str },
    Reopen,
}

pub(crate) struct Leave {
    agent: u64,
    type_id: u64,
    first: Date,
    /// The days of the leave as Genesys means it now, counted from the first of the window.
    days: (i64, i64),
    minutes: u16,
    /// The id that Genesys holds: from the last answer that said `Complete`.
    id: Option<u64>,
    /// The last write.
    step: Step,
    /// The last write was confirmed.
    confirmed: bool,
    /// A person changed the status or the note of one of its requests: the id may stand for
    /// another one now.
    is_touched: bool,
    is_note_edited: bool,
    /// A person made something else of it. Genesys tries once more, and hears of it or not.
    is_taken_over: bool,
    /// Every id that Genesys was given.
    ids: Vec<u64>,
    /// Inserted anew by an old id, or tried to.
    has_reopened: bool,
}

impl Leave {
    /// The `number`-th leave of the agent, not inserted yet.
    pub(crate) fn new(agent: u64, number: i64, rng: &mut Rng) -> Self {
        let first: Date = bamboohr_simulator::date(2026, 12, 1)
            .saturating_add(Span::new().days(number * WINDOW_DAYS));
        let days = (rng.i64(0..6), rng.i64(0..3));
        let step = Step::Insert { approved: rng.bool() };
        Self {
            agent,
            type_id: TYPES[rng.usize(..3)],
            first,
            days,
            minutes: 480,
            id: None,
            step,
            confirmed: false,
            is_touched: false,
            is_note_edited: false,
            is_taken_over: false,
            ids: Vec::new(),
            has_reopened: false,
        }
    }

    /// A person approved one of its requests.
    pub(crate) fn approved(&mut self) {
        self.is_touched = true;
    }

    /// A person edited the note of one of its requests.
    pub(crate) fn note_edited(&mut self) {
        self.is_touched = true;
        self.is_note_edited = true;
    }

    /// A person made something else of the leave.
    pub(crate) fn taken_over(&mut self) {
        self.is_taken_over = true;
    }

    pub(crate) fn is_taken_over(&self) -> bool {
        self.is_taken_over
    }

    /// Whether people may have to say which request is meant.
    pub(crate) fn may_be_a_conflict(&self) -> bool {
        self.is_note_edited || self.is_taken_over
    }

    /// What Genesys may touch for it.
    pub(crate) fn add_to(&self, rights: &mut Rights) {
        rights.ids.extend(&self.ids);
        rights.has_reopened |= self.has_reopened;
    }

    /// Chooses what is done next, as somebody in Genesys might: whatever failed is tried again or
    /// called off.
    pub(crate) fn next_step(&mut self, rng: &mut Rng) {
        let close = Step::Close { status: if rng.bool() { "CANCELED" } else { "DENIED" } };
        self.step = match (self.step, self.confirmed) {
            (step @ (Step::Insert { .. } | Step::Close { .. }), false) if rng.u8(..3) > 0 => step,
            (step @ (Step::Approve | Step::Change { .. } | Step::Reopen), false) if rng.bool() => {
                step
            }
            (_, false) => match self.step {
                Step::Close { .. } => self.step,
                _ => close,
            },
            (Step::Close { .. }, true) if self.id.is_some() && rng.bool() => Step::Reopen,
            (Step::Close { .. }, true) => {
                self.id = None;
                Step::Insert { approved: rng.bool() }
            }
            (_, true) => match rng.u8(..4) {
                0 => Step::Approve,
                1 => close,
                _ => {
                    self.days = (rng.i64(0..6), rng.i64(0..3));
                    self.minutes = [240, 480][rng.usize(..2)];
                    Step::Change { approved: rng.bool() }
                }
            },
        };
        self.confirmed = false;
        self.has_reopened |= self.step == Step::Reopen;
    }

    /// The input of the write, and whether it goes to insert.
    pub(crate) fn input(&self) -> (Input, bool) {
        let (from, more) = self.days;
        let dates: Vec<String> = (from..=from + more)
            .map(|day| self.first.saturating_add(Span::new().days(day)).to_string())
            .collect();
        let put = |approved: bool| {
            let status = if approved { "APPROVED" } else { "PENDING" };
            let forced = if self.type_id == 90 { "false" } else { "true" };
            let input = Input::leave(self.agent, self.type_id, &dates.join(","))
                .minutes(self.minutes)
                .status(status);
            input.with("overrideBalanceThreshold", forced).notes("Away")
        };
        let with_id = |input: Input| match self.id {
            Some(id) => input.id(id),
            None => input,
        };
        match self.step {
            Step::Insert { approved } => (put(approved), true),
            Step::Approve | Step::Reopen => (with_id(put(true)), false),
            Step::Change { approved } => (with_id(put(approved)), false),
            Step::Close { status } => (with_id(put(true)).status(status), false),
        }
    }

    /// A call that finds nothing to close and looks at every day that the leave can have had, also
    /// in a life before it was closed and inserted anew: those days are in no later request of it.
    pub(crate) fn look_over(&self) -> Input {
        let dates: Vec<String> = (0..WINDOW_DAYS)
            .map(|day| self.first.saturating_add(Span::new().days(day)).to_string())
            .collect();
        Input::leave(self.agent, 78, &dates.join(",")).status("CANCELED")
    }

    /// What Genesys takes from the answer. A confirmed id never changes without Genesys being told.
    pub(crate) fn hear(&mut self, answer: &Envelope) {
        if answer.is_complete() {
            self.confirmed = true;
            if answer.id() != 0 {
                self.id = Some(answer.id());
                self.ids.push(answer.id());
            }
        }
    }

    pub(crate) fn is_confirmed(&self) -> bool {
        self.confirmed
    }

    /// The live requests of this leave.
    pub(crate) fn live_requests<'a>(&self, all: &'a [RequestView]) -> Vec<&'a RequestView> {
        let end = self.first.saturating_add(Span::new().days(WINDOW_DAYS));
        let mine = |request: &&RequestView| {
            request.status.is_live()
                && request.type_id == self.type_id
                && request.start >= self.first
                && request.start < end
        };
        all.iter().filter(mine).collect()
    }

    /// The live requests of this leave that no person ever touched: with them a second one would
    /// be ours.
    fn ours(&self, rig: &Rig, all: &[RequestView]) -> Vec<u64> {
        let live = self.live_requests(all).into_iter().map(|request| request.id);
        live.filter(|id| is_ours_alone(rig, *id)).collect()
    }

    fn is_closed(&self) -> bool {
        matches!(self.step, Step::Close { .. })
    }

    /// After settling, and before the last touch: why the leave counts as lost, and how many second
    /// requests of it there are.
    pub(crate) fn lost_and_late(&self, rig: &Rig, all: &[RequestView]) -> (Option<String>, usize) {
        let live = self.live_requests(all);
        let ours = self.ours(rig, all);
        let is_held = self.id.is_some_and(|id| live.iter().any(|request| request.id == id));
        let is_there = is_held || self.is_touched && !live.is_empty();
        let lost = self.confirmed && !self.is_closed() && !is_there;
        let second = match self.id.filter(|_| is_held) {
            _ if self.confirmed && self.is_closed() => ours.len(),
            Some(held) => ours.iter().filter(|id| **id != held).count(),
            None => ours.len().saturating_sub(1),
        };
        (lost.then(|| self.describe(&ours)), second)
    }

    /// After the last touch: what is wrong with it.
    pub(crate) fn doubled(&self, rig: &Rig, all: &[RequestView]) -> Option<String> {
        let ours = self.ours(rig, all);
        let held = self.id.filter(|id| self.live_requests(all).iter().any(|it| it.id == *id));
        let is_right = match (self.is_closed(), held) {
            // People settle it.
            _ if self.is_taken_over => ours.len() <= 1,
            (true, held) => ours.is_empty() && held.is_none(),
            (false, Some(held)) => ours.iter().all(|id| *id == held),
            (false, None) => false,
        };
        (!is_right).then(|| self.describe(&ours))
    }

    pub(crate) fn describe(&self, live: &[u64]) -> String {
        let Self { agent, first, step, id, confirmed, .. } = self;
        format!(
            "agent {agent}, leave from {first}: {step:?}, confirmed {confirmed}, id {id:?}, live {live:?}"
        )
    }
}
