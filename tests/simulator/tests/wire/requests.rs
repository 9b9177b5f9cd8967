//! Creating, changing and listing requests.

use bamboohr_simulator::{NewRequest, RequestStatus, Seed, date};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{Caller, KEY};

fn three_days(status: &str) -> Value {
    json!({
        "status": status, "start": "2026-12-01", "end": "2026-12-03", "timeOffTypeId": 83,
        "dates": [
            {"ymd": "2026-12-01", "amount": 8},
            {"ymd": "2026-12-02", "amount": "7.5"},
            {"ymd": "2026-12-03", "amount": 0},
        ],
        "notes": [{"from": "employee", "note": "says \"hi\"\nü"}],
    })
}

#[tokio::test]
async fn create_answers_201_with_location_and_text_for_numbers() {
    let caller = Caller::small().await;
    let answer = caller.create(452, &three_days("requested")).await;
    assert_eq!(answer.status, 201);
    let body = answer.json();
    let id = body["id"].as_str().unwrap();
    let location = format!("{}/api/v1/employees/452/time_off/request/{id}", caller.sim.url());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert!(answer.header("x-request-id").unwrap().bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(body["employeeId"], "452");
    assert_eq!(body["type"], json!({"id": "83", "name": "Sick"}));
    assert_eq!(body["amount"], json!({"unit": "hours", "amount": "15.5"}));
    assert_eq!(body["dates"], json!({"2026-12-01": "8", "2026-12-02": "7.5", "2026-12-03": "0"}));
    assert_eq!(body["notes"], json!({"employee": "says \"hi\"\nü"}));
    assert_eq!(body["status"]["lastChanged"], "2026-11-02 09:00:00");
    assert_eq!(body["balanceOnDateOfRequest"], json!(80));
    let listed = caller.listed(id.parse().unwrap()).await;
    assert_eq!(listed["status"]["lastChanged"], "2026-11-02");
    assert_eq!(listed["dates"], body["dates"]);
    assert_eq!(listed["notes"], body["notes"]);
}

#[tokio::test]
async fn empty_notes_have_two_shapes() {
    let caller = Caller::small().await;
    let created = caller
        .create(
            452,
            &json!({"status": "requested", "start": "2026-12-01", "end": "2026-12-01", "timeOffTypeId": "83", "dates": [{"ymd": "2026-12-01", "amount": 8}]}),
        )
        .await
        .json();
    assert_eq!(created["notes"], json!([]));
    let listed = caller.list(452).await;
    assert_eq!(listed[0]["notes"], json!({}));
    let without = caller
        .get("/api/v1/time_off/requests?start=2026-12-01&end=2026-12-01&excludeNote=1")
        .await
        .json();
    assert_eq!(without[0].get("notes"), None);
}

#[tokio::test]
async fn a_body_comes_only_with_accept_json() {
    let caller = Caller::small().await;
    let answer = Caller::send(
        caller
            .bare(Method::PUT, "/api/v1/employees/452/time_off/request")
            .basic_auth(KEY, Some("x"))
            .json(&three_days("requested")),
    )
    .await;
    assert_eq!((answer.status, answer.body.as_str()), (201, ""));
    assert!(answer.header("location").is_some());
    assert_eq!(caller.sim.requests(452).len(), 1);
}

#[tokio::test]
async fn without_dates_everything_lands_on_the_first_day() {
    let caller = Caller::small().await;
    let lump = json!({"status": "requested", "start": "2026-12-15", "end": "2026-12-16", "timeOffTypeId": 83, "amount": 16});
    assert_eq!(
        caller.create(452, &lump).await.json()["dates"],
        json!({"2026-12-15": "16", "2026-12-16": "0"})
    );
    let nothing = json!({"status": "requested", "start": "2026-12-15", "end": "2026-12-15", "timeOffTypeId": 83});
    let answer = caller.create(452, &nothing).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["amount"]["amount"], "0");
    assert_eq!(answer.json()["dates"], json!({"2026-12-15": "0"}));
}

#[tokio::test]
async fn creates_repeat_and_overlap_unhindered() {
    let caller = Caller::small().await;
    let first = caller.created(452, &three_days("requested")).await;
    let second = caller.create(452, &three_days("requested")).await.json();
    assert_ne!(second["id"], first.to_string());
    assert_eq!(second["overlappingRequests"][0]["id"], first.to_string());
    assert_eq!(caller.sim.live(452).len(), 2);
}

