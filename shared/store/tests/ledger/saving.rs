//! What a save leaves in the table, also one that failed.

use local_aws::Fault;
use store::{Closed, OpenChange, StatusChange, Subject};

use crate::rig::{END, Rig, at, claim, key, leave, request};

const FAULTS: [Fault; 4] =
    [Fault::Unreachable, Fault::LoseAnswer, Fault::Throttle, Fault::AccessDenied];

#[tokio::test]
async fn nothing_changed_is_nothing_written_and_all_is_read_in_one_query() {
    let rig = Rig::start().await;
    let lease = rig.lease("one", 0, 30).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    ledger.claim(key(2), leave(), claim(1, None), at(10));
    ledger.bind_created(key(1), leave(), request(7));
    rig.dynamo.faults().reset_calls();
    rig.save(&lease, &mut ledger, 1).await;
    ledger.bind_created(key(1), leave(), request(7));
    rig.save(&lease, &mut ledger, 1).await;
    let read = rig.ledger(&lease, 1).await;
    assert!(!read.is_changed());
    let calls = rig.dynamo.faults().all_calls();
    assert_eq!(format!("{calls:?}"), r#"{"Query": 1, "TransactWriteItems": 1}"#);
}

#[tokio::test]
async fn a_failed_save_is_still_to_be_saved() {
    let rig = Rig::start().await;
    let lease = rig.lease("one", 0, 30).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    ledger.bind_created(key(1), leave(), request(7));
    for fault in FAULTS {
        rig.save_in_vain(&lease, &mut ledger, fault).await;
    }
    rig.save(&lease, &mut ledger, 1).await;
    assert!(rig.ledger(&lease, 1).await.is_bound(key(1), request(7)));
}

#[tokio::test]
async fn what_a_failed_save_may_have_written_the_next_one_writes_over() {
    for fault in FAULTS {
        let rig = Rig::start().await;
        let lease = rig.lease("one", 0, 30).await;
        let mut ledger = rig.ledger(&lease, 0).await;
        ledger.close_key(key(2), leave(), Closed::Ended);
        ledger.bind_created(key(3), leave(), request(7));
        rig.save(&lease, &mut ledger, 1).await;
        let [new, closed] = [1, 2].map(|of| ledger.key(key(of)).cloned());
        let bound = ledger.request(request(7)).cloned();

        for of in [1, 2] {
            ledger.claim(key(of), leave(), claim(1, None), at(10));
        }
        let open = OpenChange { change: StatusChange::Cancel, sent_at: at(1) };
        for id in [7, 8] {
            ledger.open_change(request(id), END, open, at(10));
        }
        rig.save_in_vain(&lease, &mut ledger, fault.clone()).await;
        ledger.restore(key(1), new);
        ledger.restore(key(2), closed);
        ledger.restore_request(request(7), bound);
        ledger.restore_request(request(8), None);
        assert!(ledger.is_changed(), "nobody knows what is in the table");
        rig.save(&lease, &mut ledger, 2).await;

        let read = rig.ledger(&lease, 2).await;
        assert!(ledger.keys().eq(read.keys()), "{fault:?}");
        assert!(ledger.requests().eq(read.requests()), "{fault:?}");
        assert_eq!(read.keys().map(|record| record.key).collect::<Vec<_>>(), [2, 3].map(key));
        assert_eq!(rig.unsettled(2).await, [], "{fault:?}");
    }
}

#[tokio::test]
async fn a_save_that_failed_is_written_over_by_what_was_learnt_since() {
    for fault in FAULTS {
        let rig = Rig::start().await;
        let lease = rig.lease("one", 0, 30).await;
        let mut ledger = rig.ledger(&lease, 0).await;
        ledger.claim(key(1), leave(), claim(1, None), at(10));
        ledger.claim(key(2), leave(), claim(1, None), at(10));
        rig.save_in_vain(&lease, &mut ledger, fault.clone()).await;
        ledger.bind_created(key(1), leave(), request(7));
        rig.save(&lease, &mut ledger, 2).await;
        assert!(rig.ledger(&lease, 2).await.is_bound(key(1), request(7)));
        assert_eq!(rig.unsettled(2).await, [Subject::Key(key(2))], "{fault:?}");
    }
}
