//! The control API, as a person with `curl` uses it.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::world::{World, leave};

/// Sends, and takes the answer's JSON, or null where there is none.
async fn control(world: &World, method: Method, path: &str, body: &Value) -> Value {
    let url = format!("{}/control/{path}", world.genesys.url());
    let answer = Client::new().request(method, url).json(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap_or_default()
}

#[tokio::test]
async fn a_request_goes_the_whole_way_by_curl() {
    let world = World::start().await;
    let nothing = json!({});
    let synchronised = control(&world, Method::POST, "synchronise-agents", &nothing).await;
    assert_eq!(synchronised, json!({ "complete": true }));
    let submission = json!({
        "user": "agent452@example.com",
        "activityCodeId": "10",
        "dates": ["2026-12-07"],
        "minutes": [480],
    });
    let id = control(&world, Method::POST, "requests", &submission).await["id"].clone();
    let id = id.as_str().unwrap();
    let change = json!({ "dates": ["2026-12-08"] });
    control(&world, Method::PATCH, &format!("requests/{id}"), &change).await;
    control(&world, Method::POST, &format!("requests/{id}/approve"), &nothing).await;
    control(&world, Method::GET, "settled", &nothing).await;
    let requests = control(&world, Method::GET, "requests", &nothing).await;
    assert_eq!(requests[0]["integrationStatus"], "AutomaticallyComplete");
    assert_eq!(requests[0]["fullDayManagementUnitDates"], json!(["2026-12-08"]));
    assert_eq!(world.bamboohr().live(452).len(), 1);
    let status = json!({ "status": "Error" });
    control(&world, Method::PUT, &format!("requests/{id}/integration-status"), &status).await;
    let requests = control(&world, Method::GET, "requests", &nothing).await;
    assert_eq!(requests[0]["integrationStatus"], "Error");
}

#[tokio::test]
async fn each_misfortune_makes_requests_fail() {
    let flow = "flows/HRIS-Insert-TimeOff";
    let integration = "integrations/d0000000-0000-4000-8000-000000000001";
    for (path, off, on) in [
        ("credential", json!({ "apiKey": "wrong" }), json!({ "apiKey": "local-dev-key" })),
        (flow, json!({ "published": false }), json!({ "published": true })),
        (integration, json!({ "active": false }), json!({ "active": true })),
    ] {
        let world = World::associated().await;
        control(&world, Method::PUT, path, &off).await;
        let failed = world.submitted(leave(452)).await;
        assert_eq!(failed.integration_status, Some(genesys_simulator::IntegrationStatus::Error));
        assert!(world.bamboohr().live(452).is_empty(), "{path}");
        control(&world, Method::PUT, path, &on).await;
        let done = world.submitted(leave(453)).await;
        assert!(done.hris_id.is_some(), "{path}");
    }
}

#[tokio::test]
async fn the_rest_of_the_switches_are_there() {
    let world = World::associated().await;
    let nothing = json!({});
    let user = genesys_simulator::Genesys::user_id(452);
    for (method, path, body) in [
        (Method::POST, "faults", json!({ "status": 503, "times": 1 })),
        (Method::POST, "workflow-faults", json!({ "kind": "unheard", "times": 1 })),
        (Method::DELETE, "faults", nothing.clone()),
        (Method::DELETE, "permissions/wfm:agent:view", nothing.clone()),
        (Method::PUT, "permissions/wfm:agent:view", nothing.clone()),
        (Method::POST, "expire-tokens", nothing.clone()),
        (Method::PUT, "rate-limit", json!({ "allowed": null })),
        (Method::PUT, "choices", json!({ "startTimes": "utc", "unheardCancels": "sent" })),
        (Method::PUT, "now", json!({ "now": "2026-11-02T08:00:00Z" })),
        (Method::POST, "integrations", json!({ "name": "Payroll" })),
    ] {
        control(&world, method, path, &body).await;
    }
    let change = json!({ "email": "other@example.com", "active": false });
    control(&world, Method::PUT, &format!("users/{user}"), &change).await;
    let choices = control(&world, Method::GET, "choices", &nothing).await;
    assert_eq!(
        (&choices["startTimes"], &choices["absentAgents"]),
        (&json!("utc"), &json!("emptyList"))
    );
    let client = world.client();
    assert_eq!(client.hris_integrations().await.unwrap().len(), 2);
    let changed = client.user(&user.parse().unwrap()).await.unwrap();
    assert_eq!(changed.email.as_deref(), Some("other@example.com"));
    let done = world.submitted(leave(453)).await;
    assert!(done.hris_id.is_some(), "the faults were taken away");
    let found = client.time_off_requests_of(&crate::world::unit(2), &crate::world::user(453)).await;
    assert_eq!(found.unwrap()[0].submitted_date, Some("2026-11-02T08:00:00Z".parse().unwrap()));
}
