//! What is never logged: e-mail addresses, names, notes, keys. At TRACE, whatever succeeds or
//! fails.

use std::collections::{BTreeMap, BTreeSet};

use bamboohr_simulator::{Action, Fault, NewRequest, Operation, date};
use e2e::{Echo, Process, Stack, log};
use local_stack::{API_KEY, Hris, SIMULATOR_KEY};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::requests::{NOTES, balances, three_days, with};

/// A key that an operator puts in during the test.
const SECOND_KEY: &str = "Xk9-second-key";

/// What is looked for in all logs of the test run, in the spellings that a refusal or a URL has.
const NEVER_LOGGED: &str = include_str!("../../never-logged.txt");

fn planted() -> impl Iterator<Item = &'static str> {
    NEVER_LOGGED.lines().filter(|line| !line.starts_with('#'))
}

/// Words of the notes, in whatever way they were escaped.
const WORDS_OF_NOTES: [&str; 3] = ["Zahnarzt", "zahnarzt", "und gr"];

/// Every operation with success, failure and refusal, on whichever stack.
async fn exercise(stack: &Stack) {
    stack.get("/agents").await;
    stack.get("/agents/452").await;
    stack.get("/agents/99999").await;
    stack.get("/agents?email=agent453%40example.com").await;
    stack.get("/agents?email=nobody%40example.com").await;
    stack.get("/agents?email=not-an-address-of-Zahnarzt").await;
    stack.get("/timeoff-types").await;
    stack.post("/balances", balances()).await;
    stack.post("/balances", with(balances(), &json!({"agentId": "agent452@example.com"}))).await;
    let id =
        stack.post("/timeoff-requests", three_days()).await.text("timeOffRequestId").to_owned();
    let beyond = json!({"timeOffStatus": "PENDING", "payableMinutes": [1440, 1440, 1440], "dates": "2026-12-10,2026-12-11,2026-12-14"});
    let many: Vec<String> = (10..30).map(|day| format!("2026-12-{day}")).collect();
    stack.post("/timeoff-requests", with(three_days(), &beyond)).await;
    stack
        .post("/timeoff-requests", with(three_days(), &json!({"timeOffStatus": "PENDING", "dates": many, "payableMinutes": vec![480; 20]})))
        .await;
    stack.post("/timeoff-requests", with(three_days(), &json!({"timeOffStatus": NOTES}))).await;
    let change = json!({"inputTimeOffRequestId": id, "payableMinutes": [480, 480, 60]});
    let id = stack
        .put("/timeoff-requests", with(three_days(), &change))
        .await
        .text("timeOffRequestId")
        .to_owned();
    stack
        .put("/timeoff-requests", with(three_days(), &json!({"inputTimeOffRequestId": "4000000"})))
        .await;
    stack
        .put(
            "/timeoff-requests",
            json!({"agentId": 452, "timeOffStatus": "CANCELED", "inputTimeOffRequestId": id}),
        )
        .await;
}

/// Calls that end soon.
const HASTY: [(&str, &str); 2] = [("API_BUDGET_MS", "1500"), ("RESEND_AFTER_SECONDS", "0")];

/// A representative run: everything, and everything again with each way of going wrong. The names
/// of the people in it.
async fn run() -> BTreeSet<String> {
    let others = [
        tokio::spawn(each_failure_of_bamboohr()),
        tokio::spawn(a_quoting_refusal()),
        tokio::spawn(misplaced_keys()),
    ];
    let people = nothing_wrong_then_table_and_key().await;
    for other in others {
        other.await.unwrap();
    }
    people
}

async fn nothing_wrong_then_table_and_key() -> BTreeSet<String> {
    let stack = Stack::set(&HASTY).await;
    let mut people = BTreeSet::new();
    for id in 440..480 {
        stack.simulator().change_employee(id, |person| {
            people.insert(person.first_name.to_string());
            people.insert(person.last_name.to_string());
        });
    }
    // HR's own notes come back in lists.
    let day = date(2026, 12, 22);
    stack.simulator().hr_creates_request(
        NewRequest::new(452, 83, day, day).per_day(8).employee_note(NOTES).manager_note(NOTES),
    );
    exercise(&stack).await;

    // A table that fails.
    stack.local().dynamodb().faults().inject(local_aws_fault());
    exercise(&stack).await;
    stack.local().dynamodb().faults().clear();

    // A key that is refused, and the one that takes its place.
    stack.simulator().revoke_key(SIMULATOR_KEY);
    exercise(&stack).await;
    stack.simulator().rotate_key(SECOND_KEY);
    stack.local().put_api_key(SECOND_KEY);
    exercise(&stack).await;
    people
}

