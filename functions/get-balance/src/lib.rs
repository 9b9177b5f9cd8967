//! `POST /balances`: an agent's balances, for every date and time-off type that Genesys asks about.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr::{Balance, Balances, Policy, Unit, UnreadableBalance};
use contract::{BalanceInput, BalanceList, DayLengths, Failure, Fields, TimeOffTypeId};
use jiff::civil::Date;
use lambda_host::{Answer, Environment, Function, Invocation, Metric, Outcome};
use timeoff::{Error, Hris, balance_minutes};

/// Answers dates × types balances in minutes, one calculator call per distinct date.
#[derive(Debug)]
pub struct GetBalance {
    hris: Hris,
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
            hris: Hris::new(environment)?,
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

        let session = self.hris.open(invocation, invocation.deadline()).await?;
        let dates: BTreeSet<Date> = input.dates.iter().copied().collect();
        let balances = session.balances(input.agent, dates, self.at_once).await?;

        // Only a balance in days needs to know how long a day is.
        let counts_days = |balance: &Balance| {
            balance.unit == Unit::Days && balance.policy != Policy::Discretionary
        };
        let asked = asked(&input, &balances).map_err(bamboohr::Error::from).map_err(Error::from)?;
        let lengths = if asked.iter().flatten().copied().any(counts_days) {
            session.catalogue().await?.lengths().clone()
        } else {
            DayLengths::default()
        };

        invocation.count(
            Metric::UnlistedType,
            asked.iter().filter(|balance| balance.is_none()).map(|_| 1).sum(),
        );
        Ok(Outcome::Complete(BalanceList::of(&input, |date, type_id| {
            find(&balances, date, type_id)
                .ok()
                .flatten()
                .map_or(0, |balance| balance_minutes(balance, &lengths, self.unlimited))
        })))
    }

    fn outputs_on_failure(_call: &Invocation) -> BalanceList {
        BalanceList::default()
    }

    async fn warm_up(&self) {
        self.hris.warm_up().await;
    }
}

/// The balance of each combination asked about; `None` where the calculator does not list the type
/// for this employee.
fn asked<'a>(
    input: &'a BalanceInput,
    balances: &'a BTreeMap<Date, Balances>,
) -> Result<Vec<Option<&'a Balance>>, UnreadableBalance> {
    let asked = input.dates.iter().flat_map(|date| {
        input.types.iter().map(move |(type_id, _)| find(balances, *date, *type_id))
    });
    asked.collect()
}

fn find(
    balances: &BTreeMap<Date, Balances>,
    date: Date,
    type_id: TimeOffTypeId,
) -> Result<Option<&Balance>, UnreadableBalance> {
    match (balances.get(&date), bamboohr::TimeOffTypeId::new(type_id.get())) {
        (Some(listed), Some(type_id)) => listed.of(type_id),
        _ => Ok(None),
    }
}
