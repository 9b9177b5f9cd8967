//! What the ledger concludes from its records; no table takes part.

use std::collections::BTreeSet;

use jiff::civil::date;
use store::{
    Claim, Closed, Doubt, Ledger, OpenChange, SentStatus, StatusChange, Subject, Unsettled,
};

use crate::rig::{DAY, END, agent, at, claim, key, leave, leave_on, request};

const MINUTES_15: i64 = 15 * 60;

fn unsettled(ledger: &Ledger) -> Option<Unsettled> {
    ledger.key(key(1)).unwrap().unsettled
}

#[test]
fn a_released_key_stands_for_the_last_one_until_it_is_inserted_anew() {
    let mut ledger = Ledger::empty(agent());
    for of in 1..=3 {
        ledger.bind_created(key(of), leave(), request(7));
    }
    ledger.release(key(1), key(2));
    ledger.release(key(2), key(3));
    assert_eq!([1, 2, 3, 4].map(|of| ledger.released(key(of))), [3, 3, 3, 4].map(key));
    // Given back, the ring ends.
    ledger.release(key(3), key(1));
    ledger.bind(key(1), leave(), request(7));
    assert_eq!([1, 2, 3].map(|of| ledger.released(key(of))), [1, 1, 1].map(key));
}

#[test]
fn a_release_carries_the_doubt_over() {
    let requested = Doubt { requested: true, approved: false };
    let both = Doubt { requested: true, approved: true };
    for (own, expected) in [(None, requested), (Some(SentStatus::Approved), both)] {
        let mut ledger = Ledger::empty(agent());
        // The send of key 1 is open, that of key 2 was repeated if `own` names its status.
        ledger.claim(key(1), leave(), claim(1, None), at(10));
        if let Some(status) = own {
            let repeated = Claim { sends: 2, status, ..claim(1, None) };
            ledger.claim(key(2), leave(), repeated, at(10));
        }
        ledger.bind_arrived(key(2), leave(), request(7), true, at(2));
        ledger.release(key(1), key(2));
        assert_eq!(ledger.key(key(2)).unwrap().doubt(), expected);
        let from = ledger.key(key(1)).unwrap();
        assert_eq!((from.closed, from.doubt()), (Some(Closed::Released(key(2))), requested));
    }
}

#[test]
fn what_was_sent_in_doubt_stays_in_doubt() {
    let mut ledger = Ledger::empty(agent());
    ledger.bind_created(key(1), leave(), request(7));
    assert!(!ledger.key(key(1)).unwrap().doubt().any(), "the answer named the request");
    ledger.claim(key(1), leave(), claim(1, None), at(10));
    ledger.bind_arrived(key(1), leave(), request(8), true, at(2));
    ledger.close_key(key(1), leave(), Closed::Ended);
    ledger.claim(key(1), leave(), claim(3, None), at(10));
    ledger.bind_created(key(1), leave(), request(9));
    let record = ledger.key(key(1)).unwrap();
    assert_eq!((record.doubt.requested, record.doubt.approved), (true, false));
}

#[test]
fn a_binding_beside_an_open_claim_opens_the_key_and_keeps_the_claim() {
    let mut ledger = Ledger::empty(agent());
    ledger.claim(key(1), leave(), claim(1, Some(7)), at(10));
    ledger.close_key(key(1), leave(), Closed::Ended);
    assert!(ledger.is_closed(key(1)));
    ledger.bind(key(1), leave(), request(8));
    assert_eq!((ledger.bound_key(request(8)), ledger.is_closed(key(1))), (Some(key(1)), false));
    assert_eq!(ledger.key(key(1)).unwrap().claim, Some(claim(1, Some(7))));
    assert_eq!(unsettled(&ledger), Some(Unsettled::new(at(1), at(10))));
}

#[test]
fn the_request_that_arrived_leaves_open_what_may_arrive_besides() {
    for (sends, is_certain, is_open) in
        [(1, true, false), (1, false, true), (2, true, true), (2, false, true)]
    {
        let mut ledger = Ledger::empty(agent());
        ledger.claim(key(1), leave(), Claim { sends, ..claim(1, None) }, at(10));
        ledger.bind_arrived(key(1), leave(), request(7), is_certain, at(2));
        let expected = is_open.then(|| Unsettled::new(at(2), at(2 + MINUTES_15)));
        assert_eq!(unsettled(&ledger), expected, "{sends} {is_certain}");
        // Another one changes nothing of that.
        ledger.bind_arrived(key(1), leave(), request(8), is_certain, at(5));
        assert_eq!(unsettled(&ledger), expected, "{sends} {is_certain}");
    }
}

