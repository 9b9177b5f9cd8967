//! What `cargo run` starts, as a process.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

const FREE_PORTS: [&str; 10] = [
    "--gateway-port",
    "0",
    "--simulator-port",
    "0",
    "--dynamodb-port",
    "0",
    "--secrets-manager-port",
    "0",
    "--genesys-port",
    "0",
];

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local-stack"));
    command
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Killed when the test ends, however it does.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _status = self.0.wait();
    }
}

#[test]
fn it_says_where_everything_is_serves_and_stops_on_ctrl_c() {
    let mut started = Started(command(&FREE_PORTS).spawn().unwrap());
    let mut lines = BufReader::new(started.0.stdout.take().unwrap()).lines();
    let greeting: Vec<String> =
        lines.by_ref().map(Result::unwrap).take_while(|line| !line.starts_with("Ctrl-C")).collect();
    let url = |name: &str| {
        let line = greeting.iter().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace()
            .find(|word| word.starts_with("http://127.0.0.1:"))
            .unwrap()
            .to_owned()
    };
    for name in ["BambooHR", "DynamoDB", "Secrets Manager", "Genesys Cloud"] {
        assert!(!url(name).ends_with(":0"), "{name} prints the port that was picked");
    }

    // What an administrator pastes leads to the same places.
    for (variable, place) in [
        ("GENESYSCLOUD_BASE_URL", "Genesys Cloud"),
        ("BRIDGE_URL", "gateway"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "DynamoDB"),
        ("BAMBOOHR_BASE_URL", "BambooHR"),
    ] {
        let export = format!("export {variable}='{}'", url(place));
        assert!(greeting.contains(&export), "{export}");
    }

    // A pasted line works.
    let curl = greeting
        .iter()
        .find(|line| line.starts_with("curl") && line.contains("/timeoff-types"))
        .unwrap();
    assert!(curl.contains(&url("gateway")), "{curl}");
    let answer = Command::new("sh").args(["-c", curl]).output().unwrap();
    let answer = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.contains(r#""status":"Complete""#), "{answer}");

    let pid = started.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(started.0.wait().unwrap().success());
    assert_eq!(lines.map(Result::unwrap).last().unwrap(), "Stopped.");
    let mut log = String::new();
    started.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains(r#""event":"call.done""#), "{log}");
}

#[test]
fn the_pasted_lines_work_where_a_token_is_needed() {
    let arguments = [&FREE_PORTS[..], &["--auth-mode", "ApiKeyAndOAuth"]].concat();
    let mut started = Started(command(&arguments).spawn().unwrap());
    let lines = BufReader::new(started.0.stdout.take().unwrap()).lines();
    let pasted: Vec<String> = lines
        .map(Result::unwrap)
        .take_while(|line| !line.starts_with("Ctrl-C"))
        .filter(|line| line.starts_with("TOKEN=") || line.ends_with("/timeoff-types'"))
        .collect();
    assert_eq!(pasted.len(), 2, "{pasted:?}");
    for (script, expected) in [
        (pasted.join("\n"), r#""status":"Complete""#),
        (pasted[1].clone(), "The token is missing or wrong."),
    ] {
        let answer = Command::new("sh").args(["-c", &script]).output().unwrap();
        let answer = String::from_utf8(answer.stdout).unwrap();
        assert!(answer.contains(expected), "{answer}");
    }
}

#[test]
fn a_taken_port_ends_it_with_a_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let number = taken.local_addr().unwrap().port().to_string();
    let output =
        command(&[&FREE_PORTS[2..], &["--gateway-port", &number]].concat()).output().unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.starts_with(&format!("Port {number} for the gateway cannot be used: ")),
        "{error}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn a_real_account_needs_its_key_from_the_environment() {
    let output =
        command(&[&FREE_PORTS[..], &["--company-domain", "acme"]].concat()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("BAMBOOHR_API_KEY"));
}
