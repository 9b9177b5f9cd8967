//! What can be known before the first call: whether the key may read the fields that select the agents.

use std::time::Duration;

use contract::{ErrorCode, Failure};
use lambda::{Call, Trigger};
use timeoff::Error;
use tokio::time::Instant;

use crate::GetAgents;

/// How long it may take; the first call waits for it.
const LIMIT: Duration = Duration::from_millis(1_500);

impl GetAgents {
    /// Opens the connection to DynamoDB by reading from the index; and where there is an `AGENT_FILTER`, reads one agent of the
    /// last list with its fields, so that one which the key may not read is an error in the log at start, and not first in
    /// tonight's synchronisation. Best effort: what fails here fails again, and is answered, in the call.
    pub(crate) async fn probe(&self) {
        if !self.source.can_be_probed() {
            let _connected = self.index.state().await;
            return;
        }
        let Ok(Some(baseline)) = self.index.baseline().await else { return };
        let Some(agent) = baseline.ids.first() else { return };
        let call = Call::new("start", "start", Instant::now() + LIMIT, Trigger::Scheduled);
        let probed = async {
            let session = self.hris.open(&call, call.deadline()).await?;
            self.source.by_id(&session, *agent).await.map(drop)
        };
        let outcome: Result<(), Error> = Box::pin(probed).await;
        if let Some(failure) = outcome.err().map(Failure::from).filter(|failure| failure.code == ErrorCode::Configuration) {
            tracing::error!(event = "agent_filter.unreadable", variable = "AGENT_FILTER", "{}", failure.sentence);
        }
    }
}
