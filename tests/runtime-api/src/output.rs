//! What the process writes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::Error;

/// The lines that a process has written so far. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Output {
    lines: Arc<Mutex<Vec<String>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { lines: Arc::default(), count: Arc::new(watch::Sender::new(0)) }
    }

    /// Takes lines until the stream ends.
    pub(crate) async fn take(self, stream: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            self.count.send_modify(|count| *count += 1);
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first line that `wanted` says yes to, waited for if need be.
    pub(crate) async fn line(
        &self,
        patience: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<String, Error> {
        let mut count = self.count.subscribe();
        let search = async {
            let mut seen = 0;
            loop {
                let lines = self.lines();
                if let Some(line) = lines.iter().skip(seen).find(|line| wanted(line)) {
                    return line.clone();
                }
                seen = lines.len();
                // The sender lives as long as this value.
                let _changed = count.wait_for(|count| *count > seen).await;
            }
        };
        timeout(patience, search)
            .await
            .map_err(|_| Error::Patience(patience.as_secs(), "a line of output"))
    }
}
