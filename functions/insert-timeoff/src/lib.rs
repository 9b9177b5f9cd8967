//! `POST /timeoff-requests`: an agent's new time off, written to BambooHR once.

use contract::{Failure, Fields, RequestOutput, Submission, ZeroPayable};
use lambda_host::{Answer, Environment, Function, Invocation, Outcome};
use timeoff::{Writers, Written};

/// Writes a submitted time-off request, or adopts the one that is there already.
#[derive(Debug)]
pub struct InsertTimeoff {
    writers: Writers,
    zero_payable: ZeroPayable,
}

impl InsertTimeoff {
    /// The function in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        let zero_payable = environment.settings.zero_payable;
        Ok(Self { writers: Writers::new(environment)?, zero_payable })
    }
}

impl Function for InsertTimeoff {
    const NAME: &'static str = "insert-timeoff";
    type Output = RequestOutput;

    async fn answer(&self, invocation: &Invocation) -> Answer<RequestOutput> {
        let body = invocation.json_object()?;
        let input = Submission::parse(&Fields::of(&body), self.zero_payable)?;
        invocation.agent(input.agent.to_string());

        match self.writers.insert(invocation, input).await? {
            Written::As(id) => Ok(Outcome::Complete(id.into())),
            Written::Nothing => Ok(Outcome::Complete(RequestOutput::default())),
            Written::InsufficientBalance => {
                Ok(Outcome::InsufficientBalance(RequestOutput::default()))
            }
        }
    }

    fn outputs_on_failure(_invocation: &Invocation) -> RequestOutput {
        RequestOutput::default()
    }

    async fn warm_up(&self) {
        self.writers.warm_up().await;
    }
}
