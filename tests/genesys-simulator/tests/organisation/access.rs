//! Tokens, permissions, limits and faults.

use genesys_cloud::{
    Client, ClientCredentials, Effect, Error, ErrorKind, Limits, Site, http_client,
};
use genesys_simulator::{CLIENT_ID, Fault, PERMISSIONS};
use serde_json::{Map, json};

use crate::world::{MONDAY, World, integration, unit, user};

fn fault(status: u16, times: u32) -> Fault {
    Fault { status, times, path: None, retry_after: None, after: false }
}

#[tokio::test]
async fn a_wrong_secret_and_an_expired_token_are_refused() {
    let world = World::start().await;
    let origin = || world.genesys.url().parse().unwrap();
    let wrong = ClientCredentials::new(CLIENT_ID, "wrong").unwrap();
    let client = Client::new(http_client().unwrap(), Site::at(origin(), origin()), wrong);
    assert_eq!(client.authenticate().await.unwrap_err().kind(), ErrorKind::InvalidClient);

    let client = world.client();
    client.management_units().await.unwrap();
    world.genesys.expire_tokens();
    client.management_units().await.unwrap();
    let bare = format!("{}/api/v2/users", world.genesys.url());
    assert_eq!(reqwest::get(bare).await.unwrap().status(), 401);
}

/// Every route that needs a permission, and whether the client is let in.
async fn routes(client: &Client) -> Vec<(&'static str, Result<(), Error>)> {
    let business_unit = "b0000000-0000-4000-8000-000000000001".parse().unwrap();
    let action = "custom_-_70000000-0000-4000-8000-000000000005".parse().unwrap();
    let request =
        genesys_cloud::RequestOfUser { request: "none".parse().unwrap(), user: user(452) };
    let nothing = genesys_cloud::AssociationUpdate {
        selected_integration_id: None,
        associated_integrations: Vec::new(),
    };
    let patience = std::time::Duration::from_secs(30);
    vec![
        ("architect:flow:view", client.workflows().await.map(drop)),
        ("directory:user:view", client.users_by_email("x@example.com").await.map(drop)),
        ("integrations:action:execute", client.test_action(&action, &Map::new()).await.map(drop)),
        ("integrations:action:view", client.actions().await.map(drop)),
        ("integrations:integration:view", client.integration(&integration()).await.map(drop)),
        (
            "integrations:integration:view",
            client.integration_config(&integration()).await.map(drop),
        ),
        ("wfm:agent:edit", client.set_associations(&user(452), &nothing).await.map(drop)),
        ("wfm:agent:view", client.associations(&[user(452)]).await.map(drop)),
        ("wfm:integration:view", client.hris_integrations().await.map(drop)),
        ("wfm:integration:view", client.time_off_types(&integration(), patience).await.map(drop)),
        ("wfm:timeOffPlan:view", client.time_off_plans(&business_unit).await.map(drop)),
        ("wfm:timeOffRequest:edit", client.mark_complete(&unit(1), &request).await.map(drop)),
        ("wfm:timeOffRequest:view", client.pending_time_off_requests(&unit(1)).await.map(drop)),
        (
            "wfm:timeOffRequest:view",
            client.time_off_requests(&unit(1), MONDAY, MONDAY).await.map(drop),
        ),
        (
            "wfm:timeOffRequest:view",
            client.time_off_requests_of(&unit(1), &user(452)).await.map(drop),
        ),
        (
            "wfm:timeOffRequest:view",
            client.integration_statuses(&unit(1), &[request]).await.map(drop),
        ),
        (
            "wfm:timeOffRequest:view",
            client.balances(&unit(1), &user(452), &[], &[], patience).await.map(drop),
        ),
    ]
}

#[tokio::test]
async fn each_permission_opens_its_routes_and_no_other() {
    let world = World::start().await;
    let client = world.client();
    for taken in PERMISSIONS {
        world.genesys.permit(taken, false);
        let mut refused = 0;
        for (needed, outcome) in routes(&client).await {
            let forbidden =
                outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Forbidden);
            assert_eq!(forbidden, needed == taken, "{needed} without {taken}: {outcome:?}");
            if let Err(error) = outcome.as_ref()
                && forbidden
            {
                refused += 1;
                assert_eq!(error.permissions(), [taken]);
                assert!(error.context_id().is_some());
            }
        }
        assert!(refused > 0, "{taken} opens nothing");
        world.genesys.permit(taken, true);
    }
}

