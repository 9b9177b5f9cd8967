//! The inputs of calls that failed: kept, forgotten, and stale.

use std::time::Duration;

use bamboohr_simulator::{self as hris, Action, Operation};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use local_aws::{Fault, Injection};
use store::{FailedInput, Table};
use writes::{Input, KEY, Process, Rig};

use crate::stories::{WAITING_IS_OVER, create_late, hasty};

const AGENT: u64 = 452;
const NOTE: &str = "Zahnarzt um neun";

fn leave() -> Input {
    Input::leave(AGENT, 83, "2026-12-01").notes(NOTE)
}

/// What failed, in the order in which it failed last.
async fn failed(rig: &Rig) -> Vec<FailedInput> {
    let now = Timestamp::from_second(1_793_606_400).unwrap();
    Table::new(rig.table.client(), rig.table.name()).failed_inputs(now).await.unwrap()
}

async fn subjects(rig: &Rig) -> Vec<String> {
    failed(rig).await.iter().map(|failed| failed.subject.to_string()).collect()
}

/// The only failed input.
async fn only(rig: &Rig) -> FailedInput {
    let mut all = failed(rig).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Makes every call fail before it gets to BambooHR's requests.
async fn fails(process: &Process, rig: &Rig, inputs: &[Input]) {
    rig.hris.fault(hris::Fault::always(Operation::List, Action::StatusBefore { status: 403 }));
    for input in inputs {
        process.insert(input).await.failed("HRIS_FORBIDDEN");
    }
    rig.hris.clear_faults();
    process.age(Duration::from_secs(1));
}

/// A way to fail, and the code that it is answered with.
const FAILURES: [&str; 10] = [
    "HRIS_UNAUTHORIZED",
    "HRIS_UNAVAILABLE",
    "HRIS_FORBIDDEN",
    "HRIS_REJECTED",
    "HRIS_BAD_RESPONSE",
    "HRIS_RATE_LIMITED",
    "DEADLINE_EXCEEDED",
    "WRITE_IN_PROGRESS",
    "OUTCOME_UNKNOWN",
    "INTERNAL",
];

fn make_fail(rig: &Rig, code: &str) {
    let on = |operation, action| rig.hris.fault(hris::Fault::always(operation, action));
    let status = |status| Action::StatusBefore { status };
    match code {
        "HRIS_UNAUTHORIZED" => rig.hris.revoke_key(KEY),
        "HRIS_UNAVAILABLE" => on(Operation::Types, status(503)),
        "HRIS_FORBIDDEN" => on(Operation::Create, status(403)),
        "HRIS_REJECTED" => on(Operation::Create, status(400)),
        "HRIS_BAD_RESPONSE" => on(Operation::List, Action::Garbage),
        "HRIS_RATE_LIMITED" => on(
            Operation::List,
            Action::Throttle { retry_after: Some(hris::RetryAfter::Seconds(3_600)) },
        ),
        "DEADLINE_EXCEEDED" => on(Operation::List, Action::Hang),
        "WRITE_IN_PROGRESS" => rig.table.faults().inject(
            Injection::of(Fault::TransactionConflict).on("TransactWriteItems").containing("claim"),
        ),
        "OUTCOME_UNKNOWN" => create_late(rig),
        "INTERNAL" => rig
            .table
            .faults()
            .inject(Injection::of(Fault::AccessDenied).on("Query").containing("AGENT#")),
        other => panic!("no way to {other}"),
    }
}

#[tokio::test]
async fn whatever_a_call_fails_with_its_input_is_kept_without_the_note() {
    join_all(FAILURES.map(async |code| {
        let rig = Rig::start().await;
        make_fail(&rig, code);
        // Those that end when their time is over need not take long.
        let waits = matches!(code, "DEADLINE_EXCEEDED" | "OUTCOME_UNKNOWN" | "HRIS_BAD_RESPONSE");
        let process = rig.process_with(|settings| {
            settings.api_budget = Duration::from_secs(if waits { 10 } else { 25 });
            settings.resend_after = Duration::from_secs(60);
        });
        let answer = process.insert(&leave()).await;
        answer.failed(code);
        rig.table.faults().clear();
        let kept = only(&rig).await;
        assert_eq!(
            (kept.error_code.as_str(), kept.correlation_id.as_str(), kept.count, kept.is_stale),
            (code, answer.correlation_id(), 1, false)
        );
        assert_eq!(kept.input.operation(), "insert-timeoff");
        assert_eq!(kept.input.key().unwrap().to_string(), kept.subject.to_string());
        let stored = rig.stored().await;
        assert!(stored.contains("FAILED#") && !stored.contains("Zahnarzt"), "{code}: {stored}");
    }))
    .await;
}

#[tokio::test]
async fn an_update_is_kept_by_its_id_or_by_the_key_of_its_leave() {
    let rig = Rig::start().await;
    let process = rig.process();
    let unknown = leave().id(4_000_000);
    process.update(&unknown).await.failed("REQUEST_NOT_FOUND");
    process.age(Duration::from_secs(1));
    process.update(&Input::leave(AGENT, 83, "2026-12-08")).await.failed("REQUEST_NOT_FOUND");
    process.age(Duration::from_secs(1));
    let of_another = process.insert(&Input::leave(453, 83, "2026-12-01")).await.completed();
    let cancel = Input::status_of(AGENT, of_another, "CANCELED");
    process.update(&cancel).await.failed("REQUEST_CONFLICT");

    let kept = failed(&rig).await;
    let key = kept[1].input.key().unwrap().to_string();
    let id = of_another.to_string();
    assert_eq!(subjects(&rig).await, ["4000000", key.as_str(), id.as_str()]);
    assert!(kept.iter().all(|failed| failed.input.operation() == "update-timeoff"));
    assert_eq!(kept[2].input.leave(), None);
}

#[tokio::test]
async fn what_would_fail_again_or_is_not_to_be_written_is_not_kept() {
    let rig = Rig::start().await;
    rig.process().insert(&leave().minutes(2_000)).await.failed("INVALID_INPUT");
    rig.process().insert(&Input::leave(AGENT, 4711, "2026-12-01")).await.failed("INVALID_INPUT");
    let read_only = rig.process_with(|settings| settings.read_only = true);
    read_only.insert(&leave()).await.failed("READ_ONLY");
    read_only.update(&Input::status_of(AGENT, 7, "CANCELED")).await.failed("READ_ONLY");
    assert_eq!(failed(&rig).await, []);
    assert_eq!(rig.process().insert(&leave()).await.completed(), rig.only(AGENT).id);
    assert_eq!(failed(&rig).await, []);
}

#[tokio::test]
async fn the_same_leave_is_one_item_that_counts() {
    let rig = Rig::start().await;
    let process = rig.process();
    fails(&process, &rig, &[leave()]).await;
    let first = only(&rig).await;
    process.age(Duration::from_secs(60));
    let pending = leave().pending();
    fails(&process, &rig, std::slice::from_ref(&pending)).await;
    let second = only(&rig).await;
    assert_eq!((second.count, second.first_seen), (2, first.first_seen));
    assert_eq!(second.last_seen.duration_since(first.last_seen), SignedDuration::from_secs(61));
    assert_ne!(second.input, first.input, "the last input is kept");
}

/// One request to the table where nobody waits for a lease, and one more than without a failure
/// where somebody does.
#[tokio::test]
async fn keeping_takes_one_request() {
    let rig = Rig::start().await;
    rig.hris.revoke_key(KEY);
    rig.process().insert(&leave()).await.failed("HRIS_UNAUTHORIZED");
    let calls = rig.table.faults().all_calls();
    assert_eq!(format!("{calls:?}"), r#"{"TransactWriteItems": 1}"#);

    let rig = Rig::start().await;
    let process = rig.process();
    process.warm_up().await;
    rig.table.faults().reset_calls();
    fails(&process, &rig, &[leave()]).await;
    let calls = rig.table.faults().all_calls();
    let expected = r#"{"PutItem": 1, "Query": 1, "TransactWriteItems": 2}"#;
    assert_eq!(format!("{calls:?}"), expected, "lease, ledger, release, the input");
}

#[tokio::test]
async fn a_call_that_succeeds_erases_what_failed_for_its_leave_without_a_further_request() {
    let rig = Rig::start().await;
    let process = rig.process();
    process.warm_up().await;
    let others = [
        Input::leave(AGENT, 83, "2026-12-01").minutes(240),
        Input::leave(AGENT, 83, "2026-12-02"),
        Input::leave(AGENT, 78, "2026-12-01"),
        Input::leave(453, 83, "2026-12-01"),
    ];
    fails(&process, &rig, &[leave()]).await;
    fails(&process, &rig, &others).await;
    let [_, day, rest @ ..] = &subjects(&rig).await[..] else { panic!("five inputs") };
    rig.table.faults().reset_calls();
    let id = process.insert(&leave()).await.completed();
    let calls = rig.table.faults().all_calls();
    assert_eq!(
        format!("{calls:?}"),
        r#"{"PutItem": 1, "Query": 1, "TransactWriteItems": 2}"#,
        "as an insert takes that nothing failed before"
    );
    assert_eq!(subjects(&rig).await, rest, "{day} shares a day of the type");

    // One that changes nothing and records nothing erases them too.
    rig.hris.fault(hris::Fault::once(Operation::List, Action::StatusBefore { status: 403 }));
    process.update(&leave().id(id)).await.failed("HRIS_FORBIDDEN");
    assert_eq!(subjects(&rig).await.len(), 4);
    rig.table.faults().reset_calls();
    process.insert(&leave()).await.completed();
    assert_eq!(rig.table.faults().all_calls().values().sum::<usize>(), 3);
    assert_eq!(subjects(&rig).await, rest);
}

#[tokio::test]
async fn an_insufficient_balance_is_no_failure_and_erases_one() {
    let rig = Rig::start().await;
    let process = rig.process();
    let too_long =
        Input::leave(AGENT, 83, "2026-12-01,2026-12-02,2026-12-03,2026-12-04,2026-12-07")
            .minutes(1_200)
            .pending();
    fails(&process, &rig, std::slice::from_ref(&too_long)).await;
    process.insert(&too_long).await.insufficient();
    assert_eq!(failed(&rig).await, []);
}

/// The two stories that make a stored input dangerous. Each erases it; and where that does not
/// happen, it is stale.
#[tokio::test]
async fn an_input_whose_leave_was_changed_or_cancelled_since_is_gone_or_stale() {
    for (is_cancelled, is_erased) in [(false, true), (false, false), (true, true), (true, false)] {
        let rig = Rig::start().await;
        let process = rig.process();
        let id = process.insert(&leave()).await.completed();
        process.age(Duration::from_secs(1));
        rig.hris.fault(hris::Fault::once(Operation::List, Action::StatusBefore { status: 403 }));
        let approved = Input::leave(AGENT, 83, "2026-12-01,2026-12-02").id(id);
        process.update(&approved).await.failed("HRIS_FORBIDDEN");
        assert!(!only(&rig).await.is_stale);
        process.age(Duration::from_secs(1));
        if !is_erased {
            let conflict = Injection::of(Fault::TransactionConflict).on("TransactWriteItems");
            rig.table.faults().inject(conflict.containing("FAILED#"));
        }
        let next = match is_cancelled {
            false => Input::leave(AGENT, 83, "2027-02-01").id(id),
            true => Input::status_of(AGENT, id, "CANCELED"),
        };
        let now = process.update(&next).await.completed();
        assert!(rig.recorded(AGENT).await.contains(&format!("REQUEST#{now}")), "it is recorded");
        match is_erased {
            true => assert_eq!(failed(&rig).await, []),
            false => assert!(only(&rig).await.is_stale, "{is_cancelled}"),
        }
        let lease = "LEASE".to_owned();
        assert!(
            !rig.recorded(AGENT).await.contains(&lease),
            "the lease is given back all the same"
        );
    }
}

/// A send that is looked for in vain is no news of the leave; that it arrived is.
#[tokio::test]
async fn an_input_of_unknown_outcome_is_stale_once_the_schedule_has_found_it() {
    for arrives in [false, true] {
        let rig = Rig::start().await;
        let process = hasty(&rig);
        create_late(&rig);
        process.insert(&leave()).await.failed("OUTCOME_UNKNOWN");
        process.age(WAITING_IS_OVER);
        if arrives {
            assert_eq!(rig.hris.release_late(), 1);
        }
        process.settle().await.completed();
        assert_eq!(only(&rig).await.is_stale, arrives);
        process.age(Duration::from_secs(25 * 3_600));
        process.settle().await.completed();
        assert_eq!(only(&rig).await.is_stale, arrives);
    }
}

/// A call that waits for the lease in vain knows nothing of what the holder records meanwhile.
#[tokio::test]
async fn what_failed_while_its_leave_was_written_is_stale() {
    let rig = Rig::start().await;
    let (first, second) = (rig.process(), hasty(&rig));
    let gate = local_aws::Gate::new();
    let held = Injection::of(Fault::Hold(gate.clone())).on("TransactWriteItems").once();
    rig.table.faults().inject(held);
    let (approved, pending) = (leave(), leave().pending());
    let (written, ()) = tokio::join!(first.insert(&approved), async {
        gate.reached().await;
        second.insert(&pending).await.failed("WRITE_IN_PROGRESS");
        second.age(Duration::from_millis(5));
        gate.open();
    });
    written.completed();
    assert!(only(&rig).await.is_stale);
}

#[tokio::test]
async fn a_later_failure_on_a_day_of_its_type_makes_an_input_stale() {
    let rig = Rig::start().await;
    let process = rig.process();
    fails(&process, &rig, &[leave()]).await;
    let longer = Input::leave(AGENT, 83, "2026-12-01,2026-12-02");
    fails(&process, &rig, &[longer]).await;
    fails(&process, &rig, &[Input::leave(AGENT, 83, "2026-12-08")]).await;
    let stale: Vec<_> = failed(&rig).await.iter().map(|failed| failed.is_stale).collect();
    assert_eq!(stale, [true, false, false]);
}

#[tokio::test]
async fn an_input_that_cannot_be_kept_changes_nothing_and_is_counted() {
    for fault in [Fault::AccessDenied, Fault::Unreachable, Fault::TransactionConflict] {
        let rig = Rig::start().await;
        let process = rig.process();
        rig.hris.fault(hris::Fault::once(Operation::Create, Action::StatusBefore { status: 400 }));
        let injection = Injection::of(fault).on("TransactWriteItems").containing("FAILED#");
        rig.table.faults().inject(injection);
        process.insert(&leave()).await.failed("HRIS_REJECTED");
        rig.table.faults().clear();
        assert_eq!((failed(&rig).await.len(), process.metric("InputUnkept")), (0, 1.0));
        assert_eq!(process.insert(&leave()).await.completed(), rig.only(AGENT).id);
    }
}

#[tokio::test]
async fn an_input_of_more_than_32_kib_is_counted_and_not_kept() {
    let rig = Rig::start().await;
    let process = rig.process();
    rig.hris.revoke_key(KEY);
    let times = |count: u32| {
        let time =
            |at: u32| format!("2026-12-01T{:02}:{:02}:{:02}", at / 3_600, at / 60 % 60, at % 60);
        (0..count).map(time).collect::<Vec<_>>().join(",")
    };
    for (count, kept) in [(1_000, 1), (2_000, 1)] {
        let input = leave().with("startDateTimes", times(count));
        process.insert(&input).await.failed("HRIS_UNAUTHORIZED");
        assert_eq!(failed(&rig).await.len(), kept, "{count}");
    }
    assert_eq!(process.metric("InputUnkept"), 1.0);
}
