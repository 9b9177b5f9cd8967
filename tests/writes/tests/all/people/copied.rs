//! Notes are copied, and our marker with them.

use bamboohr_simulator::{Edit, RequestStatus, date};
use writes::{Input, Rig};

use super::{
    AGENT, DAY, SETTLING_IS_DUE, assert_people_are_left_alone, dentist,
    insert_that_looks_over_everything,
};

/// Somebody enters further leave with the note of the request, and its marker.
fn copies() -> [(&'static str, Edit); 3] {
    let approved = || Edit::new().status(RequestStatus::Approved);
    [
        ("another day", approved().moved_to(date(2026, 12, 15))),
        ("another type", approved().time_off_type(83)),
        ("other hours", approved().per_day(4)),
    ]
}

#[tokio::test]
async fn leave_by_hand_with_a_copied_note_is_left_alone_and_counted() {
    for (copied, edit) in copies() {
        let rig = Rig::start().await;
        let process = rig.process();
        let id = process.insert(&dentist()).await.completed();
        let copy = rig.hris.hr_copies_request(id, edit).unwrap();
        let other = process.insert(&insert_that_looks_over_everything()).await.completed();
        assert_eq!(rig.live(AGENT), [id, copy, other], "{copied}");
        assert_people_are_left_alone(&rig, copied);
        assert_eq!(process.metric("ForeignMarker"), 1.0, "{copied}");
        assert_eq!(process.metric("DuplicateCancelled"), 0.0, "{copied}");
    }
}

#[tokio::test]
async fn leave_with_the_note_of_one_that_genesys_cancelled_is_left_alone() {
    for status in ["CANCELED", "DENIED"] {
        for (copied, edit) in copies() {
            let rig = Rig::start().await;
            let process = rig.process();
            let id = process.insert(&dentist()).await.completed();
            process.update(&Input::status_of(AGENT, id, status)).await.completed();
            let copy = rig.hris.hr_copies_request(id, edit).unwrap();
            let other = process.insert(&insert_that_looks_over_everything()).await.completed();
            assert_eq!(rig.live(AGENT), [copy, other], "{status}, {copied}");
            assert_people_are_left_alone(&rig, copied);
        }
    }
}

#[tokio::test]
async fn leave_with_the_note_of_another_agents_request_is_adopted() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&dentist()).await.completed();
    let of_colleague = rig.hris.hr_copies_request(id, Edit::new().employee(441)).unwrap();
    let asked = Input::leave(441, 78, "2026-12-08").notes("Dentist");
    assert_eq!(process.insert(&asked).await.completed(), of_colleague);
    assert_eq!(process.insert(&asked).await.completed(), of_colleague);
    let on_the_day =
        |employee| rig.hris.live(employee).iter().filter(|request| request.start == DAY).count();
    assert_eq!((on_the_day(441), on_the_day(AGENT)), (1, 1));
    assert_people_are_left_alone(&rig, "another agent's marker");
}

/// No send of the key was ever unclear: the second request cannot be ours.
#[tokio::test]
async fn an_exact_copy_by_hand_stays() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&dentist()).await.completed();
    let copy = rig.hris.hr_copies_request(id, Edit::new()).unwrap();
    assert_eq!(process.insert(&dentist()).await.completed(), id);
    assert_eq!(process.insert(&dentist().pending()).await.completed(), id);
    let other = process.insert(&insert_that_looks_over_everything()).await.completed();
    process.age(SETTLING_IS_DUE);
    process.settle().await.completed();
    assert_eq!(rig.live(AGENT), [id, copy, other]);
    assert_people_are_left_alone(&rig, "an exact copy");
    // What is cancelled is the one that Genesys names.
    assert_eq!(process.update(&Input::status_of(AGENT, id, "CANCELED")).await.completed(), id);
    assert_eq!(rig.live(AGENT), [copy, other]);
}
