//! What a call costs when nothing goes wrong.

use bamboohr_simulator::{NewRequest, RequestStatus, TimeOffType, Unit, date};
use writes::{Bench, Input, Process};

const AGENT: u64 = 452;

async fn warm(bench: &Bench) -> Process {
    let process = bench.process();
    process.warm_up().await;
    bench.hris.reset_calls();
    bench.table.faults().reset_calls();
    process
}

fn table_calls(bench: &Bench) -> usize {
    bench.table.faults().all_calls().values().sum()
}

#[tokio::test]
async fn an_approved_insert_takes_two_calls_to_bamboohr_and_four_to_the_table() {
    let bench = Bench::start().await;
    let process = warm(&bench).await;
    process.insert(&Input::leave(AGENT, 83, "2026-12-01,2026-12-02")).await.completed();
    assert_eq!((bench.hris.calls().total(), table_calls(&bench)), (2, 4), "{:?}", bench.table.faults().all_calls());
}

#[tokio::test]
async fn a_type_that_is_newer_than_what_is_kept_can_be_requested_at_once() {
    let bench = Bench::start().await;
    let process = warm(&bench).await;
    bench.hris.add_time_off_type(TimeOffType::new(99, "Volunteering", Unit::Hours));
    process.insert(&Input::leave(AGENT, 99, "2026-12-01")).await.completed();
    assert_eq!((bench.hris.calls().types, bench.hris.live(AGENT).len()), (1, 1));
}

#[tokio::test]
async fn a_repeated_insert_takes_one_call_to_bamboohr_and_no_write() {
    let bench = Bench::start().await;
    let process = warm(&bench).await;
    let input = Input::leave(AGENT, 83, "2026-12-01,2026-12-02");
    for input in [input.clone(), input.pending()] {
        process.insert(&input).await.completed();
        bench.hris.reset_calls();
        bench.table.faults().reset_calls();
        process.insert(&input).await.completed();
        let calls = bench.hris.calls();
        assert_eq!((calls.total(), calls.writes(), table_calls(&bench)), (1, 0, 3));
    }
}

#[tokio::test]
async fn a_pending_insert_of_five_days_takes_seven_calls_and_one_for_each_later_request_of_the_type() {
    let bench = Bench::start().await;
    let process = warm(&bench).await;
    let on = |month, day, type_id| NewRequest::new(AGENT, type_id, date(2027, month, day), date(2027, month, day)).per_day(1);
    bench.hris.hr_creates_request(on(2, 1, 83).status(RequestStatus::Approved));
    bench.hris.hr_creates_request(on(3, 1, 83));
    // These do not bear on it.
    bench.hris.hr_creates_request(on(3, 1, 78));
    bench.hris.hr_creates_request(on(4, 1, 83).status(RequestStatus::Denied));
    let week = "2026-12-07,2026-12-08,2026-12-09,2026-12-10,2026-12-11";
    process.insert(&Input::leave(AGENT, 83, week).pending()).await.completed();
    let calls = bench.hris.calls();
    assert_eq!((calls.list, calls.calculator, calls.create, calls.total()), (1, 7, 1, 9), "{calls:?}");
    assert_eq!(table_calls(&bench), 4);
}

#[tokio::test]
async fn the_types_are_read_again_after_five_minutes() {
    let bench = Bench::start().await;
    let process = warm(&bench).await;
    process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    assert_eq!(bench.hris.calls().types, 0);
    process.age(std::time::Duration::from_secs(301));
    process.insert(&Input::leave(AGENT, 83, "2026-12-02")).await.completed();
    assert_eq!(bench.hris.calls().types, 1);
}
