//! The two things that `reconcile` changes: a status in Genesys, and, through the bridge's own API,
//! a leave in BambooHR.

use contract::WriteInput;
use contract::operations::Input;
use genesys_cloud::{IntegrationStatus, RequestOfUser, TimeOffRequest};
use secrecy::{ExposeSecret as _, SecretString};

use super::examine::{Found, Writing, examine};
use super::journal::{Entry, Journal};
use super::sources::Sources;
use super::survey::statuses;
use super::verdict::Verdict;
use crate::bridge::{Bridge, BridgeError, Envelope, WrittenRequest};

/// What was done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing.
    None,
    /// Its status was set to `ManuallyComplete`.
    Marked,
    /// So it was, after a stored input was sent once more.
    Replayed,
    /// So it was, after it was sent as Genesys shows it.
    Repaired,
    /// Something else than that happened.
    Failed,
}

impl Action {
    /// As it is written everywhere.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Marked => "marked",
            Self::Replayed => "replayed",
            Self::Repaired => "repaired",
            Self::Failed => "failed",
        }
    }
}

/// What came of one request.
#[derive(Debug)]
pub(crate) struct Done {
    pub action: Action,
    /// What is to be said about it.
    pub said: String,
    /// Whether nothing else should be written: nobody expected this.
    pub stops: bool,
}

impl Done {
    fn with(action: Action, said: impl Into<String>) -> Self {
        Self { action, said: said.into(), stops: false }
    }

    fn failed(said: impl Into<String>) -> Self {
        Self::with(Action::Failed, said)
    }

    fn unexpected(said: impl Into<String>) -> Self {
        Self { stops: true, ..Self::failed(said) }
    }
}

/// What is needed for writing.
pub(crate) struct Writer<'a, 'b> {
    pub sources: &'a Sources<'b>,
    pub journal: Journal,
}

const CHANGED: &str = "it was changed meanwhile; nothing was written";

impl Writer<'_, '_> {
    /// Sets a request that BambooHR holds exactly to `ManuallyComplete`.
    pub(crate) async fn mark(&mut self, seen: &Found) -> Done {
        match self.again(seen).await {
            Ok(Some(fresh)) if fresh.judgement.verdict == Verdict::Equal => {
                self.set_complete(&fresh, Action::Marked).await
            }
            Ok(_) => Done::failed(CHANGED),
            Err(done) => done,
        }
    }

    /// Sends what makes BambooHR hold what Genesys shows, and then marks the request.
    pub(crate) async fn repair(&mut self, bridge: &Bridge, seen: &Found) -> Done {
        let fresh = match self.again(seen).await {
            Ok(Some(fresh)) => fresh,
            Ok(None) => return Done::failed(CHANGED),
            Err(done) => return done,
        };
        let Some(writing) = &fresh.writing else { return Done::failed(CHANGED) };
        let (write, action) = match writing {
            Writing::Replay(_) => ("replay", Action::Replayed),
            Writing::Send(input) if input.operation() == "insert-timeoff" => {
                ("insert", Action::Repaired)
            }
            Writing::Send(_) => ("update", Action::Repaired),
        };
        if let Err(done) = self.note(&fresh, Entry::before(write)) {
            return done;
        }
        let answer = send(bridge, writing, fresh.request.as_ref()).await;
        let entry = match &answer {
            Ok(answer) => Entry {
                error_code: Some(answer.error_code.as_str()).filter(|code| !code.is_empty()),
                correlation_id: Some(&answer.correlation_id),
                time_off_request_id: Some(answer.outputs.time_off_request_id.as_str())
                    .filter(|id| !id.is_empty()),
                ..Entry::after(write, &answer.status)
            },
            Err(_) => Entry::after(write, "none"),
        };
        if let Err(done) = self.note(&fresh, entry) {
            return done;
        }
        match answer {
            Ok(answer) if answer.is_complete() => self.after_sending(&fresh, action).await,
            Ok(answer) if answer.status == "InsufficientBalance" => {
                Done::failed("the balance does not suffice: decide about it in Genesys")
            }
            // The sentence may quote BambooHR, which may name a person.
            Ok(answer) => Done::unexpected(format!(
                "the bridge answered {} (correlation id {})",
                answer.error_code, answer.correlation_id
            )),
            Err(error) => Done::unexpected(error.to_string()),
        }
    }

    /// BambooHR should hold it now: looks, and marks it.
    async fn after_sending(&mut self, sent: &Found, action: Action) -> Done {
        let fresh = match self.read(sent).await {
            Ok(fresh) => fresh,
            Err(done) => return done,
        };
        let is_as_sent = |fresh: &Found| is_same_request(fresh, sent);
        let Some(fresh) = fresh.filter(is_as_sent) else {
            return Done::failed("it was sent, and changed in Genesys meanwhile: run this again");
        };
        // The answer was as expected: another leave of ours may lie on the same days.
        if fresh.judgement.verdict != Verdict::Equal {
            let now = fresh.judgement.verdict.name();
            return Done::failed(format!("it was sent, and is {now} now: look at BambooHR"));
        }
        let lost = action == Action::Replayed && fresh.request.as_ref().and_then(note_of).is_some();
        let mut done = self.set_complete(&fresh, action).await;
        if lost && done.action == action {
            done.said = "the agent's note was lost: stored inputs hold none".to_owned();
        }
        done
    }

