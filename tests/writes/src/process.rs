use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use insert_timeoff::InsertTimeoff;
use jiff::SignedDuration;
use lambda_host::logs::Captured;
use lambda_host::{ClockHand, Environment, Function, Host, LambdaContext};
use serde_json::{Value, json};
use update_timeoff::UpdateTimeoff;

use crate::{Envelope, Input};

/// What Lambda gives a function behind API Gateway.
const REMAINING: Duration = Duration::from_secs(30);

/// One warm Lambda environment of insert and one of update, on a rig's clock.
pub struct Process {
    pub(crate) insert: Host<InsertTimeoff>,
    pub(crate) update: Host<UpdateTimeoff>,
    hand: ClockHand,
    metrics: Captured,
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").finish_non_exhaustive()
    }
}

impl Process {
    pub(crate) fn new(environment: &Environment, hand: ClockHand, metrics: Captured) -> Self {
        let insert = Host::new(environment, InsertTimeoff::new);
        let update = Host::new(environment, UpdateTimeoff::new);
        Self { insert, update, hand, metrics }
    }

    /// Reads the secret and the time-off types of both functions ahead of their first call.
    pub async fn warm_up(&self) {
        tokio::join!(self.insert.warm_up(), self.update.warm_up());
    }

    /// Calls insert.
    pub async fn insert(&self, input: &Input) -> Envelope {
        respond(&self.insert, "POST", input).await
    }

    /// Calls update.
    pub async fn update(&self, input: &Input) -> Envelope {
        respond(&self.update, "PUT", input).await
    }

    /// Calls insert with the text of a body.
    pub async fn insert_text(&self, body: &str) -> Envelope {
        send(&self.insert, &http_event("POST", body), &next_request_id()).await
    }

    /// Calls insert under a Lambda request id that another call may have as well.
    pub async fn insert_as(&self, request_id: &str, input: &Input) -> Envelope {
        send(&self.insert, &http_event("POST", &input.text()), request_id).await
    }

    /// Lets the schedule call update, which settles what is due.
    pub async fn settle(&self) -> Envelope {
        let event = json!({
            "source": "aws.scheduler",
            "detail-type": "Scheduled Event",
            "detail": {},
        });
        send(&self.update, &event, &next_request_id()).await
    }

    /// Moves the clock of every process that shares it.
    pub fn age(&self, by: Duration) {
        self.hand.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Every line of metrics so far.
    pub fn metrics_text(&self) -> String {
        self.metrics.text()
    }

    /// The sum of a metric over every call so far.
    pub fn metric(&self, name: &str) -> f64 {
        let lines = self.metrics.text();
        lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok()?.get(name)?.as_f64())
            .sum()
    }
}

/// Calls a function as API Gateway would; what it answers.
pub async fn respond<F: Function>(host: &Host<F>, method: &str, input: &Input) -> Envelope {
    send(host, &http_event(method, &input.text()), &next_request_id()).await
}

fn next_request_id() -> String {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    format!("lambda-{}", CALLS.fetch_add(1, Ordering::Relaxed))
}

fn http_event(method: &str, body: &str) -> Value {
    json!({
        "resource": "/timeoff-requests",
        "path": "/timeoff-requests",
        "httpMethod": method,
        "headers": {"content-type": "application/json"},
        "queryStringParameters": null,
        "requestContext": {
            "resourcePath": "/timeoff-requests",
            "httpMethod": method,
            "path": "/v1/timeoff-requests",
            "stage": "v1",
            "requestId": format!("gateway-{}", next_request_id()),
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

async fn send<F: Function>(host: &Host<F>, event: &Value, request_id: &str) -> Envelope {
    let context = LambdaContext { request_id: request_id.to_owned(), remaining: REMAINING };
    // Boxed, or the futures of the tests, which hold several, would be too deep for the compiler.
    let response = Box::pin(host.respond(&event.to_string(), context)).await;
    // An answer that is no JSON fails every check that is made on it.
    let body =
        response.body().ok().and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
    Envelope::new(body)
}
