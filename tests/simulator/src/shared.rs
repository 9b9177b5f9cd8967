//! The way of a call: latency, gate, fault, company, answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{StatusCode, header};
use tokio::sync::watch;

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::{Action, LateAnswer, Release, RetryAfter};
use crate::seed::Seed;
use crate::world::World;

/// What goes back to the caller.
pub(crate) enum Outcome {
    Answer(Answer),
    /// The connection is closed without an answer.
    Cut,
}

/// The world behind a lock, shared by all connections, and the end of it.
pub(crate) struct Shared {
    world: Mutex<World>,
    /// Told after every call that arrives or takes effect.
    changed: watch::Sender<()>,
    closed: watch::Sender<bool>,
}

impl Shared {
    pub(crate) fn new(seed: Seed, base: String) -> Self {
        Self {
            world: Mutex::new(World::new(seed, base)),
            changed: watch::Sender::new(()),
            closed: watch::Sender::new(false),
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the world and tells those who wait for a change.
    pub(crate) fn change<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let done = work(&mut self.world());
        self.changed.send_replace(());
        done
    }

    /// Hears of every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Comes back when the simulator stops.
    pub(crate) async fn closing(&self) {
        // An error means that the sender is gone, which is the same.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    async fn wait(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.closing() => {}
        }
    }

    /// What the next answer carries as `x-request-id`: text of digits, as recorded.
    pub(crate) fn request_id(&self) -> String {
        self.world().next_request_id()
    }

    /// Passes a call through latency, gate and faults to the company and back.
    pub(crate) async fn answer(self: Arc<Self>, call: Call) -> Outcome {
        let latency = self.world().faults.latency;
        self.wait(latency).await;
        let action = match self.change(|world| world.receive(&call)) {
            Ok(action) => action,
            Err(answer) => return Outcome::Answer(answer),
        };
        let perform = |twist| self.change(|world| world.perform(&call, twist));
        Outcome::Answer(match action {
            None => perform(None),
            Some(Action::DelayBefore { ms }) => {
                self.wait(Duration::from_millis(ms)).await;
                perform(None)
            }
            Some(Action::DelayAfter { ms }) => {
                let answer = perform(None);
                self.wait(Duration::from_millis(ms)).await;
                answer
            }
            Some(Action::Throttle { retry_after }) => throttled(retry_after.as_ref()),
            Some(Action::StatusBefore { status }) => Answer::status_only(status),
            Some(Action::StatusAfter { status }) => {
                perform(None);
                Answer::status_only(status)
            }
            Some(Action::DropBefore) => return Outcome::Cut,
            Some(Action::DropAfter) => {
                perform(None);
                return Outcome::Cut;
            }
            Some(Action::Hang) => {
                perform(None);
                self.closing().await;
                return Outcome::Cut;
            }
            Some(Action::Garbage) => perform(None).garbled(),
            Some(Action::Empty) => perform(None).emptied(),
            Some(Action::CommitLate { release, answer }) => {
                return self.commit_late(call, release, answer).await;
            }
            Some(twist @ (Action::TruncatedPage | Action::WrongTotal | Action::BadPage)) => {
                perform(Some(&twist))
            }
        })
    }

    async fn commit_late(
        self: &Arc<Self>,
        call: Call,
        release: Release,
        answer: LateAnswer,
    ) -> Outcome {
        let timer = match release {
            Release::AfterMs(ms) => Some(Duration::from_millis(ms)),
            _ => None,
        };
        let number = self.change(|world| world.postpone(call, release));
        if let Some(time) = timer {
            let shared = Arc::clone(self);
            tokio::spawn(async move {
                shared.wait(time).await;
                shared.change(|world| world.release_one(number));
            });
        }
        match answer {
            LateAnswer::Drop => Outcome::Cut,
            LateAnswer::Status(status) => Outcome::Answer(Answer::status_only(status)),
            LateAnswer::Hang => {
                self.closing().await;
                Outcome::Cut
            }
        }
    }
}

fn throttled(retry_after: Option<&RetryAfter>) -> Answer {
    let answer = Answer::empty(StatusCode::TOO_MANY_REQUESTS);
    match retry_after {
        None => answer,
        Some(RetryAfter::Seconds(seconds)) => {
            answer.header(header::RETRY_AFTER, seconds.to_string())
        }
        Some(RetryAfter::HttpDate(seconds)) => {
            answer.header(header::RETRY_AFTER, http_date(*seconds))
        }
    }
}

/// The machine's time in so many seconds, as an HTTP-date.
fn http_date(ahead: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(now + ahead)
        .ok()
        .and_then(|second| jiff::Timestamp::from_second(second).ok())
        .map(|time| time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}
