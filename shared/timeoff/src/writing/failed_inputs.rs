//! What a call could not do is kept, since Genesys shows a failed synchronisation as one word and
//! keeps nothing of it; and forgotten as soon as a call succeeds for the same leave.

use contract::{ErrorCode, Failure, TimeOffRequestId, WriteInput};
use jiff::Timestamp;
use lambda_host::{Invocation, Metric};

use super::writer::AgentWriter;
use super::writers::Writers;

impl Writers {
    /// Keeps what a call was asked and failed to do at `seen`. Where that fails, the answer stays
    /// what it is.
    pub(super) async fn keep_failed_input(
        &self,
        invocation: &Invocation,
        input: &WriteInput,
        failure: &Failure,
        seen: Timestamp,
    ) {
        // Sent again they would fail again, or were not meant to be written.
        if matches!(failure.code, ErrorCode::InvalidInput | ErrorCode::ReadOnly) {
            return;
        }
        let correlation_id = invocation.correlation_id();
        let keeping = self.table().keep_failed_input(input, failure.code, correlation_id, seen);
        let kept = tokio::time::timeout_at(invocation.deadline(), keeping).await;
        if let Err(error) = kept.unwrap_or(Err(store::Error::Unreachable)) {
            tracing::warn!(
                event = "input.unkept",
                agent_id = %input.agent(),
                %error,
                "the input of a failed call could not be kept; look the request up in Genesys"
            );
            invocation.count(Metric::InputUnkept, 1);
        }
    }
}

impl AgentWriter<'_> {
    /// The call has succeeded, with the requests of these ids: what failed before for the leave is
    /// done with, and goes with the last record of the call.
    pub(super) fn forget_failed_inputs(&mut self, ids: impl IntoIterator<Item = TimeOffRequestId>) {
        let leave = self.leave.as_ref();
        let (key, days) = leave.map(|leave| (leave.key, (leave.type_id, &leave.days))).unzip();
        self.ledger.forget_failed_inputs(key, ids, days);
    }
}
