//! Every record, in the shapes that Genesys gives it.

use genesys_cloud::{
    IntegrationStatus, IntendedState, ReportedState, RequestOfUser, RequestStatus, Substatus,
    UserState,
};
use jiff::civil::date;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::script::{Reply, Server, id, list};

#[tokio::test]
async fn users_come_by_id_whatever_their_state() {
    let listing = json!({ "pageCount": 1, "entities": [
        { "id": "u-1", "name": "Jane Doe", "email": "jane@example.com", "state": "active", "addresses": [null] },
        { "id": "u-2", "state": "frozen", "email": null },
        { "id": "u-3" },
    ]});
    let server = Server::playing([Reply::ok(&listing)]).await;
    let users = server.client().users(&[id("u-1"), id("u-2"), id("u-3"), id("u-4")]).await.unwrap();
    let states: Vec<_> = users.iter().map(|user| user.state.clone()).collect();
    assert_eq!(states, [Some(UserState::Active), Some(UserState::Other("frozen".into())), None]);
    assert_eq!(users[0].email.as_deref(), Some("jane@example.com"));
    assert_eq!(users[1].email, None);
    let seen = server.only();
    assert_eq!(seen.params("id"), ["u-1", "u-2", "u-3", "u-4"]);
    assert_eq!(seen.params("state"), ["any"]);
    let shown = format!("{users:?}");
    assert!(!shown.contains("Jane") && !shown.contains("jane"), "{shown}");
}

#[tokio::test]
async fn a_user_is_searched_by_the_whole_address() {
    let found = Reply::ok(&json!({ "total": 1, "results": [{ "id": "u-1" }] }));
    let server = Server::playing([found, Reply::ok(&json!({ "total": 0 }))]).await;
    let client = server.client();
    assert_eq!(client.users_by_email("jane@example.com").await.unwrap()[0].id, id("u-1"));
    assert!(client.users_by_email("nobody@example.com").await.unwrap().is_empty());
    let seen = &server.seen()[0];
    assert_eq!(seen.line(), "POST /api/v2/users/search");
    let query = json!([{ "type": "EXACT", "fields": ["email"], "value": "jane@example.com" }]);
    assert_eq!(seen.json()["query"], query);
}

#[tokio::test]
async fn a_zone_is_the_units_or_its_business_units() {
    let units = json!([
        { "id": "mu-1", "name": "Berlin", "businessUnit": { "id": "bu-1" }, "timeZone": "Europe/Berlin", "settings": {} },
        { "id": "mu-2", "businessUnit": { "id": "bu-1" }, "timeZone": null },
        { "id": "mu-3", "businessUnit": { "id": "bu-1" }, "timeZone": "" },
        { "id": "mu-4", "businessUnit": null },
    ]);
    let business_unit =
        || Reply::ok(&json!({ "id": "bu-1", "settings": { "timeZone": "America/New_York" } }));
    let server = Server::playing([list(&units), business_unit(), business_unit()]).await;
    let client = server.client();
    let mut zones = Vec::new();
    for unit in client.management_units().await.unwrap() {
        zones.push(client.time_zone(&unit).await.unwrap());
    }
    let zone = |name: &str| Some(name.to_owned());
    assert_eq!(
        zones,
        [zone("Europe/Berlin"), zone("America/New_York"), zone("America/New_York"), None]
    );
    let seen = &server.seen()[1];
    assert_eq!(seen.line(), "GET /api/v2/workforcemanagement/businessunits/bu-1");
    assert_eq!(seen.params("expand"), ["settings.timeZone"]);
}

#[tokio::test]
async fn the_members_of_a_unit_are_ids() {
    let members = json!([{ "id": "u-1", "selfUri": "/x" }, null, { "id": "System" }]);
    let server = Server::playing([list(&members)]).await;
    assert_eq!(server.client().unit_users(&id("mu/1")).await.unwrap(), [id("u-1"), id("System")]);
    assert_eq!(server.only().path, "/api/v2/workforcemanagement/managementunits/mu%2F1/users");
}

