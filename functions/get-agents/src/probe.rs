//! What can be known before the first call: whether the key may read the fields that select the
//! agents.

use std::time::Duration;

use contract::{ErrorCode, ExternalId, Failure};
use lambda_host::{Invocation, Trigger};
use timeoff::Error;
use tokio::time::Instant;

use crate::GetAgents;

/// How long it may take; the first call waits for it.
const LIMIT: Duration = Duration::from_millis(1_500);

impl GetAgents {
    /// Opens the connection to DynamoDB by reading from the index; where there is an
    /// `AGENT_FILTER`, what is read is an agent of the last list.
    pub(crate) async fn agent_to_probe(&self) -> Option<ExternalId> {
        if self.source.can_be_probed() {
            self.index.baseline().await.ok()??.ids.first().copied()
        } else {
            let _connected = self.index.state().await;
            None
        }
    }

    /// Reads the agent with the fields of `AGENT_FILTER`, so that one which the key may not read is
    /// an error in the log at start, and not first in tonight's synchronisation. Best effort: what
    /// fails here fails again, and is answered, in the call.
    pub(crate) async fn probe(&self, agent: ExternalId) {
        let invocation =
            Invocation::new("start", "start", Instant::now() + LIMIT, Trigger::Scheduled);
        let probed = async {
            let session = self.bamboohr.open(&invocation, invocation.deadline()).await?;
            self.source.by_id(&session, agent).await.map(drop)
        };
        let outcome: Result<(), Error> = Box::pin(probed).await;
        if let Some(failure) = outcome
            .err()
            .map(Failure::from)
            .filter(|failure| failure.code == ErrorCode::Configuration)
        {
            tracing::error!(
                event = "agent_filter.unreadable",
                variable = "AGENT_FILTER",
                "{}",
                failure.sentence
            );
        }
    }
}
