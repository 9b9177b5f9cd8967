//! The Platform API, read by the client.

use std::time::Duration;

use genesys_cloud::{
    DateRange, ErrorKind, IntegrationStatus, JobOutcome, RequestOfUser, RequestStatus, UserId,
};
use genesys_simulator::{Choices, WorkflowFault, WorkflowFaults, date};
use jiff::civil::Date;
use serde_json::{Map, json};

use crate::world::{MONDAY, World, integration, leave, unit, user};

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn units_have_members_and_zones() {
    let world = World::start().await;
    let client = world.client();
    let units = client.management_units().await.unwrap();
    let ids: Vec<_> = units.iter().map(|known| known.id.clone()).collect();
    assert_eq!(ids, [unit(1), unit(2)]);
    assert_eq!(units[1].time_zone, None);
    for (known, zone) in units.iter().zip(["Europe/Berlin", "America/New_York"]) {
        assert_eq!(client.time_zone(known).await.unwrap().as_deref(), Some(zone));
    }
    let berlin = client.unit_users(&unit(1)).await.unwrap();
    let new_york = client.unit_users(&unit(2)).await.unwrap();
    assert_eq!(berlin.len() + new_york.len(), 40);
    assert!(berlin.contains(&user(452)) && new_york.contains(&user(453)));
    let users = client.users(&berlin).await.unwrap();
    assert!(users.iter().map(|known| &known.id).eq(&berlin));
    assert_eq!(client.users_by_email("AGENT452@example.com").await.unwrap()[0].id, user(452));
    assert!(client.users_by_email("agent455@example.com").await.unwrap().is_empty());
    let nobody: UserId = "nobody".parse().unwrap();
    assert_eq!(client.user(&nobody).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn plans_and_codes_lead_to_time_off_types() {
    let world = World::start().await;
    for downloads in [false, true] {
        world.genesys.choose(Choices { downloads, ..Choices::default() });
        let client = world.client();
        let business_unit =
            client.management_units().await.unwrap()[0].business_unit.clone().unwrap();
        let plans = client.time_off_plans(&business_unit).await.unwrap();
        let types: Vec<_> = plans
            .iter()
            .map(|plan| {
                (
                    plan.activity_code_ids[0].as_str(),
                    plan.hris_time_off_type.as_ref().unwrap().id.as_str(),
                )
            })
            .collect();
        assert_eq!(types, [("9", "78"), ("10", "83"), ("11", "85"), ("12", "90")]);
        assert_eq!(plans[0].scope().management_units, [unit(1), unit(2)]);
        let codes = client.activity_codes(&business_unit).await.unwrap();
        assert_eq!(
            codes.iter().filter(|code| code.category.as_deref() == Some("TimeOff")).count(),
            4
        );
    }
}

#[tokio::test]
async fn requests_are_found_by_days_and_by_status() {
    let world = World::associated().await;
    let (first, last): (Date, Date) = (date(2026, 11, 1), date(2027, 1, 31));
    let id = world.submitted(leave(452)).await.id;
    let client = world.client();
    for downloads in [false, true] {
        world.genesys.choose(Choices { downloads, ..Choices::default() });
        let found = client.time_off_requests(&unit(1), first, last).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].full_day_management_unit_dates[0], Some(MONDAY));
        assert_eq!(
            (found[0].id.as_str(), &found[0].status),
            (id.as_str(), &RequestStatus::Pending)
        );
        assert!(client.time_off_requests(&unit(2), first, last).await.unwrap().is_empty());
        assert!(client.time_off_requests(&unit(1), last, last).await.unwrap().is_empty());
    }
    assert_eq!(client.pending_time_off_requests(&unit(1)).await.unwrap().len(), 1);
    world.genesys.decide(&id, genesys_simulator::RequestStatus::Denied).unwrap();
    world.genesys.settled().await;
    assert!(client.pending_time_off_requests(&unit(1)).await.unwrap().is_empty());
    let all = client.time_off_requests_of(&unit(1), &user(452)).await.unwrap();
    assert_eq!((all.len(), all[0].version()), (1, Some(2)));
    let one = client.time_off_request(&unit(1), &user(452), &id.parse().unwrap()).await.unwrap();
    assert_eq!(one.status, RequestStatus::Denied);
}

