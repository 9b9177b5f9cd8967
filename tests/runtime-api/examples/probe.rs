//! A function that misbehaves on request, for the tests of this crate.

use std::process::{self, ExitCode};

use contract::Failure;
use lambda_host::{Answer, Environment, Function, Invocation, Outcome};

struct Probe;

#[derive(serde::Serialize)]
struct Outputs {
    path: String,
}

impl Function for Probe {
    const NAME: &'static str = "probe";
    type Output = Outputs;

    async fn answer(&self, invocation: &Invocation) -> Answer<Outputs> {
        let Some(request) = invocation.http() else {
            return Ok(Outcome::Complete(Self::outputs_on_failure(invocation)));
        };
        match request.path.as_str() {
            "/panic" => missing_person(),
            "/hang" => std::future::pending().await,
            "/exit" => process::exit(3),
            path => Ok(Outcome::Complete(Outputs { path: path.to_owned() })),
        }
    }

    fn outputs_on_failure(_: &Invocation) -> Outputs {
        Outputs { path: String::new() }
    }

    async fn warm_up(&self) {
        tracing::info!(target: "lambda_host", event = "probe.warm", "warmed up");
    }
}

#[expect(clippy::panic, reason = "what the tests look at")]
fn missing_person() -> ! {
    panic!("ada@example.com is missing")
}

fn main() -> ExitCode {
    lambda_host::run(|_: &Environment| Ok::<_, Failure>(Probe))
}
