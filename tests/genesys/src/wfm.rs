//! What Genesys Cloud WFM hands each workflow and expects of it, and what the API takes and gives.
//!
//! From the text of Genesys' HRIS blueprint (June 2025) and, where it says less, from the variables
//! of its exported workflows. This is the one list that everything else is checked against.

use crate::architect::VariableKind;
use crate::data_action::{Method, Type};

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
    /// Its type in the workflow; `None` where Genesys' contract has no such variable.
    pub flow: Option<VariableKind>,
    /// Its type in the data action and the API; `None` where they have no such field.
    pub action: Option<Type>,
}

fn field(name: impl Into<String>, flow: Option<VariableKind>, action: Option<Type>) -> Field {
    Field { name: name.into(), flow, action }
}

/// A string in the workflow and in the API.
fn text(name: &str) -> Field {
    field(name, Some(VariableKind::String), Some(Type::String))
}

/// A collection in the workflow that goes into the data action as text, since inputs have no
/// arrays.
fn list_in(name: &str) -> Field {
    field(name, Some(VariableKind::StringCollection), Some(Type::String))
}

/// An array in the answer, bound to a collection.
fn list_out(name: impl Into<String>) -> Field {
    field(name, Some(VariableKind::StringCollection), Some(Type::Array))
}

/// A field of the API that Genesys' workflows do not know.
fn beyond(name: &str, data_type: Type) -> Field {
    field(name, None, Some(data_type))
}

/// The five fields of every answer.
#[must_use]
pub fn envelope() -> Vec<Field> {
    vec![
        field("statusCode", Some(VariableKind::Integer), Some(Type::Integer)),
        text("status"),
        text("errorMsg"),
        beyond("errorCode", Type::String),
        beyond("correlationId", Type::String),
    ]
}

fn answer(outputs: impl IntoIterator<Item = Field>) -> Vec<Field> {
    envelope().into_iter().chain(outputs).collect()
}

/// The variables of the buckets of agents: `emails`, `externalIds`, `emails1`, … `externalIds24`.
pub fn buckets() -> impl Iterator<Item = String> {
    (0..25).flat_map(|bucket| {
        let suffix = if bucket == 0 { String::new() } else { bucket.to_string() };
        [format!("emails{suffix}"), format!("externalIds{suffix}")]
    })
}

fn time_off_request(update: bool) -> Vec<Field> {
    let mut fields = vec![text("agentId")];
    if update {
        fields.push(text("inputTimeOffRequestId"));
    }
    fields.extend([
        list_in("dates"),
        list_in("startDateTimes"),
        text("minDate"),
        text("maxDate"),
        text("timeOffStatus"),
        text("timeOffTypeId"),
        text("timeOffTypeId2"),
        list_in("payableMinutes"),
        list_in("durationMinutes"),
        text("notes"),
        // Named by Genesys' older list only.
        beyond("overrideBalanceThreshold", Type::Boolean),
        beyond("averageMinutesPerDay", Type::Integer),
    ]);
    fields
}

fn time_off_answer() -> Vec<Field> {
    // The exports declare `Flow.error` and describe it as not used.
    answer([text("timeOffRequestId"), field("error", Some(VariableKind::String), None)])
}

fn look_up() -> Vec<Field> {
    answer([
        beyond("found", Type::Boolean),
        beyond("externalId", Type::String),
        beyond("email", Type::String),
        beyond("active", Type::Boolean),
        beyond("lastSeen", Type::String),
    ])
}

/// All seven data actions.
#[must_use]
pub fn operations() -> Vec<Operation> {
    let workflow = |name, method, route, inputs, outputs| Operation {
        name,
        workflow: true,
        method,
        route,
        inputs,
        outputs,
    };
    let action = |name, route, inputs, outputs| Operation {
        name,
        workflow: false,
        method: Method::Get,
        route,
        inputs,
        outputs,
    };
    vec![
        workflow(
            "HRIS-Get-Agents",
            Method::Get,
            "/agents",
            vec![],
            answer(
                buckets().map(list_out).chain(
                    ["agentCount", "skippedCount", "listAgeMinutes"]
                        .map(|name| beyond(name, Type::Integer)),
                ),
            ),
        ),
        workflow(
            "HRIS-Get-Timeoff-Types",
            Method::Get,
            "/timeoff-types",
            vec![],
            answer(["ids", "names", "id2s"].map(list_out)),
        ),
        workflow(
            "HRIS-Get-Balance",
            Method::Post,
            "/balances",
            vec![
                text("agentId"),
                list_in("inputDates"),
                list_in("inputTimeOffTypeIds"),
                list_in("inputTimeOffTypeId2s"),
            ],
            answer(
                ["balanceMinutesPerDay", "timeOffTypeIds", "dates", "timeOffTypeId2s"]
                    .map(list_out),
            ),
        ),
        workflow(
            "HRIS-Insert-TimeOff",
            Method::Post,
            "/timeoff-requests",
            time_off_request(false),
            time_off_answer(),
        ),
        workflow(
            "HRIS-Update-TimeOff",
            Method::Put,
            "/timeoff-requests",
            time_off_request(true),
            time_off_answer(),
        ),
        action(
            "HRIS-Find-Agent-By-ExternalId",
            "/agents/{externalId}",
            vec![beyond("externalId", Type::String)],
            look_up(),
        ),
        action(
            "HRIS-Find-Agent-By-Email",
            "/agents",
            vec![beyond("email", Type::String)],
            look_up(),
        ),
    ]
}