#[tokio::test]
async fn a_status_is_read_and_marked_by_the_last_writer() {
    let world = World::associated().await;
    world.genesys.workflow_faults(WorkflowFaults { kind: WorkflowFault::Unsent, times: 1 });
    let failed = world.submitted(leave(452)).await;
    let unsent = world.submitted(leave(442)).await;
    let asked = [failed, unsent].map(|request| RequestOfUser {
        request: request.id.parse().unwrap(),
        user: request.user.parse().unwrap(),
    });
    let client = world.client();
    let read = client.integration_statuses(&unit(1), &asked).await.unwrap();
    assert_eq!(read.len(), 1, "the other one has nothing to do with the HRIS");
    assert_eq!(read[0].integration_status, Some(IntegrationStatus::Error));
    let marked = client.mark_complete(&unit(1), &asked[0]).await.unwrap();
    assert_eq!(marked.integration_status, Some(IntegrationStatus::ManuallyComplete));
    let read = client.integration_statuses(&unit(1), &asked).await.unwrap();
    assert_eq!(read[0].integration_status, Some(IntegrationStatus::ManuallyComplete));
}

#[tokio::test]
async fn jobs_run_the_workflows() {
    let world = World::associated().await;
    world.genesys.choose(Choices { polls_of_jobs: 2, ..Choices::default() });
    let client = world.client();
    let types = client.time_off_types(&integration(), PATIENCE).await.unwrap();
    let JobOutcome::Complete(types) = types else { panic!("{types:?}") };
    let ids: Vec<_> = types.iter().map(|kind| kind.id.as_str()).collect();
    assert!(["78", "83", "85", "90"].iter().all(|id| ids.contains(id)), "{ids:?}");

    let codes = ["10", "11"].map(|code| code.parse().unwrap());
    let days = [DateRange { start_date: MONDAY, end_date: MONDAY.tomorrow().unwrap() }];
    let balances = client.balances(&unit(1), &user(452), &codes, &days, PATIENCE).await.unwrap();
    let JobOutcome::Complete(balances) = balances else { panic!("{balances:?}") };
    let read: Vec<_> = balances
        .iter()
        .map(|balance| {
            (balance.hris_time_off_type_id.as_str(), balance.balance_minutes_per_day.as_slice())
        })
        .collect();
    // 80 hours of type 83; 10 days of 8 hours of type 85.
    let minutes = [Some(4_800), Some(4_800)];
    assert_eq!(read, [("83", minutes.as_slice()), ("85", minutes.as_slice())]);

    let request = world.submitted(leave(452)).await.id.parse().unwrap();
    let of_request =
        client.balances_of_request(&unit(1), &user(452), &request, PATIENCE).await.unwrap();
    assert!(matches!(of_request, JobOutcome::Complete(balances) if balances.len() == 1));
    // 442 is not associated.
    let failed = client.balances(&unit(1), &user(442), &codes, &days, PATIENCE).await.unwrap();
    assert_eq!(failed, JobOutcome::Failed);
}

#[tokio::test]
async fn integration_workflows_and_actions_are_listed_and_tested() {
    let world = World::start().await;
    let client = world.client();
    let hris = client.hris_integrations().await.unwrap();
    assert_eq!((hris.len(), hris[0].active), (1, Some(true)));
    let detail = client.integration(&hris[0].id).await.unwrap();
    assert!(detail.type_id().is_some() && detail.reported_state().is_some());
    let config = client.integration_config(&hris[0].id).await.unwrap();
    let workflows = client.workflows().await.unwrap();
    assert_eq!(workflows.len(), 5);
    for workflow in &workflows {
        assert!(workflow.is_published());
        let selected = |value: &serde_json::Value| value == workflow.id.as_str();
        assert!(config.properties.values().any(selected), "{workflow:?}");
    }
    let actions = client.actions().await.unwrap();
    assert_eq!(actions.len(), 7);
    let types =
        actions.iter().find(|action| action.name.as_deref() == Some("HRIS-Get-Timeoff-Types"));
    let test = client.test_action(&types.unwrap().id, &Map::new()).await.unwrap();
    assert!(test.success && test.final_result["status"] == "Complete");
    // What the contract does not take fails before anything is sent.
    let insert =
        actions.iter().find(|action| action.name.as_deref() == Some("HRIS-Insert-TimeOff"));
    let inputs = Map::from_iter([("agentId".to_owned(), json!(0))]);
    let test = client.test_action(&insert.unwrap().id, &inputs).await.unwrap();
    assert!(!test.success && !test.operations[0].success);
}