#[tokio::test]
async fn associations_are_read_present_empty_and_absent() {
    let listing = json!([
        { "agent": { "id": "u-1" }, "selectedIntegration": { "id": "i-1" }, "userSelected": false, "associatedIntegrations": [
            { "agentExternalId": "452", "integration": { "id": "i-1" }, "locked": true },
            { "agentExternalId": 7, "integration": { "id": "i-2" }, "locked": null },
            null,
        ]},
        { "agent": { "id": "u-2" }, "associatedIntegrations": [] },
        { "agent": { "id": "u-3" }, "selectedIntegration": null, "associatedIntegrations": null },
    ]);
    let server = Server::playing([list(&listing)]).await;
    let agents =
        server.client().associations(&[id("u-1"), id("u-2"), id("u-3"), id("u-4")]).await.unwrap();
    assert_eq!(agents.len(), 3);
    let ours = agents[0].with(&id("i-1")).unwrap();
    assert_eq!((ours.agent_external_id.as_deref(), ours.locked), (Some("452"), true));
    assert_eq!(agents[0].selected_integration, Some(id("i-1")));
    assert!(!agents[0].with(&id("i-2")).unwrap().locked);
    assert!(
        agents[1..]
            .iter()
            .all(|agent| agent.with(&id("i-1")).is_none() && agent.selected_integration.is_none())
    );
    assert_eq!(
        server.only().line(),
        "POST /api/v2/workforcemanagement/agents/integrations/hris/query"
    );
}

fn requests() -> Value {
    json!([
        { "id": "r-full", "user": { "id": "u-1" }, "isFullDayRequest": true, "markedAsRead": true, "activityCodeId": 9, "paid": true,
          "status": "APPROVED", "substatus": "AutoApproved", "partialDayStartDateTimes": [],
          "fullDayManagementUnitDates": ["2026-06-15", "2026-06-16"], "dailyDurationMinutes": 480, "durationMinutes": [480, 480.0],
          "payableMinutes": [480, null], "fullDayEarliestStartOffsetMinutes": [null, null], "notes": "private",
          "submittedBy": { "id": "u-1" }, "submittedDate": "2026-05-02T08:00:00.000Z", "reviewedBy": { "id": "System" },
          "metadata": { "version": 2, "modifiedBy": { "id": "System" }, "dateModified": "2026-05-02T08:00:01.000Z" } },
        { "id": "r-part", "user": { "id": "u-2" }, "isFullDayRequest": false, "activityCodeId": "9", "status": "OUTDATED",
          "substatus": "OnTheMoon", "partialDayStartDateTimes": ["2026-06-15T09:00:00.000Z"], "fullDayManagementUnitDates": null,
          "durationMinutes": [120], "payableMinutes": [120], "notes": null, "submittedDate": "soon", "metadata": { "version": 1 } },
        { "id": "r-bare", "user": { "id": "u-3" }, "status": "PENDING" },
    ])
}

#[tokio::test]
async fn requests_are_read_in_every_shape() {
    let server = Server::playing([list(&requests())]).await;
    let mut read =
        server.client().pending_time_off_requests(&id("mu-1")).await.unwrap().into_iter();
    let (full, part, bare) = (read.next().unwrap(), read.next().unwrap(), read.next().unwrap());
    assert_eq!(server.only().json(), json!({ "statuses": ["PENDING"] }));

    assert!(full.is_full_day() && !part.is_full_day() && bare.is_full_day());
    assert_eq!(
        full.full_day_management_unit_dates,
        [Some(date(2026, 6, 15)), Some(date(2026, 6, 16))]
    );
    assert_eq!(
        (full.duration_minutes.as_slice(), full.payable_minutes.as_slice()),
        ([Some(480), Some(480)].as_slice(), [Some(480), None].as_slice())
    );
    assert_eq!(
        (&full.status, &full.substatus),
        (&RequestStatus::Approved, &Some(Substatus::AutoApproved))
    );
    assert_eq!(full.activity_code_id, Some(id("9")));
    assert_eq!(full.version(), Some(2));
    assert_eq!(full.modified(), Some("2026-05-02T08:00:01Z".parse().unwrap()));
    assert_eq!(full.notes.as_ref().unwrap().expose_secret(), "private");
    assert!(!format!("{full:?}").contains("private"));

    assert_eq!(part.partial_day_start_date_times, [Some("2026-06-15T09:00:00Z".parse().unwrap())]);
    assert_eq!(part.status, RequestStatus::Other("OUTDATED".into()));
    assert_eq!(part.substatus, Some(Substatus::Other("OnTheMoon".into())));
    assert!(
        part.full_day_management_unit_dates.is_empty()
            && part.notes.is_none()
            && part.submitted_date.is_none()
    );
    assert_eq!((bare.version(), bare.modified(), bare.daily_duration_minutes), (None, None, None));
}

