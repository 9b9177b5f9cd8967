//! What a run and a look-up cost, at 2,000 and at 50,000 agents: `cargo bench -p get-agents`.
//!
//! The function runs alone in a process, so that its peak memory is its own; BambooHR's simulator
//! and the table run in another.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot go on has nothing better to do than to stop"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use bamboohr_simulator::{Seed, Simulator};
use get_agents::GetAgents;
use lambda_host::logs::Captured;
use lambda_host::{Clock, Environment, Host, LambdaContext, Settings};
use local_aws::{SecretsManager, TestTable};
use serde_json::{Value, json};

const SIZES: [&str; 2] = ["2000", "50000"];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", size] => serve(size.parse().expect("a size")).await,
        ["measure", size] => measure(size.parse().expect("a size")).await,
        _ => {
            println!(
                "| agents | what | wall ms | of it BambooHR ms | beyond ms | peak MB | BambooHR \
                calls | DynamoDB calls | writes | kB answered |"
            );
            println!("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|");
            for size in SIZES {
                let status = myself(&["measure", size]).status().expect("the measuring process");
                assert!(status.success());
            }
        }
    }
}

fn myself(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    command.args(arguments);
    command
}

/// The process with BambooHR and the table. It takes one command a line, answers one JSON text a
/// line, and ends with its input.
async fn serve(size: u64) {
    let sim = Simulator::start(Seed::company(size)).await;
    let table = TestTable::create().await.expect("a table");
    let secrets = SecretsManager::start().await.expect("a Secrets Manager");
    secrets.set("bamboohr", r#"{"companyDomain":"acme","apiKey":"simulator-key"}"#);
    answer(&json!([sim.url(), table.url(), table.name(), secrets.url()]));
    let (send, mut commands) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    while let Some(command) = commands.recv().await {
        if command == "change" {
            for id in (1..=size).step_by(100) {
                sim.set_email(id, Some(&format!("renamed{id}@example.com")));
            }
        }
        let calls = table.faults().all_calls();
        let writes: usize = calls
            .iter()
            .filter(|(name, _)| ["PutItem", "UpdateItem"].contains(&name.as_str()))
            .map(|(_, count)| count)
            .sum();
        answer(&json!([sim.calls().total(), calls.values().sum::<usize>(), writes]));
        sim.reset_calls();
        table.faults().reset_calls();
    }
}

fn answer(value: &Value) {
    println!("{value}");
    std::io::stdout().flush().expect("the measuring process");
}

/// The other process, as the measuring one sees it.
struct Servers {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Servers {
    fn start(size: u64) -> Self {
        let mut process = myself(&["serve", &size.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the serving process");
        let input = process.stdin.take().expect("its input");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, input, output }
    }

    fn read(&mut self) -> Vec<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("an answer");
        serde_json::from_str(&line).expect("JSON")
    }

    fn ask(&mut self, command: &str) -> Vec<Value> {
        writeln!(self.input, "{command}").expect("the serving process");
        self.read()
    }
}

async fn measure(size: u64) {
    let mut servers = Servers::start(size);
    let addresses = servers.read();
    let [bamboohr, dynamodb, table, secrets_manager] =
        [0, 1, 2, 3].map(|at| addresses.get(at).and_then(Value::as_str).expect("an address"));
    let variable = |name: &str| {
        let value = match name {
            "BAMBOOHR_SECRET_ID" => "bamboohr",
            "BAMBOOHR_BASE_URL" => bamboohr,
            "TABLE_NAME" => table,
            "AWS_REGION" => local_aws::REGION,
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "local",
            "AWS_ENDPOINT_URL_DYNAMODB" => dynamodb,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER" => secrets_manager,
            _ => return None,
        };
        Some(value.to_owned())
    };
    let metrics = Captured::new();
    let settings = Settings::read(&variable).expect("settings");
    let environment =
        Environment::with(settings, Clock::system(), metrics.lines()).expect("an environment");
    let host = Host::new(&environment, GetAgents::new);
    host.warm_up().await;

    for (what, path, query) in [
        ("first run", "/agents", Value::Null),
        ("unchanged", "/agents", Value::Null),
        ("unchanged again", "/agents", Value::Null),
        ("1 % changed", "/agents", Value::Null),
        ("look-up by externalId", "/agents/1234", Value::Null),
        ("look-up by e-mail", "/agents", json!({"email": "Renamed1201@example.com"})),
    ] {
        servers.ask(if what.starts_with("1 %") { "change" } else { "reset" });
        forget_peak();
        let event =
            json!({"httpMethod": "GET", "path": path, "queryStringParameters": query, "requestContext": {"requestId": "b"}}).to_string();
        let started = Instant::now();
        let remaining = Duration::from_secs(60);
        let response =
            host.respond(&event, LambdaContext { request_id: "b".to_owned(), remaining }).await;
        let body = response.body().expect("JSON");
        let wall = started.elapsed().as_secs_f64() * 1000.0;
        drop(response);
        let peak = peak_megabytes();
        assert!(body.contains("\"Complete\""), "{}", body.get(..300).unwrap_or(&body));
        assert!(!path.contains("1234") || body.contains("\"found\":true"), "{body}");
        let upstream = last_metric(&metrics, "UpstreamDuration");
        let counted: Vec<String> = servers.ask("count").iter().map(Value::to_string).collect();
        println!(
            "| {size} | {what} | {wall:.1} | {upstream:.1} | {:.1} | {peak:.1} | {} | {} |",
            wall - upstream,
            counted.join(" | "),
            body.len() / 1000
        );
    }
    drop(servers.input);
    servers.process.wait().expect("the serving process");
}

fn last_metric(metrics: &Captured, name: &str) -> f64 {
    let text = metrics.text();
    let line = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .rfind(|line| line["_aws"].is_object());
    line.and_then(|line| line[name].as_f64()).unwrap_or_default()
}

/// Lets the kernel count the peak anew. Linux only; elsewhere the peak is that of the whole
/// process.
fn forget_peak() {
    let _not_linux = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()
    });
    kilobytes.unwrap_or(f64::NAN) / 1000.0
}
