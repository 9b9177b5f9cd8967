//! `GET /timeoff-types`: the time-off types that an administrator can associate with a plan.

use contract::{Failure, TypeList};
use lambda_host::{Answer, Environment, Function, Invocation, Metric, Outcome};
use timeoff::BambooHr;

/// Lists the company's active time-off types; those managed elsewhere are left out, since BambooHR
/// refuses requests of them.
#[derive(Debug)]
pub struct GetTimeoffTypes {
    bamboohr: BambooHr,
}

impl GetTimeoffTypes {
    /// The function in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self { bamboohr: BambooHr::new(environment)? })
    }
}

impl Function for GetTimeoffTypes {
    const NAME: &'static str = "get-timeoff-types";
    type Output = TypeList;

    async fn answer(&self, invocation: &Invocation) -> Answer<TypeList> {
        let session = self.bamboohr.open(invocation, invocation.deadline()).await?;
        let catalogue = session.current_catalogue().await?;
        invocation.count(Metric::UnreadableRecord, catalogue.unreadable_count());
        let types = catalogue
            .types()
            .iter()
            .filter(|entry| !entry.remote)
            .map(|entry| (entry.id, entry.name.as_str()));
        Ok(Outcome::Complete(types.collect()))
    }

    fn outputs_on_failure(_invocation: &Invocation) -> TypeList {
        TypeList::default()
    }

    async fn warm_up(&self) {
        self.bamboohr.warm_up().await;
    }
}
