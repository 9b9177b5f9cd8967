//! What Genesys may send.

use bamboohr_simulator::{NewRequest, RequestStatus, date};
use e2e::{Answer, event};
use serde_json::json;

use super::{AGENT, Bridge, completed, failed, insert, leave, status_of};
use crate::requests::with;

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_twenty_five_hours_and_a_long_shift_are_written() {
    let bridge = Bridge::start().await;
    let longest = json!({"durationMinutes": [1440, 1500]});
    let id = completed(&bridge.insert(&with(leave(83, "2026-12-08,2026-12-09"), &longest)).await);
    assert_eq!(bridge.only().amount, 16.into());
    for (day, minutes) in [("2026-12-10", 600), ("2026-12-11", 562)] {
        let shift = with(leave(85, day), &json!({"payableMinutes": [minutes]}));
        let shift_id = completed(&bridge.insert(&shift).await);
        assert_ne!(shift_id, id);
        assert_eq!(bridge.hris().request(shift_id).unwrap().amount, 1.into(), "{minutes}");
        assert_eq!(completed(&bridge.insert(&shift).await), shift_id, "{minutes}");
    }
    let lines = bridge.insert.lines(5).await;
    let capped: f64 = lines.iter().filter_map(|line| line["DayCapped"].as_f64()).sum();
    assert_eq!(capped, 2.0);
}

/// As text of JSON: no JSON value holds half a character.
#[tokio::test(flavor = "multi_thread")]
async fn half_a_character_in_the_notes_is_written_as_the_replacement_character() {
    let bridge = Bridge::start().await;
    let notes = json!({"notes": "Beach HALF"});
    let body = with(leave(83, "2026-12-08"), &notes).to_string().replace("HALF", "\\ud83c");
    let event = event::v1("POST", "/timeoff-requests", Some(&body));
    let answer = Answer::of_proxy(&bridge.insert.invoke(&event).await);
    let id = completed(&answer);
    let note = bridge.hris().request(id).unwrap().employee_note;
    assert!(note.starts_with("Beach \u{fffd} [tb:"), "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_that_are_never_found_again_and_lenient_numbers_are_refused() {
    let bridge = Bridge::start().await;
    for day in ["0001-01-05", "2206-01-05"] {
        failed(&bridge.insert(&leave(83, day)).await, "INVALID_INPUT");
        failed(&bridge.update(&leave(83, day)).await, "INVALID_INPUT");
    }
    for minutes in ["4_80", "1e2", "480.0000000000000000000000000000001"] {
        let body = with(leave(83, "2026-12-08"), &json!({"payableMinutes": minutes}));
        failed(&bridge.insert(&body).await, "INVALID_INPUT");
        failed(&bridge.update(&body).await, "INVALID_INPUT");
    }
    assert_eq!(bridge.hris().writes().len(), 0);
}

/// Each process numbers its events from one on: the two calls have the same Lambda request id.
#[tokio::test(flavor = "multi_thread")]
async fn two_calls_with_one_request_id_do_not_share_a_lease() {
    let bridge = Bridge::start().await;
    // Of 80 hours 9 are left: either fits, both do not.
    let taken = NewRequest::new(AGENT, 83, date(2026, 11, 3), date(2026, 11, 3)).lump(71);
    bridge.hris().hr_creates_request(taken.status(RequestStatus::Approved));
    let other = bridge.process("insert-timeoff", &[]).await;
    bridge.hris().set_latency(std::time::Duration::from_millis(20));
    let pending = |day| status_of(&leave(83, day), "PENDING");
    let (first, second) = (pending("2026-12-08"), pending("2026-12-10"));
    let (one, two) = tokio::join!(bridge.insert(&first), insert(&other, &second));
    let mut statuses = [one.text("status"), two.text("status")];
    statuses.sort_unstable();
    assert_eq!(statuses, ["Complete", "InsufficientBalance"]);
    let ids = [&bridge.insert, &other].map(|process| process.running().stdout());
    let names_the_id = |lines: &Vec<String>| {
        lines.iter().any(|line| line.contains("00000000-0000-4000-8000-000000000001"))
    };
    assert!(ids.iter().all(names_the_id));
    assert_eq!(bridge.live().len(), 2);
}
