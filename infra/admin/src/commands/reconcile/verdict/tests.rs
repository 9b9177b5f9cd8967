//! Each verdict, and what may be done about it, from what is planted.

use UpdateStatus::{Approved, Canceled, Denied, Pending};
use proptest::prelude::*;

use super::*;

const NONE: Likeness = Likeness { by_key: false, equal: false, shares_a_day: false };
const SHARES: Likeness = Likeness { shares_a_day: true, ..NONE };
const EQUAL: Likeness = Likeness { equal: true, ..SHARES };
const KEY: Likeness = Likeness { by_key: true, ..EQUAL };
const EDITED: Likeness = Likeness { by_key: true, ..SHARES };

fn key(number: u8) -> RequestKey {
    format!("0000000000{number:02x}").parse().unwrap()
}

fn id(number: u64) -> TimeOffRequestId {
    TimeOffRequestId::new(number).unwrap()
}

fn asked(status: UpdateStatus) -> Asked {
    Asked {
        status,
        is_unfinished: true,
        is_full_day: true,
        keys: vec![key(1)],
        is_open: false,
        undone: None,
    }
}

fn part_day(status: UpdateStatus) -> Asked {
    Asked { is_full_day: false, keys: vec![key(1), key(2)], ..asked(status) }
}

fn held(number: u64, status: RequestedStatus) -> Held {
    Held { id: id(number), status, is_ours: true, is_readable: true }
}

fn stored(status: UpdateStatus, request: Option<u64>) -> Stored {
    Stored { status, request: request.map(id), key: Some(key(1)), is_stale: false }
}

/// One request in Genesys, and at most one in BambooHR.
fn pair(asked: Asked, held: Option<(Held, Likeness)>, stored: Vec<Stored>) -> Judgement {
    let (held, row): (Vec<_>, Vec<_>) = held.into_iter().unzip();
    let agent =
        Agent { asked: vec![asked], held, likeness: vec![row], stored, is_another_undone: false };
    judge(&agent).0.remove(0)
}

#[test]
fn what_is_there_as_genesys_shows_it_is_equal() {
    let requested = || held(7, RequestedStatus::Pending);
    let approved = || held(7, RequestedStatus::Approved);
    for (status, held, likeness) in [
        (Approved, approved(), KEY),
        (Approved, approved(), EQUAL),
        (Pending, requested(), KEY),
        // Somebody approved it in BambooHR first.
        (Pending, approved(), KEY),
    ] {
        let judgement = pair(asked(status), Some((held, likeness)), Vec::new());
        assert_eq!(
            (judgement.verdict, judgement.live, judgement.repair),
            (Verdict::Equal, Some(id(7)), None),
            "{status:?}"
        );
    }
    for status in [Canceled, Denied] {
        assert_eq!(pair(asked(status), None, Vec::new()).verdict, Verdict::Equal);
        let other = Some((held(7, RequestedStatus::Approved), NONE));
        assert_eq!(pair(asked(status), other, Vec::new()).verdict, Verdict::Equal);
    }
}

#[test]
fn a_closed_one_of_which_a_send_is_open_is_not_equal_yet() {
    let open = Asked { is_open: true, ..asked(Canceled) };
    assert_eq!(pair(open, None, Vec::new()), Judgement::plain(Verdict::Ambiguous, Why::Open));
}

#[test]
fn what_is_not_there_is_missing_and_full_days_are_inserted() {
    for status in [Pending, Approved] {
        let judgement = pair(asked(status), None, Vec::new());
        assert_eq!((judgement.verdict, judgement.repair), (Verdict::Missing, Some(Repair::Insert)));
    }
}

#[test]
fn part_days_are_repaired_from_a_stored_input_alone() {
    let repair = |stored| {
        let judgement = pair(part_day(Approved), None, stored);
        (judgement.verdict, judgement.repair)
    };
    assert_eq!(repair(Vec::new()), (Verdict::Missing, None));
    assert_eq!(repair(vec![stored(Approved, None)]), (Verdict::Missing, Some(Repair::Replay(0))));
    let of_another_leave = Stored { key: Some(key(9)), ..stored(Approved, None) };
    let stale = Stored { is_stale: true, ..stored(Approved, None) };
    for other in [stored(Pending, None), of_another_leave, stale] {
        assert_eq!(repair(vec![other.clone()]), (Verdict::Missing, None), "{other:?}");
    }
    // The one may be in the unit's zone, and the other in UTC.
    let utc = Stored { key: Some(key(2)), ..stored(Approved, None) };
    assert_eq!(repair(vec![utc.clone()]).1, Some(Repair::Replay(0)));
    assert_eq!(repair(vec![stored(Approved, None), utc]), (Verdict::Ambiguous, None));
}

#[test]
fn one_stored_input_is_not_for_two_requests() {
    let mut second = part_day(Approved);
    second.keys = vec![key(1), key(3)];
    let agent = Agent {
        asked: vec![part_day(Approved), second],
        held: Vec::new(),
        likeness: vec![Vec::new(), Vec::new()],
        stored: vec![stored(Approved, None)],
        is_another_undone: false,
    };
    for judgement in judge(&agent).0 {
        assert_eq!(judgement, Judgement::plain(Verdict::Ambiguous, Why::Inputs));
    }
}

