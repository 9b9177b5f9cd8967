//! The ledger and the write lease against a real table.

#[cfg(test)]
mod ledger {
    use std::collections::HashMap;

    use aws_sdk_dynamodb::types::AttributeValue;
    use contract::{ExternalId, RequestKey, TimeOffRequestId};
    use jiff::civil::{Date, date};
    use jiff::{SignedDuration, Timestamp};
    use local_aws::{Fault, Injection, TestTable};
    use store::{Asked, Claim, Error, Item, KeyRecord, Lease, Ledger, Table};

    const SPAN: (Date, Date) = (date(2026, 12, 1), date(2026, 12, 3));

    fn agent() -> ExternalId {
        ExternalId::new(452).unwrap()
    }

    fn key(text: &str) -> RequestKey {
        text.parse().unwrap()
    }

    fn first() -> RequestKey {
        key("0123456789ab")
    }

    fn request(number: u64) -> TimeOffRequestId {
        number.to_string().parse().unwrap()
    }

    fn at(second: i64) -> Timestamp {
        "2026-11-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
    }

    struct Bench {
        dynamo: TestTable,
        table: Table,
    }

    impl Bench {
        async fn start() -> Self {
            let dynamo = TestTable::create().await.unwrap();
            // Without the SDK's retries one fault is one failed call.
            let retries = aws_sdk_dynamodb::config::retry::RetryConfig::disabled();
            let config = dynamo.client().config().to_builder().retry_config(retries).build();
            let table = Table::new(aws_sdk_dynamodb::Client::from_conf(config), dynamo.name());
            Self { dynamo, table }
        }

        async fn ask(&self, token: &str, now: i64, until: i64) -> Asked {
            self.table.ask_lease(agent(), token, at(now), at(until)).await.unwrap()
        }

        async fn lease(&self, token: &str, now: i64, until: i64) -> Lease {
            match self.ask(token, now, until).await {
                Asked::Granted(lease) => lease,
                Asked::Held(until) => panic!("held until {until}"),
            }
        }

        async fn ledger(&self, lease: &Lease, now: i64) -> Ledger {
            self.table.ledger(lease, at(now)).await.unwrap()
        }

        async fn item(&self, sk: &str) -> Option<Item> {
            let key = HashMap::from([
                ("pk".to_owned(), AttributeValue::S("AGENT#452".to_owned())),
                ("sk".to_owned(), AttributeValue::S(sk.to_owned())),
            ]);
            self.dynamo
                .client()
                .get_item()
                .table_name(self.dynamo.name())
                .set_key(Some(key))
                .send()
                .await
                .unwrap()
                .item
        }

        async fn put(&self, item: Item) {
            self.dynamo
                .client()
                .put_item()
                .table_name(self.dynamo.name())
                .set_item(Some(item))
                .send()
                .await
                .unwrap();
        }
    }

    fn number(item: &Item, attribute: &str) -> i64 {
        item[attribute].as_n().unwrap().parse().unwrap()
    }

    fn claim(until: i64, sent: i64, previous: Option<u64>) -> Claim {
        Claim { in_progress_until: at(until), sent_at: at(sent), previous: previous.map(request) }
    }

