//! Equal live requests that are in BambooHR already.

use bamboohr_simulator::{Action, Decimal, Fault, NewRequest, Operation, RequestStatus, date};
use writes::{Input, Rig};

const AGENT: u64 = 452;

fn by_hand() -> NewRequest {
    NewRequest::new(AGENT, 83, date(2026, 12, 1), date(2026, 12, 2)).per_day(8)
}

fn leave() -> Input {
    Input::leave(AGENT, 83, "2026-12-01,2026-12-02")
}

#[tokio::test]
async fn an_equal_request_is_adopted_and_given_the_status_by_the_rules() {
    use RequestStatus::{Approved, Requested};
    for (held, asked, after, writes) in [
        (Requested, "PENDING", Requested, 0),
        (Requested, "APPROVED", Approved, 1),
        (Approved, "PENDING", Approved, 0),
        (Approved, "APPROVED", Approved, 0),
    ] {
        let rig = Rig::start().await;
        let id = rig.hris.hr_creates_request(by_hand().status(held));
        let process = rig.process();
        for _ in 0..2 {
            assert_eq!(
                process.insert(&leave().status(asked)).await.completed(),
                id,
                "{held:?} {asked}"
            );
        }
        assert_eq!(
            (rig.only(AGENT).status, rig.hris.writes().len()),
            (after, writes),
            "{held:?} {asked}"
        );
    }
}

#[tokio::test]
async fn an_approved_equal_is_adopted_whatever_the_balance() {
    let rig = Rig::start().await;
    let days = NewRequest::new(AGENT, 83, date(2026, 12, 1), date(2026, 12, 5))
        .per_day(24)
        .status(RequestStatus::Approved);
    let id = rig.hris.hr_creates_request(days);
    let asked = Input::leave(AGENT, 83, "2026-12-01,2026-12-02,2026-12-03,2026-12-04,2026-12-05")
        .minutes(1_440)
        .pending();
    assert_eq!(rig.process().insert(&asked).await.completed(), id);
    assert_eq!(rig.hris.calls().writes(), 0);
}

#[tokio::test]
async fn what_counts_as_equal() {
    let hours = |text: &str| text.parse::<Decimal>().unwrap();
    let request = |end| NewRequest::new(AGENT, 83, date(2026, 12, 1), end);
    let cases = [
        (request(date(2026, 12, 2)).lump(16), true, "one lump on the first day"),
        (request(date(2026, 12, 3)).lump(16), false, "a lump over other days"),
        (
            by_hand().day(date(2026, 12, 2), hours("8.004")),
            true,
            "a difference below the tolerance",
        ),
        (
            by_hand().day(date(2026, 12, 2), hours("8.01")),
            false,
            "a difference above the tolerance",
        ),
        (
            request(date(2026, 12, 4)).day(date(2026, 12, 1), 8).day(date(2026, 12, 2), 8),
            true,
            "further days without an amount",
        ),
        (
            NewRequest::new(AGENT, 78, date(2026, 12, 1), date(2026, 12, 2)).per_day(8),
            false,
            "another type",
        ),
        (by_hand().status(RequestStatus::Denied), false, "a denied one"),
        (
            by_hand().employee_note("Sea [tb:0123456789ab]"),
            true,
            "one with a marker that somebody copied",
        ),
    ];
    for (request, is_equal, what) in cases {
        let rig = Rig::start().await;
        let id = rig.hris.hr_creates_request(request);
        let given = rig.process().insert(&leave()).await.completed();
        assert_eq!(given == id, is_equal, "{what}");
    }
}

#[tokio::test]
async fn an_equal_request_of_another_key_is_left_alone() {
    let rig = Rig::start().await;
    let process = rig.process();
    let early = Input::leave(AGENT, 83, "").from_time("2026-12-01T09:00:00", 480);
    let whole = Input::leave(AGENT, 83, "2026-12-01");
    let first = process.insert(&early).await.completed();
    let second = process.insert(&whole).await.completed();
    assert_eq!(rig.live(AGENT), [first, second]);
}

#[tokio::test]
async fn one_request_by_hand_is_adopted_for_one_leave_only() {
    let rig = Rig::start().await;
    let process = rig.process();
    let day = NewRequest::new(AGENT, 83, date(2026, 12, 1), date(2026, 12, 1)).per_day(2);
    let by_hand = rig.hris.hr_creates_request(day);
    let first = process
        .insert(&Input::leave(AGENT, 83, "").from_time("2026-12-01T09:00:00", 120))
        .await
        .completed();
    let second = process
        .insert(&Input::leave(AGENT, 83, "").from_time("2026-12-01T14:00:00", 120))
        .await
        .completed();
    assert_eq!(first, by_hand);
    assert_eq!(rig.live(AGENT), [first, second]);
}

#[tokio::test]
async fn an_adopted_request_that_may_not_be_approved_says_so_and_stays() {
    let rig = Rig::start().await;
    let id = rig.hris.hr_creates_request(by_hand());
    let process = rig.process();
    rig.hris.fault(Fault::once(Operation::Status, Action::StatusBefore { status: 403 }));
    process.insert(&leave()).await.failed("HRIS_FORBIDDEN");
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (id, RequestStatus::Requested));
    assert_eq!(process.insert(&leave()).await.completed(), id);
}

#[tokio::test]
async fn a_leave_without_minutes_is_inserted_once() {
    let rig = Rig::start().await;
    let process = rig.process();
    let zero = leave().minutes(0).pending();
    let id = process.insert(&zero).await.completed();
    assert_eq!(process.insert(&zero).await.completed(), id);
    assert_eq!(rig.only(AGENT).amount, Decimal::ZERO);
}

#[tokio::test]
async fn every_day_from_start_to_end_is_written() {
    let rig = Rig::start().await;
    let input = Input::leave(AGENT, 85, "2026-12-01,2026-12-03")
        .with("minDate", "2026-11-30")
        .with("maxDate", "2026-12-04")
        .minutes(240);
    let id = rig.process().insert(&input).await.completed();
    let request = rig.only(AGENT);
    let half: Decimal = "0.5".parse().unwrap();
    let days = [half * Decimal::ZERO, half, half * Decimal::ZERO, half, half * Decimal::ZERO]
        .map(|amount| amount.normalize());
    assert_eq!(
        (request.id, request.start, request.end),
        (id, date(2026, 11, 30), date(2026, 12, 4))
    );
    assert_eq!(request.dates.into_values().collect::<Vec<_>>(), days);
}
