//! What Genesys may send.

use bamboohr_simulator::{NewRequest, RequestStatus, date};
use serde_json::json;
use writes::{Input, Rig};

use super::AGENT;

#[tokio::test]
async fn a_day_of_twenty_five_hours_is_no_error() {
    for duration in [1_440, 1_500] {
        let rig = Rig::start().await;
        let asked = Input::leave(AGENT, 83, "2026-12-08,2026-12-09")
            .with("durationMinutes", json!([duration, duration]));
        let id = rig.process().insert(&asked).await.completed();
        assert_eq!(rig.only(AGENT).id, id);
        assert_eq!(rig.only(AGENT).amount, 16.into());
    }
}

#[tokio::test]
async fn a_shift_that_is_longer_than_a_day_of_the_company_is_one_day() {
    for (minutes, capped) in [(480, 0.0), (481, 1.0), (562, 1.0), (600, 1.0), (1_440, 1.0)] {
        let rig = Rig::start().await;
        let process = rig.process();
        let asked = Input::leave(AGENT, 85, "2026-12-08").minutes(minutes);
        let id = process.insert(&asked).await.completed();
        let only = rig.only(AGENT);
        assert_eq!((only.id, only.amount), (id, 1.into()), "{minutes}");
        assert_eq!(process.metric("DayCapped"), capped, "{minutes}");
        assert_eq!(process.insert(&asked).await.completed(), id, "{minutes}");
    }
}

#[tokio::test]
async fn dates_that_could_never_be_found_again_are_refused() {
    let rig = Rig::start().await;
    let process = rig.process();
    for day in ["0001-01-05", "1899-12-31", "2101-01-01", "2206-01-05", "9999-12-31"] {
        process.insert(&Input::leave(AGENT, 83, day)).await.failed("INVALID_INPUT");
        process.update(&Input::leave(AGENT, 83, day).id(7)).await.failed("INVALID_INPUT");
    }
    assert_eq!(rig.hris.calls().total(), 0);
    for day in ["1900-01-01", "2100-12-31"] {
        let asked = Input::leave(AGENT, 83, day);
        let id = process.insert(&asked).await.completed();
        assert_eq!(process.insert(&asked).await.completed(), id, "{day}");
        assert!(rig.live(AGENT).contains(&id), "{day}");
    }
}

#[tokio::test]
async fn minutes_that_are_no_plain_number_are_refused() {
    let rig = Rig::start().await;
    let process = rig.process();
    let minutes = ["4_80", "1e2", "480.0000000000000000000000000000001", "+480", "0x1e0", "-1"];
    for minutes in minutes.map(str::to_owned).into_iter().chain(["1501".into(), "１２０".into()])
    {
        let asked = Input::leave(AGENT, 83, "2026-12-08").with("payableMinutes", minutes.clone());
        process.insert(&asked).await.failed("INVALID_INPUT");
        process.update(&asked.id(7)).await.failed("INVALID_INPUT");
    }
    assert_eq!(rig.hris.calls().total(), 0);
}

/// Where ids repeat, two calls under one Lambda request id are still two calls.
#[tokio::test]
async fn two_calls_with_one_request_id_do_not_share_a_lease() {
    for first_day in ["2026-12-08", "2026-12-09"] {
        let rig = Rig::start().await;
        // Of 80 hours 9 are left: either fits, both do not.
        let taken = NewRequest::new(AGENT, 83, date(2026, 11, 3), date(2026, 11, 3)).lump(71);
        rig.hris.hr_creates_request(taken.status(RequestStatus::Approved));
        let (one, other) = (rig.process(), rig.process());
        one.warm_up().await;
        other.warm_up().await;
        rig.hris.set_latency(std::time::Duration::from_millis(20));
        let pending = |day| Input::leave(AGENT, 83, day).pending();
        let (first, second) = (pending(first_day), pending("2026-12-10"));
        let (first, second) =
            tokio::join!(one.insert_as("same-id", &first), other.insert_as("same-id", &second));
        let mut statuses = [first.status(), second.status()];
        statuses.sort_unstable();
        assert_eq!(statuses, ["Complete", "InsufficientBalance"]);
        assert_eq!(rig.hris.live(AGENT).len(), 2);
    }
}

/// The notes as text of JSON: no JSON value holds half a character.
#[tokio::test]
async fn half_a_character_in_the_notes_is_written_as_the_replacement_character() {
    for half in ["\\ud83c", "\\udfd6"] {
        let rig = Rig::start().await;
        let process = rig.process();
        let asked = Input::leave(AGENT, 83, "2026-12-08").notes("Beach HALF");
        let id = process.insert_text(&asked.text().replace("HALF", half)).await.completed();
        let note = rig.only(AGENT).employee_note;
        assert!(note.starts_with("Beach \u{fffd} [tb:"), "{note}");
        assert_eq!(process.insert(&asked).await.completed(), id);
    }
}
