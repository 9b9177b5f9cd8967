//! How many calls to BambooHR stand one behind another: that is what a person waits for.

use std::time::Duration;

use bamboohr_simulator::{Action, Fault, Matcher, NewRequest, Operation, RequestStatus, date};
use get_timeoff_types::GetTimeoffTypes;
use lambda_host::Host;
use writes::{Envelope, Input, Process, Rig, respond};

const AGENT: u64 = 452;
/// 16 h of type 83.
const POOR: u64 = 453;

/// Long enough that no call seems to wait for one that is under way beside it.
const DISTANCE: Duration = Duration::from_millis(400);

async fn distant() -> (Rig, Process) {
    let rig = Rig::start().await;
    let process = rig.process();
    process.warm_up().await;
    rig.hris.set_latency(DISTANCE);
    (rig, process)
}

/// The rounds of BambooHR that a call takes, and how many calls to it.
async fn cost(rig: &Rig, call: impl Future<Output = Envelope>) -> (usize, u64) {
    rig.hris.reset_calls();
    call.await.completed();
    (rig.hris.call_log().rounds().len(), rig.hris.calls().total())
}

#[tokio::test]
async fn an_insert_takes_two_rounds_checked_or_not() {
    let (rig, process) = distant().await;
    let pending = Input::leave(AGENT, 83, "2026-12-01").pending();
    assert_eq!(cost(&rig, process.insert(&pending)).await, (2, 3));
    let approved = Input::leave(AGENT, 83, "2026-12-08");
    assert_eq!(cost(&rig, process.insert(&approved)).await, (2, 2));
}

#[tokio::test]
async fn a_checked_insert_of_more_days_than_may_be_asked_about_at_once_takes_three_rounds() {
    let (rig, process) = distant().await;
    let dates = "2026-12-01,2026-12-02,2026-12-03,2026-12-04";
    let narrow = rig.process_with(|settings| settings.upstream_concurrency = 4);
    narrow.warm_up().await;
    let pending = Input::leave(AGENT, 83, dates).minutes(60).pending();
    assert_eq!(cost(&rig, narrow.insert(&pending)).await, (3, 6));
    let wide = Input::leave(AGENT, 83, "2026-12-08,2026-12-09,2026-12-10").minutes(60).pending();
    assert_eq!(cost(&rig, process.insert(&wide)).await, (2, 5));
}

#[tokio::test]
async fn an_approval_in_place_takes_three_rounds() {
    let (rig, process) = distant().await;
    let pending = Input::leave(AGENT, 83, "2026-12-01").pending();
    let id = process.insert(&pending).await.completed();
    let approved = Input::leave(AGENT, 83, "2026-12-01").id(id);
    assert_eq!(cost(&rig, process.update(&approved)).await, (3, 4));
}

#[tokio::test]
async fn changed_days_take_two_rounds() {
    let (rig, process) = distant().await;
    let id = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    let moved = Input::leave(AGENT, 83, "2026-12-08").id(id);
    assert_eq!(cost(&rig, process.update(&moved)).await, (2, 3));
}

#[tokio::test]
async fn changed_days_of_a_pending_request_take_two_rounds_checked() {
    let (rig, process) = distant().await;
    let pending = Input::leave(AGENT, 83, "2026-12-01").pending();
    let id = process.insert(&pending).await.completed();
    let moved = Input::leave(AGENT, 83, "2026-12-08").pending().id(id);
    assert_eq!(cost(&rig, process.update(&moved)).await, (2, 4));
}

#[tokio::test]
async fn a_cancellation_by_id_takes_two_rounds() {
    let (rig, process) = distant().await;
    let id = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    let cancelled = Input::status_of(AGENT, id, "CANCELED");
    assert_eq!(cost(&rig, process.update(&cancelled)).await, (2, 3));
}

#[tokio::test]
async fn a_request_that_was_moved_in_bamboohr_is_listed_where_it_lies() {
    let (rig, process) = distant().await;
    let id = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    let mode = bamboohr_simulator::EditMode::InPlace;
    rig.hris.hr_moves_request(id, mode, date(2026, 12, 15));
    let cancelled = Input::status_of(AGENT, id, "CANCELED");
    assert_eq!(cost(&rig, process.update(&cancelled)).await, (3, 4));
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn a_known_key_asks_no_calculator_before_the_list() {
    let (rig, process) = distant().await;
    let pending = Input::leave(AGENT, 83, "2026-12-01").pending();
    process.insert(&pending).await.completed();
    assert_eq!(cost(&rig, process.insert(&pending)).await, (1, 1));
}

/// The balance does not know of it yet, and the list shows it as waiting no more.
#[tokio::test]
async fn what_is_approved_between_balance_and_list_is_counted() {
    let rig = Rig::start().await;
    let process = rig.process();
    process.warm_up().await;
    let day = date(2026, 12, 1);
    let other = NewRequest::new(POOR, 83, day, day).per_day(10);
    let other = rig.hris.hr_creates_request(other.status(RequestStatus::Requested));
    rig.hris
        .fault(Fault::new(Matcher::on(Operation::List).nth(1), Action::DelayBefore { ms: 300 }));
    let pending = Input::leave(POOR, 83, "2026-12-08").minutes(600).pending();
    let approving = async {
        rig.hris.until(|hris| hris.calls().calculator == 1).await;
        assert!(rig.hris.hr_approves_request(other));
    };
    let (answer, ()) = tokio::join!(process.insert(&pending), approving);
    answer.insufficient();
    assert_eq!(rig.live(POOR), [other]);
}

#[tokio::test]
async fn the_types_read_at_a_start_serve_the_call_that_follows_at_once() {
    let asked = Input::status_of(AGENT, 7, "");
    for (seconds, expected) in [(0, (0, 0)), (1, (0, 0)), (2, (1, 1))] {
        let rig = Rig::start().await;
        let types = Host::new(&rig.environment(), GetTimeoffTypes::new);
        types.warm_up().await;
        rig.process().age(Duration::from_secs(seconds));
        let first = cost(&rig, respond(&types, "GET", &asked)).await;
        assert_eq!(first, expected, "{seconds} s after the start");
        assert_eq!(cost(&rig, respond(&types, "GET", &asked)).await, (1, 1), "the next");
    }
}
