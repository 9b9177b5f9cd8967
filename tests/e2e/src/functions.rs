use std::time::Duration;

use get_agents::GetAgents;
use get_balance::GetBalance;
use get_timeoff_types::GetTimeoffTypes;
use insert_timeoff::InsertTimeoff;
use lambda_host::{Environment, Function, Host, LambdaContext};
use serde_json::Value;
use update_timeoff::UpdateTimeoff;

use crate::{Answer, log};

/// The functions' handlers in process, for events that no gateway sends.
#[derive(Debug)]
pub struct Functions {
    agents: Host<GetAgents>,
    types: Host<GetTimeoffTypes>,
    balance: Host<GetBalance>,
    insert: Host<InsertTimeoff>,
    update: Host<UpdateTimeoff>,
}

impl Functions {
    /// All of them, in this environment.
    pub fn of(environment: &Environment) -> Self {
        log::install();
        Self {
            agents: Host::new(environment, GetAgents::new),
            types: Host::new(environment, GetTimeoffTypes::new),
            balance: Host::new(environment, GetBalance::new),
            insert: Host::new(environment, InsertTimeoff::new),
            update: Host::new(environment, UpdateTimeoff::new),
        }
    }

    /// The JSON that the function called `name` gives to Lambda for an event's text.
    ///
    /// # Panics
    /// When there is no such function, or its answer is no JSON.
    pub async fn respond(&self, name: &str, event: &str) -> Value {
        match name {
            GetAgents::NAME => respond(&self.agents, event).await,
            GetTimeoffTypes::NAME => respond(&self.types, event).await,
            GetBalance::NAME => respond(&self.balance, event).await,
            InsertTimeoff::NAME => respond(&self.insert, event).await,
            UpdateTimeoff::NAME => respond(&self.update, event).await,
            other => panic!("no function {other}"),
        }
    }

    /// What a caller gets for an HTTP event.
    ///
    /// # Panics
    /// When the function's answer is not what API Gateway passes on.
    pub async fn call(&self, name: &str, event: &str) -> Answer {
        Answer::of_proxy(&self.respond(name, event).await)
    }
}

async fn respond<F: Function>(host: &Host<F>, event: &str) -> Value {
    let context = LambdaContext {
        request_id: "00000000-0000-4000-8000-000000000001".to_owned(),
        remaining: Duration::from_secs(29),
    };
    // Boxed: the five functions' futures in one are deeper than the compiler looks.
    serde_json::to_value(Box::pin(host.respond(event, context)).await).unwrap()
}

impl Answer {
    /// What API Gateway makes of a function's answer.
    ///
    /// # Panics
    /// When it could not make anything of it.
    pub fn of_proxy(answer: &Value) -> Self {
        let body = answer["body"]
            .as_str()
            .unwrap_or_else(|| panic!("not an answer for API Gateway: {answer}"));
        Self {
            status: answer["statusCode"]
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .unwrap(),
            content_type: answer["headers"]["content-type"].as_str().unwrap_or_default().to_owned(),
            body: serde_json::from_str(body).unwrap(),
        }
    }
}
