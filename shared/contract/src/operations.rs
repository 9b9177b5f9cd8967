//! The table of the operations: what Genesys Cloud WFM hands each workflow and expects of it, and
//! what the API takes and gives.
//!
//! From the text of Genesys' HRIS blueprint (June 2025) and, where it says less, from the variables
//! of its exported workflows. The inputs that are parsed, the answers, the OpenAPI document, the
//! data actions and the workflows are all checked against this table.

mod input;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::BUCKET_COUNT;

pub use input::Input;

/// One data action, with the workflow that calls it, if Genesys has one.
#[derive(Debug)]
pub struct Operation {
    /// Name of the data action; of the workflow as well, where there is one.
    pub name: &'static str,
    /// Whether Genesys runs a workflow for it. It has none for the two look-ups.
    pub workflow: bool,
    /// HTTP method of the route.
    pub method: Method,
    /// Path of the route, below the stage, as the OpenAPI document writes it.
    pub route: &'static str,
    /// What goes in.
    pub inputs: Vec<Field>,
    /// What comes out, the envelope included.
    pub outputs: Vec<Field>,
}

/// One value that passes between Genesys and the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name: `name` in the data action and the API, `Flow.name` in the workflow.
    pub name: String,
    /// Its kind in the workflow; `None` where Genesys' contract has no such variable.
    pub flow: Option<VariableKind>,
    /// Its type in the data action and the API; `None` where they have no such field.
    pub action: Option<DataType>,
}

/// The HTTP methods of the routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
}

impl Method {
    /// The method as HTTP spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// The kinds of workflow variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// `stringVariable`
    String,
    /// `integerVariable`
    Integer,
    /// `booleanVariable`
    Boolean,
    /// `stringCollectionVariable`
    StringCollection,
}

/// The types of a data action's contract, spelt as JSON Schema spells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DataType {
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// A boolean.
    Boolean,
    /// An array of strings.
    Array,
}

impl DataType {
    /// Whether `value` is of this type.
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Boolean => value.is_boolean(),
            Self::Array => {
                value.as_array().is_some_and(|entries| entries.iter().all(Value::is_string))
            }
        }
    }
}

/// All seven data actions.
pub fn operations() -> Vec<Operation> {
    vec![
        workflow("HRIS-Get-Agents", Method::Get, "/agents", &[], agents()),
        workflow(
            "HRIS-Get-Timeoff-Types",
            Method::Get,
            "/timeoff-types",
            &[],
            lists(&["ids", "names", "id2s"]),
        ),
        workflow(
            "HRIS-Get-Balance",
            Method::Post,
            "/balances",
            &[
                Input::AgentId,
                Input::InputDates,
                Input::InputTimeOffTypeIds,
                Input::InputTimeOffTypeId2s,
            ],
            lists(&["balanceMinutesPerDay", "timeOffTypeIds", "dates", "timeOffTypeId2s"]),
        ),
        workflow(
            "HRIS-Insert-TimeOff",
            Method::Post,
            "/timeoff-requests",
            &SUBMISSION,
            time_off_request(),
        ),
        workflow(
            "HRIS-Update-TimeOff",
            Method::Put,
            "/timeoff-requests",
            &[&[Input::InputTimeOffRequestId], &SUBMISSION[..]].concat(),
            time_off_request(),
        ),
        look_up("HRIS-Find-Agent-By-ExternalId", "/agents/{externalId}", Input::ExternalId),
        look_up("HRIS-Find-Agent-By-Email", "/agents", Input::Email),
    ]
}

/// The five fields of every answer, in the order of the documentation.
fn envelope() -> Vec<Field> {
    vec![
        output("statusCode", Some(VariableKind::Integer), Some(DataType::Integer)),
        text("status"),
        text("errorMsg"),
        beyond("errorCode", DataType::String),
        beyond("correlationId", DataType::String),
    ]
}

/// The names of the two lists of a bucket of agents: `emails` and `externalIds`, then `emails1` and
/// `externalIds1`, … `externalIds24`.
pub fn bucket(index: usize) -> [String; 2] {
    let suffix = if index == 0 { String::new() } else { index.to_string() };
    [format!("emails{suffix}"), format!("externalIds{suffix}")]
}

/// What insert and update both take.
const SUBMISSION: [Input; 13] = [
    Input::AgentId,
    Input::Dates,
    Input::StartDateTimes,
    Input::MinDate,
    Input::MaxDate,
    Input::TimeOffStatus,
    Input::TimeOffTypeId,
    Input::TimeOffTypeId2,
    Input::PayableMinutes,
    Input::DurationMinutes,
    Input::Notes,
    Input::OverrideBalanceThreshold,
    Input::AverageMinutesPerDay,
];

fn workflow(
    name: &'static str,
    method: Method,
    route: &'static str,
    inputs: &[Input],
    outputs: Vec<Field>,
) -> Operation {
    let inputs = inputs.iter().map(|input| Field::from(*input)).collect();
    Operation { name, workflow: true, method, route, inputs, outputs: answer(outputs) }
}

fn look_up(name: &'static str, route: &'static str, input: Input) -> Operation {
    let outputs = vec![
        beyond("found", DataType::Boolean),
        beyond("externalId", DataType::String),
        beyond("email", DataType::String),
        beyond("active", DataType::Boolean),
        beyond("lastSeen", DataType::String),
    ];
    Operation { workflow: false, ..workflow(name, Method::Get, route, &[input], outputs) }
}

fn answer(outputs: Vec<Field>) -> Vec<Field> {
    envelope().into_iter().chain(outputs).collect()
}

fn agents() -> Vec<Field> {
    let counts = ["agentCount", "skippedCount", "listAgeMinutes"]
        .map(|name| beyond(name, DataType::Integer));
    (0..BUCKET_COUNT).flat_map(bucket).map(list).chain(counts).collect()
}

fn time_off_request() -> Vec<Field> {
    // The exports declare `Flow.error` and describe it as not used.
    vec![text("timeOffRequestId"), output("error", Some(VariableKind::String), None)]
}

fn output(name: impl Into<String>, flow: Option<VariableKind>, action: Option<DataType>) -> Field {
    Field { name: name.into(), flow, action }
}

/// A string in the workflow and in the API.
fn text(name: &str) -> Field {
    output(name, Some(VariableKind::String), Some(DataType::String))
}

/// An array in the answer, a collection in the workflow.
fn list(name: impl Into<String>) -> Field {
    output(name, Some(VariableKind::StringCollection), Some(DataType::Array))
}

fn lists(names: &[&str]) -> Vec<Field> {
    names.iter().map(|name| list(*name)).collect()
}

/// A field of the API that Genesys' workflows do not know.
fn beyond(name: &str, data_type: DataType) -> Field {
    output(name, None, Some(data_type))
}
