//! `agents link` and `pin --user`.

use genesys_simulator::Genesys;
use serde_json::{Value, json};
use timeoff_admin::Outcome;

use crate::world::World;

async fn associations(world: &World, number: usize) -> Value {
    let user = Genesys::user_id(number);
    let link = ["agents", "link", "1", "--integration", "BambooHR", "--user", &user];
    world.json(&link).await["before"].clone()
}

#[tokio::test]
async fn it_is_shown_first_and_sent_with_yes_alone() {
    let world = World::start().await;
    let (ours, other) = (world.ours().await, world.another_integration("Workday").await);
    world.associate(460, Some(&other), &[(&other, "W-460")]).await;
    let before = associations(&world, 460).await;
    let link = ["agents", "link", "460", "--user", "agent460@example.com"];
    let link = [&link[..], &["--integration", "BambooHR"]].concat();

    let shown = world.run(&link, &[]).await.unwrap();
    assert_eq!(shown.outcome(), Outcome::Findings, "it is not done");
    assert!(shown.to_text(None).ends_with("Nothing is sent. Give --yes to send it."));
    assert!(!shown.to_text(None).contains('@'));
    assert_eq!(associations(&world, 460).await, before);

    let yes = [&link[..], &["--yes"]].concat();
    let sent = world.run(&yes, &[]).await.unwrap();
    assert_eq!(sent.outcome(), Outcome::Clean);
    let json: Value = serde_json::from_str(sent.to_json()).unwrap();
    let expected = json!({
        "selectedIntegrationId": ours,
        "associatedIntegrations": [
            { "agentExternalId": "460", "integrationId": ours, "locked": true },
            { "agentExternalId": "W-460", "integrationId": other, "locked": false },
        ],
    });
    assert_eq!((&json["before"], &json["after"]), (&before, &expected));
    assert_eq!(associations(&world, 460).await, expected);

    // The synchronisation leaves it alone, and the second time there is nothing to do.
    assert!(world.genesys().synchronise_agents().await);
    let puts = |world: &World| {
        let path = format!(
            "/api/v2/workforcemanagement/agents/{}/integrations/hris",
            Genesys::user_id(460)
        );
        world.genesys().calls().get(&path).copied()
    };
    let calls = puts(&world);
    let again = world.run(&yes, &[]).await.unwrap();
    assert_eq!(again.outcome(), Outcome::Clean);
    assert!(again.to_text(None).ends_with("There is nothing to change."));
    assert_eq!(puts(&world), calls);
}

#[tokio::test]
async fn whom_it_is_about_must_be_clear() {
    let world = World::start().await;
    for user in ["nobody@example.com", "", "not\nan id"] {
        let refused = world.run(&["agents", "link", "452", "--user", user], &[]).await.unwrap_err();
        assert!(refused.is_usage(), "{refused}");
    }
    let unknown = world.run(&["agents", "link", "452", "--user", "no-such-user"], &[]).await;
    assert!(unknown.unwrap_err().to_string().contains("no such record"));
    world.another_integration("Workday").await;
    let several =
        world.run(&["agents", "link", "452", "--user", &Genesys::user_id(452)], &[]).await;
    let said = several.unwrap_err().to_string();
    assert!(said.contains("BambooHR (") && said.contains("Workday ("), "{said}");
}

#[tokio::test]
async fn a_missing_right_to_edit_and_a_lost_answer_say_what_to_do() {
    let world = World::start().await;
    let user = Genesys::user_id(460);
    let yes = ["agents", "link", "460", "--user", &user, "--yes"];
    world.genesys().permit("wfm:agent:edit", false);
    let said = world.run(&yes, &[]).await.unwrap_err().to_string();
    assert!(said.contains("its roles lack wfm:agent:edit"), "{said}");
    assert!(said.contains("The smallest role for this has wfm:agent:view"), "{said}");
    world.genesys().permit("wfm:agent:edit", true);
    world.genesys().fault(genesys_simulator::Fault {
        status: 503,
        times: 1,
        path: Some(format!("{user}/integrations/hris")),
        retry_after: None,
        after: true,
    });
    let said = world.run(&yes, &[]).await.unwrap_err().to_string();
    assert!(said.starts_with("It may have been done all the same"), "{said}");
    // It was: the second run finds it done.
    let again = world.run(&yes, &[]).await.unwrap();
    assert!(again.to_text(None).ends_with("There is nothing to change."));
}

#[tokio::test]
async fn a_pin_takes_the_address_from_genesys_and_shows_none() {
    let world = World::start().await;
    let user = Genesys::user_id(443);
    let pinned = world.run(&["pin", "443", "--user", &user], &[]).await.unwrap();
    assert!(!pinned.to_text(None).contains('@'));
    let shown = world.json(&["look-up", "443", "--names"]).await;
    assert_eq!(shown["agent"]["email"], "ågent443@example.com");
    // An e-mail needs nothing of Genesys; one of the two is needed.
    let without = [("GENESYSCLOUD_BASE_URL", ""), ("GENESYSCLOUD_LOGIN_URL", "")];
    assert!(world.run(&["pin", "443", "ada@example.com"], &without).await.is_ok());
    let (code, _, said) = world.process(&["pin", "443"], &[]).await;
    assert_eq!(code, 2, "{said}");
    let both = ["pin", "443", "ada@example.com", "--user", &user];
    assert_eq!(world.process(&both, &[]).await.0, 2);
}
