use std::future::Future;

use contract::Failure;
use serde::Serialize;

use crate::Invocation;

/// One of the five functions.
///
/// ```
/// # use contract::Failure;
/// # use lambda_host::{Answer, Function, Invocation, Outcome};
/// struct GetTimeoffTypes;
///
/// #[derive(serde::Serialize)]
/// struct Types {
///     ids: Vec<String>,
/// }
///
/// impl Function for GetTimeoffTypes {
///     const NAME: &'static str = "get-timeoff-types";
///     type Output = Types;
///
///     async fn answer(&self, invocation: &Invocation) -> Answer<Types> {
///         Ok(Outcome::Complete(Types { ids: vec!["78".to_owned()] }))
///     }
///
///     fn outputs_on_failure(_invocation: &Invocation) -> Types {
///         Types { ids: Vec::new() }
///     }
/// }
/// ```
pub trait Function: Send + Sync + Sized + 'static {
    /// The package's name, which names the function in logs and metrics too.
    const NAME: &'static str;

    /// The operation's outputs, beside the five fields of the envelope.
    type Output: Serialize + Send;

    /// Answers one call.
    fn answer(&self, invocation: &Invocation) -> impl Future<Output = Answer<Self::Output>> + Send;

    /// The outputs of a failed call: empty, but all there. Also asked for when no instance could be
    /// made, because a setting is wrong.
    fn outputs_on_failure(invocation: &Invocation) -> Self::Output;

    /// What can be done before the first call: fetch the secret, open connections. Best effort,
    /// bounded in time, run once before the first poll of the Runtime API, where Lambda does not
    /// throttle the CPU.
    fn warm_up(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// What [`Function::answer`] gives.
pub type Answer<T> = Result<Outcome<T>, Failed<T>>;

/// A call that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Done.
    Complete(T),
    /// A pending request does not fit the balance; nothing was written.
    InsufficientBalance(T),
}

/// A call that failed, with the outputs that hold all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed<T> {
    /// What the caller is told.
    pub failure: Failure,
    /// The outputs; [`Function::outputs_on_failure`] where there are none.
    pub outputs: Option<T>,
}

impl<T> Failed<T> {
    /// A failure after which some outputs are known.
    pub fn with(failure: Failure, outputs: T) -> Self {
        Self { failure, outputs: Some(outputs) }
    }
}

impl<T> From<Failure> for Failed<T> {
    fn from(failure: Failure) -> Self {
        Self { failure, outputs: None }
    }
}
