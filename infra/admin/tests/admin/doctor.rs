//! `doctor`: every single fault turns exactly the lines red that it should.

use bamboohr_simulator::Seed;
use genesys_simulator::Seed as GenesysSeed;
use reqwest::Method;
use serde_json::{Value, json};
use timeoff_admin::Outcome;

use crate::world::{Changes, World};

/// The lines of a run.
struct Lines(Vec<Value>);

impl Lines {
    async fn of(world: &World, arguments: &[&str], changes: Changes<'_>) -> Self {
        let arguments = [&["doctor"], arguments].concat();
        let report = world.run(&arguments, changes).await.unwrap();
        let json: Value = serde_json::from_str(report.to_json()).unwrap();
        let lines = Self(json["checks"].as_array().unwrap().clone());
        let outcome = if lines.red().is_empty() { Outcome::Clean } else { Outcome::Findings };
        assert_eq!(report.outcome(), outcome);
        lines
    }

    fn with(&self, ok: &Value) -> Vec<&str> {
        let found = self.0.iter().filter(|line| line["ok"] == *ok);
        found.map(|line| line["name"].as_str().unwrap()).collect()
    }

    fn red(&self) -> Vec<&str> {
        self.with(&json!(false))
    }

    fn line(&self, name: &str) -> &Value {
        self.0.iter().find(|line| line["name"] == name).unwrap()
    }
}

