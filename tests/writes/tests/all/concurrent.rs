//! Callers at the same time.

use std::collections::BTreeSet;

use std::time::Duration;

use futures_util::future::join_all;
use local_aws::{Fault, Injection};
use writes::{Input, Rig};

const AGENT: u64 = 452;

/// The call's answer; a call that was not let in comes again, as Genesys would.
async fn insisting(process: &writes::Process, input: &Input) -> writes::Envelope {
    loop {
        let answer = process.insert(input).await;
        if answer.code() != "WRITE_IN_PROGRESS" {
            return answer;
        }
    }
}

#[tokio::test]
async fn twenty_identical_inserts_make_one_request_and_give_twenty_equal_ids() {
    let rig = Rig::start().await;
    let processes: Vec<_> = (0..20).map(|_| rig.process()).collect();
    let input = Input::leave(AGENT, 83, "2026-12-01,2026-12-02");
    let answers = join_all(processes.iter().map(|process| insisting(process, &input))).await;
    let ids: BTreeSet<u64> = answers.iter().map(writes::Envelope::completed).collect();
    assert_eq!(ids, BTreeSet::from([rig.only(AGENT).id]));
    assert_eq!(rig.hris.writes().len(), 1);
}

/// Each fits the 16 h, together they do not; the lease makes one wait for the other, and then it
/// sees it.
#[tokio::test]
async fn of_two_pending_requests_that_exceed_the_balance_together_one_is_refused() {
    const POOR: u64 = 453;
    let rig = Rig::start().await;
    let processes = [rig.process(), rig.process()];
    for round in 0..100 {
        let dates = if round % 2 == 0 {
            ["2026-12-01", "2027-01-12"]
        } else {
            ["2027-01-12", "2026-12-01"]
        };
        let [first, second] = dates.map(|date| Input::leave(POOR, 83, date).minutes(600).pending());
        let (one, other) =
            tokio::join!(insisting(&processes[0], &first), insisting(&processes[1], &second));
        let answers = [&one, &other];
        let statuses: BTreeSet<&str> = answers.iter().map(|answer| answer.status()).collect();
        assert_eq!(
            statuses,
            BTreeSet::from(["Complete", "InsufficientBalance"]),
            "round {round}: {answers:?}"
        );
        let id = rig.only(POOR).id;
        assert!(
            answers.iter().any(|answer| answer.is_complete() && answer.id() == id),
            "round {round}"
        );
        assert!(rig.hris.hr_changes_status(id, bamboohr_simulator::RequestStatus::Denied));
    }
}

/// DynamoDB refuses a put that meets the transaction in which the holder of the lease records
/// something.
#[tokio::test]
async fn a_waiting_call_that_meets_the_holders_transaction_goes_on_waiting() {
    let rig = Rig::start().await;
    let process = rig.process_with(|settings| settings.api_budget = Duration::from_secs(2));
    let conflict = Injection::of(Fault::TransactionConflict).on("PutItem");
    rig.table.faults().inject(conflict.clone().times(3));
    let input = Input::leave(AGENT, 83, "2026-12-01");
    let id = process.insert(&input).await.completed();

    rig.table.faults().inject(conflict);
    process.insert(&input).await.failed("WRITE_IN_PROGRESS");
    assert_eq!(rig.live(AGENT), [id]);
}
