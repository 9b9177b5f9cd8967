//! Where desks are opened: one per agent at a time, whichever process opens it.

use std::sync::Arc;
use std::time::Duration;

use contract::{ErrorCode, ExternalId, Failure};
use lambda_host::{Environment, Invocation, Settings};
use store::{Asked, Lease, Table};
use tokio::time::Instant;

use crate::{Desk, Error, Hris, Session};

/// What is kept of a call's time for recording the outcome and giving the lease back.
const CLOSING_TIME: Duration = Duration::from_millis(400);
/// How much longer than its call a lease lasts, for clocks that differ between processes.
const LEASE_MARGIN: Duration = Duration::from_secs(2);
/// The first pause between two asks for a lease that another call holds; it doubles up to
/// [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(320);

/// What writing needs: BambooHR, the table, the settings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Office {
    hris: Hris,
    table: Table,
    settings: Arc<Settings>,
}

impl Office {
    /// An office in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        let hris = Hris::new(environment)?;
        let settings = Arc::clone(&environment.settings);
        let table = Table::new(environment.aws.dynamodb(), settings.table_name.clone());
        Ok(Self { hris, table, settings })
    }

    /// Opens the connections and reads the secret and the time-off types ahead of the first call.
    /// Best effort.
    pub async fn warm_up(&self) {
        tokio::join!(self.hris.warm_up(), self.table.warm_up());
    }

    /// Opens BambooHR for a call that may write. Ends a little before the call does, so that the
    /// outcome can be recorded.
    ///
    /// # Errors
    /// `READ_ONLY`, or what [`Hris::open`] fails with.
    pub async fn session<'a>(&self, invocation: &'a Invocation) -> Result<Session<'a>, Error> {
        if self.settings.read_only {
            let sentence = "Writing to BambooHR is switched off; nothing was written. Set READ_ONLY to false when it is to be written.";
            return Err(Failure::new(ErrorCode::ReadOnly, sentence).into());
        }
        let deadline = invocation.deadline().checked_sub(CLOSING_TIME).unwrap_or_else(Instant::now);
        self.hris.open(invocation, deadline).await
    }

    /// Opens the desk of `agent`: takes the write lease, waiting while another call holds it, and
    /// reads the ledger.
    ///
    /// # Errors
    /// `WRITE_IN_PROGRESS` when the lease stays taken for as long as the call may wait; a table
    /// that fails.
    pub async fn desk<'a>(
        &self,
        session: Session<'a>,
        agent: ExternalId,
    ) -> Result<Desk<'a>, Error> {
        let lease = self.lease(&session, agent).await?;
        let now = session.clock().now();
        match self.in_time(&session, self.table.ledger(&lease, now)).await {
            Ok(ledger) => Ok(Desk::new(
                session,
                self.table.clone(),
                Arc::clone(&self.settings),
                lease,
                ledger,
            )),
            Err(error) => {
                let released = tokio::time::timeout_at(
                    session.invocation().deadline(),
                    self.table.release(&lease),
                )
                .await;
                if let Err(error) = released.unwrap_or(Err(store::Error::Unreachable)) {
                    tracing::warn!(event = "lease.kept", %error, "the write lease could not be given back; it ends by itself");
                }
                Err(error)
            }
        }
    }

    async fn lease(&self, session: &Session<'_>, agent: ExternalId) -> Result<Lease, Error> {
        let token = session.invocation().lambda_request_id().to_owned();
        let mut pause = FIRST_PAUSE;
        loop {
            let now = session.clock().now();
            let left = session.deadline().saturating_duration_since(Instant::now())
                + CLOSING_TIME
                + LEASE_MARGIN;
            let until = now
                .saturating_add(jiff::SignedDuration::try_from(left).unwrap_or_default())
                .unwrap_or(now);
            match self.in_time(session, self.table.ask_lease(agent, &token, now, until)).await {
                Ok(Asked::Granted(lease)) => return Ok(lease),
                // Contended: the question met a transaction of the call that holds it.
                Ok(Asked::Held(_)) | Err(Error::Table(store::Error::Contended)) => {
                    // A call that gets the lease with no time left to look and write could only
                    // fail.
                    let wait = pause.mul_f64(0.5 + fastrand::f64());
                    if Instant::now() + 2 * wait >= session.deadline() {
                        return Err(Failure::new(
                            ErrorCode::WriteInProgress,
                            "Another call is writing for this agent and has not finished. Nothing was written; repeat the call.",
                        )
                        .into());
                    }
                    tokio::time::sleep(wait).await;
                    pause = (2 * pause).min(LONGEST_PAUSE);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn in_time<T>(
        &self,
        session: &Session<'_>,
        work: impl Future<Output = Result<T, store::Error>>,
    ) -> Result<T, Error> {
        match tokio::time::timeout_at(session.deadline(), work).await {
            Ok(result) => result.map_err(Error::from),
            Err(_) => Err(Failure::out_of_time("waiting for DynamoDB; nothing was written").into()),
        }
    }
}
