//! What stands between Genesys and the API: workflows, data actions, and the jobs that run them.

use std::time::Duration;

use contract::ErrorCode;
use genesys_cloud::{
    Action, ActionTest, ActivityCodeId, DateRange, JobOutcome, ManagementUnitId, TimeOffPlan,
    Workflow,
};
use jiff::ToSpan;
use serde_json::{Map, Value, json};

use super::examination::{Examination, Finding, Problem};
use super::own::{NOBODY, refused_input, today};
use super::platform::external_id;
use super::step::{FIND_BY_ID, GET_AGENTS, GET_BALANCE, GET_TYPES, INSERT, UPDATE};
use crate::output::Count;

/// A workflow may take a minute.
const PATIENCE: Duration = Duration::from_secs(75);

impl Examination<'_> {
    pub(super) fn workflow(&mut self, name: &str) -> Result<String, Problem> {
        let found: Vec<&Workflow> = self
            .workflows
            .iter()
            .filter(|workflow| workflow.name.as_deref() == Some(name))
            .collect();
        let workflow = match found.as_slice() {
            [] => return Err(Problem::new("There is no workflow of this name.")),
            [only] => *only,
            several => {
                let selected = several.iter().find(|known| self.selects(known).is_some());
                selected
                    .copied()
                    .ok_or_else(|| Problem::new("Several workflows have this name."))?
            }
        };
        if !workflow.is_published() {
            return Err(Problem::new("It is saved but not published."));
        }
        match (self.selects(workflow), self.selects_any()) {
            (Some(property), _) => Ok(format!("Published; selected as {property}.")),
            (None, true) => Err(Problem::new("Published, but the integration does not select it.")
                .with_remedy("Select it in the integration's configuration.")),
            (None, false) => Ok("Published; whether it is selected cannot be seen.".to_owned()),
        }
    }

    /// The property of the integration that holds the workflow's id.
    fn selects(&self, workflow: &Workflow) -> Option<&str> {
        let properties = self.properties.as_ref()?;
        let found = properties.iter().find(|(_, value)| holds(value, workflow.id.as_str()));
        found.map(|(key, _)| key.as_str())
    }

    /// Whether any property holds a workflow's id. No document says that they do.
    fn selects_any(&self) -> bool {
        self.workflows.iter().any(|workflow| self.selects(workflow).is_some())
    }

    pub(super) async fn action(&mut self, name: &str) -> Result<String, Problem> {
        let action = self.published(name)?;
        let (inputs, expected) = match name {
            FIND_BY_ID => (Map::from_iter([external_id()]), Some(ErrorCode::InvalidInput)),
            GET_TYPES => (Map::new(), None),
            GET_BALANCE => (balances_of_nobody(), Some(ErrorCode::InvalidInput)),
            INSERT | UPDATE => (refused_input(), Some(ErrorCode::InvalidInput)),
            GET_AGENTS => {
                return Ok("Published. It is not run, since a list moves the shrink guard's \
                           baseline; a look-up stands for it."
                    .to_owned());
            }
            // A look-up that loses its address asks for the list.
            _ => return Ok("Published. The look-up by id stands for it.".to_owned()),
        };
        let inputs = match name {
            INSERT => without(inputs, "inputTimeOffRequestId"),
            _ => inputs,
        };
        let test = self.genesys()?.test_action(&action.id, &inputs).await?;
        verdict_of(&test, expected)
    }

    fn published(&self, name: &str) -> Result<&Action, Problem> {
        let mut found = self.actions.iter().filter(|action| action.name.as_deref() == Some(name));
        match (found.next(), found.next()) {
            (Some(action), None) => Ok(action),
            (Some(_), Some(_)) => Err(Problem::new("Several data actions have this name.")
                .with_remedy("Rename or delete the one that no workflow calls.")),
            (None, _) => Err(Problem::new("There is no published data action of this name.")
                .with_remedy("Import and publish it: infra/genesys/README.md.")),
        }
    }

    pub(super) async fn types_job(&mut self) -> Result<String, Problem> {
        let Some(integration) = &self.integration else {
            return Err(Problem::new("No integration."));
        };
        let client = self.genesys()?;
        match client.time_off_types(&integration.id, PATIENCE).await? {
            JobOutcome::Complete(types) if !types.is_empty() => {
                let types = Count(types.len(), "time-off type", "time-off types");
                Ok(format!("Genesys gets {types} through the bridge."))
            }
            outcome => Err(failed(&outcome, GET_TYPES)),
        }
    }

    pub(super) async fn balance_job(&mut self) -> Result<Finding, Problem> {
        let untried =
            |detail: &str| Ok(Finding::Untried { detail: detail.to_owned(), cause: None });
        let Some((unit, user)) = &self.associated else {
            return untried(
                "Nobody in the units looked at is associated: see agents audit, then try again.",
            );
        };
        let Some(code) = self.code_in(unit) else {
            return untried("No time-off plan of the unit stands for a type of the integration.");
        };
        let day = today(self.context.now()).saturating_add(1.day());
        let days = [DateRange { start_date: day, end_date: day }];
        let client = self.genesys()?;
        match client.balances(unit, user, &[code], &days, PATIENCE).await? {
            JobOutcome::Complete(balances) if !balances.is_empty() => {
                let balances = Count(balances.len(), "balance", "balances");
                let user = user.as_str();
                Ok(Finding::Good(format!("Genesys gets {balances} of user {user}.")))
            }
            outcome => Err(failed(&outcome, GET_BALANCE)),
        }
    }

    /// An activity code of the unit that stands for a type of the integration.
    fn code_in(&self, unit: &ManagementUnitId) -> Option<ActivityCodeId> {
        let ours = self.integration.as_ref().map(|integration| &integration.id);
        let fits = |plan: &&TimeOffPlan| {
            let of_ours = plan.hris_time_off_type.as_ref().is_some_and(|kind| {
                kind.hris_integration_id.is_none() || kind.hris_integration_id.as_ref() == ours
            });
            let units = plan.scope().management_units;
            of_ours && plan.enabled != Some(false) && (units.is_empty() || units.contains(unit))
        };
        self.plans.iter().filter(fits).find_map(|plan| plan.activity_code_ids.first().cloned())
    }
}

