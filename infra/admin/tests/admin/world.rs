//! The local stack with a simulated Genesys Cloud, and commands with the variables that it prints.

use std::collections::BTreeMap;

use bamboohr_simulator::Seed;
use clap::Parser as _;
use genesys_cloud::{AssociationUpdate, Client, ClientCredentials, NewAssociation, Site};
use genesys_simulator::{CLIENT_ID, CLIENT_SECRET, Genesys, Seed as GenesysSeed};
use local_stack::{Hris, LocalStack, Options, exports};
use reqwest::Method;
use serde_json::{Value, json};
use timeoff_admin::{Cli, Error, Report};
use tokio::process::Command;

/// A running stack.
pub(crate) struct World {
    pub(crate) stack: LocalStack,
    http: reqwest::Client,
}

/// Variables that differ from those that the stack prints; an empty text unsets one.
pub(crate) type Changes<'a> = &'a [(&'a str, &'a str)];

impl World {
    /// The small company, with a complete index and everybody associated who can be.
    pub(crate) async fn start() -> Self {
        Self::of(Seed::small(), GenesysSeed::small()).await
    }

    pub(crate) async fn of(company: Seed, organisation: GenesysSeed) -> Self {
        let world = Self::before_the_first_run(company, organisation).await;
        let refreshed = world.stack.refresh_agents().await.unwrap();
        assert!(refreshed.contains("Complete"), "{refreshed}");
        assert!(world.genesys().synchronise_agents().await);
        world
    }

    /// Without an index and associations.
    pub(crate) async fn before_the_first_run(company: Seed, organisation: GenesysSeed) -> Self {
        let stack = LocalStack::start(Options {
            hris: Hris::Simulator(Box::new(company)),
            genesys: Some(organisation),
            ..Options::default()
        });
        let stack = stack.await.unwrap();
        Self { stack, http: genesys_cloud::http_client().unwrap() }
    }

    pub(crate) fn genesys(&self) -> &Genesys {
        self.stack.genesys().unwrap()
    }

    /// What the stack prints to be pasted.
    pub(crate) fn variables(&self, changes: Changes<'_>) -> BTreeMap<String, String> {
        let lines = exports(&self.stack);
        let printed = lines.iter().map(|line| {
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            (name.to_owned(), value.trim_matches('\'').to_owned())
        });
        let changes = changes.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        printed.chain(changes).collect()
    }

    /// A command in this process.
    pub(crate) async fn run(
        &self,
        arguments: &[&str],
        changes: Changes<'_>,
    ) -> Result<Report, Error> {
        let variables = self.variables(changes);
        let flags = [
            ("--table", variables["TABLE_NAME"].as_str()),
            ("--endpoint-url", variables["AWS_ENDPOINT_URL_DYNAMODB"].as_str()),
        ];
        let flags = flags.iter().flat_map(|(flag, text)| [*flag, *text]);
        let line = ["timeoff-admin"].into_iter().chain(flags).chain(arguments.iter().copied());
        let cli = Cli::try_parse_from(line).unwrap();
        timeoff_admin::run(cli, move |name| variables.get(name).cloned()).await
    }

    /// What it gives as JSON.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Value {
        let report = self.run(arguments, &[]).await.unwrap();
        serde_json::from_str(report.to_json()).unwrap()
    }

    /// The program as a process, with what the stack prints as its environment: exit code, standard
    /// output, standard error.
    pub(crate) async fn process(
        &self,
        arguments: &[&str],
        changes: Changes<'_>,
    ) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_timeoff-admin"))
            .args(arguments)
            .env_clear()
            .envs(self.variables(changes))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .await
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// Somebody works on the organisation: a path below `/control/`.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/control/{path}", self.genesys().url());
        let answer = self.http.request(method, url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }

    /// The associations of the user with this number, by integration; the first one is selected by
    /// `selected`.
    pub(crate) async fn associate(
        &self,
        user: usize,
        selected: Option<&str>,
        entries: &[(&str, &str)],
    ) {
        let site =
            Site::at(self.genesys().url().parse().unwrap(), self.genesys().url().parse().unwrap());
        let credentials = ClientCredentials::new(CLIENT_ID, CLIENT_SECRET).unwrap();
        let client = Client::new(self.http.clone(), site, credentials);
        let entry = |(integration, id): &(&str, &str)| NewAssociation {
            agent_external_id: (*id).to_owned(),
            integration_id: integration.parse().unwrap(),
            locked: false,
        };
        let update = AssociationUpdate {
            selected_integration_id: selected.map(|id| id.parse().unwrap()),
            associated_integrations: entries.iter().map(entry).collect(),
        };
        let user = Genesys::user_id(user).parse().unwrap();
        client.set_associations(&user, &update).await.unwrap();
    }

    /// The id of the integration that runs the workflows.
    pub(crate) async fn ours(&self) -> String {
        let audit = self.run(&["doctor", "--only", "integration", "--json"], &[]).await.unwrap();
        let found = audit.to_json();
        let from = found.find('(').unwrap() + 1;
        found[from..].split_once(')').unwrap().0.to_owned()
    }

    /// Another integration, by its id.
    pub(crate) async fn another_integration(&self, name: &str) -> String {
        let made = self.control(Method::POST, "integrations", json!({ "name": name })).await;
        made["id"].as_str().unwrap().to_owned()
    }
}
