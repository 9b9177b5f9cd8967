//! Failed inputs: kept, read with the ledger, erased, and stale once their leave has gone on.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use contract::{ErrorCode, TimeOffRequestId, WriteInput};
use jiff::civil::date;
use local_aws::Fault;
use proptest::prelude::*;
use serde_json::{Value, json};
use store::{Closed, Error, FailedInput, Ledger, OpenChange, StatusChange, Subject};

use crate::rig::{DAY, END, Rig, agent, at, claim, key, leave, leave_on, request};

fn read(operation: &str, mut fields: Value, changes: Value) -> WriteInput {
    fields.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    WriteInput::parse(operation, fields.as_object().unwrap()).unwrap()
}

/// An insert of three days of type 83.
fn insert(changes: Value) -> WriteInput {
    let dates = "2026-12-01,2026-12-02,2026-12-03";
    let fields = json!({
        "agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "APPROVED", "dates": dates,
        "payableMinutes": "480,480,480",
    });
    read("insert-timeoff", fields, changes)
}

fn cancel(id: u64) -> WriteInput {
    let fields = json!({"agentId": "452", "timeOffStatus": "CANCELED"});
    read("update-timeoff", fields, json!({ "inputTimeOffRequestId": id }))
}

impl Rig {
    async fn keep(&self, input: &WriteInput, seen: i64) {
        self.table
            .keep_failed_input(input, ErrorCode::HrisUnavailable, "c-1", at(seen))
            .await
            .unwrap();
    }

    async fn failed(&self, now: i64) -> Vec<FailedInput> {
        self.table.failed_inputs(at(now)).await.unwrap()
    }

