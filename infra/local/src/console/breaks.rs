//! What can be broken on purpose, from the page.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bamboohr_simulator::{Action, Fault, Matcher, RetryAfter, Simulator};
use local_aws::{Fault as TableFault, Faults, SecretsManager};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::stack::put_api_key;

/// How much later each answer of a slow BambooHR comes.
const SLOW: Duration = Duration::from_millis(1_500);

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Break {
    /// Every answer of BambooHR comes late.
    Slow,
    /// BambooHR answers its next call 429.
    Throttled,
    /// BambooHR's next write is answered 503, and not done.
    ErrorBefore,
    /// BambooHR's next write is done, and answered 503.
    ErrorAfter,
    /// BambooHR's next write is done, and not answered.
    DroppedAnswer,
    /// BambooHR's next write is done, and answered with what nobody can read.
    Garbage,
    /// BambooHR refuses the API key.
    KeyRevoked,
    /// No call reaches the table.
    TableUnreachable,
    /// The next function that writes ends as its process would, once its write is sent.
    ProcessDies,
}

/// What is broken, and how to mend it.
#[derive(Debug)]
pub(crate) struct Breaks {
    pub bamboohr: Arc<Simulator>,
    table: Faults,
    secrets: Arc<SecretsManager>,
    /// With how often the fault had struck before.
    active: Mutex<BTreeMap<Break, u64>>,
    death: watch::Sender<bool>,
    /// Counts the keys that BambooHR has given out.
    keys: AtomicU32,
}

impl Breaks {
    pub(crate) fn new(
        bamboohr: Arc<Simulator>,
        table: Faults,
        secrets: Arc<SecretsManager>,
    ) -> Self {
        Self {
            bamboohr,
            table,
            secrets,
            active: Mutex::default(),
            death: watch::Sender::new(false),
            keys: AtomicU32::new(1),
        }
    }

    /// Breaks something; what is broken that way already stays as it is.
    pub(crate) fn break_it(&self, what: Break) {
        if self.active().contains(&what) {
            return;
        }
        let struck = what.action().map_or(0, |action| self.struck(&action));
        self.lock().insert(what, struck);
        match what {
            Break::Slow => self.bamboohr.set_latency(SLOW),
            Break::KeyRevoked => self.bamboohr.revoke_key(&self.key()),
            Break::TableUnreachable => self.table.inject(TableFault::Unreachable),
            Break::ProcessDies => drop(self.death.send_replace(true)),
            _ => {}
        }
        if let Some(action) = what.action() {
            let on = Matcher { method: what.method(), times: Some(1), ..Matcher::default() };
            self.bamboohr.fault(Fault::new(on, action));
        }
    }

    /// Mends everything: BambooHR gives out a new key, which goes into the secret.
    pub(crate) fn mend(&self) {
        let broken = std::mem::take(&mut *self.lock());
        self.bamboohr.clear_faults();
        self.bamboohr.set_latency(Duration::ZERO);
        self.table.clear();
        self.death.send_replace(false);
        if broken.contains_key(&Break::KeyRevoked) {
            self.keys.fetch_add(1, Ordering::Relaxed);
            self.bamboohr.rotate_key(self.key());
            self.bamboohr.end_lockout();
            put_api_key(&self.secrets, &self.key());
        }
    }

    /// What is broken at present: what strikes once no longer is when it has.
    pub(crate) fn active(&self) -> Vec<Break> {
        let mut active = self.lock();
        active.retain(|what, struck| match (what, what.action()) {
            (Break::ProcessDies, _) => *self.death.borrow(),
            (_, Some(action)) => self.struck(&action) == *struck,
            (_, None) => true,
        });
        active.keys().copied().collect()
    }

    /// Runs a function's call, unless its process is to die: then it is dropped at its next wait
    /// once BambooHR has a write of it, and its lease stays.
    pub(crate) async fn unless_it_dies<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.dies() => None,
            answer = call => Some(answer),
        }
    }

    async fn dies(&self) {
        let mut death = self.death.subscribe();
        let before = self.bamboohr.calls().writes();
        loop {
            // The sender lives as long as `self`.
            let _armed = death.wait_for(|armed| *armed).await.map(drop);
            self.bamboohr.until(|bamboohr| bamboohr.calls().writes() > before).await;
            // Only one of several dies of it.
            if self.death.send_if_modified(std::mem::take) {
                return;
            }
        }
    }

    fn struck(&self, action: &Action) -> u64 {
        self.bamboohr.injected().get(action.name()).copied().unwrap_or_default()
    }

    /// The key that BambooHR gave out last.
    fn key(&self) -> String {
        match self.keys.load(Ordering::Relaxed) {
            1 => crate::SIMULATOR_KEY.to_owned(),
            number => format!("{}-{number}", crate::SIMULATOR_KEY),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Break, u64>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Break {
    /// What strikes BambooHR's next call, once.
    fn action(self) -> Option<Action> {
        Some(match self {
            Self::Throttled => Action::Throttle { retry_after: Some(RetryAfter::Seconds(2)) },
            Self::ErrorBefore => Action::StatusBefore { status: 503 },
            Self::ErrorAfter => Action::StatusAfter { status: 503 },
            Self::DroppedAnswer => Action::DropAfter,
            Self::Garbage => Action::Garbage,
            _ => return None,
        })
    }

    /// Only writes are done before they go wrong.
    fn method(self) -> Option<String> {
        (self != Self::Throttled).then(|| "PUT".to_owned())
    }
}