#[tokio::test]
async fn a_request_that_comes_in_two_ranges_is_one_and_the_later_one_counts() {
    let request = |version: u32, status: &str| json!({ "id": "r-1", "user": { "id": "u-1" }, "status": status, "metadata": { "version": version } });
    let server = Server::playing([
        list(&json!([request(1, "PENDING"), { "id": "r-0", "user": { "id": "u-1" }, "status": "DENIED" }])),
        list(&json!([request(2, "APPROVED")])),
        list(&json!([request(1, "PENDING")])),
    ])
    .await;
    let read = server
        .client()
        .time_off_requests(&id("mu-1"), date(2026, 6, 1), date(2026, 8, 31))
        .await
        .unwrap();
    let ids: Vec<_> = read.iter().map(|request| request.id.as_str()).collect();
    assert_eq!(
        (ids.as_slice(), &read[1].status),
        (["r-0", "r-1"].as_slice(), &RequestStatus::Approved)
    );
    let ranges: Vec<_> =
        server.seen().iter().map(|seen| seen.json()["dateRange"].clone()).collect();
    let range = |start: &str, end: &str| json!({ "startDate": start, "endDate": end });
    assert_eq!(
        ranges,
        [
            range("2026-06-01", "2026-07-03"),
            range("2026-07-04", "2026-08-05"),
            range("2026-08-06", "2026-08-31")
        ]
    );
    assert_eq!(
        server.seen()[0].line(),
        "POST /api/v2/workforcemanagement/managementunits/mu-1/timeoffrequests/query"
    );
}

#[tokio::test]
async fn the_requests_of_a_user_and_one_request_are_read() {
    let all = Reply::ok(&json!({ "timeOffRequests": requests() }));
    let one = Reply::ok(&requests()[0]);
    let server = Server::playing([all, one, Reply::ok(&json!({}))]).await;
    let client = server.client();
    assert_eq!(client.time_off_requests_of(&id("mu-1"), &id("u-1")).await.unwrap().len(), 3);
    let one = client.time_off_request(&id("mu-1"), &id("u-1"), &id("r-full")).await.unwrap();
    assert_eq!(one.user, id("u-1"));
    assert!(
        client.time_off_requests_of(&id("mu-1"), &id("u-1")).await.is_err(),
        "no list is no empty list"
    );
    let path = "/api/v2/workforcemanagement/managementunits/mu-1/users/u-1/timeoffrequests";
    let paths: Vec<_> = server.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, [path.to_owned(), format!("{path}/r-full"), path.to_owned()]);
}

#[tokio::test]
async fn integration_statuses_are_read() {
    let listing = json!([
        { "timeOffRequest": { "id": "r-1" }, "user": { "id": "u-1" }, "integrationStatus": "Error" },
        { "timeOffRequest": { "id": "r-2" }, "user": { "id": "u-2" }, "integrationStatus": "Waiting" },
        { "timeOffRequest": { "id": "r-3" }, "integrationStatus": null },
    ]);
    let server = Server::playing([list(&listing)]).await;
    let asked = [RequestOfUser { request: id("r-1"), user: id("u-1") }];
    let read = server.client().integration_statuses(&id("mu-1"), &asked).await.unwrap();
    let statuses: Vec<_> = read.into_iter().map(|status| status.integration_status).collect();
    assert_eq!(
        statuses,
        [Some(IntegrationStatus::Error), Some(IntegrationStatus::Other("Waiting".into())), None]
    );
    let seen = server.only();
    assert_eq!(
        seen.line(),
        "POST /api/v2/workforcemanagement/managementunits/mu-1/timeoffrequests/integrationstatus/query"
    );
    assert_eq!(
        seen.json(),
        json!({ "timeOffRequestLookups": [{ "timeOffRequestId": "r-1", "userId": "u-1" }] })
    );
}