    /// The request as it is now, if it is as it was seen; judged anew.
    async fn again(&self, seen: &Found) -> Result<Option<Found>, Done> {
        let fresh = self.read(seen).await?;
        Ok(fresh.filter(|fresh| {
            // Not what the judgement counts by: another repair takes its input from the list.
            let (now, then) = (&fresh.judgement, &seen.judgement);
            is_same_request(fresh, seen)
                && (now.verdict, now.why, now.live) == (then.verdict, then.why, then.live)
                && fresh.writing == seen.writing
        }))
    }

    async fn read(&self, seen: &Found) -> Result<Option<Found>, Done> {
        let all = examine(self.sources, &seen.person).await;
        let all = all.map_err(|error| Done::unexpected(error.to_string()))?;
        let id = seen.request.as_ref().map(|request| &request.id);
        let fresh = all.into_iter().find(|found| found.request.as_ref().map(|it| &it.id) == id);
        match fresh.as_ref().and_then(|fresh| fresh.unread.as_ref()) {
            Some(failure) => Err(Done::unexpected(failure.sentence.clone())),
            None => Ok(fresh),
        }
    }

    /// Sets the status, and looks at what is there afterwards: Genesys compares no version.
    async fn set_complete(&mut self, fresh: &Found, action: Action) -> Done {
        let Some(request) = &fresh.request else { return Done::failed(CHANGED) };
        if let Err(done) = self.note(fresh, Entry::before("mark")) {
            return done;
        }
        let of_user = RequestOfUser { request: request.id.clone(), user: request.user.clone() };
        let unit = &fresh.person.unit;
        let set = self.sources.genesys.mark_complete(&unit.id, &of_user).await;
        let answer = if set.is_ok() { "set" } else { "none" };
        if let Err(done) = self.note(fresh, Entry::after("mark", answer)) {
            return done;
        }
        match (self.look_after(fresh, request).await, set) {
            (Ok(None), _) => Done::with(action, ""),
            (Ok(Some(_)), Err(error)) => Done::unexpected(error.to_string()),
            (Ok(Some(said)), Ok(_)) => Done::failed(said),
            (Err(done), _) => done,
        }
    }

    /// What is not as it should be once the status is set.
    async fn look_after(
        &self,
        marked: &Found,
        request: &TimeOffRequest,
    ) -> Result<Option<&'static str>, Done> {
        let unexpected = |error: crate::Error| Done::unexpected(error.to_string());
        let unit = &marked.person.unit;
        let genesys = &self.sources.genesys;
        let read = genesys.time_off_request(&unit.id, &request.user, &request.id).await;
        let now = read.map_err(|error| unexpected(error.into()))?;
        let statuses = statuses(self.sources, unit, std::slice::from_ref(&now)).await;
        let status = statuses.map_err(unexpected)?.remove(&request.id);
        Ok(if !is_same_leave(&now, request) {
            Some("it was changed in Genesys while it was marked: look at it there")
        } else if status != Some(IntegrationStatus::ManuallyComplete) {
            Some("its integration status was changed while it was marked: look at it in Genesys")
        } else {
            None
        })
    }

    fn note(&mut self, found: &Found, entry: Entry<'_>) -> Result<(), Done> {
        let written = self.journal.write(self.sources.now(), found, entry);
        written.map_err(|error| Done::unexpected(format!("the journal cannot be written: {error}")))
    }
}

/// Whether Genesys has not touched the request since.
fn is_same_request(fresh: &Found, seen: &Found) -> bool {
    match (&fresh.request, &seen.request) {
        (Some(fresh_request), Some(request)) => {
            fresh_request.version() == request.version()
                && is_same_leave(fresh_request, request)
                && fresh.integration_status == seen.integration_status
                && fresh.external_id == seen.external_id
        }
        _ => false,
    }
}

/// Whether two readings of a request ask for the same.
fn is_same_leave(one: &TimeOffRequest, other: &TimeOffRequest) -> bool {
    one.status == other.status
        && one.activity_code_id == other.activity_code_id
        && one.full_day_management_unit_dates == other.full_day_management_unit_dates
        && one.partial_day_start_date_times == other.partial_day_start_date_times
        && one.duration_minutes == other.duration_minutes
        && one.payable_minutes == other.payable_minutes
        && one.daily_duration_minutes == other.daily_duration_minutes
}

fn note_of(request: &TimeOffRequest) -> Option<&SecretString> {
    request.notes.as_ref().filter(|note| !note.expose_secret().trim().is_empty())
}

/// A stored input goes as it is; what is sent in its place takes the agent's note along, which is
/// shown nowhere.
async fn send(
    bridge: &Bridge,
    writing: &Writing,
    request: Option<&TimeOffRequest>,
) -> Result<Envelope<WrittenRequest>, BridgeError> {
    let input = match writing {
        Writing::Replay(failed) => return bridge.write(&failed.input).await,
        Writing::Send(input) => input,
    };
    let mut fields = input.fields();
    if let Some(note) = request.and_then(note_of) {
        fields.insert(Input::Notes.name().to_owned(), note.expose_secret().into());
    }
    match input {
        WriteInput::Insert(_) => bridge.insert(&fields).await,
        WriteInput::Update(_) => bridge.update(&fields).await,
    }
}
