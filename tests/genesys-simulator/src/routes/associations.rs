//! Which HRIS ids agents have.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, list};
use crate::choices::AbsentAgents;
use crate::organisation::{Associations, Entry};
use crate::refusal::Refusal;
use crate::shared::Shared;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/workforcemanagement/agents/integrations/hris/query", post(query))
        .route("/workforcemanagement/agents/{agent}/integrations/hris", put(replace))
}

/// More are refused. No document gives the number.
const MOST_AGENTS: usize = 100;

fn to_json(agent: &str, associations: &Associations) -> Value {
    let reference = |id: &String| json!({ "id": id });
    let entries = associations.entries.iter().map(|(integration, entry)| {
        json!({
            "agentExternalId": entry.external_id,
            "integration": reference(integration),
            "locked": entry.locked,
        })
    });
    let mut json = json!({
        "agent": { "id": agent, "selfUri": format!("/api/v2/users/{agent}") },
        "userSelected": associations.user_selected,
        "associatedIntegrations": entries.collect::<Vec<_>>(),
    });
    if let Some(selected) = &associations.selected {
        json["selectedIntegration"] = reference(selected);
    }
    json
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    agent_ids: Vec<String>,
}

async fn query(State(shared): State<Arc<Shared>>, Json(asked): Json<Asked>) -> Answer {
    shared.access().require(&["wfm:agent:view"])?;
    if asked.agent_ids.len() > MOST_AGENTS {
        return Err(Refusal::bad("at most 100 agents"));
    }
    let entities: Vec<Value> = {
        let organisation = shared.organisation();
        let absent = Associations::default();
        let of_agent = |agent: &String| {
            let found = organisation.associations.get(agent);
            let found = found.filter(|known| !known.entries.is_empty() || known.selected.is_some());
            match (found, organisation.choices.absent_agents) {
                (Some(known), _) => Some(to_json(agent, known)),
                (None, AbsentAgents::EmptyList) => Some(to_json(agent, &absent)),
                (None, AbsentAgents::Missing) => None,
            }
        };
        let known = asked.agent_ids.iter().filter(|agent| organisation.users.contains_key(*agent));
        known.filter_map(of_agent).collect()
    };
    Ok(list(&shared, entities))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    selected_integration_id: Option<String>,
    associated_integrations: Vec<NewEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewEntry {
    agent_external_id: String,
    integration_id: String,
    locked: bool,
}

/// What is not in the list is gone afterwards.
async fn replace(
    State(shared): State<Arc<Shared>>,
    Path(agent): Path<String>,
    Json(replacement): Json<Replacement>,
) -> Answer {
    shared.access().require(&["wfm:agent:edit"])?;
    let mut organisation = shared.organisation();
    organisation.user(&agent)?;
    let Replacement { selected_integration_id: selected, associated_integrations } = replacement;
    let entries: BTreeMap<String, Entry> = associated_integrations
        .into_iter()
        .map(|new| {
            (new.integration_id, Entry { external_id: new.agent_external_id, locked: new.locked })
        })
        .collect();
    let named = entries.keys().chain(&selected);
    let known = |id: &String| organisation.integrations.iter().any(|known| known.id == *id);
    if !named.into_iter().all(known) {
        return Err(Refusal::not_found("integration"));
    }
    let associations = Associations { user_selected: selected.is_some(), selected, entries };
    let answer = to_json(&agent, &associations);
    organisation.associations.insert(agent, associations);
    Ok(Json(answer))
}
