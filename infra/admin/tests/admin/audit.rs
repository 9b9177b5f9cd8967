//! `agents audit`, on an organisation in which everything stands that can.

use std::collections::BTreeMap;

use bamboohr_simulator::Seed;
use genesys_simulator::{AbsentAgents, Choices, Genesys, PERMISSIONS, Seed as GenesysSeed};
use serde_json::{Value, json};
use timeoff_admin::Outcome;

use crate::world::World;

/// The verdict on each user, by the number that its id ends in.
fn verdicts(audit: &Value) -> BTreeMap<usize, &str> {
    let agents = audit["agents"].as_array().unwrap().iter();
    let number = |row: &Value| row["userId"].as_str().unwrap()[24..].parse().unwrap();
    agents.map(|row| (number(row), row["verdict"].as_str().unwrap())).collect()
}

fn row(audit: &Value, number: usize) -> &Value {
    let id = Genesys::user_id(number);
    audit["agents"].as_array().unwrap().iter().find(|row| row["userId"] == id).unwrap()
}

/// The users of the small organisation that are not associated after the daily synchronisation:
/// with almost the e-mail, and those whose employees have left, or no e-mail, or a shared one.
const UNASSOCIATED: [(usize, &str); 12] = [
    (440, "near"),
    (442, "near"),
    (443, "near"),
    (444, "near"),
    (446, "near"),
    (460, "unknown"),
    (461, "unknown"),
    (462, "unknown"),
    (463, "unknown"),
    (464, "unknown"),
    (465, "unknown"),
    (900_000, "unknown"),
];

async fn plant(world: &World) {
    let ours = world.ours().await;
    let other = world.another_integration("Workday").await;
    let (ours, other) = (ours.as_str(), other.as_str());
    world.associate(447, Some(other), &[(ours, "447"), (other, "W-447")]).await;
    world.associate(448, None, &[(ours, "448")]).await;
    world.associate(449, Some(ours), &[(ours, "449")]).await;
    world.associate(450, Some(ours), &[(ours, "449")]).await;
    world.associate(451, Some(ours), &[(ours, "463")]).await;
    world.associate(452, Some(ours), &[(ours, "455")]).await;
    world.associate(454, None, &[]).await;
}

#[tokio::test]
async fn every_planted_case_is_named_both_ways_round() {
    let world = World::start().await;
    plant(&world).await;
    let planted = [
        (447, "other-integration"),
        (448, "not-selected"),
        (449, "shared-id"),
        (450, "shared-id"),
        (451, "departed"),
        (452, "other-id"),
        (454, "missing"),
    ];
    let expected: BTreeMap<usize, &str> = UNASSOCIATED.into_iter().chain(planted).collect();
    for absent_agents in [AbsentAgents::EmptyList, AbsentAgents::Missing] {
        world.genesys().choose(Choices { absent_agents, ..Choices::default() });
        for downloads in [false, true] {
            world.genesys().choose(Choices { absent_agents, downloads, ..Choices::default() });
            let audit = world.json(&["agents", "audit", "--integration", "BambooHR"]).await;
            let found = verdicts(&audit);
            assert_eq!(found.len(), 40);
            let findings: BTreeMap<usize, &str> =
                found.into_iter().filter(|(_, verdict)| *verdict != "associated").collect();
            assert_eq!(findings, expected);
            let without: Vec<&str> = audit["noUser"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["externalId"].as_str().unwrap())
                .collect();
            // 450 and 451 have another one's id, but their own e-mail; 455 is the id of user 452.
            assert_eq!(without, ["440", "442", "443", "444", "446", "462"]);
            assert_eq!(audit["counts"]["near"], 5);
            assert_eq!(audit["counts"]["associated"], 21);
        }
    }
}

#[tokio::test]
async fn a_row_has_both_ids_and_an_address_only_with_names() {
    let world = World::start().await;
    plant(&world).await;
    let arguments = ["agents", "audit", "--integration", "BambooHR"];
    let audit = world.json(&arguments).await;
    let id = Genesys::user_id(452);
    let expected = json!({
        "userId": id, "externalId": "455", "ours": "452", "verdict": "other-id", "locked": false,
    });
    assert_eq!(row(&audit, 452), &expected);
    let near = row(&audit, 443);
    let user = Genesys::user_id(443);
    assert_eq!(near["command"], format!("timeoff-admin pin 443 --user {user}"));
    assert_eq!((&near["externalId"], &near["ours"]), (&Value::Null, &json!("443")));
    assert_eq!(row(&audit, 900_000)["ours"], Value::Null);
    let report = world.run(&arguments, &[]).await.unwrap();
    assert_eq!(report.outcome(), Outcome::Findings);
    let shown = [report.to_text(None), report.to_csv().unwrap(), report.to_json().to_owned()];
    assert!(!shown.concat().contains('@') && !shown.concat().contains("Agent 4"));
    assert!(shown[0].ends_with("6 active agents have no user."), "{}", shown[0]);
    assert_eq!(shown[1].lines().count(), 1 + 40 + 6);
    let named = world.json(&[&arguments[..], &["--names"]].concat()).await;
    assert_eq!(row(&named, 452)["email"], "agent452@example.com");
    assert_eq!(row(&named, 452)["name"], "Agent 452");
}

