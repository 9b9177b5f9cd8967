//! `POST /balances`: an agent's balances, for every date and time-off type that Genesys asks about.

use std::collections::BTreeSet;

use contract::{BalanceInput, BalanceList, DayLengths, Failure, Fields};
use jiff::civil::Date;
use lambda_host::{Answer, Environment, Function, Invocation, Metric, Outcome};
use timeoff::{AgentBalance, AgentBalances, BambooHr, Error};

/// Answers dates × types balances in minutes, one calculator call per distinct date.
#[derive(Debug)]
pub struct GetBalance {
    bamboohr: BambooHr,
    unlimited: i64,
    at_once: usize,
}

impl GetBalance {
    /// The function in this environment. Nothing is sent yet.
    ///
    /// # Errors
    /// `INTERNAL`, when no HTTP client can be set up.
    pub fn new(environment: &Environment) -> Result<Self, Failure> {
        let settings = &environment.settings;
        let unlimited = i64::from(settings.unlimited_balance_minutes);
        Ok(Self {
            bamboohr: BambooHr::new(environment)?,
            unlimited,
            at_once: settings.upstream_concurrency,
        })
    }
}

impl Function for GetBalance {
    const NAME: &'static str = "get-balance";
    type Output = BalanceList;

    async fn answer(&self, invocation: &Invocation) -> Answer<BalanceList> {
        let body = invocation.json_object()?;
        let input = BalanceInput::parse(&Fields::of(&body))?;
        invocation.agent(input.agent.to_string());

        let session = self.bamboohr.open(invocation, invocation.deadline()).await?;
        let dates: BTreeSet<Date> = input.dates.iter().copied().collect();
        let balances = session.agent_balances(input.agent, dates, self.at_once).await?;
        let asked = asked(&input, &balances)?;

        // Only a balance in days needs to know how long a day is.
        let lengths = if asked.iter().flatten().any(|balance| balance.counts_days()) {
            session.catalogue().await?.lengths().clone()
        } else {
            DayLengths::default()
        };

        let unlisted = asked.iter().filter(|balance| balance.is_none());
        invocation.count(Metric::UnlistedType, unlisted.map(|_| 1).sum());
        Ok(Outcome::Complete(BalanceList::of(&input, |date, type_id| {
            let balance = balances.get(date, type_id).ok().flatten();
            balance.map_or(0, |balance| balance.minutes(&lengths, self.unlimited))
        })))
    }

    fn outputs_on_failure(_call: &Invocation) -> BalanceList {
        BalanceList::default()
    }

    async fn warm_up(&self) {
        self.bamboohr.warm_up().await;
    }
}

/// The balance of each combination asked about; `None` where the calculator does not list the type
/// for this employee.
fn asked<'a>(
    input: &BalanceInput,
    balances: &'a AgentBalances,
) -> Result<Vec<Option<AgentBalance<'a>>>, Error> {
    let types = || input.types.iter().map(|(type_id, _)| *type_id);
    let asked = input.dates.iter().flat_map(|date| types().map(|type_id| (*date, type_id)));
    asked.map(|(date, type_id)| balances.get(date, type_id)).collect()
}
