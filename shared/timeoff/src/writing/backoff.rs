//! How long to wait between two tries.

use std::time::Duration;

/// Pauses that double up to a longest one, each with some chance in it, so that calls that failed
/// together do not come back together.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    /// Between two calls to BambooHR.
    pub(crate) fn bamboohr() -> Self {
        Self { next: Duration::from_millis(100), longest: Duration::from_secs(2) }
    }

    /// Between two looks for what a send has left, which may be sent again after `resend_after`.
    pub(crate) fn looks(resend_after: Duration) -> Self {
        let shortest = Duration::from_millis(5);
        Self { next: (resend_after / 20).max(shortest), longest: Duration::from_secs(2) }
    }

    /// Between two asks for a lease that another call holds.
    pub(crate) fn lease() -> Self {
        Self { next: Duration::from_millis(20), longest: Duration::from_millis(320) }
    }

    /// The next pause.
    pub(crate) fn pause(&mut self) -> Duration {
        let pause = self.next.mul_f64(0.5 + fastrand::f64());
        self.next = (2 * self.next).min(self.longest);
        pause
    }
}
