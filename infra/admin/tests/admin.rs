//! Every command against a real table.

#[cfg(test)]
mod timeoff_admin_command {
    use clap::Parser as _;
    use contract::ExternalId;
    use jiff::Timestamp;
    use local_aws::TestTable;
    use serde_json::{Value, json};
    use store::{Agent, Conflict, Findings, Index, Run, Table};
    use timeoff_admin::{Cli, Report};

    fn id(number: u64) -> ExternalId {
        ExternalId::new(number).unwrap()
    }

    async fn report(table: &TestTable, arguments: &[&str]) -> Report {
        let url = table.url();
        let fixed = [
            "timeoff-admin",
            "--table",
            table.name(),
            "--endpoint-url",
            &url,
            "--region",
            local_aws::REGION,
        ];
        let credentials = ["--access-key-id", "local", "--secret-access-key", "local"];
        let cli = Cli::try_parse_from(fixed.iter().chain(&credentials).chain(arguments)).unwrap();
        timeoff_admin::run(cli).await.unwrap()
    }

    async fn json(table: &TestTable, arguments: &[&str]) -> Value {
        serde_json::from_str(&report(table, arguments).await.to_json()).unwrap()
    }

    async fn company(table: &TestTable) -> Index {
        let index = Index::new(Table::new(table.client(), table.name()));
        let agent = |number: u64| Agent {
            external_id: id(number),
            email: format!("Agent{number}@example.com").parse().unwrap(),
            departed: None,
        };
        let findings = Findings {
            skipped: vec![id(7), id(8)],
            conflicts: vec![Conflict { lost: id(3), kept: id(2) }],
        };
        let snapshot = index.snapshot().await.unwrap();
        let read_at: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let agents = [agent(1), agent(2)];
        index
            .publish(
                &snapshot,
                Run { read_at, scheduled: true, agents: &agents, findings: &findings },
            )
            .await
            .unwrap();
        index.record_answered(&[id(1), id(2)], false).await.unwrap();
        index
    }

    #[tokio::test]
    async fn an_empty_table_says_so() {
        let table = TestTable::create().await.unwrap();
        assert_eq!(
            report(&table, &["state"]).await.to_string().lines().next(),
            Some("No run has completed yet.")
        );
        assert!(report(&table, &["accept-shrink"]).await.is_negative());
        assert!(report(&table, &["look-up", "452"]).await.is_negative());
        assert!(report(&table, &["unpin", "452"]).await.is_negative());
    }

    #[tokio::test]
    async fn findings_are_listed_by_id() {
        let table = TestTable::create().await.unwrap();
        company(&table).await;
        assert_eq!(
            json(&table, &["skipped"]).await,
            json!({"report": "skipped", "externalIds": ["7", "8"]})
        );
        let conflicts = json!({"report": "conflicts", "conflicts": [{"lost": "3", "kept": "2"}]});
        assert_eq!(json(&table, &["conflicts"]).await, conflicts);
    }

    #[tokio::test]
    async fn an_agent_is_looked_up_by_either_key_and_a_pin_shows() {
        let table = TestTable::create().await.unwrap();
        let index = company(&table).await;
        let by_email = json(&table, &["look-up", "AGENT1@example.com"]).await;
        assert_eq!(
            (&by_email["agent"]["externalId"], &by_email["agent"]["active"]),
            (&"1".into(), &true.into())
        );
        assert!(
            !report(&table, &["pin", "1", "genesys@example.com"]).await.to_string().contains('@')
        );
        assert_eq!(index.aliases().await.unwrap().len(), 1);
        assert_eq!(json(&table, &["look-up", "1"]).await["agent"]["email"], "genesys@example.com");
        assert!(!report(&table, &["unpin", "1"]).await.is_negative());
    }

    #[tokio::test]
    async fn a_shrink_is_accepted_and_withdrawn() {
        let table = TestTable::create().await.unwrap();
        let index = company(&table).await;
        report(&table, &["accept-shrink"]).await;
        let state = json(&table, &["state"]).await;
        assert_eq!(
            (&state["shrinkAccepted"], &state["lastAnswered"], &state["index"]["agents"]),
            (&true.into(), &2.into(), &2.into())
        );
        report(&table, &["accept-shrink", "--withdraw"]).await;
        assert!(!index.baseline().await.unwrap().unwrap().shrink_accepted);
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for arguments in
            [["pin", "0", "ada@example.com"], ["pin", "1", "ada"], ["look-up", "ada", "bo"]]
        {
            let fixed = [
                "timeoff-admin",
                "--table",
                "t",
                "--region",
                "r",
                "--access-key-id",
                "k",
                "--secret-access-key",
                "s",
            ];
            assert!(Cli::try_parse_from(fixed.iter().chain(&arguments)).is_err());
        }
    }
}
