//! The form of the items: every record is read back as it was written, an item holds nothing else,
//! and one of another form is reported.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use contract::{TimeOffTypeId, Unit};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use rust_decimal::Decimal;
use store::{
    Claim, Closed, Doubt, Error, KeptLeave, KeyRecord, OpenChange, RequestRecord, SentStatus,
    StatusChange, Unsettled,
};

use crate::rig::{Item, Rig, agent, at, claim, key, leave, request};

fn times() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000_000).prop_map(|millis| Timestamp::from_millisecond(millis).unwrap())
}

fn dates() -> impl Strategy<Value = Date> {
    (2026_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

fn unsettled() -> impl Strategy<Value = Option<Unsettled>> {
    option::of((times(), times()).prop_map(|(since, due)| Unsettled::new(since, due)))
}

fn ids() -> impl Strategy<Value = contract::TimeOffRequestId> {
    (1..=u64::MAX).prop_map(request)
}

prop_compose! {
    fn leaves()(
        type_id in 1..=u64::MAX,
        is_days in any::<bool>(),
        (start, end) in (dates(), dates()),
        amounts in btree_map(dates(), (0_i64..10_000_000, 0_u32..5), 0..4),
    ) -> KeptLeave {
        let decimal = |(number, scale)| Decimal::new(number, scale);
        KeptLeave {
            type_id: TimeOffTypeId::new(type_id).unwrap(),
            unit: if is_days { Unit::Days } else { Unit::Hours },
            start,
            end,
            amounts: amounts.into_iter().map(|(day, amount)| (day, decimal(amount))).collect(),
        }
    }
}

prop_compose! {
    fn claims()(
        sent_at in times(),
        is_approved in any::<bool>(),
        sends in any::<u32>(),
        previous in option::of(ids()),
        seen in vec(ids(), 0..3),
    ) -> Claim {
        let status = if is_approved { SentStatus::Approved } else { SentStatus::Requested };
        Claim { sent_at, status, sends, previous, seen }
    }
}

fn closings() -> impl Strategy<Value = Option<Closed>> {
    prop_oneof![
        Just(None),
        Just(Some(Closed::Ended)),
        Just(Some(Closed::Replaced)),
        (0_u64..1 << 48).prop_map(|to| Some(Closed::Released(key(to)))),
    ]
}

prop_compose! {
    fn key_records()(
        of in 0_u64..1 << 48,
        leave in leaves(),
        claim in option::of(claims()),
        (requested, approved) in any::<(bool, bool)>(),
        closed in closings(),
        unsettled in unsettled(),
    ) -> KeyRecord {
        KeyRecord { key: key(of), leave, claim, doubt: Doubt { requested, approved }, closed, unsettled }
    }
}

fn open_changes() -> impl Strategy<Value = OpenChange> {
    let changes = [StatusChange::Approve, StatusChange::Deny, StatusChange::Cancel];
    (prop::sample::select(changes.to_vec()), times())
        .prop_map(|(change, sent_at)| OpenChange { change, sent_at })
}

prop_compose! {
    fn request_records()(
        id in ids(),
        end in dates(),
        of in option::of(0_u64..1 << 48),
        successor in option::of(ids()),
        closed in any::<bool>(),
        open in option::of(open_changes()),
        unsettled in unsettled(),
    ) -> RequestRecord {
        RequestRecord { id, end, key: of.map(key), successor, closed, open, unsettled }
    }
}

#[test]
fn every_record_is_read_back_as_it_was_written() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rig = runtime.block_on(Rig::start());
    let records = (vec(key_records(), 0..6), vec(request_records(), 0..6));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) };
    proptest!(config, |((keys, requests) in records)| {
        runtime.block_on(async {
            let lease = rig.lease("one", 0, 30).await;
            let mut ledger = rig.ledger(&lease, 0).await;
            keys.iter().for_each(|record| ledger.restore(record.key, Some(record.clone())));
            for record in &requests {
                ledger.restore_request(record.id, Some(record.clone()));
            }
            rig.save(&lease, &mut ledger, 1).await;
            let read = rig.ledger(&lease, 1).await;
            assert!(ledger.keys().eq(read.keys()), "{:?}", read.keys().collect::<Vec<_>>());
            assert!(ledger.requests().eq(read.requests()));
            assert!(keys.iter().all(|record| read.key(record.key).is_some()));
        });
    });
}

/// The names of an item's attributes, those of maps below their own.
fn names(item: &Item, above: &str, found: &mut BTreeSet<String>) {
    for (name, value) in item {
        // The amounts are kept by date.
        let name = if name.parse::<Date>().is_ok() { "<date>" } else { name };
        match value.as_m() {
            Ok(map) => names(map, &format!("{above}{name}."), found),
            Err(_) => drop(found.insert(format!("{above}{name}"))),
        }
    }
}

