#![doc = include_str!("../README.md")]

mod aws;
mod aws_http;
mod clock;
mod environment;
mod error;
mod event;
mod function;
mod host;
mod invocation;
pub mod logs;
pub mod metrics;
mod request;
mod response;
mod route;
mod run;
mod secret;
pub mod settings;
mod surrogates;

pub use aws::Aws;
pub use clock::{Clock, ClockHand};
pub use environment::Environment;
pub use error::{SecretError, SettingError};
pub use function::{Answer, Failed, Function, Outcome};
pub use host::{Host, LambdaContext};
pub use invocation::{Invocation, MAX_BODY};
pub use metrics::{Metric, Upstream};
pub use request::{HttpRequest, PayloadFormat, Trigger};
pub use response::Response;
pub use run::run;
pub use secret::{Secret, SecretCache};
pub use settings::Settings;
