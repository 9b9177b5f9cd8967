//! Answers the events of one function: whatever happens inside, what comes out is an envelope.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use contract::{Envelope, ErrorCode, Failure, Status};
use futures_util::FutureExt;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Instrument;

use crate::event::Event;
use crate::logs::Lines;
use crate::metrics::{CallMetrics, DEFAULT_NAMESPACE, Metric};
use crate::request::PayloadFormat;
use crate::response::{NoOutputs, Response, fits};
use crate::{Answer, Clock, Environment, Function, HttpRequest, Invocation, Outcome, Trigger};

/// What is kept of Lambda's time for writing and sending the answer.
const RESERVE: Duration = Duration::from_millis(500);
/// How far past its deadline a function is let run. It ends by itself at the deadline, and its own
/// answer says more than the one given here.
const GRACE: Duration = Duration::from_millis(200);
/// The time for what is done before the first call. Lambda allows 10 s, and bills it.
const WARM_UP: Duration = Duration::from_secs(2);

/// A function, ready for events.
#[derive(Debug)]
pub struct Host<F> {
    function: Result<F, Failure>,
    api_budget: Duration,
    namespace: String,
    clock: Clock,
    lines: Lines,
    cold: AtomicBool,
}

/// What Lambda says of an invocation, beside its event.
#[derive(Clone, Debug)]
pub struct LambdaContext {
    /// Lambda's request id.
    pub request_id: String,
    /// How much time Lambda gives from now on.
    pub remaining: Duration,
}

impl<F: Function> Host<F> {
    /// A host of the function that `build` makes; where it fails, every call answers that failure,
    /// and it is logged once.
    pub fn new(
        environment: &Environment,
        build: impl FnOnce(&Environment) -> Result<F, Failure>,
    ) -> Self {
        let function = build(environment);
        if let Err(failure) = &function {
            log_unusable::<F>(failure);
        }
        Self {
            function,
            api_budget: environment.settings.api_budget,
            namespace: environment.settings.metrics_namespace.clone(),
            clock: environment.clock.clone(),
            lines: environment.lines.clone(),
            cold: AtomicBool::new(true),
        }
    }

    /// A host that has no function, because a setting is wrong: every call answers `failure`, which
    /// is logged once.
    pub fn unusable(failure: Failure, namespace: Option<String>, lines: Lines) -> Self {
        log_unusable::<F>(&failure);
        Self {
            function: Err(failure),
            api_budget: Duration::MAX,
            namespace: namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
            clock: Clock::system(),
            lines,
            cold: AtomicBool::new(true),
        }
    }

    /// Does what can be done before the first call, best effort and within two seconds.
    pub async fn warm_up(&self) {
        let Ok(function) = &self.function else { return };
        let work = AssertUnwindSafe(function.warm_up()).catch_unwind();
        match timeout(WARM_UP, work).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => {
                tracing::warn!(event = "init.panicked", function = F::NAME, "warming up panicked")
            }
            Err(_) => tracing::warn!(
                event = "init.slow",
                function = F::NAME,
                "warming up was cut off after 2 s"
            ),
        }
    }

    /// Answers one event, given as JSON text. Infallible: a panic, a passed deadline and an event
    /// of unknown shape are answered too. Writes the call's summary line to the logs and its
    /// metrics line.
    pub async fn respond(&self, payload: &str, context: LambdaContext) -> Response<F::Output> {
        let started = Instant::now();
        let cold_start = self.cold.swap(false, Ordering::Relaxed);
        let event = Event::read(payload);
        let correlation_id = event.request_id.unwrap_or_else(|| context.request_id.clone());
        // What a function is asked about an unreadable event is its outputs on failure only.
        let (trigger, unreadable) = match event.trigger {
            Ok(trigger) => (trigger, None),
            Err(failure) => (Trigger::Http(HttpRequest::default()), Some(failure)),
        };
        let budget = context.remaining.saturating_sub(RESERVE);
        let budget =
            if trigger == Trigger::Scheduled { budget } else { budget.min(self.api_budget) };
        let invocation =
            Invocation::new(correlation_id, context.request_id, started + budget, trigger);
        // Enabled at every level, so that no line of the call lacks its ids.
        let span = tracing::error_span!(
            "call",
            function = F::NAME,
            correlation_id = invocation.correlation_id(),
            lambda_request_id = invocation.lambda_request_id()
        );
        async {
            let answer = match unreadable {
                None => self.answer(&invocation).await,
                Some(failure) => Err(failure.into()),
            };
            let (response, failure) = respond::<F>(&invocation, answer);
            self.report(
                &invocation,
                response.status(),
                failure.as_ref(),
                started.elapsed(),
                cold_start,
            );
            response
        }
        .instrument(span)
        .await
    }

    async fn answer(&self, invocation: &Invocation) -> Answer<F::Output> {
        let function = self.function.as_ref().map_err(Clone::clone)?;
        let work = AssertUnwindSafe(function.answer(invocation)).catch_unwind();
        match timeout_at(invocation.deadline() + GRACE, work).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(internal().into()),
            Err(_) => Err(Failure::out_of_time("answering the call").into()),
        }
    }

    /// The call's one summary line, and its metrics.
    fn report(
        &self,
        invocation: &Invocation,
        status: Status,
        failure: Option<&Failure>,
        duration: Duration,
        cold_start: bool,
    ) {
        let mut notes = invocation.notes();
        let error_code = failure.map_or("", |failure| failure.code.as_str());
        if let Some(metric) = failure.and_then(|failure| of_error(failure.code)) {
            notes.counted.insert(metric, 1.0);
        }
        let duration_ms = (duration.as_secs_f64() * 10_000.0).round() / 10.0;
        macro_rules! summary {
            ($level:ident, $($message:tt)+) => {
                tracing::$level!(
                    event = "call.done",
                    operation = F::NAME,
                    outcome = status.as_str(),
                    error_code = failure.map(|failure| failure.code.as_str()),
                    error = failure.map(|failure| &*failure.sentence),
                    agent_id = notes.agent_id.as_deref(),
                    duration_ms,
                    upstream_calls = notes.upstream.calls,
                    upstream_retries = notes.upstream.retries,
                    upstream_throttles = notes.upstream.throttles,
                    upstream_request_id = notes.upstream_request_id.as_deref(),
                    cold_start,
                    $($message)+
                )
            };
        }
        match failure {
            None => summary!(info, "{} answered {} in {duration_ms} ms", F::NAME, status.as_str()),
            Some(failure) if failure.code == ErrorCode::Internal => {
                summary!(error, "{} failed with {error_code} in {duration_ms} ms", F::NAME);
            }
            Some(_) => summary!(warn, "{} failed with {error_code} in {duration_ms} ms", F::NAME),
        }

        let metrics = CallMetrics {
            namespace: &self.namespace,
            at: self.clock.now(),
            operation: F::NAME,
            outcome: status.as_str(),
            error_code,
            correlation_id: invocation.correlation_id(),
            duration,
            cold_start,
            insufficient_balance: status == Status::InsufficientBalance,
            upstream: notes.upstream,
            counted: notes.counted,
        };
        match metrics.line() {
            Ok(line) => self.lines.write(&line),
            Err(_) => tracing::error!(
                event = "metrics.unwritten",
                "the metrics of the call could not be written"
            ),
        }
    }
}

