//! The balance check of pending requests.

use bamboohr_simulator::{
    Action, Fault, Matcher, NewRequest, Operation, RequestStatus, Seed, date,
};
use writes::{Input, Rig};

/// 80 h of type 83, 10 days of type 85, no limit on type 90.
const AGENT: u64 = 452;
/// 16 h of type 83, in debt with type 78, one day of type 85.
const POOR: u64 = 453;

/// So many hours of type 83, an hour of the day each at most 24, from the 1st of December on.
fn hours(agent: u64, hours: u16) -> Input {
    assert!(hours <= 24);
    Input::leave(agent, 83, "2026-12-01").minutes(60 * hours).pending()
}

fn by_hand(
    agent: u64,
    day: bamboohr_simulator::Date,
    hours: u32,
    status: RequestStatus,
) -> NewRequest {
    NewRequest::new(agent, 83, day, day).per_day(hours).status(status)
}

#[tokio::test]
async fn the_last_minute_fits_and_one_more_does_not() {
    let rig = Rig::start().await;
    let process = rig.process();
    let input = |minutes| Input::leave(POOR, 83, "2026-12-01").minutes(minutes).pending();
    assert_eq!(process.insert(&input(961)).await.insufficient(), 0);
    assert_eq!(rig.hris.writes().len(), 0);
    process.insert(&input(960)).await.completed();
}

#[tokio::test]
async fn a_part_of_a_day_is_not_refused_for_its_rounding() {
    let rig = Rig::start().await;
    // 100 of 480 minutes are 0.2083 days; thrice that with 180 minutes is a day, within half a
    // minute.
    let process = rig.process();
    for date in ["2026-12-01", "2026-12-02", "2026-12-03"] {
        process.insert(&Input::leave(POOR, 85, date).minutes(100).pending()).await.completed();
    }
    process.insert(&Input::leave(POOR, 85, "2026-12-04").minutes(180).pending()).await.completed();
    process.insert(&Input::leave(POOR, 85, "2026-12-08").minutes(1).pending()).await.insufficient();
}

#[tokio::test]
async fn only_what_is_pending_unforced_and_limited_is_checked() {
    let rig = Rig::start().await;
    let process = rig.process();
    process.insert(&hours(POOR, 17)).await.insufficient();
    process.insert(&hours(POOR, 17).with("overrideBalanceThreshold", "true")).await.completed();
    process
        .insert(&Input::leave(POOR, 83, "2026-12-08").minutes(1_440).status("APPROVED"))
        .await
        .completed();
    assert_eq!(rig.hris.calls().calculator, 1);
    process
        .insert(&Input::leave(POOR, 90, "2026-12-10").minutes(1_440).pending())
        .await
        .completed();
}

#[tokio::test]
async fn a_threshold_is_kept_and_a_negative_one_lets_agents_go_into_debt() {
    let rig = Rig::start().await;
    let keeps_two_hours = rig.process_with(|settings| settings.balance_threshold_minutes = 120);
    let lends_two_hours = rig.process_with(|settings| settings.balance_threshold_minutes = -120);
    keeps_two_hours.insert(&hours(POOR, 15)).await.insufficient();
    lends_two_hours.insert(&hours(POOR, 19)).await.insufficient();
    lends_two_hours.insert(&hours(POOR, 18)).await.completed();
}

#[tokio::test]
async fn a_type_that_the_calculator_does_not_list_is_never_a_pass() {
    let rig = Rig::start().await;
    let answer = rig.process().insert(&Input::leave(454, 85, "2026-12-01").pending()).await;
    answer.failed("INVALID_INPUT");
    assert_eq!(rig.hris.writes().len(), 0);
}

#[tokio::test]
async fn a_balance_that_cannot_be_read_is_never_a_pass() {
    let rig = Rig::start().await;
    rig.hris.fault(Fault::new(
        Matcher::on(Operation::Calculator).nth(2),
        Action::StatusBefore { status: 500 },
    ));
    let answer = rig
        .process()
        .insert(&Input::leave(AGENT, 83, "2026-12-01,2026-12-02,2026-12-03").pending())
        .await;
    answer.failed("HRIS_UNAVAILABLE");
    assert_eq!(rig.hris.writes().len(), 0);
}

#[tokio::test]
async fn what_waits_for_approval_counts_from_its_first_day_on() {
    let rig = Rig::start().await;
    let process = rig.process();
    // However long ago it began.
    rig.hris.hr_creates_request(by_hand(POOR, date(2024, 1, 8), 6, RequestStatus::Requested));
    process.insert(&hours(POOR, 11)).await.insufficient();
    process.insert(&hours(POOR, 10)).await.completed();
}

