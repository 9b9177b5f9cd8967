//! Who is behind an externalId or an e-mail.

use contract::{Failure, LookUp};
use lambda_host::Invocation;
use store::{Agent, Known, Learned, Sought};
use timeoff::{AgentRecord, Error};
use tokio::time::timeout_at;

use crate::GetAgents;

impl GetAgents {
    /// Looks one agent up: in the index, in one request; somebody whom it does not know, in
    /// BambooHR.
    pub(crate) async fn look_up(
        &self,
        invocation: &Invocation,
        sought: &Sought,
    ) -> Result<LookUp, Error> {
        if let Sought::Id(id) = sought {
            invocation.agent(id.to_string());
        }
        let known = timeout_at(invocation.deadline(), self.known(invocation, sought))
            .await
            .unwrap_or_else(|_| Err(Failure::out_of_time("looking the agent up").into()))?;
        let answer = answer(known);
        if answer.found {
            invocation.agent(answer.external_id.clone());
        }
        Ok(answer)
    }

    async fn known(&self, invocation: &Invocation, sought: &Sought) -> Result<Known, Error> {
        let now = self.clock.now();
        let known = self.index.look_up(sought, now, now - self.retention).await?;
        let askable = matches!(sought, Sought::Id(_)) || self.source.finds_by_email();
        if known != Known::Nothing || !askable || self.misses.remembers(sought, now) {
            return Ok(known);
        }
        let session = self.bamboohr.open(invocation, invocation.deadline()).await?;
        let found = match sought {
            Sought::Id(id) => self.source.by_id(&session, *id).await?,
            Sought::Email(email) => self.source.by_email(&session, email).await?,
        };
        let Some(AgentRecord { external_id, email }) = found else {
            self.misses.remember(sought, now);
            return Ok(Known::Nothing);
        };
        let learned = Learned { external_id, email };
        if let Err(error) = self.index.learn(sought, &learned, now).await {
            // The answer is known all the same; only the next look-up asks BambooHR again.
            tracing::warn!(
                event = "look_up.not_kept",
                error = %error,
                "what was learned from BambooHR was not kept: {error}"
            );
        }
        Ok(self.index.reconcile(&learned, now - self.retention).await?)
    }
}

fn answer(known: Known) -> LookUp {
    match known {
        Known::Agent { agent: Agent { external_id, email, departed }, last_seen } => LookUp {
            found: true,
            external_id: external_id.to_string(),
            email: email.as_str().to_owned(),
            active: departed.is_none(),
            last_seen: last_seen.to_string(),
        },
        Known::Learned(Learned { external_id, email }) => LookUp {
            found: true,
            external_id: external_id.to_string(),
            email: email.as_ref().map_or_else(String::new, |email| email.as_str().to_owned()),
            // BambooHR is asked for active employees only.
            active: true,
            last_seen: String::new(),
        },
        Known::Nothing => LookUp::default(),
    }
}