fn respond<F: Function>(
    invocation: &Invocation,
    answer: Answer<F::Output>,
) -> (Response<F::Output>, Option<Failure>) {
    let id = invocation.correlation_id();
    let scheduled = *invocation.trigger() == Trigger::Scheduled;
    let format = invocation.http().map_or_else(PayloadFormat::default, |request| request.format);
    let answered = match answer {
        Ok(Outcome::Complete(_)) if scheduled => {
            return (Response::scheduled(Envelope::complete(id, NoOutputs {})), None);
        }
        Ok(Outcome::Complete(outputs)) => Ok(Envelope::complete(id, outputs)),
        Ok(Outcome::InsufficientBalance(outputs)) => {
            Ok(Envelope::insufficient_balance(id, outputs))
        }
        Err(failed) => Err(failed),
    };
    let failed = match answered {
        Ok(envelope) if fits(&envelope) => return (Response::http(format, envelope), None),
        Ok(_) => Failure::new(
            ErrorCode::Internal,
            "The answer is larger than the 6 MB that AWS Lambda passes on. Select fewer agents.",
        )
        .into(),
        Err(failed) => failed,
    };
    let failure = failed.failure;
    if scheduled {
        return (Response::scheduled(Envelope::failed(&failure, id, NoOutputs {})), Some(failure));
    }
    let outputs = failed.outputs.or_else(|| {
        panic::catch_unwind(AssertUnwindSafe(|| F::outputs_on_failure(invocation))).ok()
    });
    let response = match outputs {
        Some(outputs) => Response::http(format, Envelope::failed(&failure, id, outputs)),
        None => {
            Response::http_without_outputs(format, Envelope::failed(&failure, id, NoOutputs {}))
        }
    };
    (response, Some(failure))
}

fn of_error(code: ErrorCode) -> Option<Metric> {
    match code {
        ErrorCode::OutcomeUnknown => Some(Metric::OutcomeUnknown),
        ErrorCode::HrisUnauthorized => Some(Metric::Unauthorized),
        ErrorCode::ShrinkGuard => Some(Metric::ShrinkGuard),
        _ => None,
    }
}

fn internal() -> Failure {
    Failure::new(
        ErrorCode::Internal,
        "The function failed unexpectedly. Try again; if it goes on, look up the correlation id in \
        the logs.",
    )
}

fn log_unusable<F: Function>(failure: &Failure) {
    tracing::error!(
        event = "init.unusable",
        function = F::NAME,
        error_code = failure.code.as_str(),
        error = &*failure.sentence,
        "{} answers every call with {}: {}",
        F::NAME,
        failure.code,
        failure.sentence
    );
}
