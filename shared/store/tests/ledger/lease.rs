//! Two calls that write for one agent never interleave.

use contract::ExternalId;
use local_aws::{Fault, Injection};
use store::{Error, LeaseAnswer};

use crate::rig::{Rig, agent, at, claim, key, leave, request};

#[tokio::test]
async fn a_lease_is_one_calls_at_a_time() {
    let rig = Rig::start().await;
    let lease = rig.lease("one", 0, 30).await;
    assert_eq!(lease.agent(), agent());
    assert!(matches!(rig.ask("other", 1, 31).await, LeaseAnswer::Held(until) if until == at(30)));
    rig.table.release(&lease).await.unwrap();
    rig.lease("other", 1, 31).await;
}

#[tokio::test]
async fn asking_again_after_a_lost_answer_is_granted_again() {
    let rig = Rig::start().await;
    rig.dynamo.faults().inject(Injection::of(Fault::LoseAnswer).on("PutItem").once());
    assert!(matches!(
        rig.table.ask_lease(agent(), "one", at(0), at(30)).await,
        Err(Error::Unreachable)
    ));
    rig.lease("one", 0, 30).await;
    assert!(matches!(rig.ask("other", 1, 31).await, LeaseAnswer::Held(_)));
}

#[tokio::test]
async fn a_lease_is_taken_over_only_when_it_is_over() {
    let rig = Rig::start().await;
    rig.lease("killed", 0, 30).await;
    assert!(matches!(rig.ask("other", 30, 60).await, LeaseAnswer::Held(_)));
    rig.lease("other", 31, 60).await;
}

#[tokio::test]
async fn leases_of_different_agents_do_not_meet() {
    let rig = Rig::start().await;
    rig.lease("one", 0, 30).await;
    let other = ExternalId::new(453).unwrap();
    let asked = rig.table.ask_lease(other, "other", at(0), at(30)).await.unwrap();
    assert!(matches!(asked, LeaseAnswer::Granted(lease) if lease.agent() == other));
}

#[tokio::test]
async fn a_slow_holder_cannot_write_after_the_take_over() {
    for released in [false, true] {
        let rig = Rig::start().await;
        let slow = rig.lease("slow", 0, 30).await;
        let mut ledger = rig.ledger(&slow, 0).await;
        ledger.claim(key(1), leave(), claim(1, None), at(20));
        ledger.bind_created(key(2), leave(), request(7));
        let next = rig.lease("next", 31, 60).await;
        if released {
            // And when the one that took over is done already.
            rig.table.release(&next).await.unwrap();
        }
        assert!(matches!(
            rig.table.save(&slow, &mut ledger, at(32)).await,
            Err(Error::ConditionFailed)
        ));
        assert!(matches!(
            rig.table.save_and_release(&slow, &mut ledger, at(32)).await,
            Err(Error::ConditionFailed)
        ));
        assert!(matches!(rig.table.release(&slow).await, Err(Error::ConditionFailed)));
        assert!(ledger.is_changed(), "what was not saved is still to be saved");
        // Nothing but the lease of the one that took over.
        assert_eq!(rig.items().await.len(), usize::from(!released));
        assert_eq!(rig.item("AGENT#452", "LEASE").await.is_some(), !released);
    }
}

#[tokio::test]
async fn the_next_holder_may_write_over_an_open_claim_at_once() {
    let rig = Rig::start().await;
    let killed = rig.lease("killed", 0, 30).await;
    let mut ledger = rig.ledger(&killed, 0).await;
    ledger.claim(key(1), leave(), claim(1, Some(7)), at(20));
    rig.save(&killed, &mut ledger, 1).await;

    let next = rig.lease("next", 31, 60).await;
    let mut read = rig.ledger(&next, 31).await;
    assert_eq!(read.key(key(1)).unwrap().claim, Some(claim(1, Some(7))));
    read.bind_created(key(1), leave(), request(8));
    rig.save(&next, &mut read, 31).await;
    let read = rig.ledger(&next, 31).await;
    assert!(read.is_bound(key(1), request(8)));
}