#[test]
fn a_chain_of_successors_ends_even_where_it_is_a_ring() {
    let mut ledger = Ledger::empty(agent());
    assert_eq!(ledger.latest(request(1)), request(1));
    for (old, new) in [(1, 2), (2, 3)] {
        ledger.supersede(request(old), request(new), END);
    }
    assert_eq!(ledger.latest(request(1)), request(3));
    ledger.supersede(request(3), request(1), END);
    assert_eq!(ledger.latest(request(1)), request(3));
}

#[test]
fn the_binding_that_moves_back_makes_the_request_stand_for_itself() {
    let mut ledger = Ledger::empty(agent());
    ledger.bind_created(key(1), leave(), request(1));
    // 2 was a duplicate of 1 that could not be cancelled; then somebody approved 2.
    ledger.supersede(request(2), request(1), END);
    ledger.bind(key(1), leave(), request(2));
    ledger.supersede(request(1), request(2), END);
    assert_eq!([1, 2].map(|id| ledger.latest(request(id))), [2, 2].map(request));
    assert_eq!(ledger.bound_to(key(1)).collect::<Vec<_>>(), [request(2)]);
    assert!(ledger.is_bound(key(1), request(2)));
}

#[test]
fn the_days_of_a_request_are_those_of_its_whole_chain() {
    let mut ledger = Ledger::empty(agent());
    let days = |day| leave_on(date(2026, 12, day), date(2026, 12, day));
    ledger.bind_created(key(1), days(1), request(1));
    ledger.bind_created(key(2), days(2), request(2));
    ledger.supersede(request(1), request(2), days(1).end);
    ledger.claim(key(3), days(3), claim(1, Some(2)), at(10));
    ledger.claim(key(4), days(4), claim(1, Some(1)), at(10));
    ledger.bind_created(key(5), days(5), request(5));
    let mut found: Vec<_> = ledger.days_of(request(2)).collect();
    found.sort_unstable();
    assert_eq!(found, [1, 2, 3, 4].map(|day| days(day).span()));
}

#[test]
fn a_look_is_due_every_15_minutes_until_24_hours_brought_nothing_new() {
    let subjects = BTreeSet::from([Subject::Key(key(1)), Subject::Request(request(7))]);
    let mut ledger = Ledger::empty(agent());
    ledger.claim(key(1), leave(), claim(0, None), at(10));
    let open = OpenChange { change: StatusChange::Cancel, sent_at: at(0) };
    ledger.open_change(request(7), END, open, at(10));
    assert!(ledger.due(at(9)).is_empty());
    assert_eq!(ledger.looked_at(&subjects, at(9)), 0);
    assert_eq!(unsettled(&ledger), Some(Unsettled::new(at(0), at(10))), "not due, not looked at");

    for now in [10, DAY - 1] {
        assert_eq!(ledger.due(at(now)), subjects);
        assert_eq!(ledger.looked_at(&subjects, at(now)), 0);
        assert_eq!(unsettled(&ledger), Some(Unsettled::new(at(0), at(now + MINUTES_15))));
        assert!(ledger.due(at(now + MINUTES_15 - 1)).is_empty());
    }
    assert_eq!(ledger.looked_at(&subjects, at(DAY + MINUTES_15)), 2);
    assert!(ledger.due(at(10 * DAY)).is_empty());
    let (record, of_request) = (ledger.key(key(1)).unwrap(), ledger.request(request(7)).unwrap());
    assert_eq!((record.unsettled, &record.claim), (None, &None));
    assert!(record.doubt.requested, "it may have gone out all the same");
    assert_eq!((of_request.unsettled, of_request.open), (None, None));
}

#[test]
fn what_was_learnt_begins_the_24_hours_anew() {
    let mut ledger = Ledger::empty(agent());
    ledger.claim(key(1), leave(), Claim { sends: 2, ..claim(0, None) }, at(10));
    let due = ledger.due(at(DAY));
    ledger.bind_arrived(key(1), leave(), request(7), true, at(DAY));
    // What a look learnt is not looked at by the same look.
    assert_eq!(ledger.looked_at(&due, at(DAY)), 0);
    assert_eq!(unsettled(&ledger), Some(Unsettled::new(at(DAY), at(DAY + MINUTES_15))));
    assert_eq!(ledger.looked_at(&due, at(2 * DAY - 1)), 0);
    assert_eq!(ledger.looked_at(&due, at(2 * DAY + MINUTES_15)), 1);
}
