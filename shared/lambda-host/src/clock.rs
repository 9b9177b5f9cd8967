use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Where the time of day comes from. Cheap to clone; every clone tells the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Milliseconds since the epoch.
    Manual(Arc<AtomicI64>),
}

/// Moves the [`Clock`] that it was made with.
#[derive(Clone, Debug)]
pub struct ClockHand(Arc<AtomicI64>);

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `start` (to the millisecond) until its hand is moved. For
    /// tests.
    pub fn manual(start: Timestamp) -> (Self, ClockHand) {
        let millis = Arc::new(AtomicI64::new(start.as_millisecond()));
        (Self(Source::Manual(Arc::clone(&millis))), ClockHand(millis))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Manual(millis) => Timestamp::from_millisecond(millis.load(Ordering::Relaxed))
                .unwrap_or(Timestamp::MAX),
        }
    }
}

impl ClockHand {
    /// Moves the clock by `by`, to the millisecond; a negative duration moves it back.
    pub fn advance(&self, by: SignedDuration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(millis, Ordering::Relaxed);
    }

    /// Sets the clock to `to`, to the millisecond.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.as_millisecond(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_by_its_hand() {
        let start: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let (clock, hand) = Clock::manual(start);
        let copy = clock.clone();
        assert_eq!(clock.now(), start);
        hand.advance(SignedDuration::from_secs(90));
        assert_eq!(copy.now(), start + SignedDuration::from_secs(90));
        hand.set(start);
        assert_eq!(clock.now(), start);
    }
}
