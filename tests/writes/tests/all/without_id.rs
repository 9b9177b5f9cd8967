//! Updates that name a request by its days and minutes alone.

use std::time::Duration;

use bamboohr_simulator::{NewRequest, RequestStatus, date};
use writes::{Input, Rig};

use crate::stories::{create_late, hasty};

const AGENT: u64 = 452;

fn leave() -> Input {
    Input::leave(AGENT, 83, "2026-12-01")
}

fn by_hand() -> NewRequest {
    NewRequest::new(AGENT, 83, date(2026, 12, 1), date(2026, 12, 1)).per_day(8)
}

#[tokio::test]
async fn the_request_of_the_key_is_meant() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&leave().pending()).await.completed();
    rig.hris.hr_creates_request(by_hand());
    assert_eq!(process.update(&leave()).await.completed(), id);
    assert_eq!(rig.hris.request(id).unwrap().status, RequestStatus::Approved);
    assert_eq!(process.update(&leave().status("CANCELED")).await.completed(), id);
}

#[tokio::test]
async fn the_only_equal_request_of_nobody_is_meant() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = rig.hris.hr_creates_request(by_hand());
    assert_eq!(process.update(&leave().status("DENIED")).await.completed(), id);
    assert_eq!(rig.hris.request(id).unwrap().status, RequestStatus::Denied);
}

#[tokio::test]
async fn several_equal_requests_are_a_conflict() {
    let rig = Rig::start().await;
    let process = rig.process();
    let ids = [rig.hris.hr_creates_request(by_hand()), rig.hris.hr_creates_request(by_hand())];
    for status in ["CANCELED", "APPROVED"] {
        process.update(&leave().status(status)).await.failed("REQUEST_CONFLICT");
    }
    assert_eq!(rig.live(AGENT), ids);
}

#[tokio::test]
async fn an_equal_request_of_another_key_is_a_conflict() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process
        .insert(&Input::leave(AGENT, 83, "").from_time("2026-12-01T09:00:00", 480))
        .await
        .completed();
    for status in ["CANCELED", "DENIED", "PENDING", "APPROVED"] {
        process.update(&leave().status(status)).await.failed("REQUEST_CONFLICT");
    }
    assert_eq!(rig.live(AGENT), [id]);
}

#[tokio::test]
async fn nothing_to_change_is_not_found_and_nothing_to_close_is_success() {
    let rig = Rig::start().await;
    let process = rig.process();
    for status in ["PENDING", "APPROVED"] {
        assert_eq!(process.update(&leave().status(status)).await.failed("REQUEST_NOT_FOUND"), 0);
    }
    for status in ["CANCELED", "DENIED"] {
        let answer = process.update(&leave().status(status)).await;
        answer.completed();
        assert_eq!(answer.id_text(), "");
    }
    assert_eq!(rig.hris.writes().len(), 0);
}

#[tokio::test]
async fn days_and_minutes_are_needed() {
    let rig = Rig::start().await;
    let process = rig.process();
    let closing =
        Input::leave(AGENT, 83, "2026-12-01").with("payableMinutes", "").status("CANCELED");
    process.update(&closing).await.failed("INVALID_INPUT");
    process.update(&closing.status("PENDING")).await.failed("INVALID_INPUT");
    assert_eq!(rig.hris.calls().total(), 0);
}

#[tokio::test]
async fn a_send_that_may_still_arrive_keeps_the_outcome_unknown_for_ten_waiting_times() {
    for arrives in [true, false] {
        let rig = Rig::start().await;
        let process = hasty(&rig);
        create_late(&rig);
        process.insert(&leave()).await.failed("OUTCOME_UNKNOWN");
        let cancel = leave().status("DENIED");
        process.update(&cancel).await.failed("OUTCOME_UNKNOWN");
        process.age(Duration::from_secs(99));
        process.update(&cancel).await.failed("OUTCOME_UNKNOWN");
        process.age(Duration::from_secs(1));
        if arrives {
            rig.hris.release_late();
        }
        process.update(&cancel).await.completed();
        rig.assert_none_live(AGENT);
    }
}

#[tokio::test]
async fn what_arrived_meanwhile_is_closed() {
    let rig = Rig::start().await;
    let process = hasty(&rig);
    create_late(&rig);
    process.insert(&leave()).await.failed("OUTCOME_UNKNOWN");
    rig.hris.release_late();
    let id = rig.only(AGENT).id;
    assert_eq!(process.update(&leave().status("CANCELED")).await.completed(), id);
    assert_eq!(rig.hris.request(id).unwrap().status, RequestStatus::Canceled);
}

/// With an id the days of a cancellation are not looked at, whatever is wrong with them.
#[tokio::test]
async fn days_that_do_not_add_up_keep_no_leave_from_being_closed_by_its_id() {
    let rig = Rig::start().await;
    let process = rig.process();
    for (status, field, value) in [
        ("CANCELED", "dates", ""),
        ("DENIED", "dates", "2026-12-01,2026-12-02"),
        ("CANCELED", "dates", "2026-13-01"),
        ("DENIED", "minDate", "2026-12-02"),
        ("CANCELED", "payableMinutes", "1501"),
    ] {
        let id = process.insert(&leave()).await.completed();
        assert_eq!(
            process.update(&leave().with(field, value).status(status).id(id)).await.completed(),
            id,
            "{field} {value:?}"
        );
        rig.assert_none_live(AGENT);
        process.update(&leave().with(field, value).status(status)).await.failed("INVALID_INPUT");
    }
}