#[tokio::test]
async fn units_are_opened_by_any_of_three_permissions() {
    let world = World::start().await;
    let client = world.client();
    let any = ["wfm:agent:view", "wfm:timeOffRequest:view", "wfm:timeOffPlan:view"];
    for kept in any {
        for name in any {
            world.genesys.permit(name, name == kept);
        }
        assert!(client.unit_users(&unit(1)).await.is_ok(), "{kept}");
    }
    world.genesys.permit("wfm:timeOffPlan:view", false);
    let error = client.unit_users(&unit(1)).await.unwrap_err();
    assert_eq!(error.permissions(), any);
}

#[tokio::test]
async fn the_rate_limit_is_in_the_headers_and_then_in_the_way() {
    let world = World::start().await;
    world.genesys.rate_limit(Some(3));
    let client = world.client();
    for _ in 0..3 {
        assert!(client.paused_until().is_none());
        client.management_units().await.unwrap();
    }
    assert!(client.paused_until().is_some(), "the client read that the limit is used up");
    let impatient = Limits { throttles: 0, ..Limits::default() };
    let origin = || world.genesys.url().parse().unwrap();
    let credentials = ClientCredentials::new(CLIENT_ID, genesys_simulator::CLIENT_SECRET).unwrap();
    let site = Site::at(origin(), origin());
    let other = Client::with_limits(http_client().unwrap(), site, credentials, impatient);
    let error = other.management_units().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimited, Some("too.many.requests")));
    assert!(error.retry_after().is_some_and(|wait| (1..=61).contains(&wait.as_secs())));
    world.genesys.rate_limit(None);
    let unlimited = world.client();
    for _ in 0..10 {
        unlimited.management_units().await.unwrap();
    }
    assert!(unlimited.paused_until().is_none());
}

#[tokio::test]
async fn calls_fail_as_often_as_they_are_asked_to() {
    let world = World::start().await;
    let client = world.client();
    world.genesys.fault(fault(503, 3));
    client.management_units().await.unwrap();
    let calls = world.genesys.calls();
    assert_eq!(calls["/api/v2/workforcemanagement/managementunits"], 4);
    // Only where the path says so.
    world.genesys.fault(Fault { path: Some("/users".into()), ..fault(400, 1) });
    client.management_units().await.unwrap();
    assert_eq!(client.user(&user(452)).await.unwrap_err().code(), Some("injected"));
    client.user(&user(452)).await.unwrap();
}

#[tokio::test]
async fn a_write_that_is_not_heard_of_is_done_all_the_same() {
    let world = World::start().await;
    let client = world.client();
    let update = genesys_cloud::AssociationUpdate::link(None, &integration(), "452");
    world.genesys.fault(Fault { after: true, ..fault(504, 1) });
    let error = client.set_associations(&user(452), &update).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown));
    let found = client.associations(&[user(452)]).await.unwrap();
    assert!(found[0].with(&integration()).is_some());
}

#[tokio::test]
async fn what_genesys_would_refuse_is_refused() {
    let world = World::start().await;
    let http = reqwest::Client::new();
    let token = http
        .post(format!("{}/oauth/token", world.genesys.url()))
        .basic_auth(CLIENT_ID, Some(genesys_simulator::CLIENT_SECRET))
        .body("grant_type=client_credentials")
        .header("content-type", "application/x-www-form-urlencoded");
    let token: serde_json::Value = token.send().await.unwrap().json().await.unwrap();
    let token = token["access_token"].as_str().unwrap().to_owned();
    let api = format!("{}/api/v2/workforcemanagement", world.genesys.url());
    let requests = format!("{api}/managementunits/{}/timeoffrequests/query", unit(1));
    let range =
        |start: &str, end: &str| json!({ "dateRange": { "startDate": start, "endDate": end } });
    for (body, status) in [
        (json!({}), 400),
        (json!({ "statuses": ["PENDING", "APPROVED"] }), 400),
        (json!({ "statuses": ["PENDING"] }), 200),
        (range("2026-12-01", "2027-01-02"), 200),
        (range("2026-12-01", "2027-01-03"), 400),
        (range("2026-12-02", "2026-12-01"), 400),
    ] {
        let answer = http.post(&requests).bearer_auth(&token).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{body}");
    }
    for (path, status) in [
        (format!("/managementunits/{}/timeoffplans", unit(1)), 410),
        (format!("/managementunits/{}/activitycodes", unit(1)), 410),
        ("/managementunits/none/users".to_owned(), 404),
        (format!("/agents/{}/integrations/hris", user(452)), 405),
        ("/nothing".to_owned(), 404),
    ] {
        let answer = http.get(format!("{api}{path}")).bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    let agents = vec!["x"; 101];
    let query = http.post(format!("{api}/agents/integrations/hris/query")).bearer_auth(&token);
    let answer = query.json(&json!({ "agentIds": agents })).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}
