//! What a piece of work cost at BambooHR.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a piece of work cost at BambooHR so far, for its log line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallStatistics {
    /// HTTP requests sent, repeats included.
    pub calls: u64,
    /// Those of them that repeated a failed one.
    pub retries: u64,
    /// Answers that said "too many requests".
    pub throttles: u64,
    /// Time spent on the wire. Calls that ran side by side add up; waits between tries do not
    /// count.
    pub time: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    calls: AtomicU64,
    retries: AtomicU64,
    throttles: AtomicU64,
    micros: AtomicU64,
}

impl Counters {
    pub(crate) fn sent(&self, is_repeat: bool) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.retries.fetch_add(u64::from(is_repeat), Ordering::Relaxed);
    }

    pub(crate) fn took(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttles.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> CallStatistics {
        CallStatistics {
            calls: self.calls.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            throttles: self.throttles.load(Ordering::Relaxed),
            time: Duration::from_micros(self.micros.load(Ordering::Relaxed)),
        }
    }
}
