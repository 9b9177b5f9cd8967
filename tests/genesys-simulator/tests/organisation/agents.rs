//! The daily synchronisation of agents, and associations set by hand.

use genesys_cloud::{AgentAssociations, AssociationUpdate, NewAssociation};
use genesys_simulator::{AbsentAgents, Choices};

use crate::world::{World, integration, user};

impl World {
    async fn association(&self, number: usize) -> Option<AgentAssociations> {
        let found = self.client().associations(&[user(number)]).await.unwrap();
        found.into_iter().next()
    }

    /// The external id that an agent has with our integration.
    async fn external_id(&self, number: usize) -> Option<String> {
        self.association(number).await?.with(&integration())?.agent_external_id.clone()
    }
}

#[tokio::test]
async fn addresses_are_compared_letter_by_letter() {
    let world = World::associated().await;
    let association = world.association(452).await.unwrap();
    assert_eq!(association.selected_integration, Some(integration()));
    assert!(!association.with(&integration()).unwrap().locked);
    assert_eq!(world.external_id(452).await.as_deref(), Some("452"));
    // Case, alias, accent, domain, two letters, nobody.
    for number in [440, 442, 443, 444, 446, 900_000] {
        assert_eq!(world.external_id(number).await, None, "{number}");
    }
}

#[tokio::test]
async fn whoever_is_missing_is_dropped_and_what_is_locked_stays() {
    let world = World::associated().await;
    let client = world.client();
    let linked = AssociationUpdate::link(None, &integration(), "442");
    client.set_associations(&user(442), &linked).await.unwrap();
    world.bamboohr().set_active(452, false);
    world.stack.refresh_agents().await.unwrap();
    assert!(world.genesys.synchronise_agents().await);
    let dropped = world.association(452).await.unwrap();
    assert_eq!((dropped.selected_integration, dropped.associated_integrations.len()), (None, 0));
    let kept = world.association(442).await.unwrap();
    assert!(kept.with(&integration()).unwrap().locked && kept.user_selected == Some(true));
    assert_eq!(world.external_id(453).await.as_deref(), Some("453"));
}

#[tokio::test]
async fn a_run_that_fails_changes_nothing() {
    let world = World::associated().await;
    let http = reqwest::Client::new();
    let credential = format!("{}/control/credential", world.genesys.url());
    let wrong = serde_json::json!({ "apiKey": "wrong" });
    http.put(credential).json(&wrong).send().await.unwrap().error_for_status().unwrap();
    assert!(!world.genesys.synchronise_agents().await);
    assert_eq!(world.external_id(452).await.as_deref(), Some("452"));
}

#[tokio::test]
async fn an_agent_without_association_is_there_with_none_or_missing() {
    let world = World::start().await;
    assert!(world.association(452).await.unwrap().associated_integrations.is_empty());
    let absent_agents = AbsentAgents::Missing;
    world.genesys.choose(Choices { absent_agents, ..Choices::default() });
    assert_eq!(world.association(452).await, None);
}

#[tokio::test]
async fn associations_are_replaced_as_a_whole() {
    let world = World::associated().await;
    let client = world.client();
    let nothing =
        AssociationUpdate { selected_integration_id: None, associated_integrations: Vec::new() };
    let answer = client.set_associations(&user(452), &nothing).await.unwrap();
    assert!(answer.associated_integrations.is_empty() && answer.selected_integration.is_none());
    assert_eq!(world.external_id(452).await, None);
    let unknown = NewAssociation {
        agent_external_id: "452".into(),
        integration_id: "nowhere".parse().unwrap(),
        locked: false,
    };
    let unknown =
        AssociationUpdate { selected_integration_id: None, associated_integrations: vec![unknown] };
    assert!(client.set_associations(&user(452), &unknown).await.is_err());
}
