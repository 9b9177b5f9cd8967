//! A Genesys organisation whose data actions reach a local stack.

use std::collections::BTreeMap;
use std::time::Duration;

use genesys_bundle::architect::{AbsentLists, Ending, Interpreter, Run};
use genesys_bundle::data_action::{ActionOutcome, Credentials, Engine, UnsetInputs};
use lambda_host::Clock;
use local_stack::{API_KEY, Hris, LocalStack, Options, Seed, Simulator};
use serde_json::{Map, Value, json};

use crate::bundle;
use crate::fake::object;

pub(crate) const AGENTS: &str = "HRIS-Get-Agents";
pub(crate) const TYPES: &str = "HRIS-Get-Timeoff-Types";
pub(crate) const BALANCE: &str = "HRIS-Get-Balance";
pub(crate) const INSERT: &str = "HRIS-Insert-TimeOff";
pub(crate) const UPDATE: &str = "HRIS-Update-TimeOff";

pub(crate) struct Organisation {
    pub(crate) stack: LocalStack,
    engine: Engine,
}

impl Organisation {
    /// The small company.
    pub(crate) async fn small() -> Self {
        Self::with(Seed::small(), []).await
    }

    pub(crate) async fn with<const N: usize>(seed: Seed, settings: [(&str, &str); N]) -> Self {
        let settings: BTreeMap<_, _> =
            settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        // The simulator's today. The machine's own clock would one day find the tests' requests
        // long past.
        let (clock, _hand) = Clock::manual("2026-11-02T08:00:00Z".parse().unwrap());
        let options = Options {
            hris: Hris::Simulator(Box::new(seed)),
            settings,
            clock,
            ..Options::default()
        };
        let stack = LocalStack::start(options).await.unwrap();
        let engine = Engine::new(Credentials::new(stack.url(), API_KEY)).unwrap();
        Self { stack, engine }
    }

    /// The same organisation with another reading of what Genesys leaves open.
    pub(crate) fn unset_inputs(mut self, unset_inputs: UnsetInputs) -> Self {
        self.engine = self.engine.unset_inputs(unset_inputs);
        self
    }

    /// The same organisation with another key in its integration.
    pub(crate) fn api_key(mut self, key: &str) -> Self {
        self.engine = Engine::new(Credentials::new(self.stack.url(), key)).unwrap();
        self
    }

    pub(crate) fn simulator(&self) -> &Simulator {
        self.stack.simulator().unwrap()
    }

    pub(crate) async fn run(&self, workflow: &str, input: Value) -> Run {
        self.run_with(workflow, &object(input), AbsentLists::default()).await
    }

    pub(crate) async fn run_with(
        &self,
        workflow: &str,
        input: &Map<String, Value>,
        absent_lists: AbsentLists,
    ) -> Run {
        let run = Interpreter::new(bundle(), &self.engine)
            .absent_lists(absent_lists)
            .run(workflow, input)
            .await
            .unwrap();
        assert_eq!(run.ending, Ending::EndWorkflow, "{workflow}");
        for (name, value) in &run.outputs {
            assert!(!value.is_null(), "{workflow} leaves {name} unset");
        }
        run
    }

    /// A run that must succeed.
    pub(crate) async fn complete(&self, workflow: &str, input: Value) -> Run {
        let run = self.run(workflow, input).await;
        let outcome = (run.status(), run.message());
        assert_eq!(outcome, ((200, "Complete"), ""), "{workflow}: {:?}", run.calls);
        run
    }

    /// Runs a data action by itself, as its test page does.
    pub(crate) async fn execute(&self, action: &str, input: Value) -> Map<String, Value> {
        let action = bundle().action(action).unwrap();
        match self.engine.execute(action, &object(input), Duration::from_secs(60)).await.unwrap() {
            ActionOutcome::Success(answer) => answer,
            other => panic!("{}: {other:?}", action.name),
        }
    }

    /// Inserts and gives back the id.
    pub(crate) async fn insert(&self, input: Value) -> u64 {
        self.complete(INSERT, input).await.id()
    }
}

/// What the tests look at in a finished run.
pub(crate) trait RunOutputs {
    fn id(&self) -> u64;
    fn status(&self) -> (i64, &str);
    fn message(&self) -> &str;
    fn list(&self, name: &str) -> Vec<&str>;
    /// The answer came as the API's envelope, not as a failure of the data action.
    fn answered(&self) -> bool;
}

impl RunOutputs for Run {
    fn id(&self) -> u64 {
        self.text("timeOffRequestId").unwrap().parse().unwrap()
    }

    fn status(&self) -> (i64, &str) {
        (self.status_code().unwrap(), self.text("status").unwrap())
    }

    fn message(&self) -> &str {
        self.text("errorMsg").unwrap()
    }

    fn list(&self, name: &str) -> Vec<&str> {
        self.collection(name).unwrap()
    }

    fn answered(&self) -> bool {
        matches!(self.calls.as_slice(), [call] if matches!(call.outcome, ActionOutcome::Success(_)))
    }
}

/// A request of agent 452 for type 83; `change` overrides.
pub(crate) fn request(change: Value) -> Value {
    let mut input = json!({
        "Flow.agentId": "452",
        "Flow.dates": ["2026-12-07"],
        "Flow.minDate": "2026-12-07",
        "Flow.maxDate": "2026-12-07",
        "Flow.timeOffStatus": "APPROVED",
        "Flow.timeOffTypeId": "83",
        "Flow.payableMinutes": ["480"],
    });
    for (name, value) in object(change) {
        if value.is_null() {
            input.as_object_mut().unwrap().remove(&format!("Flow.{name}"));
        } else {
            input[format!("Flow.{name}")] = value;
        }
    }
    input
}