    async fn only(&self) -> FailedInput {
        let mut all = self.failed(DAY).await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Saves what `change` makes of the ledger.
    async fn record(&self, now: i64, change: impl FnOnce(&mut Ledger)) {
        let lease = self.lease("one", now, now + 30).await;
        let mut ledger = self.ledger(&lease, now).await;
        change(&mut ledger);
        self.table.save_and_release(&lease, &mut ledger, at(now)).await.unwrap();
    }
}

#[tokio::test]
async fn an_input_is_read_back_and_its_items_hold_nothing_else() {
    let rig = Rig::start().await;
    let input = insert(json!({"startDateTimes": "2026-12-01T09:00:00", "notes": "Sea"}));
    rig.keep(&input, 5).await;
    let expected = FailedInput {
        subject: Subject::Key(input.key().unwrap()),
        input: input.clone().without_notes(),
        error_code: "HRIS_UNAVAILABLE".to_owned(),
        correlation_id: "c-1".to_owned(),
        first_seen: at(5),
        last_seen: at(5),
        count: 1,
        is_stale: false,
    };
    assert_eq!(rig.failed(6).await, std::slice::from_ref(&expected));
    assert_eq!(rig.table.failed_inputs_of(agent(), at(6)).await.unwrap(), [expected]);

    let mut attributes: Vec<(String, String)> = Vec::new();
    for item in rig.items().await {
        let input = item.get("input").and_then(|input| input.as_m().ok());
        let fields = input.into_iter().flatten().map(|(name, _)| format!("input.{name}"));
        let names = item.keys().filter(|name| *name != "input").cloned().chain(fields);
        let names: BTreeSet<_> = names.collect();
        let pk = item["pk"].as_s().unwrap().clone();
        attributes.push((pk, names.into_iter().collect::<Vec<_>>().join(" ")));
    }
    attributes.sort();
    assert_eq!(
        attributes,
        [
            (
                "AGENT#452".to_owned(),
                "correlationId count errorCode expiration firstSeen input.agentId input.dates \
                 input.maxDate input.minDate input.payableMinutes input.startDateTimes \
                 input.timeOffStatus input.timeOffTypeId lastSeen operation pk sk"
                    .to_owned()
            ),
            ("FAILED".to_owned(), "expiration pk sk".to_owned()),
        ]
    );
}

#[tokio::test]
async fn the_latest_input_of_a_subject_counts_and_expires_35_days_later() {
    let rig = Rig::start().await;
    rig.keep(&insert(json!({})), 10).await;
    rig.keep(&insert(json!({"timeOffStatus": "PENDING"})), 20).await;
    // A call that was held up.
    rig.keep(&insert(json!({})), 15).await;
    let kept = rig.only().await;
    assert_eq!(kept.input, insert(json!({"timeOffStatus": "PENDING"})));
    assert_eq!((kept.first_seen, kept.last_seen, kept.count), (at(10), at(20), 2));
    assert_eq!(rig.failed(20 + 35 * DAY).await.len(), 1);
    assert_eq!(rig.failed(21 + 35 * DAY).await.len(), 0);
}

#[tokio::test]
async fn what_is_forgotten_leaves_nothing() {
    let rig = Rig::start().await;
    rig.keep(&insert(json!({})), 1).await;
    rig.keep(&cancel(7), 2).await;
    let subject = Subject::Request(request(7));
    assert!(rig.table.forget_failed_input(agent(), subject).await.unwrap());
    assert!(!rig.table.forget_failed_input(agent(), subject).await.unwrap());
    assert_eq!(rig.only().await.input, insert(json!({})));
    let key = rig.only().await.subject;
    assert!(rig.table.forget_failed_input(agent(), key).await.unwrap());
    assert_eq!(rig.items().await.len(), 0);
}

#[tokio::test]
async fn an_input_is_kept_with_its_pointer_or_not_at_all() {
    for fault in [Fault::Unreachable, Fault::AccessDenied, Fault::TransactionConflict] {
        let rig = Rig::start().await;
        rig.dynamo.faults().inject(fault);
        let input = cancel(7);
        let kept = rig.table.keep_failed_input(&input, ErrorCode::Internal, "c-1", at(0)).await;
        assert!(kept.is_err());
        rig.dynamo.faults().clear();
        assert_eq!(rig.items().await.len(), 0);
    }
    let rig = Rig::start().await;
    let times = |count: u32| {
        let time = |at: u32| format!("2026-12-01T{:02}:{:02}:00", at / 60, at % 60);
        (0..count).map(time).collect::<Vec<_>>().join(",")
    };
    rig.keep(&insert(json!({"startDateTimes": times(1_400)})), 0).await;
    let long = insert(
        json!({"startDateTimes": format!("{},{}", times(1_400), times(1_400).replace("-01T", "-02T"))}),
    );
    let kept = rig.table.keep_failed_input(&long, ErrorCode::Internal, "c-1", at(0)).await;
    assert!(matches!(kept, Err(Error::TooLarge { .. })), "{kept:?}");
    assert_eq!(rig.failed(1).await.len(), 1);
}

/// What is recorded of a leave after an input of it has failed, and of another one.
#[tokio::test]
async fn an_input_is_stale_once_anything_about_its_leave_was_recorded() {
    type Change = fn(&mut Ledger);
    const MINE: fn() -> contract::RequestKey = || insert(json!({})).key().unwrap();
    let day = |day| leave_on(date(2026, 12, day), date(2026, 12, day));
    let by_key: [(&str, bool, Change); 7] = [
        ("its key is bound", true, |ledger| ledger.bind(MINE(), leave(), request(7))),
        ("its key is closed", true, |ledger| ledger.close_key(MINE(), leave(), Closed::Ended)),
        ("a send of its key", true, |ledger| ledger.claim(MINE(), leave(), claim(9, None), at(9))),
        ("a day of its type", true, |ledger| ledger.bind(key(1), leave(), request(8))),
        ("another type", false, |ledger| {
            let type_id = contract::TimeOffTypeId::new(78).unwrap();
            ledger.bind(key(1), store::KeptLeave { type_id, ..leave() }, request(8));
        }),
        ("another day", false, |ledger| {
            let day = date(2026, 12, 4);
            ledger.bind(key(1), leave_on(day, day), request(8));
        }),
        ("another request alone", false, |ledger| ledger.close_request(request(8), END)),
    ];
    for (what, is_stale, change) in by_key {
        let rig = Rig::start().await;
        rig.record(1, change).await;
        rig.keep(&insert(json!({})), 100).await;
        assert!(!rig.only().await.is_stale, "{what}, before");

        let rig = Rig::start().await;
        rig.keep(&insert(json!({})), 100).await;
        rig.record(200, change).await;
        assert_eq!(rig.only().await.is_stale, is_stale, "{what}, after");
    }

    // 6 was replaced by 7, which belongs to key 7; a send of key 9 is to replace 7.
    let story = |ledger: &mut Ledger| {
        ledger.bind(key(7), leave_on(date(2026, 12, 7), date(2026, 12, 7)), request(7));
        ledger.supersede(request(6), request(7), END);
        ledger.claim(key(9), leave_on(END, END), claim(1, Some(7)), at(9));
    };
    let open = OpenChange { change: StatusChange::Cancel, sent_at: at(200) };
    type Step<'a> = &'a dyn Fn(&mut Ledger);
    let by_id: [(&str, bool, Step<'_>); 6] = [
        ("it is closed", true, &|ledger| ledger.close_request(request(6), END)),
        ("its successor changes", true, &|ledger| ledger.open_change(request(7), END, open, at(9))),
        ("the key of its successor", true, &|ledger| {
            ledger.close_key(key(7), leave(), Closed::Ended);
        }),
        ("the send that replaces it", true, &|ledger| {
            ledger.claim(key(9), leave_on(END, END), claim(200, Some(7)), at(210));
        }),
        ("it is replaced again", true, &|ledger| ledger.supersede(request(7), request(8), END)),
        ("a day that it is not known to have", false, &|ledger| {
            ledger.bind(key(5), day(7), request(5));
        }),
    ];
    for (what, is_stale, change) in by_id {
        let rig = Rig::start().await;
        rig.record(1, story).await;
        rig.keep(&cancel(6), 100).await;
        assert!(!rig.only().await.is_stale, "{what}, before");
        rig.record(200, change).await;
        assert_eq!(rig.only().await.is_stale, is_stale, "{what}, after");
    }
}

#[tokio::test]
async fn a_change_of_a_request_on_a_day_of_its_type_makes_an_input_stale() {
    let open = OpenChange { change: StatusChange::Approve, sent_at: at(200) };
    let elsewhere = leave_on(date(2026, 12, 8), date(2026, 12, 8));
    for (leave, is_stale) in [(leave(), true), (elsewhere, false)] {
        let rig = Rig::start().await;
        rig.record(1, |ledger| ledger.bind(key(1), leave, request(8))).await;
        rig.keep(&insert(json!({})), 100).await;
        rig.record(200, |ledger| ledger.open_change(request(8), END, open, at(210))).await;
        assert_eq!(rig.only().await.is_stale, is_stale);
    }
}

#[tokio::test]
async fn what_is_recorded_once_more_as_it_was_makes_nothing_stale() {
    let rig = Rig::start().await;
    let bind = |ledger: &mut Ledger| {
        ledger.bind(insert(json!({})).key().unwrap(), leave(), request(7));
    };
    rig.record(1, bind).await;
    rig.keep(&insert(json!({})), 2).await;
    rig.record(3, bind).await;
    assert!(!rig.only().await.is_stale);
}

#[tokio::test]
async fn a_look_that_brought_nothing_new_makes_nothing_stale() {
    let rig = Rig::start().await;
    let mine = insert(json!({})).key().unwrap();
    rig.record(1, |ledger| ledger.claim(mine, leave(), claim(1, None), at(10))).await;
    rig.keep(&insert(json!({})), 2).await;
    for now in [20, 1_000, 2 * DAY] {
        rig.record(now, |ledger| {
            let due = ledger.due(at(now));
            assert_eq!(due.len(), 1, "{now}");
            ledger.looked_at(&due, at(now));
        })
        .await;
        assert!(!rig.only().await.is_stale, "{now}");
    }
    rig.record(2 * DAY + 1, |ledger| ledger.bind(mine, leave(), request(7))).await;
    assert!(rig.failed(3 * DAY).await[0].is_stale);
}

#[tokio::test]
async fn what_failed_later_makes_what_failed_before_of_the_same_leave_stale() {
    let rig = Rig::start().await;
    rig.keep(&insert(json!({})), 1).await;
    rig.keep(&cancel(7), 2).await;
    rig.keep(&insert(json!({"timeOffTypeId": "78"})), 3).await;
    let stale = |all: Vec<FailedInput>| all.iter().map(|it| it.is_stale).collect::<Vec<_>>();
    assert_eq!(stale(rig.failed(9).await), [false, false, false]);
    rig.keep(&insert(json!({"dates": "2026-12-03", "payableMinutes": 60})), 4).await;
    assert_eq!(stale(rig.failed(9).await), [true, false, false, false]);
}

/// What a call that succeeded erases, and what it leaves.
#[tokio::test]
async fn a_success_erases_what_failed_of_its_key_its_chain_and_its_days() {
    let other_day = || insert(json!({"dates": "2026-12-08", "payableMinutes": 60}));
    let kept = [
        insert(json!({})),
        insert(json!({"dates": "2026-12-01", "payableMinutes": 60})),
        insert(json!({"timeOffTypeId": "78"})),
        other_day(),
        cancel(6),
        cancel(7),
        cancel(8),
    ];
    let rig = Rig::start().await;
    rig.record(1, |ledger| {
        ledger.bind(insert(json!({})).key().unwrap(), leave(), request(7));
        ledger.supersede(request(6), request(7), END);
    })
    .await;
    for (input, seen) in kept.iter().zip(10..) {
        rig.keep(input, seen).await;
    }
    rig.dynamo.faults().reset_calls();
    // By the id alone, as a cancellation names it: the kept leave has its key and days.
    rig.record(100, |ledger| ledger.forget_failed_inputs(None, [request(6)], None)).await;
    let calls = rig.dynamo.faults().all_calls();
    assert_eq!(format!("{calls:?}"), r#"{"PutItem": 1, "Query": 1, "TransactWriteItems": 1}"#);
    let left = |all: Vec<FailedInput>| all.into_iter().map(|it| it.input).collect::<Vec<_>>();
    assert_eq!(left(rig.failed(200).await), [kept[2].clone(), other_day(), cancel(8)]);
    assert_eq!(
        rig.items().await.iter().filter(|item| item["pk"].as_s().unwrap() == "FAILED").count(),
        3
    );

    // By the leave alone.
    rig.record(101, |ledger| {
        let of_day = other_day();
        ledger.forget_failed_inputs(of_day.key(), None::<TimeOffRequestId>, of_day.leave());
    })
    .await;
    assert_eq!(left(rig.failed(200).await), [kept[2].clone(), cancel(8)]);
}

#[tokio::test]
async fn one_success_erases_no_more_than_a_transaction_takes() {
    let rig = Rig::start().await;
    for minutes in 1..=60 {
        rig.keep(&insert(json!({"dates": "2026-12-01", "payableMinutes": minutes})), minutes).await;
    }
    let of_day = insert(json!({}));
    for left in [40, 20, 0, 0] {
        rig.record(100, |ledger| {
            ledger.forget_failed_inputs(of_day.key(), None::<TimeOffRequestId>, of_day.leave());
        })
        .await;
        assert_eq!(rig.failed(200).await.len(), left);
    }
}

/// A ledger that cannot be read stops no list, and lets nothing be sent; a failed input that cannot
/// be read stops no write.
#[tokio::test]
async fn what_cannot_be_read_is_stale_or_reported() {
    let rig = Rig::start().await;
    rig.record(1, |ledger| ledger.bind(key(1), leave(), request(7))).await;
    rig.keep(&insert(json!({"timeOffTypeId": "78"})), 2).await;
    let mut of_key = rig.item("AGENT#452", "KEY#000000000001").await.unwrap();
    assert!(!rig.only().await.is_stale);
    of_key.remove("leave");
    rig.put(of_key).await;
    assert!(rig.only().await.is_stale);

    let rig = Rig::start().await;
    rig.keep(&cancel(7), 2).await;
    let mut of_input = rig.item("AGENT#452", "FAILED#7").await.unwrap();
    of_input.insert("operation".to_owned(), AttributeValue::S("get-agents".to_owned()));
    rig.put(of_input).await;
    let read = rig.table.failed_inputs(at(3)).await;
    assert!(matches!(read, Err(Error::Corrupt { what: "failed input" })), "{read:?}");
    let lease = rig.lease("one", 3, 30).await;
    assert_eq!(rig.ledger(&lease, 3).await.failed_inputs().count(), 0);
}

proptest! {
    #[test]
    fn a_subject_is_read_back_from_its_text(number in prop_oneof![1..u64::MAX, 1..1_u64 << 48, 100_000_000_000_u64..1_000_000_000_000]) {
        for subject in [Subject::Request(request(number)), Subject::Key(key(number % (1 << 48)))] {
            prop_assert_eq!(subject.to_string().parse::<Subject>(), Ok(subject));
        }
    }
}
