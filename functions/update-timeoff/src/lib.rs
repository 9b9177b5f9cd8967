//! `PUT /timeoff-requests`: a change, an approval, a denial or a cancellation of time off that was
//! inserted before.

mod table;

use contract::{
    Change, Failure, Fields, RequestOutput, RequestedStatus, TimeOffRequestId, UpdateInput,
    ZeroPayable,
};
use lambda_host::{Answer, Environment, Failed, Function, Invocation, Outcome};
use timeoff::{Error, Leave, Office, Session, Wish};

use table::{Step, Update, Updated};

/// Brings a request to what Genesys holds, by the state table of `table.rs`.
#[derive(Debug)]
pub struct UpdateTimeoff {
    office: Office,
    zero_payable: ZeroPayable,
}

impl UpdateTimeoff {
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

    async fn update(
        &self,
        session: Session<'_>,
        input: UpdateInput,
        live: &mut Option<TimeOffRequestId>,
    ) -> Result<Updated, Error> {
        let leave = leave_of(&session, &input).await?;
        let step = match (&input.change, &leave) {
            (Change::Put(wanted), Some(leave)) => {
                let checks_balance =
                    wanted.status == RequestedStatus::Pending && !wanted.override_balance_threshold;
                Step::Put(Wish {
                    leave,
                    status: wanted.status,
                    notes: wanted.notes.as_deref(),
                    checks_balance,
                })
            }
            (Change::Deny(_), _) => Step::Close(bamboohr::Change::Deny),
            _ => Step::Close(bamboohr::Change::Cancel),
        };
        let mut desk = self.office.desk(session, input.agent).await?;
        let updated =
            Update { desk: &mut desk, step, leave: leave.as_ref(), live }.run(input.request).await;
        desk.close(updated).await
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
        Ok::<_, Error>(Leave::new(input.agent, type_id, days.clone(), &catalogue)?)
    };
    match named.await {
        Ok(leave) => Ok(Some(leave)),
        Err(Error::Hris(_) | Error::Failure(_)) if !is_needed => Ok(None),
        Err(error) => Err(error),
    }
}

impl Function for UpdateTimeoff {
    const NAME: &'static str = "update-timeoff";
    type Output = RequestOutput;

    async fn answer(&self, invocation: &Invocation) -> Answer<RequestOutput> {
        let body = invocation.json_object()?;
        let input = UpdateInput::parse(&Fields::of(&body), self.zero_payable)?;
        invocation.agent(input.agent.to_string());

        let mut live = input.request;
        let session = self.office.session(invocation).await?;
        let updated = self.update(session, input, &mut live).await;
        let known = live.map(RequestOutput::from).unwrap_or_default();
        match updated {
            Ok(Updated::Done(Some(id))) => Ok(Outcome::Complete(id.into())),
            Ok(Updated::Done(None)) => Ok(Outcome::Complete(RequestOutput::default())),
            Ok(Updated::InsufficientBalance) => Ok(Outcome::InsufficientBalance(known)),
            Err(error) => Err(Failed::with(error.into(), known)),
        }
    }

    /// Genesys stores the id that comes back, so a failure gives back at least the one that came
    /// in.
    fn outputs_on_failure(invocation: &Invocation) -> RequestOutput {
        let given = || UpdateInput::request_in(&Fields::of(&invocation.json_object().ok()?));
        given().map(RequestOutput::from).unwrap_or_default()
    }

    async fn warm_up(&self) {
        self.office.warm_up().await;
    }
}