#[tokio::test]
async fn creates_are_refused_for_what_is_known() {
    let caller = Caller::small().await;
    let other = caller.created(441, &three_days("requested")).await;
    let base = three_days("requested");
    let with = |name: &str, value: Value| {
        let mut body = base.clone();
        body[name] = value;
        body
    };
    let day = |kind: u64, amount: Value| json!({"status": "requested", "start": "2026-12-01", "end": "2026-12-01", "timeOffTypeId": kind, "dates": [{"ymd": "2026-12-01", "amount": amount}]});
    for (employee, body, status, message) in [
        (452, with("timeOffTypeId", json!(12)), 400, "Invalid time off type"),
        (452, with("previousRequest", json!(99_999)), 400, "Invalid previous request"),
        (452, with("previousRequest", json!(other)), 400, "Invalid previous request"),
        (452, with("status", json!("canceled")), 400, "Invalid status"),
        (452, with("start", json!("2026-12-32")), 400, "Invalid start date"),
        (452, with("end", json!("2026-11-30")), 400, "End date must be on or after the start date"),
        (452, with("end", json!("2026-12-02")), 400, "Dates must lie between start and end"),
        (452, with("notes", json!({"employee": "a map"})), 400, "Invalid request data"),
        (452, day(85, json!(8)), 400, "The amount is outside what the date range can hold"),
        (452, day(83, json!("24.5")), 400, "The amount is outside what the date range can hold"),
        (452, day(83, json!(-1)), 400, "The amount is outside what the date range can hold"),
        (9_999, base.clone(), 404, "Employee not found"),
        (0, base.clone(), 404, "Employee not found"),
        (
            452,
            day(97, json!(1)),
            422,
            "Time off requests of this type are managed by the employer of record",
        ),
    ] {
        let answer = caller.create(employee, &body).await;
        assert_eq!(answer.status, status, "{message}");
        assert_eq!(
            answer.header("x-bamboohr-error-message"),
            Some(format!("{message}, {message}").as_str())
        );
        assert_eq!(answer.body, "");
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    }
    let garbage =
        Caller::send(caller.call(Method::PUT, "/api/v1/employees/452/time_off/request").body("{"))
            .await;
    assert_eq!(garbage.status, 400);
    assert_eq!(caller.sim.requests(452), []);
}

#[tokio::test]
async fn a_create_supersedes_its_previous_request() {
    let caller = Caller::small().await;
    for status in ["requested", "approved"] {
        let old = caller.created(452, &three_days(status)).await;
        let mut body = three_days("requested");
        body["previousRequest"] = json!(old);
        let new = caller.created(452, &body).await;
        assert_eq!(caller.listed(old).await["status"]["status"], "superceded");
        assert_eq!(caller.sim.request(new).unwrap().previous, Some(old));
        // It cannot be superseded a second time, and nothing is made of the try.
        assert_eq!(caller.create(452, &body).await.status, 400);
        assert_eq!(caller.change(new, "canceled").await.status, 200);
    }
    assert_eq!(caller.sim.requests(452).len(), 4);
    assert_eq!(caller.sim.live(452), []);
}

#[tokio::test]
async fn what_has_started_is_neither_superseded_nor_cancelled() {
    let caller = Caller::small().await;
    let id = caller.created(452, &three_days("approved")).await;
    caller.sim.set_today(date(2026, 12, 1));
    assert_eq!(caller.listed(id).await["actions"]["cancel"], false);
    let mut body = three_days("approved");
    body["previousRequest"] = json!(id);
    let refused = caller.create(452, &body).await;
    assert_eq!(refused.status, 403);
    for status in ["canceled", "denied"] {
        let refused = caller.change(id, status).await;
        assert_eq!(refused.status, 403);
        // The status call misspells the header.
        let sentence = "The current user doesn't have access to change the status in this way";
        assert_eq!(
            refused.header("x-bamboohr-error-messsage"),
            Some(format!("{sentence}, {sentence}").as_str())
        );
        assert_eq!(refused.header("x-bamboohr-error-message"), None);
    }
    assert_eq!(caller.sim.live(452).len(), 1);
}

#[tokio::test]
async fn a_status_change_answers_an_empty_page() {
    let caller = Caller::small().await;
    let id = caller.created(452, &three_days("requested")).await;
    let answer = caller.change(id, "approved").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!(caller.sim.request(id).unwrap().status, RequestStatus::Approved);
    assert_eq!(caller.change(id, "cancelled").await.status, 200);
    assert_eq!(caller.change(id, "canceled").await.status, 403);
    assert_eq!(caller.change(id, "done").await.status, 400);
    assert_eq!(caller.change(99_999, "approved").await.status, 404);
    let post = Caller::send(
        caller
            .call(Method::POST, &format!("/api/v1/time_off/requests/{id}/status"))
            .json(&json!({"status": "approved"})),
    )
    .await;
    assert_eq!(post.status, 405);
    assert_eq!(caller.sim.request(id).unwrap().status, RequestStatus::Canceled);
}

