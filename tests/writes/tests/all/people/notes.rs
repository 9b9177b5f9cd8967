//! Notes that come back other than they were sent.

use bamboohr_simulator::{Action, Fault, Operation, SupersedeAgain};
use writes::{Input, Rig};

use super::{AGENT, dentist, everything};

/// BambooHR cuts the note, and the marker with it, at the first character that it cannot hold; the
/// answer to a supersede is lost.
#[tokio::test]
async fn a_supersede_whose_note_was_cut_is_not_sent_twice() {
    for again in [SupersedeAgain::Accepted, SupersedeAgain::BadRequest, SupersedeAgain::Forbidden] {
        for lost in [
            Action::DropAfter,
            Action::Garbage,
            Action::StatusAfter { status: 500 },
            Action::StatusAfter { status: 504 },
        ] {
            let rig = Rig::start().await;
            rig.hris.change_quirks(|quirks| {
                quirks.cuts_note_beyond_basic_plane = true;
                quirks.supersede_again = again;
            });
            let process = rig.process();
            let beach = |dates| Input::leave(AGENT, 83, dates).notes("🏖 Beach");
            let old = process.insert(&beach("2026-12-08")).await.completed();
            assert_eq!(rig.hris.request(old).unwrap().employee_note, "");
            rig.hris.fault(Fault::once(Operation::Create, lost.clone()));
            let changed = beach("2026-12-08,2026-12-09").id(old);
            let new = process.update(&changed).await.completed();
            assert_eq!(process.update(&changed).await.completed(), new);
            let only = rig.only(AGENT);
            assert_eq!((only.id, only.previous), (new, Some(old)), "{again:?} {lost:?}");
            let cancel = Input::status_of(AGENT, old, "CANCELED");
            assert_eq!(process.update(&cancel).await.completed(), new);
            rig.assert_none_live(AGENT);
        }
    }
}

#[tokio::test]
async fn an_insert_whose_note_was_cut_is_not_sent_twice() {
    for longest in [0, 8, 12] {
        let rig = Rig::start().await;
        rig.hris.change_quirks(|quirks| quirks.longest_note = Some(longest));
        let process = rig.process();
        rig.hris.fault(Fault::once(Operation::Create, Action::DropAfter));
        let id = process.insert(&dentist()).await.completed();
        assert_eq!(process.insert(&dentist()).await.completed(), id);
        assert_eq!(rig.only(AGENT).id, id, "{longest}");
    }
}

/// BambooHR's refusals may name people and balances: they are for the caller alone.
#[tokio::test]
async fn a_refusal_is_quoted_in_the_answer_without_the_address_and_nowhere_else() {
    let rig = Rig::start().await;
    let process = rig.process();
    let text = "Ada Example (ada@example.com): 12.5 hours left";
    let refuse = Action::Refuse { status: 400, text: text.into(), place: Default::default() };
    rig.hris.fault(Fault::once(Operation::Create, refuse));
    let answer = process.insert(&dentist()).await;
    answer.failed("HRIS_REJECTED");
    let sentence = answer.sentence();
    assert!(sentence.contains("Ada Example"), "{sentence}");
    assert!(!sentence.contains("ada@example.com"), "{sentence}");
    assert_eq!(everything(&rig), []);
    let metrics = process.metrics_text();
    assert!(metrics.contains("HRIS_REJECTED"), "{metrics}");
    assert!(!metrics.contains("Ada") && !metrics.contains("hours left"), "{metrics}");
    let stored = rig.stored().await;
    assert!(!stored.contains("Ada") && !stored.contains("hours left"), "{stored}");
}
