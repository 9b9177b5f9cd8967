//! Case 29 of the public reports, on the real binaries: whatever BambooHR answers, the call is
//! answered within its budget, and the process never holds half of the memory that the template
//! gives the function.

use std::time::{Duration, Instant};

use bamboohr_simulator::{Action, Fault, Operation, RowMutation, Rows, Seed};
use e2e::{Answer, Process, Stack};
use serde_json::{Value, json};

use crate::deployed_memory::deployed_mib;
use crate::requests::three_days;

const BUDGET_MS: &str = "5000";
const BUDGET: Duration = Duration::from_millis(5_000);

/// What a busy machine may add.
const GRACE: Duration = Duration::from_secs(5);

const MEBIBYTE: u64 = 1024 * 1024;

/// A call, and the function's process that answers it again and again: memory that one call leaves
/// behind counts in the next.
struct Subject {
    name: &'static str,
    stack: Stack,
    process: Process,
    call: (&'static str, &'static str, Option<Value>),
}

impl Subject {
    async fn start(
        call: (&'static str, &'static str, Option<Value>),
        name: &'static str,
        seed: Seed,
        settings: &[(&str, &str)],
    ) -> Self {
        let settings = [&[("API_BUDGET_MS", BUDGET_MS)], settings].concat();
        let stack = Stack::with(seed, &settings).await;
        let process = Process::start(name, &stack).await;
        Self { name, stack, process, call }
    }

    /// Calls once while the faults and mutations stand, which end with it.
    async fn answer(&self, what: &str) -> Answer {
        let (method, path, body) = &self.call;
        let began = Instant::now();
        let answer = self.process.call(method, path, body.as_ref()).await;
        let took = began.elapsed();
        assert!(took < BUDGET + GRACE, "{} {what}: {took:?}", self.name);
        self.assert_small(what, took, &answer);
        self.stack.simulator().clear_faults();
        self.stack.simulator().clear_row_mutations();
        answer
    }

    fn assert_small(&self, what: &str, took: Duration, answer: &Answer) {
        // Only Linux tells.
        if !cfg!(target_os = "linux") {
            return;
        }
        let peak = self.process.running().peak_memory_kib().unwrap();
        let half = deployed_mib(self.name) * 1024 / 2;
        let (code, mib) = (answer.text("errorCode"), peak / 1024);
        println!("{} {what}: {mib} MiB at most, {took:?}, {code:?}", self.name);
        assert!(peak < half, "{} {what}: {peak} KiB of {half}", self.name);
    }

    async fn succeeds(&self, what: &str) -> Answer {
        let answer = self.answer(what).await;
        assert_eq!(answer.text("status"), "Complete", "{} {what}\n{answer}", self.name);
        answer
    }

    async fn gives_up(&self, what: &str) {
        let answer = self.answer(what).await;
        let code = answer.text("errorCode");
        assert!(
            ["HRIS_BAD_RESPONSE", "DEADLINE_EXCEEDED"].contains(&code),
            "{} {what}\n{answer}",
            self.name
        );
    }

    /// Every kind of answer without end or much too large, of this operation; after each the
    /// function is as good as before.
    async fn withstands(&self, operation: Operation) {
        for action in [
            Action::Padded { bytes: 64 * MEBIBYTE },
            Action::Compressed { bytes: 64 * MEBIBYTE },
            Action::Endless,
            Action::Interim { times: None, every_ms: 1 },
        ] {
            let what = format!("{operation:?} {action:?}");
            self.stack.simulator().fault(Fault::always(operation, action));
            self.gives_up(&what).await;
        }
    }

    /// A large answer that is right changes nothing.
    async fn bears(&self, operation: Operation, bytes: u64) {
        let usual = self.succeeds("as usual").await;
        let action = Action::Padded { bytes };
        let what = format!("{operation:?} {action:?}");
        self.stack.simulator().fault(Fault::always(operation, action));
        assert_eq!(self.succeeds(&what).await.body, usual.body, "{what}");
    }

    fn mutate(&self, mutation: RowMutation) {
        self.stack.simulator().mutate_rows(mutation);
    }
}

