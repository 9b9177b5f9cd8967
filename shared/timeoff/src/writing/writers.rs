//! Writing for agents: one call at a time for each, whichever process it comes to.

use std::sync::Arc;
use std::time::Duration;

use contract::{
    Change, ErrorCode, ExternalId, Failure, RequestedStatus, Submission, TimeOffRequestId,
    UpdateInput, WriteInput,
};
use jiff::Timestamp;
use lambda_host::{Clock, Environment, Invocation, Settings};
use store::{Lease, LeaseAnswer, StatusChange, Table};
use tokio::time::Instant;

use super::ahead::{Ahead, Listed, Questions};
use super::backoff::Backoff;
use super::insert::{Submitted, Written};
use super::update::{Update, Updated, Wanted};
use super::writer::AgentWriter;
use crate::{BambooHr, Error, Leave, Session};

/// What is kept of a call's time for recording the outcome and giving the lease back, and for
/// keeping the input of a call that failed: one request to the table each.
const CLOSING_TIME: Duration = Duration::from_millis(700);
/// How much longer than its call a lease lasts, for clocks that differ between processes.
const LEASE_MARGIN: Duration = Duration::from_secs(2);

/// What writing needs: BambooHR, the table, the settings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Writers {
    bamboohr: BambooHr,
    table: Table,
    settings: Arc<Settings>,
    clock: Clock,
}