#[tokio::test]
async fn plans_say_whom_they_are_for_in_either_form() {
    let hris =
        json!({ "id": 78, "name": "Vacation", "hrisIntegrationId": "i-1", "secondaryId": null });
    let listing = json!([
        { "id": "p-1", "name": "Vacation", "activityCodeIds": ["9", null], "enabled": true, "autoApprovalRule": "Always", "hrisTimeOffType": hris,
          "businessUnitAssociation": { "managementUnits": [{ "id": "mu-1" }, { "id": "mu-2" }] } },
        { "id": "p-2", "activityCodeIds": [10], "businessUnitAssociation": { "staffingGroups": [{ "id": "g-1" }] } },
        { "id": "p-3", "hrisTimeOffType": null, "managementUnitAssociation": { "managementUnit": { "id": "mu-3" }, "staffingGroups": [{ "id": "g-2" }] } },
        { "id": "p-4" },
    ]);
    let server = Server::playing([list(&listing)]).await;
    let plans = server.client().time_off_plans(&id("bu-1")).await.unwrap();
    let scopes: Vec<_> = plans
        .iter()
        .map(|plan| (plan.scope().management_units.len(), plan.scope().staffing_groups.len()))
        .collect();
    assert_eq!(scopes, [(2, 0), (0, 1), (1, 1), (0, 0)]);
    let hris = plans[0].hris_time_off_type.as_ref().unwrap();
    assert_eq!((hris.id.as_str(), &hris.hris_integration_id), ("78", &Some(id("i-1"))));
    assert_eq!(plans[0].activity_code_ids, [id("9")]);
    assert!(plans[1..].iter().all(|plan| plan.hris_time_off_type.is_none()));
    assert_eq!(server.only().path, "/api/v2/workforcemanagement/businessunits/bu-1/timeoffplans");
}

#[tokio::test]
async fn codes_integrations_and_actions_are_read() {
    let server = Server::playing([
        list(&json!([{ "id": 9, "name": "Vacation", "active": true, "category": "TimeOff" }])),
        list(&json!([{ "id": "i-1", "name": "BambooHR", "active": false }])),
        Reply::ok(&json!({ "id": "i-1", "integrationType": { "id": "hris-type" }, "intendedState": "ENABLED", "reportedState": { "code": "EXPLODED", "detail": {} } })),
        Reply::ok(&json!({ "version": 3, "properties": { "insertWorkflow": "f-1" }, "credentials": { "basicAuth": {} } })),
        Reply::ok(&json!({ "id": "i-2" })),
        Reply::ok(&json!({ "properties": null })),
        Reply::ok(&json!({ "pageCount": 1, "entities": [{ "id": "custom_-_1", "name": "HRIS-Get-Agents", "integrationId": "d-1", "category": "Time-off bridge", "contract": {} }] })),
    ])
    .await;
    let client = server.client();
    assert_eq!(
        client.activity_codes(&id("bu-1")).await.unwrap()[0].category.as_deref(),
        Some("TimeOff")
    );
    assert_eq!(client.hris_integrations().await.unwrap()[0].active, Some(false));
    let integration = client.integration(&id("i-1")).await.unwrap();
    assert_eq!(
        (integration.type_id(), &integration.intended_state),
        (Some("hris-type"), &Some(IntendedState::Enabled))
    );
    assert_eq!(integration.reported_state(), Some(&ReportedState::Other("EXPLODED".into())));
    let config = client.integration_config(&id("i-1")).await.unwrap();
    assert_eq!((config.version, &config.properties["insertWorkflow"]), (Some(3), &json!("f-1")));
    let bare = client.integration(&id("i-2")).await.unwrap();
    assert_eq!((bare.type_id(), bare.reported_state()), (None, None));
    assert!(client.integration_config(&id("i-2")).await.unwrap().properties.is_empty());
    let actions = client.actions().await.unwrap();
    assert_eq!(
        (actions[0].id.as_str(), &actions[0].integration_id),
        ("custom_-_1", &Some(id("d-1")))
    );
}

#[tokio::test]
async fn a_workflow_is_published_or_not() {
    let flows = json!([
        { "id": "f-1", "name": "HRIS-Insert-TimeOff", "active": true, "publishedVersion": { "id": "3.0" } },
        { "id": "f-2", "name": "HRIS-Update-TimeOff", "publishedVersion": null },
        { "id": "f-3" },
    ]);
    let server = Server::playing([Reply::ok(&json!({ "entities": flows, "pageCount": 1 }))]).await;
    let flows = server.client().workflows().await.unwrap();
    let published: Vec<_> = flows.iter().map(genesys_cloud::Workflow::is_published).collect();
    assert_eq!(published, [true, false, false]);
}
