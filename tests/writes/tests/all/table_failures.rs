//! The table unreachable, throttled, slow.

use std::time::Duration;

use bamboohr_simulator::{self as hris, Action, Operation};
use futures_util::future::join_all;
use get_balance::GetBalance;
use get_timeoff_types::GetTimeoffTypes;
use lambda_host::Host;
use local_aws::{Fault, Gate, Injection};
use writes::{Input, Rig, respond};

const AGENT: u64 = 452;

fn leave() -> Input {
    Input::leave(AGENT, 83, "2026-12-01")
}

fn every_failure() -> Vec<Fault> {
    vec![
        Fault::Unreachable,
        Fault::Throttle,
        Fault::ProvisionedThroughputExceeded,
        Fault::AccessDenied,
        Fault::InternalServerError,
        Fault::Hold(Gate::new()),
    ]
}

/// Nothing was written, and the sentence says what happened.
fn assert_unwritten(rig: &Rig, answer: &writes::Envelope, what: &str) {
    assert!(matches!(answer.code(), "INTERNAL" | "DEADLINE_EXCEEDED"), "{what}: {answer:?}");
    assert!(answer.sentence().contains("DynamoDB"), "{what}: {answer:?}");
    assert_eq!(rig.hris.writes().len(), 0, "{what}");
}

#[tokio::test]
async fn a_write_never_goes_out_unprotected() {
    // The lease, the ledger, the claim.
    let operations = ["PutItem", "Query", "TransactWriteItems"];
    let cases = operations
        .into_iter()
        .flat_map(|operation| every_failure().into_iter().map(move |fault| (operation, fault)));
    join_all(cases.map(async |(operation, fault)| {
        let what = format!("{operation} {fault:?}");
        let rig = Rig::start().await;
        let process =
            rig.process_with(|settings| settings.api_budget = Duration::from_millis(2_300));
        rig.table.faults().inject(Injection::of(fault).on(operation));
        assert_unwritten(&rig, &process.insert(&leave()).await, &what);
        rig.table.faults().clear();
        let next = rig.process();
        next.age(Duration::from_secs(60));
        assert_eq!(next.insert(&leave()).await.completed(), rig.only(AGENT).id, "{what}");
    }))
    .await;
}

#[tokio::test]
async fn reads_do_not_depend_on_the_table() {
    let rig = Rig::start().await;
    rig.table.faults().inject(Fault::Unreachable);
    let environment = rig.environment();
    let types = Host::new(&environment, GetTimeoffTypes::new);
    respond(&types, "GET", &Input::status_of(AGENT, 7, "")).await.completed();
    let balance = Host::new(&environment, GetBalance::new);
    let asked = Input::leave(AGENT, 83, "")
        .with("inputDates", "2026-12-01")
        .with("inputTimeOffTypeIds", "83");
    respond(&balance, "POST", &asked).await.completed();
    assert_eq!(rig.table.faults().all_calls().len(), 0);
}

#[tokio::test]
async fn a_claim_that_is_written_without_an_answer_is_no_reason_to_wait() {
    let rig = Rig::start().await;
    let process = rig.process_with(|settings| {
        settings.api_budget = Duration::from_millis(3_000);
        settings.resend_after = Duration::from_secs(10);
    });
    rig.table.faults().inject(Injection::of(Fault::LoseAnswer).on("TransactWriteItems").times(3));
    assert_unwritten(&rig, &process.insert(&leave()).await, "lost answers");
    process.insert(&leave()).await.completed();
}

#[tokio::test]
async fn a_failure_after_the_write_is_still_complete_and_recorded_by_the_next_call() {
    join_all(every_failure().into_iter().map(async |fault| {
        let what = format!("{fault:?}");
        let rig = Rig::start().await;
        let process =
            rig.process_with(|settings| settings.api_budget = Duration::from_millis(2_300));
        // The first transaction is the claim, the second the record.
        rig.table.faults().inject(Injection::of(fault).on("TransactWriteItems").after(1));
        let id = process.insert(&leave()).await.completed();
        assert_eq!(rig.only(AGENT).id, id, "{what}");
        rig.table.faults().clear();
        assert!(!rig.recorded(AGENT).await.contains(&format!("REQUEST#{id}")), "{what}");
        let next = rig.process();
        next.age(Duration::from_secs(60));
        assert_eq!(next.insert(&leave()).await.completed(), id, "{what}");
        assert!(rig.recorded(AGENT).await.contains(&format!("REQUEST#{id}")), "{what}");
    }))
    .await;
}

#[tokio::test]
async fn an_update_whose_record_fails_is_complete_and_found_by_the_next() {
    let rig = Rig::start().await;
    let process = rig.process();
    let old = process.insert(&leave()).await.completed();
    rig.table.faults().inject(Injection::of(Fault::AccessDenied).on("TransactWriteItems").after(1));
    let changed = Input::leave(AGENT, 83, "2026-12-02").id(old);
    let new = process.update(&changed).await.completed();
    assert_eq!(rig.only(AGENT).id, new);
    rig.table.faults().clear();
    process.age(Duration::from_secs(60));
    assert_eq!(process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), new);
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn a_cancellation_whose_last_record_fails_is_known_to_be_ours() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&leave()).await.completed();
    rig.table.faults().inject(Injection::of(Fault::AccessDenied).on("TransactWriteItems").after(1));
    assert_eq!(process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed(), id);
    rig.table.faults().clear();
    process.age(Duration::from_secs(60));
    assert_eq!(process.update(&leave().id(id)).await.completed(), rig.only(AGENT).id);
}

