//! Jobs that let Genesys run a workflow.

use std::time::Duration;

use genesys_cloud::{DateRange, JobOutcome, Limits};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::script::{Reply, Server, id};

fn started() -> Reply {
    Reply::ok(&json!({ "job": { "id": "j-1", "status": "Processing" } }))
}

fn progress(status: &str, entities: &Value) -> Reply {
    Reply::ok(&json!({ "id": "j-1", "status": status, "entities": entities }))
}

const PATIENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_job_is_watched_to_its_end() {
    let types = json!([{ "id": 78, "name": "Vacation" }, null, { "id": "83", "secondaryId": "x" }]);
    let waiting = || progress("Processing", &json!(null));
    let server = Server::playing([
        started(),
        waiting(),
        progress("Queued", &json!([])),
        progress("Complete", &types),
    ])
    .await;
    let JobOutcome::Complete(types) =
        server.client().time_off_types(&id("i-1"), PATIENT).await.unwrap()
    else {
        panic!("it completes")
    };
    let ids: Vec<_> = types.iter().map(|time_off_type| time_off_type.id.as_str()).collect();
    assert_eq!(ids, ["78", "83"]);
    let lines: Vec<_> = server.seen().iter().map(scripted_server::Seen::line).collect();
    let watched = "GET /api/v2/workforcemanagement/integrations/hris/timeofftypes/jobs/j-1";
    assert_eq!(
        lines,
        [
            "POST /api/v2/workforcemanagement/integrations/hris/i-1/timeofftypes/jobs",
            watched,
            watched,
            watched
        ]
    );
    assert!(server.seen()[0].body.is_empty());
}

#[tokio::test]
async fn a_job_that_fails_or_takes_too_long_says_so() {
    let server = Server::playing([started(), progress("Error", &json!([]))]).await;
    let outcome = server.client().time_off_types(&id("i-1"), PATIENT).await.unwrap();
    assert_eq!(outcome, JobOutcome::Failed);
    let server = Server::playing([started(), progress("Processing", &json!([]))]).await;
    let outcome = server.client().time_off_types(&id("i-1"), Duration::ZERO).await.unwrap();
    assert_eq!(outcome, JobOutcome::Unfinished);
}

#[tokio::test]
async fn a_balance_job_names_the_time_off_type() {
    let balances = json!([{ "activityCodeId": "9", "hrisTimeOffTypeId": "78", "startDate": "2026-06-15", "balanceMinutesPerDay": [4801, null, 0] }]);
    let days = [DateRange { start_date: date(2026, 6, 15), end_date: date(2026, 6, 17) }];
    let server = Server::playing([
        started(),
        progress("Complete", &balances),
        started(),
        progress("Complete", &json!([])),
    ])
    .await;
    let client = server.client_with(Limits::default());
    let outcome =
        client.balances(&id("mu-1"), &id("u-1"), &[id("9")], &days, PATIENT).await.unwrap();
    let JobOutcome::Complete(balances) = outcome else { panic!("it completes") };
    assert_eq!(balances[0].hris_time_off_type_id, id("78"));
    assert_eq!(balances[0].balance_minutes_per_day, [Some(4801), None, Some(0)]);
    assert!(!format!("{balances:?}").contains("4801"), "a balance is personal");
    let seen = &server.seen()[0];
    assert_eq!(
        seen.line(),
        "POST /api/v2/workforcemanagement/managementunits/mu-1/users/u-1/timeoffbalance/jobs"
    );
    assert_eq!(
        seen.json(),
        json!({ "activityCodeIds": ["9"], "dateRanges": [{ "startDate": "2026-06-15", "endDate": "2026-06-17" }] })
    );
    assert_eq!(server.seen()[1].line(), "GET /api/v2/workforcemanagement/timeoffbalance/jobs/j-1");

    client.balances_of_request(&id("mu-1"), &id("u-1"), &id("r-1"), PATIENT).await.unwrap();
    let line = "POST /api/v2/workforcemanagement/managementunits/mu-1/users/u-1/timeoffrequests/r-1/timeoffbalance/jobs";
    assert_eq!(server.seen()[2].line(), line);
}
