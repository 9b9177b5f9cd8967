//! What the functions are asked.

use jiff::ToSpan;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::stage::{AGENTS, RICH_AGENT, RICH_TYPES, Stage, VACATION, agent_and_day};

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
    Insert,
    Update,
}

impl Operation {
    /// All, those of hello-world first.
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
            Self::Insert => "insert-timeoff",
            Self::Update => "update-timeoff",
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
            Self::Update => "PUT /timeoff-requests, approved in place",
        }
    }

    /// The event of the call with this number. What a call finds in BambooHR beforehand is put
    /// there.
    pub(crate) fn event(self, stage: &Stage, number: u64) -> String {
        match self {
            Self::HelloWorld => event("GET", "/hello", Value::Null),
            Self::Agents => event("GET", "/agents", Value::Null),
            Self::AgentLookUp => {
                event("GET", &format!("/agents/{}", 1 + number % AGENTS), Value::Null)
            }
            Self::Types => event("GET", "/timeoff-types", Value::Null),
            Self::Balances => {
                let (agent, day) = agent_and_day(number);
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
                let (agent, day) = agent_and_day(number);
                let body = json!({
                    "agentId": agent.to_string(),
                    "timeOffTypeId": VACATION.to_string(),
                    "timeOffStatus": "PENDING",
                    "dates": [day],
                    "payableMinutes": ["60"],
                    "notes": "A morning off",
                });
                event("POST", "/timeoff-requests", body)
            }
            Self::Update => {
                let (agent, day) = agent_and_day(number);
                let day = day.saturating_add(1.year());
                let body = json!({
                    "agentId": agent.to_string(),
                    "inputTimeOffRequestId": stage.requested(agent, day).to_string(),
                    "timeOffTypeId": VACATION.to_string(),
                    "timeOffStatus": "APPROVED",
                    "dates": [day],
                    "payableMinutes": ["60"],
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
