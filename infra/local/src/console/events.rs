//! `/console/events`: what changes, as it changes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::{self, StreamExt};
use serde::Deserialize;
use tokio::time::timeout;

use crate::console::Console;

/// How long a change that is not a call's may go unseen: somebody may use the simulators' own
/// switches.
const LOOK_EVERY: Duration = Duration::from_millis(250);

#[derive(Deserialize)]
pub(crate) struct Watched {
    /// The user id of the agent that the page shows.
    agent: String,
}

/// An event `state` with a snapshot whenever it is another one than the last, and an event `call`
/// with each call that has changed; at first all of them.
pub(crate) async fn events(
    State(console): State<Arc<Console>>,
    Query(Watched { agent }): Query<Watched>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watcher = Watcher { console, agent, seen: 0, last: String::new() };
    let batches = stream::unfold(watcher, |mut watcher| async {
        let events = watcher.next().await;
        Some((stream::iter(events.into_iter().map(Ok)), watcher))
    });
    Sse::new(batches.flatten()).keep_alive(KeepAlive::default())
}

struct Watcher {
    console: Arc<Console>,
    agent: String,
    /// The version of the calls that the page knows.
    seen: u64,
    /// The snapshot that the page knows.
    last: String,
}

impl Watcher {
    /// What has changed since the last time; waits until something has.
    async fn next(&mut self) -> Vec<Event> {
        let mut versions = self.console.calls.versions();
        loop {
            let version = *versions.borrow_and_update();
            let mut events = Vec::new();
            for call in self.console.calls.changed_after(self.seen) {
                events.extend(Event::default().event("call").json_data(call));
            }
            self.seen = version;
            let snapshot = self.console.snapshot(&self.agent);
            if let Ok(text) = serde_json::to_string(&snapshot)
                && text != self.last
            {
                events.push(Event::default().event("state").data(&text));
                self.last = text;
            }
            if !events.is_empty() {
                return events;
            }
            let _changed_or_not = timeout(LOOK_EVERY, versions.changed()).await;
        }
    }
}
