//! Callers at the same time.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use writes::{Bench, Input};

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
    let bench = Bench::start().await;
    let processes: Vec<_> = (0..20).map(|_| bench.process()).collect();
    let input = Input::leave(AGENT, 83, "2026-12-01,2026-12-02");
    let answers = join_all(processes.iter().map(|process| insisting(process, &input))).await;
    let ids: BTreeSet<u64> = answers.iter().map(writes::Envelope::completed).collect();
    assert_eq!(ids, BTreeSet::from([bench.only(AGENT).id]));
    assert_eq!(bench.hris.writes().len(), 1);
}