#[tokio::test]
async fn an_item_holds_nothing_but_what_is_listed() {
    let rig = Rig::start().await;
    let lease = rig.lease("one", 0, 30).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    let unsettled = Some(Unsettled::new(at(1), at(10)));
    let claim = Claim { seen: vec![request(5)], ..claim(1, Some(6)) };
    let doubt = Doubt { requested: true, approved: true };
    let (closed, of) = (Some(Closed::Released(key(2))), key(1));
    let record =
        KeyRecord { key: of, leave: leave(), claim: Some(claim), doubt, closed, unsettled };
    ledger.restore(of, Some(record));
    let open = Some(OpenChange { change: StatusChange::Deny, sent_at: at(1) });
    let (id, end, successor) = (request(7), leave().end, Some(request(8)));
    let record = RequestRecord { id, end, key: Some(of), successor, closed: true, open, unsettled };
    ledger.restore_request(id, Some(record));
    rig.save(&lease, &mut ledger, 1).await;

    let mut found = BTreeMap::new();
    for item in rig.items().await {
        let mut attributes = BTreeSet::new();
        names(&item, "", &mut attributes);
        let [pk, sk] = ["pk", "sk"].map(|name| item[name].as_s().unwrap().clone());
        found.insert(format!("{pk} {sk}"), attributes.into_iter().collect::<Vec<_>>().join(" "));
    }
    let found: Vec<_> = found.iter().map(|(at, names)| (at.as_str(), names.as_str())).collect();
    let entry = "due expiration pk since sk";
    assert_eq!(
        found,
        [
            (
                "AGENT#452 KEY#000000000001",
                "claim.previous claim.seen claim.sends claim.sentAt claim.status closed doubt \
                 expiration leave.amounts.<date> leave.end leave.start leave.typeId leave.unit pk \
                 recorded releasedTo sk unsettled.due unsettled.since",
            ),
            ("AGENT#452 LEASE", "expiration pk sk token until"),
            (
                "AGENT#452 REQUEST#7",
                "closed end expiration key open.change open.sentAt pk recorded sk successor \
                 unsettled.due unsettled.since",
            ),
            ("UNSETTLED AGENT#452#KEY#000000000001", entry),
            ("UNSETTLED AGENT#452#REQUEST#7", entry),
        ]
    );
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// The item as it is written for a record, with these attributes instead.
fn changed(item: &Item, changes: &[(&str, Option<AttributeValue>)]) -> Item {
    let mut item = item.clone();
    for (name, value) in changes {
        item.remove(*name);
        item.extend(value.clone().map(|value| ((*name).to_owned(), value)));
    }
    item
}

#[tokio::test]
async fn an_item_of_another_form_is_reported_not_guessed() {
    let rig = Rig::start().await;
    let lease = rig.lease("one", 0, 30).await;
    let mut ledger = rig.ledger(&lease, 0).await;
    ledger.claim(key(1), leave(), claim(1, None), at(10));
    ledger.close_request(request(7), leave().end);
    rig.save(&lease, &mut ledger, 1).await;
    let of_key = rig.item("AGENT#452", "KEY#000000000001").await.unwrap();
    let of_request = rig.item("AGENT#452", "REQUEST#7").await.unwrap();
    let entry = rig.item("UNSETTLED", "AGENT#452#KEY#000000000001").await.unwrap();

    for broken in [
        changed(&of_key, &[("leave", None)]),
        changed(&of_key, &[("claim", Some(text("sent")))]),
        changed(&of_key, &[("closed", Some(text("lost")))]),
        changed(&of_key, &[("closed", Some(text("released")))]),
        changed(&of_key, &[("doubt", Some(text("approved")))]),
        changed(&of_key, &[("sk", Some(text("KEY#not-a-key")))]),
        changed(&of_request, &[("end", None)]),
        changed(&of_request, &[("sk", Some(text("REQUEST#seven")))]),
        changed(&of_request, &[("successor", Some(AttributeValue::Bool(true)))]),
    ] {
        let rig = Rig::start().await;
        let lease = rig.lease("one", 0, 30).await;
        rig.put(broken.clone()).await;
        let read = rig.table.ledger(&lease, at(0)).await;
        assert!(matches!(read, Err(Error::Corrupt { what: "agent's ledger" })), "{broken:?}");
    }
    for sk in ["AGENT#452", "AGENT#452#KEY#x", "AGENT#x#REQUEST#7", "AGENT#452#LEASE#1"] {
        let rig = Rig::start().await;
        rig.put(changed(&entry, &[("sk", Some(text(sk)))])).await;
        let read = rig.table.unsettled(at(0)).await;
        assert!(matches!(read, Err(Error::Corrupt { what: "settling entry" })), "{sk}");
    }
    let held = rig.item("AGENT#452", "LEASE").await.unwrap();
    rig.put(changed(&held, &[("until", None)])).await;
    let asked = rig.table.ask_lease(agent(), "other", at(0), at(30)).await;
    assert!(matches!(asked, Err(Error::Corrupt { what: "write lease" })), "{asked:?}");
}
