//! How long items are kept: until 400 days after the later of the last day and the last change.

use jiff::civil::{Date, date};

use crate::rig::{DAY, END, Rig, at, claim, key, leave, leave_on, number, request};

fn midnight(day: Date) -> i64 {
    day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second()
}

#[tokio::test]
async fn records_expire_400_days_after_the_later_of_last_day_and_last_change() {
    // 520 days before the change.
    let long_ago = date(2025, 5, 31);
    let changed = at(1).as_second();
    for (end, expected) in [(END, midnight(date(2028, 1, 7))), (long_ago, changed + 400 * DAY)] {
        let rig = Rig::start().await;
        let lease = rig.lease("one", 0, 30).await;
        let mut ledger = rig.ledger(&lease, 0).await;
        ledger.bind_created(key(1), leave_on(end, end), request(7));
        rig.save(&lease, &mut ledger, 1).await;
        for sk in ["KEY#000000000001", "REQUEST#7"] {
            let item = rig.item("AGENT#452", sk).await.unwrap();
            assert_eq!(number(&item, "expiration"), expected, "{sk} {end}");
        }
        let item = rig.item("AGENT#452", "LEASE").await.unwrap();
        assert_eq!(number(&item, "expiration"), at(30).as_second() + DAY);

        // As good as gone from then on, before DynamoDB deletes them.
        let over = expected - at(0).as_second();
        for (now, left) in [(over, 1), (over + 1, 0)] {
            let lease = rig.lease("later", now, now + 30).await;
            let read = rig.ledger(&lease, now).await;
            assert_eq!((read.keys().count(), read.requests().count()), (left, left));
            rig.table.release(&lease).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_later_change_keeps_a_record_longer() {
    let rig = Rig::start().await;
    let later = 390 * DAY;
    let lease = rig.lease("one", 0, 2 * later).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    ledger.bind_created(key(1), leave(), request(7));
    ledger.bind_created(key(2), leave(), request(8));
    rig.save(&lease, &mut ledger, 1).await;
    ledger.claim(key(1), leave(), claim(later, None), at(later + 10));
    rig.save(&lease, &mut ledger, later).await;
    let read = rig.ledger(&lease, later + 399 * DAY).await;
    assert_eq!(read.keys().map(|record| record.key).collect::<Vec<_>>(), [key(1)]);
}

#[tokio::test]
async fn expired_items_may_be_written_over() {
    let rig = Rig::start().await;
    let lease = rig.lease("one", 0, 30).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    ledger.claim(key(1), leave(), claim(1, None), at(10));
    rig.save(&lease, &mut ledger, 1).await;

    let later = 500 * DAY;
    let lease = rig.lease("other", later, later + 30).await;
    let mut read = rig.ledger(&lease, later).await;
    assert_eq!(read.keys().count(), 0);
    read.bind_created(key(1), leave(), request(8));
    rig.save(&lease, &mut read, later).await;
    let read = rig.ledger(&lease, later).await;
    assert!(read.is_bound(key(1), request(8)));
}