#[tokio::test]
async fn what_was_granted_later_is_not_taken_away() {
    for status in [RequestStatus::Approved, RequestStatus::Requested] {
        let rig = Rig::start().await;
        let process = rig.process();
        rig.hris.hr_creates_request(by_hand(POOR, date(2027, 6, 1), 10, status));
        // On the day itself there are 16 h; in June 6 h are left.
        process.insert(&hours(POOR, 7)).await.insufficient();
        process.insert(&hours(POOR, 6)).await.completed();
    }
}

#[tokio::test]
async fn what_lies_more_than_a_year_ahead_does_not_bear_on_it() {
    let rig = Rig::start().await;
    rig.hris.hr_creates_request(by_hand(POOR, date(2027, 12, 2), 10, RequestStatus::Approved));
    rig.process().insert(&hours(POOR, 16)).await.completed();
}

#[tokio::test]
async fn other_types_do_not_bear_on_it() {
    let rig = Rig::start().await;
    rig.hris.hr_creates_request(
        NewRequest::new(POOR, 85, date(2026, 11, 30), date(2026, 11, 30)).per_day(1),
    );
    rig.process().insert(&hours(POOR, 16)).await.completed();
}

#[tokio::test]
async fn the_amount_up_to_each_date_is_what_counts() {
    // 8 h accrue on the first of each month: a leave over the turn of the month may use what
    // accrues during it.
    let rig = Rig::start().await;
    let process = rig.process();
    let input = |second| {
        Input::leave(AGENT, 78, "2026-11-30,2026-12-01,2026-12-02,2026-12-03,2026-12-04,2026-12-05")
            .with("payableMinutes", serde_json::json!([1440, 1440, 1440, 1440, 1440, second]))
            .pending()
    };
    process.insert(&input(481)).await.insufficient();
    process.insert(&input(480)).await.completed();
}

#[tokio::test]
async fn a_change_gives_back_what_the_request_itself_holds() {
    for status in ["PENDING", "APPROVED"] {
        let rig = Rig::start().await;
        let process = rig.process();
        let id = process.insert(&hours(POOR, 12).status(status)).await.completed();
        let shifted =
            |hours: u16| Input::leave(POOR, 83, "2026-12-02").minutes(60 * hours).pending().id(id);
        assert_eq!(process.update(&shifted(17)).await.insufficient(), id, "{status}");
        assert_eq!(rig.only(POOR).id, id);
        process.update(&shifted(16)).await.completed();
        assert_eq!(
            (rig.only(POOR).previous, rig.only(POOR).amount),
            (Some(id), 16.into()),
            "{status}"
        );
    }
}

/// An approved request is given back only from its first day on: before, the calculator does not
/// deduct it either.
#[tokio::test]
async fn an_approved_request_is_not_given_back_twice_when_it_moves_to_an_earlier_day() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&Input::leave(POOR, 83, "2026-12-08").minutes(720)).await.completed();
    let earlier =
        |hours: u16| Input::leave(POOR, 83, "2026-12-01").minutes(60 * hours).pending().id(id);
    assert_eq!(process.update(&earlier(17)).await.insufficient(), id);
    process.update(&earlier(16)).await.completed();
}

#[tokio::test]
async fn a_change_of_type_gives_nothing_back() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&Input::leave(POOR, 90, "2026-12-01").minutes(720)).await.completed();
    assert_eq!(process.update(&hours(POOR, 17).id(id)).await.insufficient(), id);
    process.update(&hours(POOR, 16).id(id)).await.completed();
}

#[tokio::test]
async fn an_insert_anew_in_update_is_checked_too() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&hours(POOR, 12)).await.completed();
    process.update(&Input::status_of(POOR, id, "CANCELED")).await.completed();
    rig.hris.hr_creates_request(by_hand(POOR, date(2026, 11, 20), 8, RequestStatus::Approved));
    assert_eq!(process.update(&hours(POOR, 12).id(id)).await.insufficient(), id);
}

#[tokio::test]
async fn the_unit_of_the_type_is_what_is_compared() {
    let rig = Rig::with(Seed::small().default_hours([6, 6, 6, 6, 6, 0, 0])).await;
    let process = rig.process();
    // One day of six hours is left.
    let leave = |minutes| Input::leave(POOR, 85, "2026-12-01,2026-12-02").minutes(minutes);
    process.insert(&leave(181).pending()).await.insufficient();
    process.insert(&leave(180).pending()).await.completed();
}
