//! The index against a real table: what is published, when, and that nothing can tear it.

#[cfg(test)]
mod index {
    use std::collections::{BTreeMap, HashMap};
    use std::io::Read as _;

    use aws_sdk_dynamodb::types::AttributeValue;
    use contract::{Email, ExternalId};
    use jiff::{SignedDuration, Timestamp};
    use local_aws::{Fault, Gate, Injection, TestTable};
    use store::{
        Agent, Alias, Conflict, Error, Findings, Index, Known, Learned, Published, Run, Sought,
        Table,
    };

    fn id(number: u64) -> ExternalId {
        ExternalId::new(number).unwrap()
    }

    fn address(text: &str) -> Email {
        text.parse().unwrap()
    }

    fn email(number: u64) -> Email {
        address(&format!("Agent.{number}@example.com"))
    }

    fn upper(email: &Email) -> Sought {
        Sought::Email(address(&email.as_str().to_uppercase()))
    }

    fn by_email(text: &str) -> Sought {
        Sought::Email(address(text))
    }

    fn at(hour: i64) -> Timestamp {
        "2026-11-02T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
    }

    fn agents(numbers: impl IntoIterator<Item = u64>) -> Vec<Agent> {
        numbers
            .into_iter()
            .map(|number| Agent { external_id: id(number), email: email(number), departed: None })
            .collect()
    }

    fn index(table: &TestTable) -> Index {
        Index::new(Table::new(table.client(), table.name()))
    }

    /// Without the SDK's retries one fault is one failed call.
    fn brittle_index(table: &TestTable) -> Index {
        let retries = aws_sdk_dynamodb::config::retry::RetryConfig::disabled();
        let config = table.client().config().to_builder().retry_config(retries).build();
        Index::new(Table::new(aws_sdk_dynamodb::Client::from_conf(config), table.name()))
    }

    async fn run(index: &Index, agents: &[Agent], hour: i64) -> Result<Published, Error> {
        run_with(index, agents, &Findings::default(), hour).await
    }

    async fn run_with(
        index: &Index,
        agents: &[Agent],
        findings: &Findings,
        hour: i64,
    ) -> Result<Published, Error> {
        let snapshot = index.snapshot().await?;
        index
            .publish(&snapshot, Run { read_at: at(hour), scheduled: false, agents, findings })
            .await
    }

    async fn look_up(index: &Index, sought: Sought) -> Known {
        index.look_up(&sought, at(100), at(0)).await.unwrap()
    }

    /// The snapshot holds `expected`, and so do the look-ups of everybody in it.
    async fn assert_holds(index: &Index, expected: &[Agent], last_seen: Timestamp) {
        let snapshot = index.snapshot().await.unwrap();
        assert_eq!(snapshot.agents, expected);
        assert_eq!(
            snapshot.state().map(|state| state.last_seen),
            (!expected.is_empty()).then_some(last_seen)
        );
        for agent in expected.iter().step_by(7) {
            let known = Known::Agent { agent: agent.clone(), last_seen };
            assert_eq!(look_up(index, Sought::Id(agent.external_id)).await, known);
            assert_eq!(look_up(index, upper(&agent.email)).await, known);
        }
    }

    /// The texts of all items, those of packed attributes too.
    async fn texts(table: &TestTable) -> String {
        let scan = table.client().scan().table_name(table.name()).send().await.unwrap();
        assert!(scan.last_evaluated_key().is_none());
        let mut texts = String::new();
        for value in scan.items().iter().flat_map(HashMap::values) {
            match value {
                AttributeValue::S(text) => texts.push_str(text),
                AttributeValue::B(bytes) => {
                    let mut inflater = flate2::read::DeflateDecoder::new(bytes.as_ref());
                    // A digest is no deflated text.
                    let _digest = inflater.read_to_string(&mut texts);
                }
                AttributeValue::N(_) | AttributeValue::Bool(_) => {}
                other => panic!("{other:?} is not searched"),
            }
            texts.push('\n');
        }
        texts
    }

