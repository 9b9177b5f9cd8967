//! The pause that one 429 imposes on every call of a client.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// However long BambooHR asks to wait, it is asked again after this: one odd header must not
/// silence a process for a day.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Under way until some instant, or not.
#[derive(Debug, Default)]
pub(crate) struct Cooldown(Mutex<Option<Instant>>);

impl Cooldown {
    /// Starts a pause of this length, unless a longer one is under way.
    pub(crate) fn start(&self, pause: Duration) {
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        let mut paused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *paused = (*paused).max(Some(until));
    }

    /// When the pause ends; `None` when there is none.
    pub(crate) fn ends_at(&self) -> Option<Instant> {
        let mut paused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *paused = paused.filter(|until| *until > Instant::now());
        *paused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_longest_pause_counts_and_ends() {
        let cooldown = Cooldown::default();
        assert_eq!(cooldown.ends_at(), None);
        let now = Instant::now();
        cooldown.start(Duration::from_secs(5));
        cooldown.start(Duration::from_secs(2));
        assert_eq!(cooldown.ends_at(), Some(now + Duration::from_secs(5)));
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(cooldown.ends_at(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_absurd_pause_is_cut() {
        let cooldown = Cooldown::default();
        cooldown.start(Duration::MAX);
        assert_eq!(cooldown.ends_at(), Some(Instant::now() + LONGEST_PAUSE));
    }
}
