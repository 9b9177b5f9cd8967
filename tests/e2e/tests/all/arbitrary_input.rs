//! Arbitrary JSON and bytes at every function: always HTTP 200, always a whole envelope, never a
//! panic.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contract::operations::Input;
use e2e::{Answer, Functions, Operation, Stack, event};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

/// What the functions are called with in every case.
const FUNCTIONS: [&str; 5] =
    ["get-agents", "get-timeoff-types", "get-balance", "insert-timeoff", "update-timeoff"];

/// A field that some function knows, or that none does.
fn any_field() -> impl Strategy<Value = String> {
    let known: Vec<_> = Input::ALL.iter().map(|input| input.name()).collect();
    prop_oneof![
        16 => prop::sample::select(known).prop_map(str::to_owned),
        1 => Just("somethingElse".to_owned()),
    ]
}

fn any_json() -> impl Strategy<Value = Value> + Clone {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,8}", inner, 0..6)
                .prop_map(|fields| Value::from(Map::from_iter(fields))),
        ]
    })
}

/// What is close to right, so that it gets past the first check.
fn plausible() -> impl Strategy<Value = Value> {
    let dates = prop::collection::vec(
        (1u8..=13, 0u8..=32).prop_map(|(month, day)| format!("2026-{month:02}-{day:02}")),
        0..5,
    );
    let numbers = prop::collection::vec(prop_oneof![Just(480i64), 0i64..=1500, -3i64..3000], 0..5);
    prop_oneof![
        prop::sample::select(vec![
            "452",
            "0452",
            "0",
            "83",
            "85",
            "90",
            "97",
            "PENDING",
            "APPROVED",
            "DENIED",
            "CANCELED",
            "true",
            "${input.x}"
        ])
        .prop_map(Value::from),
        dates.clone().prop_map(Value::from),
        dates.clone().prop_map(|dates| dates.join(",").into()),
        dates.prop_map(|dates| json!(dates).to_string().into()),
        numbers.clone().prop_map(Value::from),
        numbers.prop_map(|numbers| json!(numbers).to_string().into()),
        Just(json!(["2026-12-01T09:00:00"])),
    ]
}

/// An object of the fields that the functions know, with values from right to wild.
fn any_input() -> impl Strategy<Value = Value> {
    let value = prop_oneof![3 => plausible(), 1 => any_json()];
    prop::collection::btree_map(any_field(), value, 0..17).prop_map(|fields: BTreeMap<_, _>| {
        let mut input =
            json!({"agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "APPROVED"});
        input.as_object_mut().unwrap().extend(fields);
        input
    })
}

fn any_body() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any_input().prop_map(|input| input.to_string()),
        1 => any_json().prop_map(|value| value.to_string()),
        1 => prop::collection::vec(any::<u8>(), 0..64).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        1 => any_input().prop_map(|input| { let text = input.to_string(); text.chars().take(text.chars().count() / 2).collect() }),
    ]
}

fn any_path() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "/agents",
            "/agents/452",
            "/timeoff-types",
            "/balances",
            "/timeoff-requests",
            "/v1/agents",
            ""
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}".prop_map(|text| format!("/agents/{text}")),
        "\\PC{0,12}".prop_map(|text| format!("/agents?email={text}")),
        any::<String>(),
    ]
}

/// A well-formed event around anything.
fn any_event() -> impl Strategy<Value = Value> {
    let method = prop_oneof![
        prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]).prop_map(str::to_owned),
        "\\PC{0,6}"
    ];
    (
        any::<bool>(),
        method,
        any_path(),
        prop::option::weighted(0.9, any_body()),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(v1, method, path, body, base64)| {
            let make = if v1 { event::v1 } else { event::v2 };
            let mut event = make(&method, &path, body.as_deref());
            event["isBase64Encoded"] = base64.into();
            event
        })
}

/// An event of which one part is something else.
fn any_broken_event() -> impl Strategy<Value = Value> {
    let parts = [
        "httpMethod",
        "path",
        "rawPath",
        "body",
        "isBase64Encoded",
        "queryStringParameters",
        "requestContext",
        "headers",
        "source",
    ];
    (any_event(), prop::sample::select(parts.to_vec()), any_json()).prop_map(
        |(mut event, part, value)| {
            event[part] = value;
            event
        },
    )
}

/// Any payload at all that the Runtime API can hand over: it is JSON text, or claims to be.
fn any_payload() -> impl Strategy<Value = String> {
    prop_oneof![
        any_broken_event().prop_map(|event| event.to_string()),
        any_json().prop_map(|value| value.to_string()),
        any::<String>(),
        Just(event::scheduled().to_string()),
    ]
}

/// The functions on a stack whose company nobody misses.
struct Target {
    runtime: Runtime,
    functions: Functions,
    #[expect(dead_code, reason = "held for its Drop, which stops the stack")]
    stack: Stack,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let stack = runtime.block_on(Stack::set(&[("UPSTREAM_CONCURRENCY", "2")]));
    Target { functions: Functions::of(stack.local().environment()), runtime, stack }
});

/// Throws what `strategy` makes at every function. The seed is fixed: a run is like the one before.
fn throw(cases: u32, strategy: impl Strategy<Value = String>) {
    let mut config = ProptestConfig::with_cases(cases);
    config.rng_seed = RngSeed::Fixed(452);
    config.failure_persistence = None;
    let outcome = TestRunner::new(config).run(&strategy, |payload| {
        for name in FUNCTIONS {
            let answer = TARGET.runtime.block_on(TARGET.functions.respond(name, &payload));
            check(name, &answer).map_err(|wrong| {
                TestCaseError::fail(format!("{name}: {wrong}\n{payload}\n{answer}"))
            })?;
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

fn check(name: &str, answer: &Value) -> Result<(), String> {
    if answer.get("body").is_none() {
        // What the schedule gets is the envelope alone, since nobody reads it.
        return match (&answer["status"], &answer["errorCode"]) {
            (Value::String(_), Value::String(code)) if code != "INTERNAL" => Ok(()),
            _ => Err("neither an answer for API Gateway nor a bare envelope".to_owned()),
        };
    }
    let answer = Answer::of_proxy(answer);
    if (answer.status, answer.content_type.as_str()) != (200, "application/json") {
        return Err("not 200, or not JSON".to_owned());
    }
    if answer.text("errorCode") == "INTERNAL" {
        return Err("it panicked, or failed without a reason".to_owned());
    }
    let wrongs: Vec<String> = Operation::ALL
        .into_iter()
        .filter(|operation| operation.function() == name)
        .filter_map(|operation| operation.check(&answer.body).err())
        .collect();
    // The agents' function has two forms of outputs, every other one.
    if wrongs.len() < if name == "get-agents" { 2 } else { 1 } {
        Ok(())
    } else {
        Err(wrongs.join("; "))
    }
}

#[test]
fn arbitrary_bodies() {
    throw(
        200,
        (any::<bool>(), any_body(), prop::sample::select(vec!["POST", "PUT"])).prop_map(
            |(v1, body, method)| {
                let make = if v1 { event::v1 } else { event::v2 };
                make(
                    method,
                    if method == "PUT" { "/timeoff-requests" } else { "/balances" },
                    Some(&body),
                )
                .to_string()
            },
        ),
    );
}

#[test]
fn arbitrary_events() {
    throw(200, any_event().prop_map(|event| event.to_string()));
}

#[test]
fn arbitrary_payloads() {
    throw(200, any_payload());
}
