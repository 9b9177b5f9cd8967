use std::convert::Infallible;
use std::panic;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use contract::Failure;
use lambda_http::lambda_runtime::Runtime;
use lambda_http::{Context, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use tracing::level_filters::LevelFilter;

use crate::logs::{self, Lines, LogFilter};
use crate::settings::table::AWS_LAMBDA_RUNTIME_API;
use crate::{Environment, Function, Host, LambdaContext, Settings};

/// The whole `main` of a function: reads the settings, warms up, and answers events until Lambda
/// ends the process.
///
/// A wrong setting is one log line; the function starts all the same and answers every call with
/// `CONFIGURATION`, because a failing start is tried again and again, and tells the caller nothing.
pub fn run<F: Function>(build: impl FnOnce(&Environment) -> Result<F, Failure>) -> ExitCode {
    let variable = |name: &str| std::env::var(name).ok();
    if variable(AWS_LAMBDA_RUNTIME_API.name).is_none() {
        eprintln!(
            "{} runs in AWS Lambda and was started outside of it. For a local stack of all \
            functions: cargo run",
            F::NAME
        );
        return ExitCode::FAILURE;
    }
    let lines = Lines::stdout();
    let filter = LogFilter::read(&variable).unwrap_or_else(|_| LogFilter::at(LevelFilter::INFO));
    logs::install(&filter, lines.clone());
    log_panics_without_their_text();

    let host = match Settings::read(&variable).and_then(Environment::new) {
        Ok(environment) => Host::new(&environment, build),
        Err(error) => Host::unusable(error.into(), Settings::metrics_namespace(&variable), lines),
    };
    match serve(&host) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(
                event = "runtime.ended",
                error = %error,
                "the Lambda runtime ended: {error}"
            );
            ExitCode::FAILURE
        }
    }
}

/// One thread: a function has well under two virtual CPUs, and one call at a time.
#[tokio::main(flavor = "current_thread")]
async fn serve<F: Function>(host: &Host<F>) -> Result<(), lambda_http::Error> {
    host.warm_up().await;
    let handler = service_fn(|event: LambdaEvent<Box<RawValue>>| async move {
        Ok::<_, Infallible>(
            host.respond(event.payload.get(), LambdaContext::from(&event.context)).await,
        )
    });
    Runtime::new(handler).run().await
}

/// No function may run longer.
const LONGEST_RUN: Duration = Duration::from_secs(900);

impl From<&Context> for LambdaContext {
    fn from(context: &Context) -> Self {
        let (now, deadline) = (SystemTime::now(), context.deadline());
        let remaining = match deadline.duration_since(now) {
            Ok(remaining) => remaining,
            // `cargo lambda watch` sends ten minutes after the epoch: a deadline so long past was
            // never meant as one.
            Err(_) if deadline + 2 * LONGEST_RUN < now => LONGEST_RUN,
            Err(_) => Duration::ZERO,
        };
        Self { request_id: context.request_id.clone(), remaining }
    }
}

/// A panic's text can quote what it stumbled over; its place cannot.
fn log_panics_without_their_text() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        tracing::error!(event = "panic", place, "a call panicked");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remaining(deadline: SystemTime) -> Duration {
        let mut context = Context::default();
        context.deadline =
            u64::try_from(deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis())
                .unwrap();
        LambdaContext::from(&context).remaining
    }

    #[test]
    fn a_deadline_just_past_leaves_no_time() {
        assert_eq!(remaining(SystemTime::now() - Duration::from_secs(1)), Duration::ZERO);
    }

    #[test]
    fn the_deadline_of_cargo_lambda_watch_is_none() {
        assert_eq!(remaining(SystemTime::UNIX_EPOCH + Duration::from_secs(600)), LONGEST_RUN);
    }
}