async fn each_failure_of_bamboohr() {
    let failures = [
        Action::StatusBefore { status: 400 },
        Action::StatusBefore { status: 403 },
        Action::StatusBefore { status: 404 },
        Action::StatusBefore { status: 500 },
        Action::Throttle { retry_after: None },
        Action::DropAfter,
        Action::Garbage,
        Action::Hang,
    ];
    let broken = failures.map(|action| {
        tokio::spawn(async move {
            let stack = Stack::set(&HASTY).await;
            // Each operation breaks down a little later than the one before, so that every step
            // fails once.
            for operation in [
                Operation::Create,
                Operation::Status,
                Operation::List,
                Operation::Calculator,
                Operation::Employees,
                Operation::Types,
            ] {
                stack.simulator().fault(Fault::once(operation, action.clone()));
                exercise(&stack).await;
                stack.simulator().clear_faults();
            }
        })
    });
    for task in broken {
        task.await.unwrap();
    }
}

/// A BambooHR that quotes the note and an address in its refusal.
async fn a_quoting_refusal() {
    let echo = Echo::start().await;
    let hris = Hris::Account {
        company_domain: "acme".to_owned(),
        api_key: SECOND_KEY.into(),
        allow_writes: true,
    };
    let quoting = Stack::of(hris, &[("BAMBOOHR_BASE_URL", echo.url())]).await;
    let refused = quoting.post("/timeoff-requests", three_days()).await;
    assert_eq!(refused.text("errorCode"), "HRIS_REJECTED", "{refused}");
    let said = refused.text("errorMsg");
    assert!(said.contains("The note"), "BambooHR's own message is passed on: {said}");
    assert!(said.contains(Echo::PERSON) && said.contains(Echo::BALANCE), "to the caller: {said}");
    assert!(
        !said.contains("Zahnarzt") && !said.contains('@'),
        "without the note and the address: {said}"
    );
}

/// Keys where the secret has no place for one, and no secret at all.
async fn misplaced_keys() {
    for secret in [
        SECOND_KEY.to_owned(),
        json!({"companyDomain": SECOND_KEY, "apiKey": [SECOND_KEY]}).to_string(),
        json!({"apiKey": SECOND_KEY}).to_string(),
    ] {
        let misplaced = Stack::start().await;
        misplaced.put_secret(&secret);
        exercise(&misplaced).await;
    }
    let gone = Stack::start().await;
    gone.remove_secret();
    exercise(&gone).await;
}

fn local_aws_fault() -> local_aws::Injection {
    local_aws::Injection::of(local_aws::Fault::InternalServerError)
}

/// All texts in a line: keys, values, nested ones too, as they were before they were escaped.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(entries) => entries.iter().for_each(|entry| texts(entry, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                found.push(name.clone());
                texts(value, found);
            }
        }
        _ => {}
    }
}