#[tokio::test]
async fn a_cancellation_does_not_go_out_unrecorded() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&leave()).await.completed();
    rig.table.faults().inject(Injection::of(Fault::AccessDenied).on("TransactWriteItems"));
    assert_eq!(
        process.update(&Input::status_of(AGENT, id, "CANCELED")).await.failed("INTERNAL"),
        id
    );
    assert_eq!(rig.live(AGENT), [id]);
}

/// What nothing in BambooHR shows must not be lost with the table.
#[tokio::test]
async fn what_only_the_table_knows_is_in_it_before_the_answer() {
    let rig = Rig::start().await;
    let process = rig.process();
    let morning = leave().from_time("2026-12-01T09:00:00", 480);
    let id = process.insert(&morning).await.completed();
    let moved = leave().from_time("2026-12-01T14:00:00", 480).id(id);
    let absent = Input::leave(AGENT, 83, "2026-12-08").status("CANCELED");
    rig.table.faults().inject(Injection::of(Fault::AccessDenied).on("TransactWriteItems"));
    process.update(&absent).await.failed("INTERNAL");
    rig.table.faults().clear();
    process.age(Duration::from_secs(60));
    rig.table.faults().inject(Injection::of(Fault::AccessDenied).on("TransactWriteItems"));
    assert_eq!(process.update(&moved).await.failed("INTERNAL"), id);
    rig.table.faults().clear();
    process.age(Duration::from_secs(60));
    process.update(&absent).await.completed();
    assert_eq!(process.update(&moved).await.completed(), id);
    assert_ne!(process.insert(&morning).await.completed(), id);
}

/// The first send failed and left nothing; the second is not allowed by the table any more.
#[tokio::test]
async fn no_sentence_says_that_nothing_was_sent_after_a_send() {
    let rig = Rig::start().await;
    let process = rig.process_with(|settings| settings.api_budget = Duration::from_secs(2));
    rig.hris.fault(hris::Fault::once(Operation::Create, Action::StatusBefore { status: 500 }));
    rig.hris.fault(hris::Fault::new(
        hris::Matcher::on(Operation::List).nth(2).times(1),
        Action::DelayBefore { ms: 300 },
    ));
    rig.table
        .faults()
        .inject(Injection::of(Fault::Hold(Gate::new())).on("TransactWriteItems").after(1));
    let input = leave();
    let (answer, ()) = tokio::join!(process.insert(&input), async {
        rig.hris.until(|hris| hris.calls().list >= 2).await;
        // A second claim is another one only at another time.
        process.age(Duration::from_secs(1));
    });
    answer.failed("DEADLINE_EXCEEDED");
    assert!(!answer.sentence().contains("nothing was sent"), "{answer:?}");
    assert_eq!(rig.hris.calls().create, 1);
}

#[tokio::test]
async fn a_claim_remembers_when_the_request_was_sent_however_long_it_took_to_record() {
    let rig = Rig::start().await;
    let process = crate::stories::hasty(&rig);
    let gate = Gate::new();
    rig.table
        .faults()
        .inject(Injection::of(Fault::Hold(gate.clone())).on("TransactWriteItems").once());
    rig.hris.fault(hris::Fault::once(Operation::Create, Action::DropBefore));
    let input = leave();
    let (answer, ()) = tokio::join!(process.insert(&input), async {
        gate.reached().await;
        process.age(Duration::from_secs(8));
        gate.open();
    });
    answer.failed("OUTCOME_UNKNOWN");
    process.age(Duration::from_secs(3));
    process.insert(&input).await.failed("OUTCOME_UNKNOWN");
    assert_eq!(rig.hris.calls().create, 1, "sent again three seconds after the first time");
    process.age(Duration::from_secs(7));
    process.insert(&input).await.completed();
}

#[tokio::test]
async fn a_lost_answer_of_the_table_is_repeated_without_harm() {
    for operation in ["PutItem", "TransactWriteItems"] {
        for skipped in 0..2 {
            let rig = Rig::start().await;
            let process = rig.process();
            rig.table
                .faults()
                .inject(Injection::of(Fault::LoseAnswer).on(operation).after(skipped).once());
            let id = process.insert(&leave()).await.completed();
            assert_eq!(process.insert(&leave()).await.completed(), id);
            assert_eq!(rig.live(AGENT), [id]);
        }
    }
}

/// Another call took the lease over while this one was held up before its claim.
#[tokio::test]
async fn a_slow_call_that_lost_its_lease_writes_nothing() {
    let rig = Rig::start().await;
    let (slow, quick) = (rig.process(), rig.process());
    let gate = Gate::new();
    rig.table
        .faults()
        .inject(Injection::of(Fault::Hold(gate.clone())).on("TransactWriteItems").once());
    let (input, other) = (leave(), Input::leave(AGENT, 83, "2026-12-08"));
    let (answer, id) = tokio::join!(slow.insert(&input), async {
        gate.reached().await;
        quick.age(Duration::from_secs(60));
        let id = quick.insert(&other).await.completed();
        gate.open();
        id
    });
    answer.failed("WRITE_IN_PROGRESS");
    assert_eq!(rig.live(AGENT), [id]);
    assert_eq!(quick.insert(&input).await.completed(), rig.live(AGENT)[1]);
}
