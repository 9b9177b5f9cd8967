//! What a call costs when nothing goes wrong.

use bamboohr_simulator::{NewRequest, RequestStatus, TimeOffType, Unit, date};
use writes::{Input, Process, Rig};

const AGENT: u64 = 452;

async fn warm(rig: &Rig) -> Process {
    let process = rig.process();
    process.warm_up().await;
    rig.hris.reset_calls();
    rig.table.faults().reset_calls();
    process
}

fn table_calls(rig: &Rig) -> usize {
    rig.table.faults().all_calls().values().sum()
}

#[tokio::test]
async fn an_approved_insert_takes_two_calls_to_bamboohr_and_four_to_the_table() {
    let rig = Rig::start().await;
    let process = warm(&rig).await;
    process.insert(&Input::leave(AGENT, 83, "2026-12-01,2026-12-02")).await.completed();
    assert_eq!(
        (rig.hris.calls().total(), table_calls(&rig)),
        (2, 4),
        "{:?}",
        rig.table.faults().all_calls()
    );
}

#[tokio::test]
async fn a_type_that_is_newer_than_what_is_kept_can_be_requested_at_once() {
    let rig = Rig::start().await;
    let process = warm(&rig).await;
    rig.hris.add_time_off_type(TimeOffType::new(99, "Volunteering", Unit::Hours));
    process.insert(&Input::leave(AGENT, 99, "2026-12-01")).await.completed();
    assert_eq!((rig.hris.calls().types, rig.hris.live(AGENT).len()), (1, 1));
}

#[tokio::test]
async fn a_repeated_insert_takes_one_call_to_bamboohr_and_no_write() {
    let rig = Rig::start().await;
    let process = warm(&rig).await;
    let input = Input::leave(AGENT, 83, "2026-12-01,2026-12-02");
    for input in [input.clone(), input.pending()] {
        process.insert(&input).await.completed();
        rig.hris.reset_calls();
        rig.table.faults().reset_calls();
        process.insert(&input).await.completed();
        let calls = rig.hris.calls();
        assert_eq!((calls.total(), calls.writes(), table_calls(&rig)), (1, 0, 3));
    }
}

#[tokio::test]
async fn a_pending_insert_of_five_days_takes_seven_calls_and_one_for_each_later_request_of_the_type()
 {
    let rig = Rig::start().await;
    let process = warm(&rig).await;
    // Had they been approved today, the balances would be asked for twice.
    let today = rig.hris.today();
    rig.hris.set_today(date(2026, 1, 5));
    let on = |month, day, type_id| {
        NewRequest::new(AGENT, type_id, date(2027, month, day), date(2027, month, day)).per_day(1)
    };
    rig.hris.hr_creates_request(on(2, 1, 83).status(RequestStatus::Approved));
    rig.hris.hr_creates_request(on(3, 1, 83));
    // These do not bear on it.
    rig.hris.hr_creates_request(on(3, 1, 78));
    rig.hris.hr_creates_request(on(4, 1, 83).status(RequestStatus::Denied));
    rig.hris.set_today(today);
    let week = "2026-12-07,2026-12-08,2026-12-09,2026-12-10,2026-12-11";
    process.insert(&Input::leave(AGENT, 83, week).pending()).await.completed();
    let calls = rig.hris.calls();
    assert_eq!(
        (calls.list, calls.calculator, calls.create, calls.total()),
        (1, 7, 1, 9),
        "{calls:?}"
    );
    assert_eq!(table_calls(&rig), 4);
}

#[tokio::test]
async fn the_types_are_read_again_after_five_minutes() {
    let rig = Rig::start().await;
    let process = warm(&rig).await;
    process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    assert_eq!(rig.hris.calls().types, 0);
    process.age(std::time::Duration::from_secs(301));
    process.insert(&Input::leave(AGENT, 83, "2026-12-02")).await.completed();
    assert_eq!(rig.hris.calls().types, 1);
}
