//! Every command against a real table, or the whole local stack, and the program itself as a
//! process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod doctor;
mod failures;
mod genesys_workflows;
mod link;
mod world;

#[cfg(test)]
mod timeoff_admin_command {
    use std::path::PathBuf;

    use aws_sdk_dynamodb::types::AttributeValue;
    use clap::{CommandFactory as _, Parser as _};
    use contract::ExternalId;
    use jiff::{SignedDuration, Timestamp};
    use local_aws::{Fault, TestTable};
    use serde_json::{Value, json};
    use store::{Agent, Conflict, Findings, Index, Run, Table};
    use timeoff_admin::{Cli, Outcome, Report};
    use tokio::process::Command;

    fn id(number: u64) -> ExternalId {
        ExternalId::new(number).unwrap()
    }

    async fn report(table: &TestTable, arguments: &[&str]) -> Report {
        let url = table.url();
        let table = ["timeoff-admin", "--table", table.name(), "--endpoint-url", &url];
        let cli = Cli::try_parse_from(table.iter().chain(arguments)).unwrap();
        timeoff_admin::run(cli, |name| KEYS_AND_REGION.get(name)).await.unwrap()
    }

    /// The environment of commands that run in this process.
    struct Variables<'a>(&'a [(&'a str, &'a str)]);

    impl Variables<'_> {
        fn get(&self, name: &str) -> Option<String> {
            let found = self.0.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| (*text).to_owned())
        }
    }

    const KEYS_AND_REGION: Variables<'_> = Variables(&[
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_REGION", "eu-central-1"),
    ]);

    fn has_findings(report: &Report) -> bool {
        report.outcome() == Outcome::Findings
    }

    async fn json(table: &TestTable, arguments: &[&str]) -> Value {
        serde_json::from_str(report(table, arguments).await.to_json()).unwrap()
    }

    async fn text(table: &TestTable, arguments: &[&str]) -> String {
        report(table, arguments).await.to_text(None)
    }

    /// Two agents, one conflict, and as many skipped records as asked for.
    async fn company(table: &TestTable, skipped: u64) -> Index {
        let index = Index::new(Table::new(table.client(), table.name()));
        let agent = |number: u64| Agent {
            external_id: id(number),
            email: format!("Agent{number}@example.com").parse().unwrap(),
            departed: None,
        };
        let findings = Findings {
            skipped: (7..7 + skipped).map(id).collect(),
            conflicts: vec![Conflict { lost: id(3), kept: id(2) }],
        };
        let snapshot = index.snapshot().await.unwrap();
        let read_at: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let agents = [agent(1), agent(2)];
        let run = Run { read_at, scheduled: true, agents: &agents, findings: &findings };
        index.publish(&snapshot, run).await.unwrap();
        index.record_answered(&[id(1), id(2)], false).await.unwrap();
        index
    }

    #[tokio::test]
    async fn an_empty_table_says_so() {
        let table = TestTable::create().await.unwrap();
        assert!(text(&table, &["state"]).await.starts_with("No run has completed yet.\n"));
        for arguments in
            [&["state"][..], &["accept-shrink"], &["look-up", "452"], &["unpin", "452"]]
        {
            assert!(has_findings(&report(&table, arguments).await), "{arguments:?}");
        }
        for arguments in [["conflicts"], ["skipped"]] {
            assert!(!has_findings(&report(&table, &arguments).await), "{arguments:?}");
        }
    }

    #[tokio::test]
    async fn findings_are_listed_by_id() {
        let table = TestTable::create().await.unwrap();
        company(&table, 2).await;
        assert_eq!(
            json(&table, &["skipped"]).await,
            json!({"report": "skipped", "externalIds": ["7", "8"]})
        );
        let conflicts = json!({"report": "conflicts", "conflicts": [{"lost": "3", "kept": "2"}]});
        assert_eq!(json(&table, &["conflicts"]).await, conflicts);
        assert!(has_findings(&report(&table, &["conflicts"]).await));
        assert!(!has_findings(&report(&table, &["state"]).await));
    }

    #[tokio::test]
    async fn a_list_is_csv_and_anything_else_is_not() {
        let table = TestTable::create().await.unwrap();
        company(&table, 2).await;
        let csv = async |command: &str| report(&table, &[command]).await.to_csv();
        assert_eq!(csv("skipped").await.unwrap(), "externalId\n7\n8\n");
        assert_eq!(csv("conflicts").await.unwrap(), "lost,kept\n3,2\n");
        assert_eq!(csv("state").await, None);
    }

    #[tokio::test]
    async fn counts_read_right() {
        for (skipped, sentence) in [
            (0, "0 records are left out for want of a usable e-mail."),
            (1, "7\n1 record is left out for want of a usable e-mail."),
            (2, "7\n8\n2 records are left out for want of a usable e-mail."),
        ] {
            let table = TestTable::create().await.unwrap();
            let index = company(&table, skipped).await;
            assert_eq!(text(&table, &["skipped"]).await, sentence);
            index.record_answered(&[id(1)], false).await.unwrap();
            let state = text(&table, &["state"]).await;
            assert!(state.contains("last answered       1 agent\n"), "{state}");
            let accepted = text(&table, &["accept-shrink"]).await;
            assert!(accepted.contains("than the 1 agent last answered"), "{accepted}");
        }
    }

    #[tokio::test]
    async fn an_agent_is_looked_up_by_either_key_and_a_pin_shows() {
        let table = TestTable::create().await.unwrap();
        let index = company(&table, 0).await;
        let by_email = json(&table, &["look-up", "AGENT1@example.com\u{200b}"]).await;
        assert_eq!(
            (&by_email["agent"]["externalId"], &by_email["agent"]["active"]),
            (&"1".into(), &true.into())
        );
        assert!(!text(&table, &["pin", "1", "genesys@example.com"]).await.contains('@'));
        assert_eq!(index.aliases().await.unwrap().len(), 1);
        let pinned = json(&table, &["look-up", "1", "--names"]).await;
        assert_eq!(pinned["agent"]["email"], "genesys@example.com");
        assert!(!has_findings(&report(&table, &["unpin", "1"]).await));
    }

    #[tokio::test]
    async fn an_address_is_shown_only_with_names() {
        let table = TestTable::create().await.unwrap();
        company(&table, 0).await;
        for arguments in [["look-up", "1"], ["look-up", "agent1@example.com"]] {
            let report = report(&table, &arguments).await;
            let shown = format!("{}{}", report.to_text(None), report.to_json());
            assert!(!shown.contains('@'), "{shown}");
        }
        let named = text(&table, &["--names", "look-up", "1"]).await;
        assert!(named.contains("Agent1@example.com"), "{named}");
    }

    #[tokio::test]
    async fn what_is_unsettled_is_shown_and_is_a_finding_an_hour_after_it_was_due() {
        for (minutes, is_late) in [(-5, false), (30, false), (90, true)] {
            let table = TestTable::create().await.unwrap();
            company(&table, 0).await;
            let due = Timestamp::now() - SignedDuration::from_mins(minutes);
            let number = |number: i64| AttributeValue::N(number.to_string());
            let client = table.client();
            let put = client.put_item().table_name(table.name());
            put.item("pk", AttributeValue::S("UNSETTLED".to_owned()))
                .item("sk", AttributeValue::S("AGENT#452#REQUEST#7".to_owned()))
                .item("since", number(due.as_millisecond() - 60_000))
                .item("due", number(due.as_millisecond()))
                .item("expiration", number(due.as_second() + 86_400))
                .send()
                .await
                .unwrap();
            let state = json(&table, &["state"]).await;
            let entry = &state["unsettled"][0];
            assert_eq!((&entry["externalId"], &entry["id"]), (&"452".into(), &"7".into()));
            let report = report(&table, &["state"]).await;
            let shown = report.to_text(None);
            assert_eq!(has_findings(&report), is_late, "{shown}");
            assert!(shown.contains("unsettled           1 request\n  agent 452, 7,"));
        }
    }

    #[tokio::test]
    async fn a_shrink_is_accepted_and_withdrawn() {
        let table = TestTable::create().await.unwrap();
        let index = company(&table, 0).await;
        report(&table, &["accept-shrink"]).await;
        let state = json(&table, &["state"]).await;
        assert_eq!(
            (&state["shrinkAccepted"], &state["lastAnswered"], &state["index"]["agents"]),
            (&true.into(), &2.into(), &2.into())
        );
        report(&table, &["accept-shrink", "--withdraw"]).await;
        assert!(!index.baseline().await.unwrap().unwrap().shrink_accepted);
    }

    /// `path` is what was typed so far.
    fn without_example(command: &clap::Command, path: &str) -> Vec<String> {
        let mut command = command.clone();
        let help = command.render_long_help().to_string();
        let mut found = Vec::new();
        if !(help.contains("Example") && help.contains(&format!("  {path}"))
            || help.contains(&format!("Example: {path}")))
        {
            found.push(path.to_owned());
        }
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            found.extend(without_example(below, &format!("{path} {}", below.get_name())));
        }
        found
    }

    #[test]
    fn the_help_of_every_command_has_an_example() {
        let command = Cli::command();
        let top = command.get_subcommands().filter(|below| below.get_name() != "help");
        let found: Vec<String> = top
            .flat_map(|below| {
                without_example(below, &format!("timeoff-admin {}", below.get_name()))
            })
            .collect();
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for arguments in [
            ["pin", "0", "ada@example.com"],
            ["pin", "1", "ada"],
            ["pin", "1", "mailto:ada@example.com"],
            ["pin", "1", "ada@example.com;bo@example.com"],
            ["look-up", "ada", "bo"],
        ] {
            assert!(Cli::try_parse_from(["timeoff-admin"].iter().chain(&arguments)).is_err());
        }
    }

    /// The program, with nothing in its environment but where the AWS configuration is.
    struct Program<'a> {
        table: &'a TestTable,
        directory: PathBuf,
    }

    impl<'a> Program<'a> {
        /// `configuration` is what the file of AWS profiles holds.
        fn with(table: &'a TestTable, name: &str, configuration: &str) -> Self {
            let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
            std::fs::create_dir_all(&directory).unwrap();
            std::fs::write(directory.join("config"), configuration).unwrap();
            Self { table, directory }
        }

        /// The exit code and what was printed, on either stream.
        async fn run(&self, arguments: &[&str]) -> (i32, String) {
            let url = self.table.url();
            let output = Command::new(env!("CARGO_BIN_EXE_timeoff-admin"))
                .args(["--table", self.table.name(), "--endpoint-url", &url])
                .args(arguments)
                .env_clear()
                .env("AWS_CONFIG_FILE", self.directory.join("config"))
                .env("AWS_SHARED_CREDENTIALS_FILE", self.directory.join("credentials"))
                .env("AWS_EC2_METADATA_DISABLED", "true")
                .output()
                .await
                .unwrap();
            let printed = [output.stdout, output.stderr].concat();
            (output.status.code().unwrap(), String::from_utf8(printed).unwrap())
        }
    }

    const KEYS: &str = "aws_access_key_id = local\naws_secret_access_key = local\n";

    #[tokio::test]
    async fn credentials_and_region_are_found_as_every_aws_tool_finds_them() {
        let table = TestTable::create().await.unwrap();
        company(&table, 0).await;
        let process = r#"credential_process = echo '{"Version": 1, "AccessKeyId": "local", "SecretAccessKey": "local"}'"#;
        let configuration = format!(
            "[default]\nregion = eu-central-1\n{KEYS}\n[profile process]\nregion = eu-central-1\n{process}\n\
             [profile nowhere]\n{KEYS}\n[profile nobody]\nregion = eu-central-1\n"
        );
        let program = Program::with(&table, "profiles", &configuration);
        for arguments in [&["look-up", "1"][..], &["--profile", "process", "look-up", "1"]] {
            let (code, printed) = program.run(arguments).await;
            assert_eq!(code, 0, "{arguments:?}: {printed}");
        }
        let elsewhere = ["--profile", "nowhere", "--region", "eu-west-1", "look-up", "1"];
        assert_eq!(program.run(&elsewhere).await.0, 0);
        for (profile, named) in [("nowhere", "No AWS region"), ("nobody", "No AWS credentials")] {
            let (code, printed) = program.run(&["--profile", profile, "look-up", "1"]).await;
            assert!(code == 3 && printed.starts_with(named), "{profile}: {code} {printed}");
        }
    }

    #[tokio::test]
    async fn the_exit_code_says_what_became_of_it() {
        let table = TestTable::create().await.unwrap();
        company(&table, 1).await;
        let configuration = format!("[default]\nregion = eu-central-1\n{KEYS}");
        let program = Program::with(&table, "exit-codes", &configuration);
        for (arguments, expected) in [
            (&["look-up", "1"][..], 0),
            (&["state", "--json"], 0),
            (&["pin", "1", "genesys@example.com"], 0),
            (&["conflicts", "--json"], 1),
            (&["skipped"], 1),
            (&["look-up", "4711"], 1),
            (&["unpin", "4711"], 1),
            (&["look-up", "nobody"], 2),
            (&["pin", "0", "a@x"], 2),
            (&["state", "--table", ""], 2),
            (&["conflicts", "--csv"], 1),
            (&["state", "--csv"], 2),
            (&["conflicts", "--csv", "--json"], 2),
            (&[], 2),
        ] {
            let (code, printed) = program.run(arguments).await;
            assert_eq!(code, expected, "{arguments:?}: {printed}");
        }
        table.faults().inject(Fault::AccessDenied);
        for (arguments, expected) in
            [(&["state"][..], 3), (&["conflicts"], 3), (&["pin", "1", "a@x"], 1)]
        {
            let (code, printed) = program.run(arguments).await;
            assert_eq!(code, expected, "{arguments:?}: {printed}");
            assert!(printed.contains("refused access to the table"), "{printed}");
        }
    }
}
