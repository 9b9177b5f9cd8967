//! The entries of the partition `UNSETTLED` follow their records, in the same transaction.

use local_aws::Fault;
use store::{Claim, OpenChange, StatusChange, Subject, Unsettled, UnsettledEntry};

use crate::rig::{DAY, END, Rig, agent, at, claim, key, leave, request};

fn entry(subject: Subject, since: i64, due: i64) -> UnsettledEntry {
    UnsettledEntry { agent: agent(), subject, unsettled: Unsettled::new(at(since), at(due)) }
}

const CANCEL: StatusChange = StatusChange::Cancel;

#[tokio::test]
async fn entries_appear_move_and_vanish_with_their_records() {
    let rig = Rig::start().await;
    let (of_key, of_request) = (Subject::Key(key(1)), Subject::Request(request(7)));
    let lease = rig.lease("one", 0, 30).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    rig.dynamo.faults().reset_calls();

    ledger.claim(key(1), leave(), Claim { sends: 2, ..claim(1, None) }, at(10));
    ledger.open_change(request(7), END, OpenChange { change: CANCEL, sent_at: at(2) }, at(12));
    rig.save(&lease, &mut ledger, 2).await;
    assert_eq!(rig.entries(2).await, [entry(of_key, 1, 10), entry(of_request, 2, 12)]);

    let due = ledger.due(at(10));
    ledger.looked_at(&due, at(10));
    rig.save(&lease, &mut ledger, 10).await;
    assert_eq!(rig.entries(10).await, [entry(of_key, 1, 910), entry(of_request, 2, 12)]);

    ledger.bind_arrived(key(1), leave(), request(8), true, at(20));
    ledger.clear_change(request(7));
    rig.save(&lease, &mut ledger, 20).await;
    assert_eq!(rig.entries(20).await, [entry(of_key, 20, 920)]);

    let due = ledger.due(at(2 * DAY));
    assert_eq!(ledger.looked_at(&due, at(2 * DAY)), 1);
    rig.save(&lease, &mut ledger, 25).await;
    assert_eq!(rig.entries(25).await, []);
    // Each time one transaction for the record and its entry, and no other write.
    let calls = rig.dynamo.faults().all_calls();
    assert_eq!(format!("{calls:?}"), r#"{"Query": 4, "TransactWriteItems": 4}"#);
}

#[tokio::test]
async fn entries_vanish_after_a_save_that_failed_and_was_applied() {
    for fault in [Fault::LoseAnswer, Fault::Unreachable] {
        let rig = Rig::start().await;
        let lease = rig.lease("one", 0, 30).await;
        let mut ledger = rig.ledger(&lease, 0).await;
        ledger.claim(key(1), leave(), claim(1, None), at(10));
        ledger.open_change(request(7), END, OpenChange { change: CANCEL, sent_at: at(1) }, at(10));
        rig.save_in_vain(&lease, &mut ledger, fault.clone()).await;
        let applied = if matches!(fault, Fault::LoseAnswer) { 2 } else { 0 };
        assert_eq!(rig.unsettled(1).await.len(), applied);
        ledger.bind_created(key(1), leave(), request(7));
        ledger.clear_change(request(7));
        rig.table.save_and_release(&lease, &mut ledger, at(2)).await.unwrap();
        assert_eq!(rig.unsettled(2).await, [], "{fault:?}");
    }
}

#[tokio::test]
async fn an_entry_is_forgotten_alone_and_expires_35_days_after_the_last_news() {
    let rig = Rig::start().await;
    let lease = rig.lease("one", 0, 30).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    for of in [1, 2] {
        ledger.claim(key(of), leave(), claim(of.cast_signed(), None), at(10));
    }
    rig.save(&lease, &mut ledger, 2).await;
    let [first, second] = [1, 2].map(|of| Subject::Key(key(of)));
    assert_eq!(rig.unsettled(35 * DAY + 1).await, [first, second]);
    assert_eq!(rig.unsettled(35 * DAY + 2).await, [second]);
    rig.table.forget_unsettled(&entry(second, 2, 10)).await.unwrap();
    assert_eq!(rig.unsettled(2).await, [first]);
}