/// What is wrong, one thing at a time.
enum Fault {
    /// A variable of the administrator's environment.
    Variable(&'static str, &'static str),
    /// A permission that the role lacks.
    Permission(&'static str),
    Inactive,
    Unpublished(&'static str),
    TwoIntegrations,
    RevokedKey,
    WrongCredential,
    Refused,
}

impl Fault {
    async fn plant(&self, world: &World) {
        match self {
            Self::Variable(..) => {}
            Self::Permission(name) => world.genesys().permit(name, false),
            Self::Inactive => self.activate(world, false).await,
            Self::Unpublished(name) => self.publish(world, name, false).await,
            Self::TwoIntegrations => drop(world.another_integration("Workday").await),
            Self::RevokedKey => {
                world.stack.simulator().unwrap().revoke_key(local_stack::SIMULATOR_KEY);
            }
            Self::WrongCredential => self.enter(world, "wrong-key").await,
            Self::Refused => {
                let fault = json!({ "status": 403, "times": 1, "path": "/managementunits" });
                world.control(Method::POST, "faults", fault).await;
            }
        }
    }

    async fn mend(&self, world: &World) {
        match self {
            Self::Permission(name) => world.genesys().permit(name, true),
            Self::Inactive => self.activate(world, true).await,
            Self::Unpublished(name) => self.publish(world, name, true).await,
            Self::WrongCredential => self.enter(world, local_stack::API_KEY).await,
            Self::Refused => drop(world.control(Method::DELETE, "faults", json!({})).await),
            Self::Variable(..) | Self::TwoIntegrations | Self::RevokedKey => {}
        }
    }

    async fn activate(&self, world: &World, active: bool) {
        let path = "integrations/d0000000-0000-4000-8000-000000000001";
        world.control(Method::PUT, path, json!({ "active": active })).await;
    }

    async fn publish(&self, world: &World, name: &str, published: bool) {
        let path = format!("flows/{name}");
        world.control(Method::PUT, &path, json!({ "published": published })).await;
    }

    async fn enter(&self, world: &World, key: &str) {
        world.control(Method::PUT, "credential", json!({ "apiKey": key })).await;
    }

    fn changes(&self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Variable(name, text) => vec![(name, text)],
            _ => Vec::new(),
        }
    }
}

const TESTED: [&str; 5] = [
    "action:HRIS-Find-Agent-By-ExternalId",
    "action:HRIS-Update-TimeOff",
    "action:HRIS-Insert-TimeOff",
    "action:HRIS-Get-Balance",
    "action:HRIS-Get-Timeoff-Types",
];

/// A fault, the lines that it turns red, and what they say.
type Case = (Fault, &'static [&'static str], &'static str);

/// What cannot be mended is among the last four, so that it is the last of its lane.
fn cases() -> [Case; 25] {
    [
        (Fault::Variable("TABLE_NAME", "nowhere"), &["table"], "table"),
        (Fault::Variable("BAMBOOHR_SECRET_ID", "nowhere"), &["bamboohr"], "BAMBOOHR_SECRET_ID"),
        (Fault::Variable("BAMBOOHR_SECRET_ID", ""), &["bamboohr"], "BAMBOOHR_SECRET_ID is not set"),
        (Fault::Variable("BRIDGE_API_KEY", "wrong"), &["api"], "x-api-key"),
        (Fault::Variable("BRIDGE_API_KEY", ""), &["api"], "BRIDGE_API_KEY"),
        (Fault::Variable("BRIDGE_URL", "http://127.0.0.1:1/v1"), &["api"], "BRIDGE_URL"),
        (Fault::Variable("GENESYSCLOUD_OAUTHCLIENT_ID", "x"), &["token"], "OAuth client"),
        (Fault::Variable("GENESYSCLOUD_OAUTHCLIENT_SECRET", "x"), &["token"], "secret is wrong"),
        (Fault::Variable("GENESYSCLOUD_OAUTHCLIENT_SECRET", ""), &["token"], "is not set"),
        permission("wfm:integration:view"),
        permission("integrations:integration:view"),
        permission("wfm:agent:view"),
        permission("wfm:timeOffRequest:view"),
        permission("wfm:timeOffPlan:view"),
        permission("directory:user:view"),
        permission("architect:flow:view"),
        permission("integrations:action:view"),
        permission("integrations:action:execute"),
        (Fault::Inactive, &["integration"], "switched off"),
        (
            Fault::Unpublished("HRIS-Insert-TimeOff"),
            &["workflow:HRIS-Insert-TimeOff"],
            "not published",
        ),
        (Fault::Unpublished("HRIS-Get-Balance"), &["workflow:HRIS-Get-Balance"], "not published"),
        (Fault::WrongCredential, &TESTED, "apiKey"),
        (Fault::Refused, &["units"], "does not allow this"),
        (Fault::TwoIntegrations, &["integration"], "--integration"),
        (Fault::RevokedKey, &["bamboohr"], "API key"),
    ]
}

/// How many stacks have faults planted side by side: a run waits for Genesys' jobs most of its time.
const LANES: usize = 4;

/// Plants every fourth fault, one at a time; the lines that were red.
async fn lane(first: usize) -> Vec<&'static str> {
    let world = World::start().await;
    let mut reddened = Vec::new();
    for (fault, red, said) in cases().into_iter().skip(first).step_by(LANES) {
        fault.plant(&world).await;
        let mut arguments = vec!["--integration", "BambooHR"];
        if matches!(fault, Fault::TwoIntegrations) {
            arguments.clear();
        }
        let lines = Lines::of(&world, &arguments, &fault.changes()).await;
        assert_eq!(lines.red(), red, "{said}: {:#?}", lines.0);
        for name in red {
            let line = lines.line(name);
            let sentence = format!("{} {}", line["detail"], line["remedy"]);
            assert!(sentence.contains(said), "{name}: {sentence}");
        }
        // What could not be tried for it says which check comes before.
        for name in lines.with(&Value::Null) {
            let detail = lines.line(name)["detail"].as_str().unwrap();
            let is_edit = name.ends_with(":edit");
            let names_a_cause = red.iter().any(|cause| detail.contains(cause));
            assert!(is_edit || names_a_cause, "{name}: {detail}");
        }
        fault.mend(&world).await;
        reddened.extend(red);
    }
    reddened
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_fault_nothing_is_red_and_each_fault_turns_its_own_lines_red() {
    let world = World::start().await;
    let lines = Lines::of(&world, &[], &[]).await;
    assert!(lines.red().is_empty(), "{:#?}", lines.0);
    // A right to edit cannot be tried without harm; everything else is.
    assert_eq!(lines.with(&Value::Null), ["right:wfm:agent:edit", "right:wfm:timeOffRequest:edit"]);
    assert_eq!(lines.0.len(), 32);

    let (first, second, third, fourth) = tokio::join!(lane(0), lane(1), lane(2), lane(3));
    let reddened = [first, second, third, fourth].concat();
    // Every kind of line has been red.
    for kind in
        ["table", "bamboohr", "api", "token", "units", "integration", "right", "workflow", "action"]
    {
        assert!(reddened.iter().any(|name| name.split(':').next() == Some(kind)), "{kind}");
    }
}

/// A missing permission turns its own line red, and no other.
fn permission(name: &'static str) -> (Fault, &'static [&'static str], &'static str) {
    let line: &'static [&'static str] = match name {
        "wfm:integration:view" => &["right:wfm:integration:view"],
        "integrations:integration:view" => &["right:integrations:integration:view"],
        "wfm:agent:view" => &["right:wfm:agent:view"],
        "wfm:timeOffRequest:view" => &["right:wfm:timeOffRequest:view"],
        "wfm:timeOffPlan:view" => &["right:wfm:timeOffPlan:view"],
        "directory:user:view" => &["right:directory:user:view"],
        "architect:flow:view" => &["right:architect:flow:view"],
        "integrations:action:view" => &["right:integrations:action:view"],
        _ => &["right:integrations:action:execute"],
    };
    (Fault::Permission(name), line, name)
}

#[tokio::test]
async fn before_the_first_run_the_index_is_red_and_nobodys_balance_can_be_asked_for() {
    let (company, organisation) = (Seed::small(), GenesysSeed::small());
    let world = World::before_the_first_run(company, organisation).await;
    let lines = Lines::of(&world, &[], &[]).await;
    assert_eq!(lines.red(), ["index"], "{:#?}", lines.0);
    let balance = lines.line("balance-job");
    assert_eq!(balance["ok"], Value::Null);
    assert!(balance["detail"].as_str().unwrap().contains("agents audit"), "{balance}");
}

#[tokio::test]
async fn what_is_behind_a_failed_job_is_not_hidden() {
    let world = World::start().await;
    // Genesys' job fails, though workflow and data action are fine: nothing else says so.
    for (path, red) in [("timeofftypes/jobs", "types-job"), ("timeoffbalance/jobs", "balance-job")]
    {
        let fault = json!({ "status": 400, "times": 1, "path": path });
        world.control(Method::POST, "faults", fault).await;
        let lines = Lines::of(&world, &[], &[]).await;
        assert_eq!(lines.red(), [red]);
    }
}

#[tokio::test]
async fn nothing_is_changed() {
    let world = World::start().await;
    let simulator = world.stack.simulator().unwrap();
    let state = async || world.json(&["state"]).await;
    let (before, requests) = (state().await, simulator.live(452).len());
    let audit = world.json(&["agents", "audit"]).await;
    Lines::of(&world, &[], &[]).await;
    let after = state().await;
    for field in ["lastAnswered", "shrinkAccepted", "unsettled"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    assert_eq!(before["index"]["lastSeen"], after["index"]["lastSeen"]);
    assert_eq!(simulator.live(452).len(), requests);
    assert_eq!(world.json(&["agents", "audit"]).await, audit);
    assert!(world.genesys().requests().is_empty());
}

#[tokio::test]
async fn the_pasted_variables_are_all_that_the_program_needs() {
    let world = World::start().await;
    let (code, printed, said) = world.process(&["doctor"], &[]).await;
    assert_eq!((code, said.as_str()), (0, ""), "{printed}");
    assert!(printed.contains("✓  balance-job"), "{printed}");
    assert!(printed.ends_with("32 checks: 30 in order, 0 failed, 2 not tried.\n"), "{printed}");
    let wrong = [("GENESYSCLOUD_OAUTHCLIENT_SECRET", "wrong")];
    let (code, printed, _) = world.process(&["doctor", "--only", "token"], &wrong).await;
    assert!(code == 1 && printed.contains("✗  token"), "{printed}");
    // Nothing of AWS is needed for what does not use it.
    let no_aws = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "TABLE_NAME"].map(|name| (name, ""));
    let (code, printed, said) =
        world.process(&["doctor", "--only", "units,types-job"], &no_aws).await;
    assert_eq!(code, 0, "{printed}{said}");
    let (code, _, said) = world.process(&["doctor", "--only", "unit"], &[]).await;
    assert!(code == 2 && said.contains("There is no check \"unit\""), "{said}");
}
