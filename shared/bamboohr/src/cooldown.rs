//! The pause that one 429 imposes on every call of a client.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// However long BambooHR asks to wait, it is asked again after this: one odd header must not
/// silence a process for a day.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Open, or closed until some instant.
#[derive(Debug, Default)]
pub(crate) struct Cooldown(Mutex<Option<Instant>>);

impl Cooldown {
    /// Closes the gate for this long, unless it is closed for longer already.
    pub(crate) fn close_for(&self, pause: Duration) {
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = (*closed).max(Some(until));
    }

    /// When the gate opens; `None` if it is open.
    pub(crate) fn opens_at(&self) -> Option<Instant> {
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = closed.filter(|until| *until > Instant::now());
        *closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_longest_pause_counts_and_ends() {
        let cooldown = Cooldown::default();
        assert_eq!(cooldown.opens_at(), None);
        let now = Instant::now();
        cooldown.close_for(Duration::from_secs(5));
        cooldown.close_for(Duration::from_secs(2));
        assert_eq!(cooldown.opens_at(), Some(now + Duration::from_secs(5)));
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(cooldown.opens_at(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_absurd_pause_is_cut() {
        let cooldown = Cooldown::default();
        cooldown.close_for(Duration::MAX);
        assert_eq!(cooldown.opens_at(), Some(Instant::now() + LONGEST_PAUSE));
    }
}
