//! What the functions are asked.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::stage::{AGENTS, RICH_AGENT, RICH_TYPES, SICK, VACATION, agent_and_day};

/// An event as API Gateway sends it, payload format 1.0.
const EVENT: &str = include_str!("../../../shared/lambda-host/tests/fixtures/v1-post.json");

/// One kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    HelloWorld,
    Agents,
    AgentLookUp,
    Types,
    Balances,
    /// 31 dates × 8 types.
    BalancesOfAMonth,
    /// `PENDING`, so the balance is checked.
    Insert,
    InsertApproved,
    /// Approves in place what somebody entered in BambooHR.
    Update,
    /// Approves in place what was inserted before.
    Approve,
    ChangeDays,
    /// By the id alone.
    Cancel,
}

/// What a call finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beforehand {
    Nothing,
    /// A pending request of its day, entered at BambooHR's screen.
    EnteredByHand,
    /// One that was inserted with this status.
    Inserted(&'static str),
}

impl Operation {
    /// Those that are measured with everything equally far away, those of hello-world first.
    pub(crate) const ALL: [Self; 8] = [
        Self::HelloWorld,
        Self::Agents,
        Self::AgentLookUp,
        Self::Types,
        Self::Balances,
        Self::BalancesOfAMonth,
        Self::Insert,
        Self::Update,
    ];

    /// What people wait for most.
    pub(crate) const WRITES: [Self; 6] = [
        Self::Insert,
        Self::InsertApproved,
        Self::Approve,
        Self::Update,
        Self::ChangeDays,
        Self::Cancel,
    ];

    /// One for each binary.
    pub(crate) const FIRST_OF_EACH: [Self; 6] =
        [Self::HelloWorld, Self::Agents, Self::Types, Self::Balances, Self::Insert, Self::Update];

    /// The binary that answers it.
    pub(crate) fn binary(self) -> &'static str {
        match self {
            Self::HelloWorld => "hello-world",
            Self::Agents | Self::AgentLookUp => "get-agents",
            Self::Types => "get-timeoff-types",
            Self::Balances | Self::BalancesOfAMonth => "get-balance",
            Self::Insert | Self::InsertApproved => "insert-timeoff",
            Self::Update | Self::Approve | Self::ChangeDays | Self::Cancel => "update-timeoff",
        }
    }

    /// What the tables call it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::HelloWorld => "hello-world",
            Self::Agents => "GET /agents, 201 agents",
            Self::AgentLookUp => "GET /agents/{externalId}",
            Self::Types => "GET /timeoff-types",
            Self::Balances => "POST /balances, 1 date × 4 types",
            Self::BalancesOfAMonth => "POST /balances, 31 dates × 8 types",
            Self::Insert => "POST /timeoff-requests, checked and created",
            Self::InsertApproved => "POST /timeoff-requests, APPROVED, created",
            Self::Update => "PUT /timeoff-requests, approved in place",
            Self::Approve => "PUT /timeoff-requests, approved in place, inserted before",
            Self::ChangeDays => "PUT /timeoff-requests, another day",
            Self::Cancel => "PUT /timeoff-requests, cancelled by id",
        }
    }

    /// What a call finds.
    pub(crate) fn beforehand(self) -> Beforehand {
        match self {
            Self::Update => Beforehand::EnteredByHand,
            Self::Approve | Self::Cancel => Beforehand::Inserted("PENDING"),
            Self::ChangeDays => Beforehand::Inserted("APPROVED"),
            _ => Beforehand::Nothing,
        }
    }

    /// This operation's day for a day that other operations have as well.
    pub(crate) fn day(self, day: Date) -> Date {
        let years = match self {
            Self::Update => 1,
            Self::InsertApproved => 2,
            Self::Approve => 3,
            Self::ChangeDays => 4,
            Self::Cancel => 5,
            _ => 0,
        };
        day.saturating_add(years.years())
    }

    /// The event that inserts what the call with this number finds.
    pub(crate) fn insert_before(self, number: u64, status: &str) -> String {
        let (agent, day) = agent_and_day(number);
        event("POST", "/timeoff-requests", leave(agent, SICK, status, self.day(day)))
    }

    /// The event of the call with this number, about the request that it finds.
    pub(crate) fn event(self, number: u64, id: &str) -> String {
        let (agent, day) = agent_and_day(number);
        let day = self.day(day);
        match self {
            Self::HelloWorld => event("GET", "/hello", Value::Null),
            Self::Agents => event("GET", "/agents", Value::Null),
            Self::AgentLookUp => {
                event("GET", &format!("/agents/{}", 1 + number % AGENTS), Value::Null)
            }
            Self::Types => event("GET", "/timeoff-types", Value::Null),
            Self::Balances => {
                let body = json!({
                    "agentId": agent.to_string(),
                    "inputDates": [day],
                    "inputTimeOffTypeIds": ["78", "83", "85", "90"],
                });
                event("POST", "/balances", body)
            }
            Self::BalancesOfAMonth => {
                let days: Vec<_> = date(2027, 1, 1).series(1.day()).take(31).collect();
                let types = RICH_TYPES.map(|id| id.to_string());
                let body = json!({"agentId": RICH_AGENT.to_string(), "inputDates": days, "inputTimeOffTypeIds": types});
                event("POST", "/balances", body)
            }
            Self::Insert => {
                let mut body = leave(agent, VACATION, "PENDING", day);
                body["notes"] = "A morning off".into();
                event("POST", "/timeoff-requests", body)
            }
            Self::InsertApproved => {
                event("POST", "/timeoff-requests", leave(agent, SICK, "APPROVED", day))
            }
            Self::Update | Self::Approve => {
                let mut body = leave(agent, SICK, "APPROVED", day);
                body["inputTimeOffRequestId"] = id.into();
                event("PUT", "/timeoff-requests", body)
            }
            Self::ChangeDays => {
                let next = day.saturating_add(1.day());
                let mut body = leave(agent, SICK, "APPROVED", next);
                body["inputTimeOffRequestId"] = id.into();
                event("PUT", "/timeoff-requests", body)
            }
            Self::Cancel => {
                let body = json!({
                    "agentId": agent.to_string(),
                    "inputTimeOffRequestId": id,
                    "timeOffStatus": "CANCELED",
                });
                event("PUT", "/timeoff-requests", body)
            }
        }
    }

    /// Whether this answer is what the call is measured for.
    pub(crate) fn is_success(self, body: &Value) -> bool {
        match self {
            Self::HelloWorld => body["message"] == "Hello, world",
            _ => body["status"] == "Complete",
        }
    }
}

/// An hour on one day.
fn leave(agent: u64, type_id: u64, status: &str, day: Date) -> Value {
    json!({
        "agentId": agent.to_string(),
        "timeOffTypeId": type_id.to_string(),
        "timeOffStatus": status,
        "dates": [day],
        "payableMinutes": ["60"],
    })
}

fn event(method: &str, path: &str, body: Value) -> String {
    // The fixture is this repository's own; a null event would be answered by no function, and
    // noticed.
    let mut event: Value = serde_json::from_str(EVENT).unwrap_or_default();
    event["httpMethod"] = method.into();
    event["path"] = path.into();
    event["resource"] = path.into();
    event["requestContext"]["httpMethod"] = method.into();
    event["requestContext"]["resourcePath"] = path.into();
    event["requestContext"]["path"] = format!("/v1{path}").into();
    event["body"] = if body.is_null() { body } else { body.to_string().into() };
    event.to_string()
}