    #[tokio::test]
    async fn a_lease_is_one_calls_at_a_time() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        assert_eq!((lease.agent(), lease.until()), (agent(), at(30)));
        assert!(matches!(bench.ask("other", 1, 31).await, Asked::Held(until) if until == at(30)));
        bench.table.release(&lease).await.unwrap();
        bench.lease("other", 1, 31).await;
    }

    #[tokio::test]
    async fn asking_again_after_a_lost_answer_is_granted_again() {
        let bench = Bench::start().await;
        bench.dynamo.faults().inject(Injection::of(Fault::LoseAnswer).on("PutItem").once());
        assert!(matches!(
            bench.table.ask_lease(agent(), "one", at(0), at(30)).await,
            Err(Error::Unreachable)
        ));
        bench.lease("one", 0, 30).await;
        assert!(matches!(bench.ask("other", 1, 31).await, Asked::Held(_)));
    }

    #[tokio::test]
    async fn a_lease_is_taken_over_only_when_it_is_over() {
        let bench = Bench::start().await;
        bench.lease("killed", 0, 30).await;
        assert!(matches!(bench.ask("other", 30, 60).await, Asked::Held(_)));
        bench.lease("other", 31, 60).await;
    }

    #[tokio::test]
    async fn leases_of_different_agents_do_not_meet() {
        let bench = Bench::start().await;
        bench.lease("one", 0, 30).await;
        let other = ExternalId::new(453).unwrap();
        let asked = bench.table.ask_lease(other, "other", at(0), at(30)).await.unwrap();
        assert!(matches!(asked, Asked::Granted(lease) if lease.agent() == other));
    }

    #[tokio::test]
    async fn a_slow_holder_cannot_write_after_the_take_over() {
        for released in [false, true] {
            let bench = Bench::start().await;
            let slow = bench.lease("slow", 0, 30).await;
            let mut ledger = bench.ledger(&slow, 0).await;
            ledger.bind(first(), SPAN, request(7));
            let next = bench.lease("next", 31, 60).await;
            if released {
                // And when the one that took over is done already.
                bench.table.release(&next).await.unwrap();
            }
            assert!(matches!(
                bench.table.save(&slow, &mut ledger, at(32)).await,
                Err(Error::ConditionFailed)
            ));
            assert!(matches!(
                bench.table.save_and_release(&slow, &mut ledger, at(32)).await,
                Err(Error::ConditionFailed)
            ));
            assert!(matches!(bench.table.release(&slow).await, Err(Error::ConditionFailed)));
            assert!(ledger.is_changed(), "what was not saved is still to be saved");
            assert_eq!(bench.item("KEY#0123456789ab").await, None);
            assert_eq!(bench.item("REQUEST#7").await, None);
            assert_eq!(bench.item("LEASE").await.is_some(), !released);
        }
    }

    #[tokio::test]
    async fn what_is_saved_is_read_back() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        ledger.bind(first(), SPAN, request(7));
        ledger.close_request(request(7), SPAN.1);
        ledger.supersede(request(7), request(8), SPAN.1);
        ledger.close_key(first(), SPAN);
        let second = key("ffffffffffff");
        ledger.claim(second, (SPAN.0, SPAN.0), claim(30, 1, Some(7)));
        let third = key("000000000000");
        ledger.claim(third, SPAN, claim(30, 2, None));
        ledger.release_key(third, SPAN, second);
        bench.table.save_and_release(&lease, &mut ledger, at(3)).await.unwrap();
        assert!(!ledger.is_changed());

        let lease = bench.lease("other", 4, 34).await;
        let read = bench.ledger(&lease, 4).await;
        assert!(!read.is_changed());
        let keys = |ledger: &Ledger| ledger.keys().cloned().collect::<Vec<KeyRecord>>();
        assert_eq!((keys(&read).len(), keys(&read)), (3, keys(&ledger)));
        assert_eq!(read.request(request(7)), ledger.request(request(7)));
        assert_eq!(
            (read.bound_key(request(7)), read.latest(request(7))),
            (Some(first()), request(8))
        );
        assert!(read.is_closed(first()) && read.is_closed(third) && !read.is_closed(second));
        assert_eq!(read.key(second).unwrap().claim, Some(claim(30, 1, Some(7))));
        assert_eq!(
            read.claims_replacing(request(7)).map(|record| record.key).collect::<Vec<_>>(),
            [second]
        );
    }

    #[test]
    fn a_key_has_an_heir_until_it_is_inserted_anew_or_the_heir_is_closed() {
        let [other, last] = ["000000000001", "000000000002"].map(key);
        let mut ledger = Ledger::empty(agent());
        ledger.release_key(first(), SPAN, other);
        assert_eq!(ledger.heir(first()), Some(other));
        ledger.release_key(other, SPAN, last);
        ledger.bind(last, SPAN, request(7));
        assert_eq!(
            (ledger.heir(first()), ledger.heir(other), ledger.heir(last)),
            (Some(last), Some(last), None)
        );
        ledger.close_key(last, SPAN);
        assert_eq!(ledger.heir(first()), None);
        // Given back.
        ledger.release_key(last, SPAN, first());
        ledger.bind(first(), SPAN, request(7));
        assert_eq!((ledger.heir(first()), ledger.heir(other)), (None, Some(first())));
    }

    #[test]
    fn a_binding_beside_an_open_claim_opens_the_key_and_keeps_the_claim() {
        let mut ledger = Ledger::empty(agent());
        ledger.claim(first(), SPAN, claim(30, 1, Some(7)));
        ledger.close_key(first(), SPAN);
        ledger.bind_beside_claim(first(), SPAN, request(8));
        assert_eq!(
            (ledger.bound_key(request(8)), ledger.is_closed(first())),
            (Some(first()), false)
        );
        assert_eq!(ledger.key(first()).unwrap().claim, Some(claim(30, 1, Some(7))));
    }

    #[tokio::test]
    async fn the_states_are_powertools_and_expire_400_days_after_the_end() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        ledger.bind(first(), SPAN, request(7));
        ledger.claim(key("000000000001"), SPAN, claim(30, 1, None));
        ledger.close_key(key("000000000002"), SPAN);
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();

        let expiration = "2028-01-07T00:00:00Z".parse::<Timestamp>().unwrap().as_second();
        for (sk, state) in [
            ("KEY#0123456789ab", "COMPLETED"),
            ("KEY#000000000001", "INPROGRESS"),
            ("KEY#000000000002", "CLOSED"),
        ] {
            let item = bench.item(sk).await.unwrap();
            assert_eq!(
                (item["state"].as_s().unwrap().as_str(), number(&item, "expiration")),
                (state, expiration),
                "{sk}"
            );
        }
        let claimed = bench.item("KEY#000000000001").await.unwrap();
        assert_eq!(number(&claimed, "inProgressExpiry"), at(30).as_millisecond());
        assert_eq!(number(&claimed, "sentAt"), at(1).as_millisecond());
        assert_eq!(number(&bench.item("REQUEST#7").await.unwrap(), "expiration"), expiration);
        let lease = bench.item("LEASE").await.unwrap();
        assert_eq!(number(&lease, "expiration"), at(30).as_second() + 24 * 3_600);
    }

    #[tokio::test]
    async fn expired_items_are_as_good_as_gone_before_dynamodb_deletes_them() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        ledger.bind(first(), SPAN, request(7));
        ledger.claim(key("000000000001"), SPAN, claim(30, 1, None));
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();

        let later = 500 * 86_400;
        let lease = bench.lease("other", later, later + 30).await;
        let mut read = bench.ledger(&lease, later).await;
        assert_eq!((read.keys().count(), read.request(request(7))), (0, None));
        // And may be written over, even where they were in progress.
        read.bind(key("000000000001"), SPAN, request(8));
        bench.table.save(&lease, &mut read, at(later)).await.unwrap();
    }

    #[tokio::test]
    async fn a_claim_in_progress_is_nobody_elses_until_its_limit() {
        let bench = Bench::start().await;
        let killed = bench.lease("killed", 0, 30).await;
        let mut ledger = bench.ledger(&killed, 0).await;
        ledger.claim(first(), SPAN, claim(30, 1, None));
        bench.table.save(&killed, &mut ledger, at(1)).await.unwrap();
        // Its own holder may renew it.
        ledger.claim(first(), SPAN, claim(30, 5, None));
        bench.table.save(&killed, &mut ledger, at(5)).await.unwrap();

        let next = bench.lease("next", 31, 60).await;
        let mut read = bench.ledger(&next, 31).await;
        read.claim(first(), SPAN, claim(60, 29, None));
        // A clock that is behind the one that granted the lease.
        assert!(matches!(
            bench.table.save(&next, &mut read, at(29)).await,
            Err(Error::ConditionFailed)
        ));
        bench.table.save(&next, &mut read, at(31)).await.unwrap();
    }

    #[tokio::test]
    async fn a_claim_that_is_given_up_is_anybodys() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        ledger.claim(first(), SPAN, claim(30, 1, Some(7)));
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
        ledger.give_up_claims(lease.until(), at(2));
        bench.table.save_and_release(&lease, &mut ledger, at(2)).await.unwrap();

        let next = bench.lease("next", 3, 33).await;
        let mut read = bench.ledger(&next, 3).await;
        assert_eq!(read.key(first()).unwrap().claim, Some(claim(2, 1, Some(7))));
        read.bind(first(), SPAN, request(8));
        bench.table.save(&next, &mut read, at(3)).await.unwrap();
        assert_eq!(bench.ledger(&next, 3).await.key(first()).unwrap().claim, None);
    }

    #[tokio::test]
    async fn a_key_is_put_back_as_it_was() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        let other = key("ffffffffffff");
        ledger.close_key(other, SPAN);
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
        for touched in [first(), other] {
            let before = ledger.key(touched).cloned();
            ledger.claim(touched, SPAN, claim(30, 1, None));
            bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
            ledger.restore(touched, before);
        }
        bench.table.save(&lease, &mut ledger, at(2)).await.unwrap();
        assert_eq!(bench.item("KEY#0123456789ab").await, None);
        let read = bench.ledger(&lease, 2).await;
        assert_eq!(
            read.keys()
                .map(|record| (record.key, record.closed, record.claim.is_none()))
                .collect::<Vec<_>>(),
            [(other, true, true)]
        );
    }

    #[tokio::test]
    async fn everything_is_put_back_as_it_was() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        ledger.bind(first(), SPAN, request(7));
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
        let before = ledger.clone();
        ledger.close_key(first(), SPAN);
        ledger.close_key(key("ffffffffffff"), SPAN);
        ledger.close_request(request(7), SPAN.1);
        ledger.close_request(request(8), SPAN.1);
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
        ledger.restore_all(&before);
        bench.table.save(&lease, &mut ledger, at(2)).await.unwrap();
        let read = bench.ledger(&lease, 2).await;
        assert!(read.is_bound(first(), request(7)));
        assert_eq!(read.keys().count(), 1);
        assert!(!read.request(request(8)).unwrap().closed);
    }

    #[tokio::test]
    async fn nothing_changed_is_nothing_written() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        ledger.bind(first(), SPAN, request(7));
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
        bench.dynamo.faults().reset_calls();
        ledger.bind(first(), SPAN, request(7));
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
        assert_eq!(bench.dynamo.faults().all_calls().len(), 0);
    }

    #[tokio::test]
    async fn a_failed_save_is_still_to_be_saved() {
        let bench = Bench::start().await;
        let lease = bench.lease("one", 0, 30).await;
        let mut ledger = bench.ledger(&lease, 0).await;
        ledger.bind(first(), SPAN, request(7));
        for fault in [Fault::Unreachable, Fault::LoseAnswer, Fault::Throttle, Fault::AccessDenied] {
            bench.dynamo.faults().inject(Injection::of(fault).on("TransactWriteItems").once());
            assert!(bench.table.save(&lease, &mut ledger, at(1)).await.is_err());
            assert!(ledger.is_changed());
        }
        bench.table.save(&lease, &mut ledger, at(1)).await.unwrap();
        assert!(bench.ledger(&lease, 1).await.is_bound(first(), request(7)));
    }

    #[tokio::test]
    async fn an_item_of_another_form_is_reported_not_guessed() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let expiration = AttributeValue::N(at(86_400).as_second().to_string());
        let item = |sk: &str, further: &[(&str, AttributeValue)]| -> Item {
            let base =
                [("pk", text("AGENT#452")), ("sk", text(sk)), ("expiration", expiration.clone())];
            base.iter()
                .chain(further)
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        };
        let dates = [("start", text("2026-12-01")), ("end", text("2026-12-03"))];
        let broken = [
            item("KEY#0123456789ab", &[]),
            item(
                "KEY#0123456789ab",
                &[dates[0].clone(), dates[1].clone(), ("state", text("DONE"))],
            ),
            item(
                "KEY#not-a-key",
                &[dates[0].clone(), dates[1].clone(), ("state", text("COMPLETED"))],
            ),
            item("REQUEST#7", &[]),
            item("REQUEST#seven", &dates),
            item("REQUEST#7", &[dates[1].clone(), ("successor", AttributeValue::Bool(true))]),
        ];
        for item in broken {
            let bench = Bench::start().await;
            let lease = bench.lease("one", 0, 30).await;
            bench.put(item.clone()).await;
            let read = bench.table.ledger(&lease, at(0)).await;
            assert!(matches!(read, Err(Error::Corrupt { what: "agent's ledger" })), "{item:?}");
        }
        let bench = Bench::start().await;
        bench.put(item("LEASE", &[("token", text("edited by hand"))])).await;
        assert!(matches!(
            bench.table.ask_lease(agent(), "one", at(0), at(30)).await,
            Err(Error::Corrupt { what: "write lease" })
        ));
    }

    #[tokio::test]
    async fn a_chain_of_successors_ends_even_where_it_is_a_ring() {
        let mut ledger = Ledger::empty(agent());
        assert_eq!(ledger.latest(request(1)), request(1));
        for (old, new) in [(1, 2), (2, 3)] {
            ledger.supersede(request(old), request(new), SPAN.1);
        }
        assert_eq!(ledger.latest(request(1)), request(3));
        ledger.supersede(request(3), request(1), SPAN.1);
        assert_eq!(ledger.latest(request(1)), request(3));
    }

    #[tokio::test]
    async fn the_days_of_a_request_are_those_of_its_whole_chain() {
        let mut ledger = Ledger::empty(agent());
        let days = |day| (date(2026, 12, day), date(2026, 12, day));
        ledger.bind(key("000000000001"), days(1), request(1));
        ledger.bind(key("000000000002"), days(2), request(2));
        ledger.supersede(request(1), request(2), days(1).1);
        ledger.claim(key("000000000003"), days(3), claim(30, 1, Some(2)));
        ledger.claim(key("000000000004"), days(4), claim(30, 1, Some(1)));
        ledger.bind(key("000000000005"), days(5), request(5));
        let mut found: Vec<_> = ledger.days_of(request(2)).collect();
        found.sort_unstable();
        assert_eq!(found, [days(1), days(2), days(3), days(4)]);
    }
}
