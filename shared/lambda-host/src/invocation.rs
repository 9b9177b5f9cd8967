use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use contract::{ErrorCode, Failure};
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::metrics::{Metric, Upstream};
use crate::request::{HttpRequest, Trigger};
use crate::surrogates::with_whole_characters;

/// The largest request body that is read, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// One invocation, as a function sees it: what is asked, until when, and where to note what was
/// done.
#[derive(Debug)]
pub struct Invocation {
    correlation_id: String,
    lambda_request_id: String,
    deadline: Instant,
    trigger: Trigger,
    notes: Mutex<Notes>,
}

/// What is gathered during the call for its log line and its metrics.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub agent_id: Option<String>,
    pub upstream: Upstream,
    pub upstream_request_id: Option<String>,
    pub counted: BTreeMap<Metric, f64>,
}

impl Invocation {
    /// A call as the host makes it for an event; tests of domain code make theirs directly.
    pub fn new(
        correlation_id: impl Into<String>,
        lambda_request_id: impl Into<String>,
        deadline: Instant,
        trigger: Trigger,
    ) -> Self {
        Self {
            correlation_id: correlation_id.into(),
            lambda_request_id: lambda_request_id.into(),
            deadline,
            trigger,
            notes: Mutex::default(),
        }
    }

    /// API Gateway's request id, else Lambda's: in the envelope and in every log line of the call.
    pub fn correlation_id(&self) -> &str {
        &self.correlation_id
    }

    /// Lambda's own id of the invocation.
    pub fn lambda_request_id(&self) -> &str {
        &self.lambda_request_id
    }

    /// When the answer has to be ready. Every upstream call, retry and wait fits in what is left.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// What started the call.
    pub fn trigger(&self) -> &Trigger {
        &self.trigger
    }

    /// The HTTP request, unless the schedule started the call.
    pub fn http(&self) -> Option<&HttpRequest> {
        match &self.trigger {
            Trigger::Http(request) => Some(request),
            Trigger::Scheduled => None,
        }
    }

    /// The request's body as a JSON object. Half of a surrogate pair in one of its texts is U+FFFD.
    ///
    /// # Errors
    /// `INVALID_INPUT` when there is no body, when it is larger than [`MAX_BODY`], or no JSON
    /// object.
    pub fn json_object(&self) -> Result<Map<String, Value>, Failure> {
        let body = self.http().map_or(&[][..], |request| &request.body);
        if body.len() > MAX_BODY {
            return Err(invalid_body(
                "The request body is larger than 256 KiB. Send fewer or shorter fields.",
            ));
        }
        match serde_json::from_slice(&with_whole_characters(body)) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Err(invalid_body(
                "The request body is JSON, but not an object. Send the fields in {…}.",
            )),
            Err(_) if body.is_empty() => {
                Err(invalid_body("The request has no body. Send a JSON object."))
            }
            Err(_) => Err(invalid_body("The request body is not valid JSON. Send a JSON object.")),
        }
    }

    /// Notes the agent that the call is about (an externalId, never an e-mail address) for the
    /// summary line.
    pub fn agent(&self, external_id: impl Into<String>) {
        self.note(|notes| notes.agent_id = Some(external_id.into()));
    }

    /// Adds `by` to a metric of this call. A metric that was counted nothing is absent, not zero.
    pub fn count(&self, metric: Metric, by: u64) {
        if by == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        self.note(|notes| *notes.counted.entry(metric).or_default() += by as f64);
    }

    /// Sets a metric of this call to `value`, whatever it was; zero is a value.
    pub fn gauge(&self, metric: Metric, value: u64) {
        #[expect(clippy::cast_precision_loss, reason = "values stay far below 2^52")]
        self.note(|notes| {
            notes.counted.insert(metric, value as f64);
        });
    }

    /// Adds what BambooHR was asked.
    pub fn record_upstream(&self, upstream: Upstream) {
        self.note(|notes| notes.upstream += upstream);
    }

    /// Notes BambooHR's own id of an answer that the call failed or struggled with, for the summary
    /// line; the last one stays. It is what BambooHR's support asks for.
    pub fn upstream_request_id(&self, id: impl Into<String>) {
        self.note(|notes| notes.upstream_request_id = Some(id.into()));
    }

    pub(crate) fn notes(&self) -> Notes {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, write: impl FnOnce(&mut Notes)) {
        // A panic elsewhere cannot leave the notes half written.
        write(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn invalid_body(sentence: &'static str) -> Failure {
    Failure::new(ErrorCode::InvalidInput, sentence)
}