#[test]
fn what_is_closed_there_and_live_here_is_closed_by_its_content_or_as_it_was_asked() {
    let live = |likeness| Some((held(7, RequestedStatus::Approved), likeness));
    for status in [Canceled, Denied] {
        for likeness in [KEY, EQUAL] {
            let judgement = pair(asked(status), live(likeness), Vec::new());
            assert_eq!(
                (judgement.verdict, judgement.live, judgement.repair),
                (Verdict::StillLive, Some(id(7)), Some(Repair::Update))
            );
        }
        // Its days have changed on one side: by hand, unless the cancellation itself is stored.
        let judgement = pair(asked(status), live(SHARES), Vec::new());
        assert_eq!((judgement.verdict, judgement.repair), (Verdict::StillLive, None));
        for (request, repair) in [(7, Some(Repair::Replay(0))), (8, None)] {
            let input = Stored { key: None, ..stored(status, Some(request)) };
            let judgement = pair(asked(status), live(SHARES), vec![input]);
            assert_eq!((judgement.verdict, judgement.repair), (Verdict::StillLive, repair));
        }
    }
}

#[test]
fn what_differs_is_repaired_in_the_status_alone() {
    let requested = held(7, RequestedStatus::Pending);
    let status = pair(asked(Approved), Some((requested.clone(), KEY)), Vec::new());
    assert_eq!(
        (status.verdict, status.why, status.repair),
        (Verdict::Differs, Why::Status, Some(Repair::Update))
    );
    for likeness in [SHARES, EDITED] {
        let input = stored(Approved, Some(7));
        let days = pair(asked(Approved), Some((requested.clone(), likeness)), vec![input]);
        assert_eq!((days.verdict, days.why, days.repair), (Verdict::Differs, Why::Content, None));
    }
}

#[test]
fn an_orphan_makes_whatever_is_missing_ambiguous() {
    let moved = Agent {
        asked: vec![asked(Approved), Asked { keys: vec![key(2)], ..asked(Pending) }],
        held: vec![held(7, RequestedStatus::Approved)],
        likeness: vec![vec![NONE], vec![NONE]],
        stored: vec![stored(Approved, None)],
        is_another_undone: false,
    };
    let (judgements, orphans) = judge(&moved);
    assert_eq!(orphans, [id(7)]);
    for judgement in judgements {
        assert_eq!(judgement, Judgement::plain(Verdict::Ambiguous, Why::Orphan));
    }
    // Somebody's own leave is none.
    let theirs = Held { is_ours: false, ..held(7, RequestedStatus::Approved) };
    assert_eq!(pair(asked(Approved), Some((theirs, NONE)), Vec::new()).verdict, Verdict::Missing);
}

#[test]
fn a_live_one_on_its_days_that_cannot_be_read_may_be_it() {
    let unreadable =
        Held { is_ours: false, is_readable: false, ..held(7, RequestedStatus::Approved) };
    for status in [Approved, Canceled] {
        let judgement = pair(asked(status), Some((unreadable.clone(), SHARES)), Vec::new());
        assert_eq!(judgement, Judgement::plain(Verdict::Ambiguous, Why::LiveUnreadable));
    }
}

#[test]
fn what_has_succeeded_is_not_repaired() {
    let done = Asked { is_unfinished: false, ..asked(Approved) };
    let judgement = pair(done, None, vec![stored(Approved, None)]);
    assert_eq!((judgement.verdict, judgement.repair), (Verdict::Missing, None));
}

/// What Genesys wants and people closed in BambooHR is theirs to decide about; so is what may be a
/// leave that they closed, moved since, unless somebody asked for it in these very words.
#[test]
fn what_people_undid_is_not_sent_again() {
    let one = |asked, held: Option<Held>, stored, is_another_undone| {
        let likeness = vec![held.iter().map(|_| NONE).collect()];
        let held = held.into_iter().collect();
        judge(&Agent { asked: vec![asked], held, likeness, stored, is_another_undone }).0.remove(0)
    };
    let by_hand = || Some(Held { is_ours: false, ..held(8, RequestedStatus::Approved) });
    for status in [Approved, Pending] {
        let undone = |undone| Asked { undone: Some(undone), ..asked(status) };
        let missing = Judgement::plain(Verdict::Missing, Why::Undone);
        for held in [None, by_hand()] {
            for inputs in [vec![], vec![stored(status, None)]] {
                let closed = one(undone(Undone::Closed), held.clone(), inputs, false);
                assert_eq!(closed, missing, "{held:?}");
            }
            assert_eq!(one(asked(status), held.clone(), vec![], true), missing, "{held:?}");
            let asked_for = one(asked(status), held, vec![stored(status, None)], true);
            assert_eq!(asked_for.repair, Some(Repair::Replay(0)));
        }
        assert_eq!(one(undone(Undone::Replaced), None, vec![], false), missing);
        let replaced = one(undone(Undone::Replaced), by_hand(), vec![], false);
        assert_eq!(replaced, Judgement::plain(Verdict::Ambiguous, Why::Replaced));
    }
    for status in [Canceled, Denied] {
        let undone = |undone| Asked { undone: Some(undone), ..asked(status) };
        let equal = Judgement::plain(Verdict::Equal, Why::Plain);
        assert_eq!(one(undone(Undone::Closed), by_hand(), vec![], true), equal);
        assert_eq!(one(undone(Undone::Replaced), None, vec![], false), equal);
        let replaced = one(undone(Undone::Replaced), by_hand(), vec![], false);
        assert_eq!(replaced, Judgement::plain(Verdict::Ambiguous, Why::Replaced));
    }
}