/// Eight dates, so that eight calculators are read at once, and a type in days among the types, so
/// that the company's hours are read too.
fn eight_days() -> Value {
    let days: Vec<String> = (1..=8).map(|day| format!("2026-12-{day:02}")).collect();
    json!({"agentId": "452", "inputDates": days, "inputTimeOffTypeIds": ["83", "85"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn get_balance_stays_small_and_in_time() {
    let start = || {
        let call = ("POST", "/balances", Some(eight_days()));
        Subject::start(call, "get-balance", Seed::small(), &[])
    };
    let types = async {
        let balance = start().await;
        balance.withstands(Operation::Types).await;
        balance.succeeds("in the end").await;
    };
    let calculators = async {
        let balance = start().await;
        balance.withstands(Operation::Calculator).await;
        assert!(balance.stack.simulator().calls().calculator >= 8);
        balance.bears(Operation::Calculator, MEBIBYTE * 3 / 4).await;

        let row = || RowMutation::of(Rows::Calculator).id(78);
        balance.mutate(row().repeat(4_000));
        balance.succeeds("calculators of many entries").await;
        balance.mutate(row().set("", json!({})).repeat(59_000));
        balance.succeeds("calculators of many empty entries").await;
        balance.mutate(row().set("", json!({})).repeat(61_000));
        balance.gives_up("calculators of too many entries").await;
        balance.succeeds("in the end").await;
    };
    tokio::join!(types, calculators);
}

#[tokio::test(flavor = "multi_thread")]
async fn get_agents_stays_small_and_in_time() {
    let agents =
        Subject::start(("GET", "/agents", None), "get-agents", Seed::company(3), &[]).await;
    agents.withstands(Operation::Employees).await;
    agents.bears(Operation::Employees, 6 * MEBIBYTE).await;

    let pages = || {
        let action = Action::EndlessPages { total: Some(4_000_000) };
        agents.stack.simulator().fault(Fault::always(Operation::Employees, action));
    };
    let rows = || RowMutation::of(Rows::Employees).id(1);
    pages();
    agents.mutate(rows().repeat(2_500));
    agents.gives_up("pages without end").await;
    pages();
    agents.mutate(rows().repeat(30_000));
    agents.gives_up("pages of many rows without end").await;
    pages();
    let address = format!("{}@example.com", "x".repeat(2_900));
    agents.mutate(rows().set("/workEmail", address).repeat(2_500));
    agents.gives_up("pages of 8 MB without end").await;
    agents
        .stack
        .simulator()
        .fault(Fault::always(Operation::Employees, Action::EndlessPages { total: None }));
    agents.gives_up("the same page without end").await;
    agents.succeeds("in the end").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_and_the_directory_stay_small_and_in_time() {
    // Nobody is in the index, so that BambooHR is asked.
    let look_up = async {
        let call = ("GET", "/agents/2", None);
        let look_up = Subject::start(call, "get-agents", Seed::company(3), &[]).await;
        look_up.withstands(Operation::Employees).await;
        assert_eq!(look_up.succeeds("in the end").await.body["found"], true);
    };
    let directory = async {
        let (call, source) = (("GET", "/agents", None), [("EMPLOYEE_SOURCE", "directory")]);
        let directory = Subject::start(call, "get-agents", Seed::company(3), &source).await;
        directory.withstands(Operation::Directory).await;
        directory.bears(Operation::Directory, 6 * MEBIBYTE).await;
        directory.mutate(RowMutation::of(Rows::Directory).id(1).repeat(10_000));
        directory.gives_up("a directory of many rows").await;
        directory.succeeds("in the end").await;
    };
    tokio::join!(look_up, directory);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_functions_that_read_types_and_requests_stay_small_and_in_time() {
    let types = async {
        let call = ("GET", "/timeoff-types", None);
        let types = Subject::start(call, "get-timeoff-types", Seed::small(), &[]).await;
        types.withstands(Operation::Types).await;
        types.bears(Operation::Types, MEBIBYTE * 3 / 4).await;
    };
    let requests = async {
        let call = ("POST", "/timeoff-requests", Some(three_days()));
        let insert = Subject::start(call, "insert-timeoff", Seed::small(), &[]).await;
        insert.withstands(Operation::List).await;
        assert_eq!(insert.stack.simulator().writes(), []);
        insert.bears(Operation::List, 8 * MEBIBYTE).await;
        assert_eq!(insert.stack.simulator().live(452).len(), 1);
    };
    tokio::join!(types, requests);
}