#[tokio::test]
async fn a_proposal_pins_and_the_next_synchronisation_associates() {
    let world = World::start().await;
    let audit = world.json(&["agents", "audit"]).await;
    assert_eq!(
        verdicts(&audit)
            .into_iter()
            .filter(|(_, verdict)| *verdict != "associated")
            .collect::<Vec<_>>(),
        UNASSOCIATED
    );
    for row in audit["agents"].as_array().unwrap() {
        let Some(command) = row["command"].as_str() else { continue };
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let pinned = world.run(&arguments, &[]).await.unwrap();
        assert_eq!(pinned.outcome(), Outcome::Clean);
        assert!(!pinned.to_text(None).contains('@'));
    }
    // Pinned, and not synchronised yet.
    let audit = world.json(&["agents", "audit"]).await;
    assert_eq!((&audit["counts"]["near"], &audit["counts"]["missing"]), (&json!(0), &json!(5)));
    world.stack.refresh_agents().await.unwrap();
    assert!(world.genesys().synchronise_agents().await);
    let audit = world.json(&["agents", "audit"]).await;
    assert_eq!((&audit["counts"]["near"], &audit["counts"]["missing"]), (&json!(0), &json!(0)));
    assert_eq!(row(&audit, 443)["verdict"], "associated");
}

#[tokio::test]
async fn one_unit_is_shown_and_ids_are_compared_with_everybodys() {
    let world = World::start().await;
    let ours = world.ours().await;
    // 451 is in New York and has the id of 452, who is in Berlin.
    world.associate(451, Some(&ours), &[(&ours, "452")]).await;
    let audit = world.json(&["agents", "audit", "--unit", "berlin"]).await;
    let found = verdicts(&audit);
    assert!(found.keys().all(|number| number % 2 == 0), "{found:?}");
    assert_eq!(found[&452], "shared-id");
    assert_eq!(audit["noUser"], json!([]));
    let refused = world.run(&["agents", "audit", "--unit", "Paris"], &[]).await.unwrap_err();
    assert!(refused.is_usage() && refused.to_string().contains("Berlin and New York"), "{refused}");
}

#[tokio::test]
async fn a_403_names_the_permission_and_the_smallest_role() {
    let world = World::start().await;
    for permission in ["wfm:agent:view", "wfm:integration:view"] {
        world.genesys().permit(permission, false);
        let said = world.run(&["agents", "audit"], &[]).await.unwrap_err().to_string();
        assert!(said.contains(&format!("its roles lack {permission}")), "{said}");
        assert!(said.contains("wfm:agent:view and wfm:integration:view"), "{said}");
        assert!(said.contains("[contextId "), "{said}");
        world.genesys().permit(permission, true);
    }
    // The role that is named is enough.
    for permission in PERMISSIONS {
        let enough = ["wfm:agent:view", "wfm:integration:view"].contains(&permission);
        world.genesys().permit(permission, enough);
    }
    assert!(world.run(&["agents", "audit"], &[]).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_read_is_no_verdict() {
    let world = World::start().await;
    let (code, printed, _) = world.process(&["agents", "audit"], &[]).await;
    assert_eq!(code, 1, "{printed}");
    let (code, printed, said) =
        world.process(&["agents", "audit"], &[("BAMBOOHR_SECRET_ID", "nowhere")]).await;
    assert_eq!((code, printed.as_str()), (3, ""), "{said}");
    world.genesys().permit("wfm:agent:view", false);
    let (code, printed, said) = world.process(&["agents", "audit"], &[]).await;
    assert_eq!((code, printed.as_str()), (3, ""), "{said}");
}

#[tokio::test]
async fn a_large_company_takes_four_calls_for_two_hundred_users() {
    let world = World::of(Seed::company(1_000), GenesysSeed::company(1_000)).await;
    world.genesys().rate_limit(None);
    let before: u64 = world.genesys().calls().values().sum();
    let report = world.run(&["agents", "audit"], &[]).await.unwrap();
    assert_eq!(report.outcome(), Outcome::Clean, "{}", report.to_text(None));
    assert!(report.to_text(None).starts_with("1000 users: 1000 associated."));
    let calls = world.genesys().calls().values().sum::<u64>() - before;
    // Integration, units, two units' users; then users and associations, 100 at a time.
    assert_eq!(calls, 4 + 2 * 10);
}
