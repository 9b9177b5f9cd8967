//! Faults that a test plans for the calls to come, and the count of the calls that were made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use call_log::CallLog;
use tokio::sync::watch;

/// What happens to a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is closed before the table sees the call.
    Unreachable,
    /// The table applies the call, and the connection is closed before the answer.
    LoseAnswer,
    /// 400 `ThrottlingException`; not applied. The SDK tries it again by itself.
    Throttle,
    /// 400 `ProvisionedThroughputExceededException`; not applied. The SDK tries it again by itself.
    ProvisionedThroughputExceeded,
    /// 400 `TransactionConflictException`, as a call gets that meets another's transaction; not
    /// applied.
    TransactionConflict,
    /// 400 `AccessDeniedException`; not applied.
    AccessDenied,
    /// 500 `InternalServerError`; not applied. The SDK tries it again by itself.
    InternalServerError,
    /// The answer comes this much later.
    Delay(Duration),
    /// The call waits at the gate, not applied yet, until the test opens it.
    Hold(Gate),
}

/// A fault, and the calls that it strikes: all of them, unless narrowed down.
#[derive(Clone, Debug)]
pub struct Injection {
    fault: Fault,
    operation: Option<&'static str>,
    containing: Option<String>,
    skip: usize,
    left: Option<usize>,
}

impl Injection {
    /// Strikes every call from now on.
    pub fn of(fault: Fault) -> Self {
        Self { fault, operation: None, containing: None, skip: 0, left: None }
    }

    /// Only calls of this operation, such as `PutItem`.
    #[must_use]
    pub fn on(self, operation: &'static str) -> Self {
        Self { operation: Some(operation), ..self }
    }

    /// Only calls whose JSON body contains this text, such as a key.
    #[must_use]
    pub fn containing(self, text: impl Into<String>) -> Self {
        Self { containing: Some(text.into()), ..self }
    }

    /// Lets this many of the calls pass first.
    #[must_use]
    pub fn after(self, calls: usize) -> Self {
        Self { skip: calls, ..self }
    }

    /// Strikes this many calls at most. The SDK's retries are calls of their own.
    #[must_use]
    pub fn times(self, calls: usize) -> Self {
        Self { left: Some(calls), ..self }
    }

    /// Strikes one call.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    fn concerns(&self, operation: &str, body: &[u8]) -> bool {
        self.operation.is_none_or(|wanted| wanted == operation)
            && self.containing.as_ref().is_none_or(|text| {
                !text.is_empty() && body.windows(text.len()).any(|window| window == text.as_bytes())
            })
    }
}

impl From<Fault> for Injection {
    fn from(fault: Fault) -> Self {
        Self::of(fault)
    }
}

/// The faults planned for one table and the calls counted there. Clones share both.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
    log: CallLog<String>,
}

#[derive(Debug, Default)]
struct Plan {
    injections: Vec<Injection>,
    calls: BTreeMap<String, usize>,
}

impl Faults {
    /// Plans a fault. Of several that concern a call, the one planned first strikes.
    pub fn inject(&self, injection: impl Into<Injection>) {
        self.plan().injections.push(injection.into());
    }

    /// Forgets all planned faults.
    pub fn clear(&self) {
        self.plan().injections.clear();
    }

    /// How many calls of `operation` arrived since the start or [`reset_calls`](Self::reset_calls),
    /// those that a fault struck included.
    pub fn calls(&self, operation: &str) -> usize {
        self.plan().calls.get(operation).copied().unwrap_or_default()
    }

    /// How many calls of each operation arrived.
    pub fn all_calls(&self) -> BTreeMap<String, usize> {
        self.plan().calls.clone()
    }

    /// When each call since then arrived, and when its answer was complete.
    pub fn call_log(&self) -> &CallLog<String> {
        &self.log
    }

    /// Counts from zero again, and forgets when calls arrived.
    pub fn reset_calls(&self) {
        self.plan().calls.clear();
        self.log.clear();
    }

    /// Counts a call and says what is to happen to it.
    pub(crate) fn next(&self, operation: &str, body: &[u8]) -> Option<Fault> {
        let mut plan = self.plan();
        *plan.calls.entry(operation.to_owned()).or_default() += 1;
        for injection in
            plan.injections.iter_mut().filter(|injection| injection.concerns(operation, body))
        {
            if injection.skip > 0 {
                injection.skip -= 1;
                continue;
            }
            match &mut injection.left {
                Some(0) => {}
                Some(left) => {
                    *left -= 1;
                    return Some(injection.fault.clone());
                }
                None => return Some(injection.fault.clone()),
            }
        }
        None
    }

    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where calls wait for the test. Clones are the same gate.
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<Passage>>);

#[derive(Debug, Default)]
struct Passage {
    arrived: usize,
    open: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Passage::default())))
    }

    /// Waits until a call has arrived at the gate.
    pub async fn reached(&self) {
        self.wait(|passage| passage.arrived > 0).await;
    }

    /// Lets the waiting calls and all later ones pass.
    pub fn open(&self) {
        self.0.send_modify(|passage| passage.open = true);
    }

    pub(crate) async fn pass(&self) {
        self.0.send_modify(|passage| passage.arrived += 1);
        self.wait(|passage| passage.open).await;
    }

    async fn wait(&self, until: impl FnMut(&Passage) -> bool) {
        // The sender lives in `self`, so the channel cannot close while we wait.
        let _closed = self.0.subscribe().wait_for(until).await.map(drop);
    }
}
