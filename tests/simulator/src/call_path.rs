//! The way of a call: latency, key, fault, company, answer.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{StatusCode, header};

use crate::answer::Answer;
use crate::body::Padding;
use crate::call::Call;
use crate::fault_action::{Action, LateAnswer, Release, RetryAfter};
use crate::shared_state::SharedState;

/// What goes back to the caller.
pub(crate) enum Outcome {
    Answer(Answer),
    /// The connection is closed without an answer.
    Cut,
    /// Interim answers, this far apart, and then the call once more.
    Interim {
        call: Call,
        times: Option<u64>,
        every: Duration,
    },
}

impl SharedState {
    /// Passes a call through latency, key check and faults to the company and back.
    pub(crate) async fn answer(self: Arc<Self>, call: Call) -> Outcome {
        let latency = self.state().faults.latency;
        self.wait(latency).await;
        let action = match self.change(|state| state.receive(&call)) {
            Ok(action) => action,
            Err(answer) => return Outcome::Answer(answer),
        };
        let perform = |twist| self.change(|state| state.perform(&call, twist));
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
            Some(Action::Refuse { status, text, place }) => {
                Answer::refused_in_words(status, &text, place)
            }
            Some(Action::Padded { bytes }) => perform(None).padded(Padding::Blanks(bytes)),
            Some(Action::Endless) => perform(None).padded(Padding::Endless(self.until_closed())),
            Some(Action::Compressed { bytes }) => perform(None).compressed(bytes),
            Some(Action::Interim { times, every_ms }) => {
                let every = Duration::from_millis(every_ms);
                return Outcome::Interim { call, times, every };
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
            Some(
                twist @ (Action::TruncatedPage
                | Action::WrongTotal
                | Action::BadPage
                | Action::CursorOnLastPage
                | Action::EndlessPages { .. }),
            ) => perform(Some(&twist)),
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
        let (promised, promised_id) = match answer {
            LateAnswer::Success => {
                let (promised, id) = self.state().promise(&call);
                if !promised.status.is_success() {
                    return Outcome::Answer(promised);
                }
                (Some(promised), id)
            }
            _ => (None, None),
        };
        let number = self.change(|state| state.postpone(call, release, promised_id));
        if let Some(time) = timer {
            let shared = Arc::clone(self);
            tokio::spawn(async move {
                shared.wait(time).await;
                shared.change(|state| state.release_one(number));
            });
        }
        match answer {
            LateAnswer::Success => promised.map_or(Outcome::Cut, Outcome::Answer),
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