impl Writers {
    /// Writers in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        let bamboohr = BambooHr::new(environment)?;
        let settings = Arc::clone(&environment.settings);
        let table = Table::new(environment.aws.dynamodb(), settings.table_name.clone());
        Ok(Self { bamboohr, table, settings, clock: environment.clock.clone() })
    }

    /// Opens the connections and reads the secret and the time-off types ahead of the first call.
    /// Best effort.
    pub async fn warm_up(&self) {
        tokio::join!(self.bamboohr.warm_up(), self.table.warm_up());
    }

    /// Writes a submitted time-off request, or adopts the one that is there already. The input of a
    /// call that fails is kept.
    ///
    /// # Errors
    /// `OUTCOME_UNKNOWN` when a request was sent and may or may not exist; otherwise nothing was
    /// written.
    pub async fn insert(
        &self,
        invocation: &Invocation,
        input: Submission,
    ) -> Result<Written, Failure> {
        let mut seen = self.clock.now();
        let written = self.insert_once(invocation, &input, &mut seen).await.map_err(Failure::from);
        if let Err(failure) = &written {
            let input = WriteInput::Insert(input);
            self.keep_failed_input(invocation, &input, failure, seen).await;
        }
        written
    }

    /// `seen` is when the call began, and becomes when it recorded what it learnt: a call that
    /// waits in vain for another one knows nothing of what that one has recorded meanwhile.
    async fn insert_once(
        &self,
        invocation: &Invocation,
        input: &Submission,
        seen: &mut Timestamp,
    ) -> Result<Written, Error> {
        let session = self.open_for_writing(invocation).await?;
        let catalogue = session.catalogue_with(input.type_id).await?;
        let leave = Leave::new(input.agent, input.type_id, input.days.clone(), &catalogue)?;
        let submitted = submitted(input, &leave);
        let questions = self.questions(&submitted, 1);
        let mut writer =
            self.writer(session, input.agent, Some(leave.clone()), Some(questions)).await?;
        let written = writer.insert(&submitted, None).await;
        if let Ok(written) = &written {
            writer.forget_failed_inputs(written.id());
        }
        *seen = writer.close().await;
        written
    }

    /// Brings a request to what Genesys holds. It fails as [`insert`](Self::insert) does.
    pub async fn update(&self, invocation: &Invocation, input: UpdateInput) -> Updated {
        let mut known = input.request;
        let mut seen = self.clock.now();
        let written = self.update_once(invocation, &input, &mut known, &mut seen).await;
        let written = written.map_err(Failure::from);
        if let Err(failure) = &written {
            let input = WriteInput::Update(input);
            self.keep_failed_input(invocation, &input, failure, seen).await;
        }
        Updated { written, known }
    }

    async fn update_once(
        &self,
        invocation: &Invocation,
        input: &UpdateInput,
        known: &mut Option<TimeOffRequestId>,
        seen: &mut Timestamp,
    ) -> Result<Written, Error> {
        let session = self.open_for_writing(invocation).await?;
        let leave = leave_of(&session, input).await?;
        let wanted = match (&input.change, &leave) {
            (Change::Put(put), Some(leave)) => Wanted::Put(submitted(put, leave)),
            (Change::Deny(_), _) => Wanted::Closed(StatusChange::Deny),
            _ => Wanted::Closed(StatusChange::Cancel),
        };
        // With an id, only the ledger tells which days to list.
        let questions = match &wanted {
            _ if input.request.is_some() => None,
            Wanted::Put(submitted) => Some(self.questions(submitted, 1)),
            Wanted::Closed(_) => leave.as_ref().map(|leave| Questions::days(leave.span())),
        };
        let mut writer = self.writer(session, input.agent, leave.clone(), questions).await?;
        let mut update = Update { writer: &mut writer, wanted, leave: leave.as_ref(), known };
        let written = update.run(input.request).await;
        if let Ok(written) = &written {
            writer
                .forget_failed_inputs(input.request.into_iter().chain(*known).chain(written.id()));
        }
        *seen = writer.close().await;
        written
    }

    fn questions(&self, submitted: &Submitted<'_>, beside: usize) -> Questions {
        Questions::about(submitted, self.settings.upstream_concurrency, beside)
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.settings.read_only
    }

    async fn open_for_writing<'a>(&self, invocation: &'a Invocation) -> Result<Session<'a>, Error> {
        if self.settings.read_only {
            let sentence = "Writing to BambooHR is switched off; nothing was written. Set \
                READ_ONLY to false when it is to be written.";
            return Err(Failure::new(ErrorCode::ReadOnly, sentence).into());
        }
        self.open(invocation).await
    }

    /// Opens BambooHR for a call. Ends a little before the call does, so that the outcome can be
    /// recorded.
    async fn open<'a>(&self, invocation: &'a Invocation) -> Result<Session<'a>, Error> {
        self.open_until(invocation, self.deadline(invocation)).await
    }

    pub(super) async fn open_until<'a>(
        &self,
        invocation: &'a Invocation,
        deadline: Instant,
    ) -> Result<Session<'a>, Error> {
        self.bamboohr.open(invocation, deadline).await
    }

    /// When whatever is asked for a call has to have ended.
    pub(super) fn deadline(&self, invocation: &Invocation) -> Instant {
        invocation.deadline().checked_sub(CLOSING_TIME).unwrap_or_else(Instant::now)
    }

    /// Takes the write lease of `agent`, waiting while another call holds it, and reads the ledger;
    /// `questions` are asked beside it.
    ///
    /// # Errors
    /// `WRITE_IN_PROGRESS` when the lease stays taken for as long as the call may wait; a table
    /// that fails.
    async fn writer<'a>(
        &self,
        session: Session<'a>,
        agent: ExternalId,
        leave: Option<Leave>,
        questions: Option<Questions>,
    ) -> Result<AgentWriter<'a>, Error> {
        let token = new_token();
        let mut backoff = Backoff::lease();
        let lease = loop {
            match self.ask_lease(&session, agent, &token).await? {
                Some(lease) => break lease,
                None => {
                    // A call that gets the lease with no time left to look and write could only
                    // fail.
                    let wait = backoff.pause();
                    if Instant::now() + 2 * wait >= session.deadline() {
                        return Err(Failure::new(
                            ErrorCode::WriteInProgress,
                            "Another call is writing for this agent and has not finished. Nothing \
                            was written; repeat the call.",
                        )
                        .into());
                    }
                    tokio::time::sleep(wait).await;
                }
            }
        };
        self.with_lease(session, lease, leave, questions).await
    }

    /// As [`writer`](Self::writer) without waiting: `None` while another call holds the lease.
    pub(super) async fn try_writer<'a>(
        &self,
        session: Session<'a>,
        agent: ExternalId,
    ) -> Result<Option<AgentWriter<'a>>, Error> {
        match self.ask_lease(&session, agent, &new_token()).await? {
            Some(lease) => self.with_lease(session, lease, None, None).await.map(Some),
            None => Ok(None),
        }
    }

    async fn with_lease<'a>(
        &self,
        session: Session<'a>,
        lease: Lease,
        leave: Option<Leave>,
        questions: Option<Questions>,
    ) -> Result<AgentWriter<'a>, Error> {
        let agent = lease.agent();
        let reading = async {
            let ledger = in_time(&session, self.table.ledger(&lease, self.clock.now())).await?;
            let is_new = leave.as_ref().is_some_and(|leave| ledger.key(leave.key).is_none());
            let balances = match &questions {
                Some(questions) if is_new => session.balances_ahead(agent, questions).await,
                _ => None,
            };
            Ok((ledger, balances))
        };
        let listing = async {
            let Some(Questions { days, .. }) = questions.as_ref() else { return Ok(None) };
            let requests = session.requests(agent, *days).await;
            Ok(Some(Listed { days: *days, requests }))
        };
        let ((ledger, balances), listed) = match tokio::try_join!(reading, listing) {
            Ok(read) => read,
            Err(error) => {
                self.give_back(&session, &lease).await;
                return Err(error);
            }
        };
        Ok(AgentWriter {
            session,
            table: self.table.clone(),
            settings: Arc::clone(&self.settings),
            lease,
            ledger,
            leave,
            ahead: Ahead { listed, balances },
            foreign: std::collections::BTreeSet::new(),
        })
    }

    async fn give_back(&self, session: &Session<'_>, lease: &Lease) {
        let releasing = self.table.release(lease);
        let released = tokio::time::timeout_at(session.invocation().deadline(), releasing).await;
        if let Err(error) = released.unwrap_or(Err(store::Error::Unreachable)) {
            tracing::warn!(
                event = "lease.kept",
                %error,
                "the write lease could not be given back; it ends by itself"
            );
        }
    }

    async fn ask_lease(
        &self,
        session: &Session<'_>,
        agent: ExternalId,
        token: &str,
    ) -> Result<Option<Lease>, Error> {
        let now = self.clock.now();
        let left = session.deadline().saturating_duration_since(Instant::now());
        let lasts = jiff::SignedDuration::try_from(left + CLOSING_TIME + LEASE_MARGIN);
        let until = now.saturating_add(lasts.unwrap_or_default()).unwrap_or(now);
        match in_time(session, self.table.ask_lease(agent, token, now, until)).await {
            Ok(LeaseAnswer::Granted(lease)) => Ok(Some(lease)),
            // Contended: the question met a transaction of the call that holds it.
            Ok(LeaseAnswer::Held(_)) | Err(Error::Table(store::Error::Contended)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

async fn in_time<T>(
    session: &Session<'_>,
    work: impl Future<Output = Result<T, store::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout_at(session.deadline(), work).await {
        Ok(result) => result.map_err(Error::from),
        Err(_) => Err(Failure::out_of_time("waiting for DynamoDB; nothing was written").into()),
    }
}

/// By which a call knows its lease again. Lambda's request id would not do: two calls can carry the
/// same one, when an event is delivered twice.
fn new_token() -> String {
    format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..))
}

fn submitted<'a>(input: &'a Submission, leave: &'a Leave) -> Submitted<'a> {
    Submitted {
        leave,
        status: input.status,
        notes: input.notes.as_deref(),
        checks_balance: input.status == RequestedStatus::Pending
            && !input.override_balance_threshold,
    }
}

/// The leave that the input names. Closing a request by its id needs none, and its type may be gone
/// from BambooHR since.
async fn leave_of(session: &Session<'_>, input: &UpdateInput) -> Result<Option<Leave>, Error> {
    let (type_id, days, is_needed) = match &input.change {
        Change::Put(wanted) => (wanted.type_id, &wanted.days, true),
        Change::Deny(Some((type_id, days))) | Change::Cancel(Some((type_id, days))) => {
            (*type_id, days, input.request.is_none())
        }
        Change::Deny(None) | Change::Cancel(None) => return Ok(None),
    };
    let named = async {
        let catalogue = session.catalogue_with(type_id).await?;
        Leave::new(input.agent, type_id, days.clone(), &catalogue)
    };
    match named.await {
        Ok(leave) => Ok(Some(leave)),
        Err(Error::BambooHr(_) | Error::Failure(_)) if !is_needed => Ok(None),
        Err(error) => Err(error),
    }
}
