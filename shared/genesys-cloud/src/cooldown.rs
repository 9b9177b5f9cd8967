//! The pause of every call of a client that a 429, or a used-up rate limit, imposes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Open, or closed until some instant.
#[derive(Debug, Default)]
pub(crate) struct Cooldown(Mutex<Option<Instant>>);

impl Cooldown {
    /// Holds calls back for this long, unless they are held back for longer already.
    pub(crate) fn close_for(&self, pause: Duration) {
        let until = Instant::now().checked_add(pause);
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = (*closed).max(until);
    }

    /// When calls may be made again; `None` if they may now.
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
}