fn any_status() -> impl Strategy<Value = UpdateStatus> {
    prop::sample::select(vec![Pending, Approved, Denied, Canceled])
}

fn any_asked() -> impl Strategy<Value = Asked> {
    let undone = prop::sample::select(vec![None, Some(Undone::Closed), Some(Undone::Replaced)]);
    (any_status(), any::<bool>(), any::<bool>(), 0_u8..4, any::<bool>(), undone).prop_map(
        |(status, is_unfinished, is_full_day, first, is_open, undone)| {
            let keys = [key(first), key(first + 10)].into_iter();
            let keys = keys.take(if is_full_day { 1 } else { 2 }).collect();
            Asked { status, is_unfinished, is_full_day, keys, is_open, undone }
        },
    )
}

fn any_held() -> impl Strategy<Value = Held> {
    (1_u64..9, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(number, approved, is_ours, is_readable)| {
            let status =
                if approved { RequestedStatus::Approved } else { RequestedStatus::Pending };
            Held { is_ours, is_readable, ..held(number, status) }
        },
    )
}

fn any_stored() -> impl Strategy<Value = Stored> {
    (any_status(), prop::option::of(1_u64..9), prop::option::of(0_u8..14), any::<bool>()).prop_map(
        |(status, request, number, is_stale)| Stored {
            key: number.map(key),
            is_stale,
            ..stored(status, request)
        },
    )
}

fn any_likeness() -> impl Strategy<Value = Likeness> {
    prop::sample::select(vec![NONE, NONE, SHARES, EQUAL, KEY, EDITED])
}

proptest! {
    #[test]
    fn nothing_is_both_repaired_and_ambiguous_and_nothing_is_sent_twice(
        asked in prop::collection::vec(any_asked(), 0..5),
        held in prop::collection::vec(any_held(), 0..5),
        likeness in prop::collection::vec(prop::collection::vec(any_likeness(), 5), 5),
        stored in prop::collection::vec(any_stored(), 0..4),
        is_another_undone in any::<bool>(),
    ) {
        let agent = Agent { asked, held, likeness, stored, is_another_undone };
        let (judgements, orphans) = judge(&agent);
        let mut replayed = Vec::new();
        for (asked, judgement) in agent.asked.iter().zip(&judgements) {
            let Some(repair) = judgement.repair else { continue };
            prop_assert!(asked.is_unfinished);
            prop_assert!(matches!(
                judgement.verdict,
                Verdict::Missing | Verdict::StillLive | Verdict::Differs
            ));
            if judgement.verdict == Verdict::Differs {
                prop_assert_eq!(judgement.why, Why::Status);
            }
            if judgement.verdict == Verdict::Missing {
                prop_assert!(orphans.is_empty() && asked.undone.is_none());
            }
            match repair {
                Repair::Replay(place) => {
                    let input = &agent.stored[place];
                    prop_assert!(!input.is_stale && input.status == asked.status);
                    prop_assert!(!replayed.contains(&place));
                    replayed.push(place);
                }
                Repair::Insert => {
                    prop_assert!(asked.is_full_day && judgement.verdict == Verdict::Missing);
                    prop_assert!(!is_another_undone);
                }
                Repair::Update => prop_assert!(asked.is_full_day && judgement.live.is_some()),
            }
        }
    }

    #[test]
    fn the_order_in_which_genesys_lists_does_not_change_a_verdict_of_whoever_wants_leave(
        asked in prop::collection::vec(any_asked(), 1..5),
        held in prop::collection::vec(any_held(), 0..5),
        likeness in prop::collection::vec(prop::collection::vec(any_likeness(), 5), 5),
    ) {
        let stored = Vec::new();
        let agent = Agent { asked, held, likeness, stored, is_another_undone: false };
        let mut turned = Agent {
            asked: agent.asked.clone(),
            held: agent.held.clone(),
            likeness: agent.likeness[..agent.asked.len()].to_vec(),
            stored: Vec::new(),
            is_another_undone: false,
        };
        turned.asked.reverse();
        turned.likeness.reverse();
        let (one, _) = judge(&agent);
        let (mut other, _) = judge(&turned);
        other.reverse();
        for ((asked, one), other) in agent.asked.iter().zip(one).zip(other) {
            if asked.is_wanted() {
                prop_assert_eq!(one.verdict, other.verdict);
            }
        }
    }
}
