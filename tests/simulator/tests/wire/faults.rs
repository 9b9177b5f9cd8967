//! Faults on purpose and by chance.

use std::time::Duration;

use bamboohr_simulator::{
    Action, Chaos, Fault, LateAnswer, Matcher, Operation, Release, RetryAfter, Seed,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::caller::{Caller, KEY};

fn one_day() -> Value {
    json!({"status": "approved", "start": "2026-12-01", "end": "2026-12-01", "timeOffTypeId": 83, "dates": [{"ymd": "2026-12-01", "amount": 8}]})
}

fn late(release: Release) -> Action {
    Action::CommitLate { release, answer: LateAnswer::Drop }
}

/// Sends a create whose connection is closed without an answer.
async fn create_unanswered(caller: &Caller) {
    let error = Caller::try_send(caller.creating(452, &one_day())).await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_connect() && !error.is_status(), "{error:?}");
}

#[tokio::test]
async fn a_connection_closes_before_or_after_the_write() {
    let caller = Caller::small().await;
    // On a connection that has been used before, where clients are tempted to try again by
    // themselves.
    assert_eq!(caller.list(452).await.len(), 0);
    caller.sim.fault(Fault::once(Operation::Create, Action::DropBefore));
    create_unanswered(&caller).await;
    assert_eq!(caller.sim.requests(452), []);
    caller.sim.fault(Fault::once(Operation::Create, Action::DropAfter));
    create_unanswered(&caller).await;
    assert_eq!(caller.sim.live(452).len(), 1);
    // The next connection is a good one, and no client tried again by itself.
    assert_eq!(caller.create(452, &one_day()).await.status, 201);
    assert_eq!(caller.sim.calls().create, 3);
    assert_eq!(caller.sim.injected(), [("drop_after", 1), ("drop_before", 1)].into());
}

#[tokio::test]
async fn statuses_before_and_after_the_write() {
    let caller = Caller::small().await;
    caller.sim.fault(Fault::once(Operation::Create, Action::StatusBefore { status: 503 }));
    assert_eq!(caller.create(452, &one_day()).await.status, 503);
    assert_eq!(caller.sim.writes(), []);
    caller.sim.fault(Fault::once(Operation::Create, Action::StatusAfter { status: 500 }));
    assert_eq!(caller.create(452, &one_day()).await.status, 500);
    let writes = caller.sim.writes();
    assert_eq!((writes.len(), writes[0].status, writes[0].late), (1, 201, false));
    assert_eq!(writes[0].request_id, Some(caller.sim.live(452)[0].id));
}

#[tokio::test]
async fn garbage_and_emptiness_keep_the_status() {
    let caller = Caller::small().await;
    caller.sim.fault(Fault::once(Operation::Create, Action::Garbage));
    let answer = caller.create(452, &one_day()).await;
    assert_eq!(answer.status, 201);
    assert!(serde_json::from_str::<Value>(&answer.body).is_err());
    caller.sim.fault(Fault::once(Operation::Types, Action::Empty));
    let answer = caller.get("/api/v1/meta/time_off/types").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(caller.sim.live(452).len(), 1);
}

#[tokio::test]
async fn throttling_says_when_to_come_back_in_either_form() {
    let caller = Caller::small().await;
    let throttle = |retry_after| Fault::once(Operation::List, Action::Throttle { retry_after });
    let path = "/api/v1/time_off/requests?start=2026-12-01&end=2026-12-01";
    caller.sim.fault(throttle(Some(RetryAfter::Seconds(7))));
    let answer = caller.get(path).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    caller.sim.fault(throttle(Some(RetryAfter::HttpDate(60))));
    let answer = caller.get(path).await;
    let date = answer.header("retry-after").unwrap();
    assert!(date.len() == 29 && date.ends_with(" GMT"), "{date}");
    caller.sim.fault(throttle(None));
    let answer = caller.get(path).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, None));
    assert_eq!(caller.get(path).await.status, 200);
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_undo_the_write() {
    let caller = Caller::small().await;
    caller.sim.fault(Fault::once(Operation::Create, Action::Hang));
    let hanging = caller.creating(452, &one_day()).send();
    let mut hanging = Box::pin(hanging);
    // Wait for the write, not for a time.
    while caller.sim.writes().is_empty() {
        let _ = timeout(Duration::from_millis(1), &mut hanging).await;
    }
    drop(hanging);
    assert_eq!(caller.sim.live(452).len(), 1);
}