/// Whether a text stands anywhere in a value.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own == text,
        Value::Array(entries) => entries.iter().any(|entry| holds(entry, text)),
        Value::Object(fields) => fields.values().any(|field| holds(field, text)),
        _ => false,
    }
}

fn without(mut inputs: Map<String, Value>, name: &str) -> Map<String, Value> {
    inputs.remove(name);
    inputs
}

/// Lists are JSON text in a data action's input.
fn balances_of_nobody() -> Map<String, Value> {
    let fields = [("agentId", NOBODY), ("inputDates", "[]"), ("inputTimeOffTypeIds", "[]")];
    fields.into_iter().map(|(name, text)| (name.to_owned(), json!(text))).collect()
}

/// What the API answered by way of the data action.
fn verdict_of(test: &ActionTest, expected: Option<ErrorCode>) -> Result<String, Problem> {
    let text = |name: &str| test.final_result.get(name).and_then(Value::as_str).unwrap_or_default();
    if !test.success || text("status").is_empty() {
        return Err(Problem::new(
            "Genesys got no answer that keeps the action's contract: baseUrl or apiKey of its \
             credential may be wrong.",
        ));
    }
    let (code, correlation_id) = (text("errorCode"), text("correlationId"));
    match expected {
        Some(expected) if code == expected.as_str() => {
            Ok(format!("Published; its run reached the function, which refused agent {NOBODY}."))
        }
        None if text("status") == "Complete" => Ok("Published; its run was complete.".to_owned()),
        _ => Err(Problem::new(format!(
            "The API answered {} {code} [correlation id {correlation_id}].",
            text("status")
        ))),
    }
}

fn failed<T>(outcome: &JobOutcome<T>, workflow: &str) -> Problem {
    Problem::new(match outcome {
        JobOutcome::Complete(_) => {
            format!("The job ended with nothing: {workflow} gave no entries.")
        }
        JobOutcome::Failed => format!("Genesys ran {workflow}, and the job ended in an error."),
        JobOutcome::Unfinished => format!("The job has not ended after {PATIENCE:?}."),
    })
}
