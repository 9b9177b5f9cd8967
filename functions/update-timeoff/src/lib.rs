//! `PUT /timeoff-requests`: a change, an approval, a denial or a cancellation of time off that was
//! inserted before. And, on a schedule, what is left open by any write is settled.

use contract::{Failure, Fields, RequestOutput, TimeOffRequestId, UpdateInput, ZeroPayable};
use lambda_host::{Answer, Environment, Failed, Function, Invocation, Outcome, Trigger};
use timeoff::{Updated, Writers, Written};

/// Brings a request to what Genesys holds.
#[derive(Debug)]
pub struct UpdateTimeoff {
    writers: Writers,
    zero_payable: ZeroPayable,
}

impl UpdateTimeoff {
    /// The function in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        let zero_payable = environment.settings.zero_payable;
        Ok(Self { writers: Writers::new(environment)?, zero_payable })
    }

    async fn update(&self, invocation: &Invocation) -> Answer<RequestOutput> {
        let body = invocation.json_object()?;
        let input = UpdateInput::parse(&Fields::of(&body), self.zero_payable)?;
        invocation.agent(input.agent.to_string());

        let Updated { written, known } = self.writers.update(invocation, input).await;
        match written {
            Ok(Written::As(id)) => Ok(Outcome::Complete(id.into())),
            Ok(Written::Nothing) => Ok(Outcome::Complete(RequestOutput::default())),
            Ok(Written::InsufficientBalance) => Ok(Outcome::InsufficientBalance(output(known))),
            Err(failure) => Err(Failed::with(failure, output(known))),
        }
    }
}

impl Function for UpdateTimeoff {
    const NAME: &'static str = "update-timeoff";
    type Output = RequestOutput;

    async fn answer(&self, invocation: &Invocation) -> Answer<RequestOutput> {
        match invocation.trigger() {
            Trigger::Http(_) => self.update(invocation).await,
            Trigger::Scheduled => {
                self.writers.settle(invocation).await?;
                Ok(Outcome::Complete(RequestOutput::default()))
            }
        }
    }

    /// Genesys stores the id that comes back, so a failure gives back at least the one that came
    /// in.
    fn outputs_on_failure(invocation: &Invocation) -> RequestOutput {
        let body = invocation.json_object().unwrap_or_default();
        output(UpdateInput::request_in(&Fields::of(&body)))
    }

    async fn warm_up(&self) {
        self.writers.warm_up().await;
    }
}

fn output(id: Option<TimeOffRequestId>) -> RequestOutput {
    id.map(RequestOutput::from).unwrap_or_default()
}
