//! How far a command is, on a terminal.

use std::future::Future;
use std::time::Duration;

use genesys_cloud::Client;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::{Instant, sleep};

/// What takes no longer is not worth a line that appears and goes.
const SHOWN_AFTER: Duration = Duration::from_secs(1);
const REDRAWN: Duration = Duration::from_millis(200);

/// A bar on standard error while a command works; nothing where that is no terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    target: fn() -> ProgressDrawTarget,
}

impl Progress {
    /// On standard error.
    pub(crate) fn stderr() -> Self {
        Self::on(ProgressDrawTarget::stderr)
    }

    fn on(target: fn() -> ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        // The template is a constant, and a plain line does as well.
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar, target }
    }

    /// Begins a stretch of work of so many steps.
    pub(crate) fn begin(&self, what: &'static str, steps: usize) {
        self.bar.set_position(0);
        self.bar.set_length(u64::try_from(steps).unwrap_or(u64::MAX));
        self.bar.set_prefix(what);
    }

    /// Some steps are done.
    pub(crate) fn advance(&self, steps: usize) {
        self.bar.inc(u64::try_from(steps).unwrap_or(u64::MAX));
    }

    /// Does `work`, and shows how far it is once it takes longer than a second; also that it waits,
    /// while the rate limit of Genesys holds `client` back, where there is one.
    pub(crate) async fn during<'a, T>(
        &self,
        client: impl Into<Option<&'a Client>>,
        work: impl Future<Output = T>,
    ) -> T {
        let client = client.into();
        self.watching(|| client.and_then(Client::paused_until), work).await
    }

    async fn watching<T>(
        &self,
        paused: impl Fn() -> Option<Instant>,
        work: impl Future<Output = T>,
    ) -> T {
        let shown = async {
            sleep(SHOWN_AFTER).await;
            self.bar.set_draw_target((self.target)());
            loop {
                self.bar.set_message(paused().map_or_else(String::new, waiting));
                self.bar.tick();
                sleep(REDRAWN).await;
            }
        };
        let done = tokio::select! {
            done = work => done,
            never = shown => never,
        };
        self.bar.finish_and_clear();
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
        done
    }
}

fn waiting(until: Instant) -> String {
    let seconds = until.duration_since(Instant::now()).as_millis().div_ceil(1_000);
    format!("waiting {seconds} s for the rate limit of Genesys")
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use indicatif::{InMemoryTerm, TermLike as _};

    use super::*;

    static TERMINAL: LazyLock<InMemoryTerm> = LazyLock::new(|| InMemoryTerm::new(10, 100));

    fn terminal() -> ProgressDrawTarget {
        ProgressDrawTarget::term_like(Box::new(TERMINAL.clone()))
    }

    #[tokio::test(start_paused = true)]
    async fn it_shows_after_a_second_says_that_it_waits_and_goes() {
        let progress = Progress::on(terminal);
        progress.begin("users", 40);
        progress.advance(10);
        let until = Instant::now() + Duration::from_secs(30);
        let work = async {
            sleep(Duration::from_millis(900)).await;
            assert_eq!(TERMINAL.contents(), "");
            sleep(Duration::from_millis(200)).await;
            TERMINAL.contents()
        };
        let shown = progress.watching(|| Some(until), work).await;
        assert!(shown.starts_with("users ") && shown.contains("10/40"), "{shown}");
        assert!(shown.contains("waiting 29 s for the rate limit of Genesys"), "{shown}");
        TERMINAL.flush().unwrap();
        assert_eq!(TERMINAL.contents(), "");
    }
}