#[tokio::test]
async fn delays_hold_the_write_or_the_answer() {
    let caller = Caller::small().await;
    caller.sim.fault(Fault::once(Operation::Create, Action::DelayBefore { ms: 1 }));
    assert_eq!(caller.create(452, &one_day()).await.status, 201);
    caller.sim.fault(Fault::once(Operation::Create, Action::DelayAfter { ms: 1 }));
    assert_eq!(caller.create(452, &one_day()).await.status, 201);
    caller.sim.set_latency(Duration::from_millis(1));
    assert_eq!(caller.get("/api/v1/meta/time_off/types").await.status, 200);
    assert_eq!(caller.sim.live(452).len(), 2);
}

#[tokio::test]
async fn a_late_write_comes_after_so_many_lists_of_that_employee() {
    let caller = Caller::small().await;
    caller.sim.fault(Fault::once(Operation::Create, late(Release::AfterLists(2))));
    create_unanswered(&caller).await;
    assert_eq!(caller.sim.late_waiting(), 1);
    assert_eq!(caller.list(441).await.len(), 2, "somebody else's list releases nothing");
    assert_eq!(caller.list(452).await, [] as [Value; 0]);
    assert_eq!(caller.list(452).await, [] as [Value; 0], "the second list does not see it yet");
    assert_eq!(caller.list(452).await.len(), 1);
    let writes = caller.sim.writes();
    assert_eq!((writes.len(), writes[0].late), (1, true));
}

#[tokio::test]
async fn a_late_write_comes_after_the_second_send() {
    let caller = Caller::small().await;
    caller.sim.fault(Fault::once(Operation::Create, late(Release::AfterNextSend)));
    create_unanswered(&caller).await;
    caller.created(441, &one_day()).await;
    caller.list(452).await;
    assert_eq!(caller.sim.requests(452), []);
    let second = caller.created(452, &one_day()).await;
    let live = caller.sim.live(452);
    assert_eq!(live.iter().map(|request| request.id).collect::<Vec<_>>(), [second, second + 1]);
}

#[tokio::test]
async fn a_late_write_comes_on_demand_and_can_be_refused_by_then() {
    let caller = Caller::small().await;
    let old = caller.created(452, &one_day()).await;
    let mut change = one_day();
    change["previousRequest"] = json!(old);
    let answer = LateAnswer::Status(504);
    caller.sim.fault(Fault::once(
        Operation::Create,
        Action::CommitLate { release: Release::OnDemand, answer },
    ));
    assert_eq!(caller.create(452, &change).await.status, 504);
    assert_eq!(caller.change(old, "canceled").await.status, 200);
    assert_eq!(caller.sim.release_late(), 1);
    let last = caller.sim.writes().pop().unwrap();
    assert_eq!((last.status, last.request_id, last.late), (400, None, true));
    assert_eq!(caller.sim.live(452), []);
}

#[tokio::test]
async fn a_late_status_change_and_one_after_a_time() {
    let caller = Caller::small().await;
    let id = caller.created(452, &one_day()).await;
    caller.sim.fault(Fault::once(Operation::Status, late(Release::AfterLists(1))));
    Caller::try_send(caller.changing(id, "canceled")).await.unwrap_err();
    assert_eq!(caller.listed(id).await["status"]["status"], "approved");
    assert_eq!(caller.listed(id).await["status"]["status"], "canceled");
    caller.sim.fault(Fault::once(Operation::Create, late(Release::AfterMs(1))));
    create_unanswered(&caller).await;
    while caller.sim.live(452).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(caller.sim.late_waiting(), 0);
}