/// What in a line must not be there.
pub(crate) fn leaks(line: &str, people: &BTreeSet<String>) -> Vec<String> {
    let mut found = vec![line.to_owned()];
    texts(&serde_json::from_str(line).unwrap(), &mut found);
    // The key as Basic authentication sends it.
    let keys =
        [SIMULATOR_KEY, SECOND_KEY, API_KEY, "bG9jYWwtc2ltdWxhdG9yLWtleT", "WGs5LXNlY29uZC1rZXk"];
    let mut leaks = Vec::new();
    for text in &found {
        let plain = percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().to_lowercase();
        let planted = planted().filter(|planted| plain.contains(&planted.to_lowercase()));
        leaks.extend(planted.map(|planted| format!("the planted {planted}")));
        leaks.extend(text.contains('@').then(|| "an e-mail address".to_owned()));
        leaks.extend(
            WORDS_OF_NOTES.iter().filter(|word| text.contains(**word)).map(|_| "notes".to_owned()),
        );
        leaks.extend(keys.iter().filter(|key| text.contains(**key)).map(|_| "a key".to_owned()));
        let is_person = |word: &&str| people.contains(*word);
        leaks.extend(
            text.split(|letter: char| !letter.is_alphanumeric())
                .find(is_person)
                .map(|name| format!("the name {name}")),
        );
    }
    leaks
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_name_note_or_key_is_ever_logged() {
    let people = run().await;
    assert!(people.len() > 20, "{people:?}");
    let text = log::text();
    let lines: Vec<&str> = text.lines().collect();

    // The search is not vacuous: the run above has left its lines, of every function and outcome.
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut levels = BTreeSet::new();
    for line in &lines {
        let line: Value = serde_json::from_str(line).unwrap();
        levels.insert(line["level"].as_str().unwrap_or("metrics").to_owned());
        if line["event"] == "call.done" {
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            *seen.entry((text("operation"), text("outcome"))).or_default() += 1;
        }
    }
    for level in ["metrics", "ERROR", "WARN", "INFO"] {
        assert!(levels.contains(level), "nothing at {level}: {levels:?}");
    }
    for operation in
        ["get-agents", "get-timeoff-types", "get-balance", "insert-timeoff", "update-timeoff"]
    {
        for outcome in ["Complete", "Error"] {
            assert!(
                seen.contains_key(&(operation.to_owned(), outcome.to_owned())),
                "{operation} never answered {outcome}: {seen:?}"
            );
        }
    }
    assert!(
        seen.contains_key(&("insert-timeoff".to_owned(), "InsufficientBalance".to_owned())),
        "{seen:?}"
    );
    for planted in [Echo::PERSON, Echo::BALANCE] {
        assert!(NEVER_LOGGED.lines().any(|line| line == planted), "{planted}");
    }
    for event in ["hris.key_refused", "call.done", "secret.unread"] {
        assert!(lines.iter().any(|line| line.contains(event)), "no {event}");
    }

    for line in lines {
        let leaks = leaks(line, &people);
        assert!(leaks.is_empty(), "{leaks:?} in {line}");
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let people = BTreeSet::from(["Ada".to_owned(), "Grün".to_owned()]);
    for (line, expected) in [
        (json!({"message": "agent452@example.com is unknown"}), "an e-mail address"),
        (json!({"error": {"nested": [NOTES]}}), "notes"),
        (json!({"message": format!("Basic {}", "bG9jYWwtc2ltdWxhdG9yLWtleTp4")}), "a key"),
        (json!({"message": SIMULATOR_KEY}), "a key"),
        (json!({"name": "Ada"}), "the name Ada"),
        (json!({"error": "ADA EXAMPLE-PERSON"}), "the planted Ada Example-Person"),
        (json!({"error": "12%2E5+hours%20left"}), "the planted 12.5 hours left"),
        (json!({"error": "pat%40EXAMPLE.com"}), "the planted @example.com"),
        (json!({"error": "%5AAHNARZT"}), "the planted Zahnarzt"),
        (json!({"message": "for Grün, with love"}), "the name Grün"),
    ] {
        assert!(leaks(&line.to_string(), &people).contains(&expected.to_owned()), "{line}");
    }
    assert_eq!(leaks(r#"{"message": "Adam answered in 3 ms"}"#, &people), Vec::<String>::new());
}

/// The same holds for a real process, whose log has lines that the handlers in process never write.
#[tokio::test]
async fn nor_by_a_real_binary() {
    let stack = Stack::start().await;
    let process = Process::start("insert-timeoff", &stack).await;
    process.call("POST", "/timeoff-requests", Some(&three_days())).await;
    stack.simulator().fault(Fault::always(Operation::Create, Action::StatusBefore { status: 400 }));
    process
        .call("POST", "/timeoff-requests", Some(&with(three_days(), &json!({"agentId": 453}))))
        .await;
    let lines = process.lines(2).await;
    assert!(lines.iter().filter(|line| line["event"] == "call.done").count() == 2);
    for line in lines {
        assert_eq!(leaks(&line.to_string(), &BTreeSet::new()), Vec::<String>::new(), "{line}");
    }
}
