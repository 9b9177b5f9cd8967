//! A function that shows what reached it, and misbehaves on request.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::{ErrorCode, Failure};
use lambda_host::logs::Captured;
use lambda_host::{
    Answer, Clock, Environment, Failed, Function, Host, Invocation, LambdaContext, Metric, Outcome,
    Settings, Upstream,
};
use serde::Serialize;
use serde_json::Value;

pub(crate) struct Probe;

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: String,
    pub(crate) list: Vec<String>,
}

impl Function for Probe {
    const NAME: &'static str = "probe";
    type Output = Seen;

    async fn answer(&self, invocation: &Invocation) -> Answer<Seen> {
        let Some(request) = invocation.http() else {
            return Ok(Outcome::Complete(Seen::default()));
        };
        let mut seen = Seen {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            body: String::from_utf8_lossy(&request.body).into_owned(),
            list: Vec::new(),
        };
        if request.body.is_empty() {
            return Ok(Outcome::Complete(seen));
        }
        let fields = invocation.json_object()?;
        match fields.get("do").and_then(Value::as_str) {
            Some("panic") => panic!("ada@example.com was not expected"),
            Some("hang") => std::future::pending().await,
            Some("end at the deadline") => {
                tokio::time::sleep_until(invocation.deadline()).await;
                Err(Failure::new(ErrorCode::OutcomeUnknown, "Nobody knows. Ask again.").into())
            }
            Some("fail") => {
                Err(Failed::with(Failure::new(ErrorCode::HrisRejected, "No. Ask HR."), seen))
            }
            Some("internal") => Err(Failure::new(ErrorCode::Internal, "Broken. Try again.").into()),
            Some("insufficient") => Ok(Outcome::InsufficientBalance(seen)),
            Some("count") => {
                invocation.agent("452");
                invocation.count(Metric::DuplicateCancelled, 1);
                invocation.count(Metric::DuplicateCancelled, 2);
                invocation.count(Metric::UnlistedType, 0);
                invocation.gauge(Metric::AgentSyncAge, 90);
                let duration = Duration::from_millis(20);
                invocation.record_upstream(Upstream {
                    calls: 2,
                    retries: 1,
                    throttles: 1,
                    duration,
                });
                invocation.record_upstream(Upstream {
                    calls: 1,
                    retries: 0,
                    throttles: 0,
                    duration,
                });
                invocation.upstream_request_id("bamboohr-1");
                tracing::debug!(target: "lambda_host", event = "probe.counted", "counted");
                Ok(Outcome::Complete(seen))
            }
            Some("answer a list") => {
                seen.list = (0..5_000).map(|number| format!("{number} ü\"€\\\n😀")).collect();
                Ok(Outcome::Complete(seen))
            }
            Some("answer 7 MB") => {
                seen.list = vec!["x".repeat(1000); 7_000];
                Ok(Outcome::Complete(seen))
            }
            _ => Ok(Outcome::Complete(seen)),
        }
    }

    fn outputs_on_failure(_: &Invocation) -> Seen {
        Seen::default()
    }
}

/// The variables that a function needs, with AWS at an address where nothing listens.
pub(crate) fn variables() -> BTreeMap<String, String> {
    [
        ("BAMBOOHR_SECRET_ID", "bamboohr"),
        ("TABLE_NAME", "timeoff-bridge"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

pub(crate) fn settings(changes: &[(&str, &str)]) -> Settings {
    let mut variables = variables();
    variables.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Settings::read(&|name| variables.get(name).cloned()).unwrap()
}

/// A host of the probe, and what it writes.
pub(crate) fn host() -> (Host<Probe>, Captured) {
    let captured = Captured::new();
    let environment = Environment::with(settings(&[]), Clock::system(), captured.lines()).unwrap();
    (Host::new(&environment, |_| Ok(Probe)), captured)
}

pub(crate) fn context() -> LambdaContext {
    LambdaContext { request_id: "lambda-1".to_owned(), remaining: Duration::from_secs(30) }
}

/// An event as `POST /probe` with this body.
pub(crate) fn post(body: &str) -> String {
    serde_json::json!({
        "httpMethod": "POST",
        "path": "/probe",
        "body": body,
        "requestContext": { "requestId": "gateway-1", "stage": "v1" },
    })
    .to_string()
}

/// The envelope that the host answers `event` with, after a look at what is around it.
pub(crate) async fn envelope(host: &Host<Probe>, event: &str) -> Value {
    let response = serde_json::to_value(host.respond(event, context()).await).unwrap();
    assert_eq!(response["statusCode"], 200);
    assert_eq!(response["headers"]["content-type"], "application/json");
    assert_eq!(response["isBase64Encoded"], false);
    serde_json::from_str(response["body"].as_str().unwrap()).unwrap()
}
