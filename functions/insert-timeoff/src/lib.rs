//! `POST /timeoff-requests`: an agent's new time off, written to BambooHR once.

use contract::{Failure, Fields, RequestOutput, RequestedStatus, Submission, ZeroPayable};
use lambda_host::{Answer, Environment, Function, Invocation, Outcome};
use timeoff::{Leave, Office, Placed, Wish};

/// Writes a submitted time-off request, or adopts the one that is there already.
#[derive(Debug)]
pub struct InsertTimeoff {
    office: Office,
    zero_payable: ZeroPayable,
}

impl InsertTimeoff {
    /// The function in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self {
            office: Office::new(environment)?,
            zero_payable: environment.settings.zero_payable,
        })
    }
}

impl Function for InsertTimeoff {
    const NAME: &'static str = "insert-timeoff";
    type Output = RequestOutput;

    async fn answer(&self, invocation: &Invocation) -> Answer<RequestOutput> {
        let body = invocation.json_object()?;
        let input = Submission::parse(&Fields::of(&body), self.zero_payable)?;
        invocation.agent(input.agent.to_string());

        let session = self.office.session(invocation).await?;
        let catalogue = session.catalogue_with(input.type_id).await?;
        let leave = Leave::new(input.agent, input.type_id, input.days, &catalogue)?;
        let checks_balance =
            input.status == RequestedStatus::Pending && !input.override_balance_threshold;
        let wish = Wish {
            leave: &leave,
            status: input.status,
            notes: input.notes.as_deref(),
            checks_balance,
        };

        let mut desk = self.office.desk(session, input.agent).await?;
        let placed = desk.place(&wish, None).await;
        match desk.close(placed).await? {
            Placed::Live(id) => Ok(Outcome::Complete(id.into())),
            Placed::InsufficientBalance => {
                Ok(Outcome::InsufficientBalance(RequestOutput::default()))
            }
        }
    }

    fn outputs_on_failure(_call: &Invocation) -> RequestOutput {
        RequestOutput::default()
    }

    async fn warm_up(&self) {
        self.office.warm_up().await;
    }
}
