//! The five functions' handlers, in process.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use get_agents::GetAgents;
use get_balance::GetBalance;
use get_timeoff_types::GetTimeoffTypes;
use insert_timeoff::InsertTimeoff;
use lambda_host::{Environment, Function, Host, LambdaContext};
use update_timeoff::UpdateTimeoff;

/// A function behind which the types of its outputs are hidden.
pub(crate) trait Handler: Send + Sync {
    /// Answers an event with the JSON text that the function would give to Lambda.
    fn answer<'a>(
        &'a self,
        event: &'a str,
        context: LambdaContext,
    ) -> Pin<Box<dyn Future<Output = serde_json::Result<String>> + Send + 'a>>;
}

impl<F: Function> Handler for Host<F> {
    fn answer<'a>(
        &'a self,
        event: &'a str,
        context: LambdaContext,
    ) -> Pin<Box<dyn Future<Output = serde_json::Result<String>> + Send + 'a>> {
        Box::pin(async move { serde_json::to_string(&self.respond(event, context).await) })
    }
}

/// The functions, by the package's name.
#[derive(Default)]
pub(crate) struct Functions(BTreeMap<&'static str, Box<dyn Handler>>);

impl Functions {
    /// All five.
    pub(crate) fn of(environment: &Environment) -> Self {
        Self::default()
            .and(Host::new(environment, GetAgents::new))
            .and(Host::new(environment, GetTimeoffTypes::new))
            .and(Host::new(environment, GetBalance::new))
            .and(Host::new(environment, InsertTimeoff::new))
            .and(Host::new(environment, UpdateTimeoff::new))
    }

    fn and<F: Function>(mut self, host: Host<F>) -> Self {
        self.0.insert(F::NAME, Box::new(host));
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<&dyn Handler> {
        self.0.get(name).map(|handler| &**handler)
    }
}