#[tokio::test]
async fn every_change_of_status_is_as_the_rules_have_it() {
    use RequestStatus::{Approved, Canceled, Denied, Requested, Superceded};
    let caller = Caller::small().await;
    for (from, to, status) in [
        (Requested, "approved", 200),
        (Requested, "denied", 200),
        (Requested, "declined", 200),
        (Requested, "canceled", 200),
        (Approved, "approved", 403),
        (Approved, "denied", 200),
        (Approved, "canceled", 200),
        (Denied, "approved", 403),
        (Denied, "canceled", 403),
        (Canceled, "approved", 403),
        (Canceled, "denied", 403),
        (Superceded, "approved", 403),
        (Superceded, "canceled", 403),
    ] {
        let request =
            NewRequest::new(452, 83, date(2026, 12, 1), date(2026, 12, 1)).per_day(8).status(from);
        let id = caller.sim.hr_creates_request(request);
        assert_eq!(caller.change(id, to).await.status, status, "{from:?} to {to}");
        let changed = caller.sim.request(id).unwrap().status != from;
        assert_eq!(changed, status == 200, "{from:?} to {to}");
    }
}

#[tokio::test]
async fn further_approvers_keep_a_request_waiting() {
    let caller = Caller::of(Seed::small().multi_step(83)).await;
    let id = caller.created(452, &three_days("requested")).await;
    assert_eq!(caller.change(id, "approved").await.status, 200);
    let listed = caller.listed(id).await;
    assert_eq!(listed["status"]["status"], "requested");
    assert_eq!(listed["actions"]["approve"], false);
    assert_eq!(caller.change(id, "approved").await.status, 403);
    assert!(caller.sim.hr_changes_status(id, RequestStatus::Approved));
    assert_eq!(caller.listed(id).await["status"]["status"], "approved");
    // Recorded as approved from the start, it waits for nobody.
    let direct = caller.created(452, &three_days("approved")).await;
    assert_eq!(caller.sim.request(direct).unwrap().status, RequestStatus::Approved);
}

#[tokio::test]
async fn a_company_can_refuse_to_deny_what_is_approved() {
    let caller = Caller::of(Seed::small().refuses_deny_of_approved(83)).await;
    let approved = caller.created(452, &three_days("approved")).await;
    assert_eq!(caller.change(approved, "denied").await.status, 403);
    assert_eq!(caller.change(approved, "canceled").await.status, 200);
    let requested = caller.created(452, &three_days("requested")).await;
    assert_eq!(caller.change(requested, "denied").await.status, 200);
}

#[tokio::test]
async fn actions_are_as_counted_on_recordings() {
    let caller = Caller::small().await;
    let actions = |edit, cancel, others| json!({"view": true, "edit": edit, "cancel": cancel, "approve": others, "deny": others, "bypass": others});
    let ahead = date(2026, 11, 3);
    let today = date(2026, 11, 2);
    for (status, start, expected) in [
        (RequestStatus::Approved, ahead, actions(true, true, false)),
        (RequestStatus::Approved, today, actions(true, false, false)),
        (RequestStatus::Requested, today, actions(true, true, true)),
        (RequestStatus::Canceled, ahead, actions(true, false, false)),
        (RequestStatus::Denied, ahead, actions(false, false, false)),
    ] {
        let id = caller
            .sim
            .hr_creates_request(NewRequest::new(452, 83, start, ahead).lump(8).status(status));
        assert_eq!(caller.listed(id).await["actions"], expected, "{status:?} from {start}");
    }
}

#[tokio::test]
async fn the_list_needs_a_window_and_finds_by_overlap() {
    let caller = Caller::small().await;
    for query in [
        "",
        "?start=2026-12-01",
        "?start=2026-12-01&end=2026-13-01",
        "?start=20261201&end=20261202",
    ] {
        let answer = caller.get(&format!("/api/v1/time_off/requests{query}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{query}");
    }
    let sick = caller.created(452, &three_days("requested")).await;
    let mut body = three_days("approved");
    body["timeOffTypeId"] = json!(78);
    let vacation = caller.created(452, &body).await;
    let found = async |query: &str| -> Vec<u64> {
        let answer = caller.get(&format!("/api/v1/time_off/requests?employeeId=452&{query}")).await;
        answer
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap().parse().unwrap())
            .collect()
    };
    // Grouped by type, so the later one comes first.
    assert_eq!(found("start=2026-12-03&end=2026-12-31").await, [vacation, sick]);
    assert_eq!(found("start=2026-11-01&end=2026-12-01").await, [vacation, sick]);
    assert!(found("start=2026-12-04&end=2026-12-31").await.is_empty());
    assert!(found("start=2026-11-01&end=2026-11-30").await.is_empty());
    let all = "start=2026-01-01&end=2026-12-31";
    assert_eq!(found(&format!("{all}&type=83,85")).await, [sick]);
    assert_eq!(found(&format!("{all}&status=approved,superceded")).await, [vacation]);
    assert_eq!(found(&format!("{all}&action=approve")).await, [sick]);
    assert!(found(&format!("{all}&action=myRequests")).await.is_empty());
    assert_eq!(found(&format!("{all}&id={sick}")).await, [sick]);
    let nobody = caller.get(&format!("/api/v1/time_off/requests?{all}&employeeId=0")).await;
    assert_eq!(nobody.json(), json!([]));
    let others =
        caller.get(&format!("/api/v1/time_off/requests?{all}&employeeId=441&id={sick}")).await;
    assert_eq!(others.json(), json!([]));
}