#[tokio::test]
async fn a_matcher_tells_calls_apart() {
    let caller = Caller::small().await;
    let broken = || Action::StatusBefore { status: 502 };
    caller
        .sim
        .fault(Fault::new(Matcher::on(Operation::Create).employee(452).nth(2).times(2), broken()));
    let mut statuses = Vec::new();
    for _ in 0..5 {
        assert_eq!(caller.create(441, &one_day()).await.status, 201);
        statuses.push(caller.create(452, &one_day()).await.status);
    }
    assert_eq!(statuses, [201, 502, 502, 201, 201]);
    caller.sim.clear_faults();
    caller
        .sim
        .fault(Fault::new(Matcher { method: Some("PUT".into()), ..Matcher::default() }, broken()));
    assert_eq!(caller.create(452, &one_day()).await.status, 502);
    assert_eq!(caller.get("/api/v1/meta/time_off/types").await.status, 200);
}

/// What each of many creates met, by employee.
async fn luck(caller: &Caller, order: &[u64]) -> Vec<(u64, String)> {
    let mut met = Vec::new();
    for employee in order {
        let outcome = match Caller::try_send(caller.creating(*employee, &one_day())).await {
            Ok(answer)
                if answer.status == 201 && serde_json::from_str::<Value>(&answer.body).is_err() =>
            {
                "garbage".to_owned()
            }
            Ok(answer) => answer.status.to_string(),
            Err(_) => "closed".to_owned(),
        };
        met.push((*employee, outcome));
    }
    met.sort_by_key(|(employee, _)| *employee);
    met
}

#[tokio::test]
async fn chance_depends_on_the_seed_and_not_on_the_order_of_employees() {
    let caller = Caller::small().await;
    let chaos = Chaos {
        seed: 7,
        drop_after_write: 0.15,
        error_after_write: 0.15,
        error_before_write: 0.15,
        throttle: 0.1,
        garbage: 0.1,
        late_after_lookup: 0.1,
        late_after_resend: 0.1,
        ..Chaos::default()
    };
    let mixed: Vec<u64> = (0..60).map(|turn| 440 + turn % 3).collect();
    let mut sorted = mixed.clone();
    sorted.sort_unstable();
    caller.sim.chaos(chaos.clone());
    let first = luck(&caller, &mixed).await;
    caller.sim.chaos(chaos.clone());
    let again = luck(&caller, &sorted).await;
    assert_eq!(first, again);
    caller.sim.chaos(Chaos { seed: 8, ..chaos });
    assert_ne!(luck(&caller, &mixed).await, first);
    let injected = caller.sim.injected();
    for name in [
        "drop_after_write",
        "error_after_write",
        "error_before_write",
        "throttle",
        "garbage",
        "late_after_lookup",
        "late_after_resend",
    ] {
        assert!(injected.get(name).is_some_and(|count| *count > 0), "{name}: {injected:?}");
    }
    caller.sim.chaos(None);
    assert_eq!(caller.create(452, &one_day()).await.status, 201);
}

#[tokio::test]
async fn chance_meets_reads_as_well() {
    let caller = Caller::small().await;
    caller.sim.chaos(Chaos { throttle_reads: 0.5, error_reads: 0.5, ..Chaos::default() });
    for _ in 0..20 {
        let status = caller.get("/api/v1/meta/time_off/types").await.status;
        assert!([429, 502, 503, 504].contains(&status), "{status}");
    }
    let injected = caller.sim.injected();
    assert_eq!(injected.values().sum::<u64>(), 20);
    assert_eq!(injected.len(), 2);
}

#[tokio::test]
async fn a_dropped_simulator_is_gone_and_leaves_nobody_waiting() {
    let Caller { sim, .. } = Caller::of(Seed::small()).await;
    let url = sim.url().to_owned();
    sim.fault(Fault::once(Operation::Create, Action::Hang));
    let http = reqwest::Client::new();
    let call = |method, path: &str| {
        http.request(method, format!("{url}{path}")).basic_auth(KEY, Some("x"))
    };
    assert_eq!(
        call(Method::GET, "/api/v1/meta/time_off/types").send().await.unwrap().status(),
        200
    );
    let hanging = tokio::spawn(
        call(Method::PUT, "/api/v1/employees/452/time_off/request").json(&one_day()).send(),
    );
    while sim.writes().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(sim);
    assert!(hanging.await.unwrap().is_err());
    // The listener goes with the last connection.
    while call(Method::GET, "/api/v1/meta/time_off/types").send().await.is_ok() {}
}
