//! Notes are copied, and our marker with them.

use bamboohr_simulator::{Edit, RequestStatus, date};
use serde_json::json;

use super::{AGENT, Bridge, close, completed, dentist, insert_that_looks_over_everything, leave};
use crate::requests::with;

fn copies() -> [Edit; 3] {
    let approved = || Edit::new().status(RequestStatus::Approved);
    [approved().moved_to(date(2026, 12, 15)), approved().time_off_type(83), approved().per_day(4)]
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_by_hand_with_a_copied_note_is_left_alone_and_counted() {
    let bridge = Bridge::start().await;
    let id = completed(&bridge.insert(&dentist()).await);
    let copies = copies().map(|edit| bridge.hris().hr_copies_request(id, edit).unwrap());
    let other = completed(&bridge.insert(&insert_that_looks_over_everything()).await);
    let expected: Vec<_> = [id].into_iter().chain(copies).chain([other]).collect();
    assert_eq!(bridge.live(), expected);
    bridge.assert_people_are_left_alone();
    let lines = bridge.insert.lines(2).await;
    let foreign = lines.iter().filter(|line| line["event"] == "marker.foreign").count();
    assert_eq!(foreign, copies.len());
    let counted: f64 = lines.iter().filter_map(|line| line["ForeignMarker"].as_f64()).sum();
    assert_eq!(counted, 3.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_with_the_note_of_one_that_genesys_cancelled_is_left_alone() {
    for status in ["CANCELED", "DENIED"] {
        let bridge = Bridge::start().await;
        let id = completed(&bridge.insert(&dentist()).await);
        assert_eq!(completed(&bridge.update(&close(id, status)).await), id);
        let copies = copies().map(|edit| bridge.hris().hr_copies_request(id, edit).unwrap());
        let other = completed(&bridge.insert(&insert_that_looks_over_everything()).await);
        let expected: Vec<_> = copies.into_iter().chain([other]).collect();
        assert_eq!(bridge.live(), expected, "{status}");
        bridge.assert_people_are_left_alone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_with_the_note_of_another_agents_request_is_adopted() {
    let bridge = Bridge::start().await;
    let id = completed(&bridge.insert(&dentist()).await);
    let of_colleague = bridge.hris().hr_copies_request(id, Edit::new().employee(441)).unwrap();
    let asked = with(dentist(), &json!({"agentId": "441"}));
    for _ in 0..2 {
        assert_eq!(completed(&bridge.insert(&asked).await), of_colleague);
    }
    assert_eq!(bridge.live(), [id]);
    bridge.assert_people_are_left_alone();
}

/// No send of the key was ever unclear: the second request cannot be ours.
#[tokio::test(flavor = "multi_thread")]
async fn an_exact_copy_by_hand_stays() {
    let bridge = Bridge::start().await;
    let id = completed(&bridge.insert(&dentist()).await);
    let copy = bridge.hris().hr_copies_request(id, Edit::new()).unwrap();
    assert_eq!(completed(&bridge.insert(&dentist()).await), id);
    let other = completed(&bridge.insert(&insert_that_looks_over_everything()).await);
    bridge.settle().await;
    assert_eq!(bridge.live(), [id, copy, other]);
    bridge.assert_people_are_left_alone();
    assert_eq!(completed(&bridge.update(&close(id, "CANCELED")).await), id);
    assert_eq!(bridge.live(), [copy, other]);
}

/// An equal leave by hand of another type is none.
#[tokio::test(flavor = "multi_thread")]
async fn leave_by_hand_is_adopted_only_where_it_is_equal() {
    let bridge = Bridge::start().await;
    let day = date(2026, 12, 8);
    let by_hand = |type_id| {
        let new = bamboohr_simulator::NewRequest::new(AGENT, type_id, day, day).per_day(8);
        bridge.hris().hr_creates_request(new.status(RequestStatus::Approved))
    };
    let (vacation, sick) = (by_hand(78), by_hand(83));
    assert_eq!(completed(&bridge.insert(&dentist()).await), vacation);
    assert_eq!(completed(&bridge.insert(&leave(83, "2026-12-08")).await), sick);
    assert_eq!(bridge.live(), [vacation, sick]);
    bridge.assert_people_are_left_alone();
}