    async fn holds(table: &TestTable, email: &Email) -> bool {
        texts(table).await.contains(email.as_str())
    }

    /// No item holds another address than those of these agents.
    async fn assert_nothing_else_is_held(table: &TestTable, agents: &[Agent]) {
        let texts = texts(table).await;
        for number in 1..=100 {
            let email = email(number);
            let is_meant = agents.iter().any(|agent| agent.email == email);
            assert_eq!(texts.contains(email.as_str()), is_meant, "the address of agent {number}");
        }
    }

    #[tokio::test]
    async fn what_is_no_longer_published_is_in_no_item() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        for (hour, list) in [(1, 1..=60), (2, 20..=80), (3, 20..=80), (4, 70..=90)] {
            let list = agents(list);
            run(&index, &list, hour).await.unwrap();
            assert_nothing_else_is_held(&table, &list).await;
        }
    }

    #[tokio::test]
    async fn what_a_run_left_that_never_published_goes_although_nothing_changed() {
        let table = TestTable::create().await.unwrap();
        let index = brittle_index(&table);
        // Before the first publication, too: its buckets are published as empty.
        for (hour, published) in [(1, agents(1..=12)), (3, agents(1..=12))] {
            let other = agents(40..=60);
            table.faults().inject(Injection::of(Fault::Unreachable).on("UpdateItem").after(9));
            assert!(run(&index, &other, hour).await.is_err());
            table.faults().clear();
            assert!(texts(&table).await.contains("Agent.4"));
            assert_holds_after(&index, &published, hour + 1).await;
            assert_nothing_else_is_held(&table, &published).await;
        }
        assert_eq!(run(&index, &agents(1..=12), 9).await.unwrap(), Published::Unchanged);
    }

    async fn assert_holds_after(index: &Index, list: &[Agent], hour: i64) {
        run(index, list, hour).await.unwrap();
        assert_holds(index, list, at(hour)).await;
    }

    #[tokio::test]
    async fn a_retired_pin_is_gone_and_one_changed_meanwhile_stays() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let pin = |local: &str| Alias { external_id: id(7), email: address(&format!("{local}@x")) };
        index.pin(&pin("new")).await.unwrap();
        index.retire_pin(&pin("old"), at(1)).await.unwrap();
        assert_eq!(index.aliases().await.unwrap(), [pin("new")]);
        index.retire_pin(&pin("new"), at(1)).await.unwrap();
        assert_eq!(index.aliases().await.unwrap(), []);
        assert!(!holds(&table, &pin("new").email).await);
        assert_eq!(index.unpin(id(7)).await.unwrap(), None);
        index.pin(&pin("again")).await.unwrap();
        assert_eq!(index.aliases().await.unwrap(), [pin("again")]);
    }

    #[tokio::test]
    async fn an_unchanged_run_writes_the_state_record_and_nothing_else() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let agents = agents(1..=300);
        assert_eq!(run(&index, &agents, 1).await.unwrap(), Published::Changed { buckets: 128 });
        assert_holds(&index, &agents, at(1)).await;

        table.faults().reset_calls();
        assert_eq!(run(&index, &agents, 2).await.unwrap(), Published::Unchanged);
        assert_eq!(
            table.faults().all_calls(),
            BTreeMap::from([("BatchGetItem".to_owned(), 2), ("UpdateItem".to_owned(), 1)])
        );
        assert_holds(&index, &agents, at(2)).await;
    }

    #[tokio::test]
    async fn only_the_buckets_of_changed_agents_are_written() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let mut agents = agents(1..=300);
        run(&index, &agents, 1).await.unwrap();
        agents[4].departed = Some(at(1));
        assert_eq!(run(&index, &agents, 2).await.unwrap(), Published::Changed { buckets: 2 });
        let state = index.state().await.unwrap().unwrap();
        assert_eq!((state.agents, state.departed, state.pending), (299, 1, false));
    }

    #[tokio::test]
    async fn a_crash_after_any_call_leaves_the_old_agents_or_the_new_ones_and_the_next_run_finishes()
     {
        let old = agents(1..=6);
        let new = agents([4, 5, 7, 8]);
        let (mut crashes, mut cut_off_while_forgetting) = (0, 0);
        for survived in 0.. {
            let table = TestTable::create().await.unwrap();
            let index = brittle_index(&table);
            run(&index, &old, 1).await.unwrap();
            table
                .faults()
                .inject(Injection::of(Fault::Unreachable).on("UpdateItem").after(survived));
            let outcome = run(&index, &new, 2).await;
            table.faults().clear();
            match outcome {
                Ok(Published::Changed { .. }) => break,
                outcome => assert!(matches!(outcome, Err(Error::Unreachable)), "{outcome:?}"),
            }
            crashes += 1;
            let state = index.state().await.unwrap().unwrap();
            if state.last_seen == at(1) {
                assert_holds(&index, &old, at(1)).await;
                assert_eq!(state.pending, survived > 0);
            } else {
                // Published; what was published before is not removed yet.
                cut_off_while_forgetting += 1;
                assert_holds(&index, &new, at(2)).await;
                assert!(!state.pending);
            }
            // A third list: the leftovers of the crash are neither published nor in the way.
            let third = agents([1, 2, 4, 6, 8]);
            assert!(matches!(run(&index, &third, 3).await.unwrap(), Published::Changed { .. }));
            assert_holds(&index, &third, at(3)).await;
            assert!(!index.state().await.unwrap().unwrap().pending);
            assert_nothing_else_is_held(&table, &third).await;
        }
        assert!(
            crashes > 15 && cut_off_while_forgetting > 5,
            "the run was cut off at {crashes} points only, {cut_off_while_forgetting} of them late"
        );
    }

    #[tokio::test]
    async fn lost_answers_are_written_once_more_without_harm() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let (old, new) = (agents(1..=40), agents(3..=42));
        run(&index, &old, 1).await.unwrap();
        for call in [0, 2, 5, 8] {
            table
                .faults()
                .inject(Injection::of(Fault::LoseAnswer).on("UpdateItem").after(call).once());
        }
        run(&index, &new, 2).await.unwrap();
        assert_holds(&index, &new, at(2)).await;
    }

    #[tokio::test]
    async fn a_run_that_stalls_cannot_publish_over_a_later_one_nor_harm_it() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let (old, stalled, later) = (agents(1..=60), agents(5..=60), agents(1..=50));
        run(&index, &old, 1).await.unwrap();
        // One of its bucket writes waits at the gate, and comes after the later run.
        let gate = Gate::new();
        table
            .faults()
            .inject(Injection::of(Fault::Hold(gate.clone())).on("UpdateItem").after(1).once());
        let run_of_old_list = tokio::spawn({
            let index = index.clone();
            async move { run(&index, &stalled, 2).await }
        });
        gate.reached().await;
        run(&index, &later, 3).await.unwrap();
        assert_holds(&index, &later, at(3)).await;
        gate.open();
        assert_eq!(run_of_old_list.await.unwrap().unwrap(), Published::Overtaken);
        assert_holds(&index, &later, at(3)).await;
    }

    #[tokio::test]
    async fn runs_at_once_publish_one_of_their_lists_whole() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let lists = [agents(1..=50), agents(10..=60), agents(20..=70), agents(1..=70)];
        let mut runs = tokio::task::JoinSet::new();
        for list in lists.clone() {
            let index = index.clone();
            runs.spawn(async move { run(&index, &list, 1).await.unwrap() });
        }
        let outcomes = runs.join_all().await;
        assert!(
            outcomes.iter().any(|outcome| matches!(outcome, Published::Changed { .. })),
            "{outcomes:?}"
        );
        let held = index.snapshot().await.unwrap().agents;
        assert!(lists.contains(&held));
        assert_holds(&index, &held, at(1)).await;
    }

    #[tokio::test]
    async fn a_damaged_bucket_is_written_anew_by_the_next_run() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let agents = agents(1..=300);
        run(&index, &agents, 1).await.unwrap();
        for (hour, bucket, sought) in
            [(2, "INDEX#ID#07", Sought::Id(id(7))), (4, "INDEX#EMAIL#19", Sought::Email(email(7)))]
        {
            let looked_up = async || index.look_up(&sought, at(100), at(0)).await;
            lose(&table, bucket).await;
            assert!(matches!(looked_up().await, Err(Error::Corrupt { .. })), "{bucket}");
            assert_eq!(
                run(&index, &agents, hour).await.unwrap(),
                Published::Changed { buckets: 1 }
            );
            assert!(matches!(looked_up().await, Ok(Known::Agent { .. })), "{bucket}");

            give(&table, "INDEX#EMAIL#00", bucket).await;
            assert!(matches!(looked_up().await, Err(Error::Corrupt { .. })), "{bucket}");
            assert_eq!(
                run(&index, &agents, hour + 1).await.unwrap(),
                Published::Changed { buckets: 1 }
            );
            assert!(matches!(looked_up().await, Ok(Known::Agent { .. })), "{bucket}");
        }
        assert_eq!(run(&index, &agents, 6).await.unwrap(), Published::Unchanged);
        assert_holds(&index, &agents, at(6)).await;
    }

    fn bucket_key(pk: &str) -> HashMap<String, AttributeValue> {
        [("pk", pk), ("sk", "BUCKET")]
            .map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())))
            .into()
    }

    async fn lose(table: &TestTable, bucket: &str) {
        table
            .client()
            .delete_item()
            .table_name(table.name())
            .set_key(Some(bucket_key(bucket)))
            .send()
            .await
            .unwrap();
    }

    /// Puts what stands in the bucket `from` where the latest content of `to` is.
    async fn give(table: &TestTable, from: &str, to: &str) {
        let read = table
            .client()
            .get_item()
            .table_name(table.name())
            .set_key(Some(bucket_key(from)))
            .send()
            .await
            .unwrap();
        let update =
            table.client().update_item().table_name(table.name()).set_key(Some(bucket_key(to)));
        let foreign = read.item.unwrap()["latest"].clone();
        update
            .update_expression("SET latest = :foreign")
            .expression_attribute_values(":foreign", foreign)
            .send()
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn the_departed_are_found_until_their_time_is_up_and_never_before_an_active_agent() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let mut agents = agents(1..=3);
        agents[0].departed = Some(at(-5));
        agents[1].departed = Some(at(-9));
        agents[1].email = address(&email(3).as_str().to_uppercase());
        run(&index, &agents, 1).await.unwrap();

        let departed = Known::Agent { agent: agents[0].clone(), last_seen: at(-5) };
        assert_eq!(index.look_up(&Sought::Id(id(1)), at(2), at(-5)).await.unwrap(), departed);
        assert_eq!(index.look_up(&Sought::Id(id(1)), at(2), at(-4)).await.unwrap(), Known::Nothing);
        let active = Known::Agent { agent: agents[2].clone(), last_seen: at(1) };
        assert_eq!(index.look_up(&Sought::Email(email(3)), at(2), at(-20)).await.unwrap(), active);
    }

    #[tokio::test]
    async fn what_was_learned_counts_for_a_day_whatever_is_published_meanwhile() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        run(&index, &agents(1..=3), 1).await.unwrap();
        let learned = Learned { external_id: id(99), email: Some(email(99)) };
        index.learn(&Sought::Id(id(99)), &learned, at(2)).await.unwrap();
        index.learn(&by_email("NEW.99@example.com"), &learned, at(2)).await.unwrap();

        let known = Known::Learned(learned.clone());
        for hour in [3, 4] {
            for sought in &[Sought::Id(id(99)), by_email("new.99@EXAMPLE.com")] {
                assert_eq!(index.look_up(sought, at(hour), at(0)).await.unwrap(), known);
                assert_eq!(index.look_up(sought, at(2 + 24), at(0)).await.unwrap(), Known::Nothing);
            }
            run(&index, &agents(1..=4), hour).await.unwrap();
        }

        // The index wins where it knows the e-mail, and where it knows the agent.
        let mut list = agents(1..=4);
        list[3].email = email(99);
        run(&index, &list, 5).await.unwrap();
        let without = Known::Learned(Learned { email: None, ..learned });
        for sought in &[Sought::Id(id(99)), by_email("new.99@example.com")] {
            assert_eq!(index.look_up(sought, at(6), at(0)).await.unwrap(), without);
        }
        let agent =
            Agent { external_id: id(99), email: address("other.99@example.com"), departed: None };
        list.push(agent.clone());
        run(&index, &list, 7).await.unwrap();
        for sought in &[Sought::Id(id(99)), by_email("new.99@example.com")] {
            let known = Known::Agent { agent: agent.clone(), last_seen: at(7) };
            assert_eq!(index.look_up(sought, at(8), at(0)).await.unwrap(), known);
        }
    }

    #[tokio::test]
    async fn a_look_up_is_one_request() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        assert_eq!(look_up(&index, Sought::Id(id(1))).await, Known::Nothing);
        run(&index, &agents(1..=3), 1).await.unwrap();
        table.faults().reset_calls();
        look_up(&index, Sought::Id(id(1))).await;
        look_up(&index, Sought::Email(email(2))).await;
        assert_eq!(table.faults().all_calls(), BTreeMap::from([("BatchGetItem".to_owned(), 2)]));
    }

    #[tokio::test]
    async fn one_acceptance_is_used_once() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        assert_eq!(index.accept_shrink(true).await.unwrap(), None);
        let before: Vec<ExternalId> = (1..=20).map(id).collect();
        index.record_answered(&before, false).await.unwrap();
        assert_eq!(index.accept_shrink(true).await.unwrap(), Some(20));
        assert!(index.snapshot().await.unwrap().baseline.unwrap().shrink_accepted);
        index.record_answered(&before[..3], true).await.unwrap();
        let baseline = index.baseline().await.unwrap().unwrap();
        assert_eq!((baseline.ids.as_slice(), baseline.shrink_accepted), (&before[..3], false));
        let again = index.record_answered(&before[..1], true).await;
        assert!(matches!(again, Err(Error::ConditionFailed)), "{again:?}");
    }

    #[tokio::test]
    async fn pins_come_and_go() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let pin = |number, email: &str| Alias { external_id: id(number), email: address(email) };
        index.pin(&pin(7, "seven@example.com")).await.unwrap();
        index.pin(&pin(8, "eight@example.com")).await.unwrap();
        index.pin(&pin(7, "sieben@example.com")).await.unwrap();
        let mut pins = index.aliases().await.unwrap();
        pins.sort_by_key(|alias| alias.external_id);
        assert_eq!(pins, [pin(7, "sieben@example.com"), pin(8, "eight@example.com")]);
        run(&index, &agents([7]), 1).await.unwrap();
        let Known::Agent { agent, .. } = look_up(&index, Sought::Id(id(7))).await else {
            panic!("7 is unknown")
        };
        assert_eq!(agent.email, address("sieben@example.com"));
        assert_eq!(index.unpin(id(8)).await.unwrap(), Some(pin(8, "eight@example.com")));
        assert_eq!(index.unpin(id(8)).await.unwrap(), None);
        assert_eq!(index.aliases().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn findings_are_written_when_they_change() {
        let table = TestTable::create().await.unwrap();
        let index = index(&table);
        let findings = Findings {
            skipped: vec![id(4), id(9)],
            conflicts: vec![Conflict { lost: id(2), kept: id(3) }],
        };
        run_with(&index, &agents(1..=3), &findings, 1).await.unwrap();
        assert_eq!(index.findings().await.unwrap(), findings);
        let state = index.state().await.unwrap().unwrap();
        assert_eq!((state.skipped, state.conflicts), (2, 1));
        table.faults().reset_calls();
        run_with(&index, &agents(1..=3), &findings, 2).await.unwrap();
        assert_eq!(table.faults().calls("PutItem"), 0);
    }
}
