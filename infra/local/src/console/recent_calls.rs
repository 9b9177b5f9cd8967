//! The last calls, each as the steps of its way, as the page shows them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

/// How many calls are kept.
const CALLS: usize = 50;
/// How many steps of one call are kept: a large company's agents take many pages.
const STEPS: usize = 200;

/// The last fifty calls, filled by a layer of the process's subscriber. Cheap to clone; clones are
/// the same log. Without that layer it stays empty.
#[derive(Clone, Debug)]
pub struct RecentCalls(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    calls: Mutex<VecDeque<Call>>,
    /// Grows with every change.
    version: watch::Sender<u64>,
}

impl Default for RecentCalls {
    fn default() -> Self {
        Self(Arc::new(Shared { calls: Mutex::default(), version: watch::Sender::new(0) }))
    }
}

/// One call and its way.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Call {
    pub id: u64,
    pub at: Timestamp,
    /// What began it: a workflow, a route, the schedule.
    pub title: String,
    pub ended: bool,
    pub correlation_id: Option<String>,
    pub agent_id: Option<String>,
    /// The envelope's `status`.
    pub status: Option<String>,
    pub error_code: Option<String>,
    pub error_msg: Option<String>,
    pub steps: Vec<Step>,
    /// The log's version when this changed last.
    #[serde(skip)]
    pub version: u64,
    #[serde(skip)]
    began: Instant,
}

/// A part of the way.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    pub kind: Kind,
    pub name: String,
    /// How many steps it lies in.
    pub depth: usize,
    /// Milliseconds after the beginning of the call.
    pub began_ms: f64,
    /// `None` while it goes on.
    pub took_ms: Option<f64>,
    /// What came of it, in a few words.
    pub outcome: Option<String>,
    pub failed: bool,
}

/// Where a step happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    Workflow,
    DataAction,
    Gateway,
    Schedule,
    Function,
    DynamoDb,
    SecretsManager,
    BambooHr,
    /// Something that went wrong, or was put right, on the way.
    Note,
}

/// A step of a call, for whoever goes on with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub call: u64,
    step: usize,
    pub depth: usize,
}

impl RecentCalls {
    /// The log's version, to wait for the next.
    pub(crate) fn versions(&self) -> watch::Receiver<u64> {
        self.0.version.subscribe()
    }

    /// The calls that changed after `version`, oldest first.
    pub(crate) fn changed_after(&self, version: u64) -> Vec<Call> {
        self.calls().iter().filter(|call| call.version > version).cloned().collect()
    }

    /// A new call; gives back the place of its first step.
    pub(crate) fn begin(&self, kind: Kind, name: String) -> Place {
        let mut calls = self.calls();
        let version = self.next_version();
        // Versions only grow, so that they are ids as well.
        let call = Call {
            id: version,
            at: Timestamp::now(),
            title: name.clone(),
            ended: false,
            correlation_id: None,
            agent_id: None,
            status: None,
            error_code: None,
            error_msg: None,
            steps: vec![Step::begun(kind, name, 0, 0.0)],
            version,
            began: Instant::now(),
        };
        calls.push_back(call);
        while calls.len() > CALLS {
            calls.pop_front();
        }
        Place { call: version, step: 0, depth: 0 }
    }

    /// A further step inside of `parent`; `None` when its call is not kept any more.
    pub(crate) fn step(&self, parent: Place, kind: Kind, name: String) -> Option<Place> {
        self.change(parent.call, |call| {
            let depth = parent.depth + 1;
            let step = Step::begun(kind, name, depth, call.elapsed_ms());
            let place = Place { call: parent.call, step: call.steps.len(), depth };
            (place.step < STEPS).then(|| {
                call.steps.push(step);
                place
            })
        })
        .flatten()
    }

    /// A step that has ended already, and took so long.
    pub(crate) fn ended_step(
        &self,
        parent: Place,
        kind: Kind,
        name: String,
        took_ms: f64,
    ) -> Option<Place> {
        let place = self.step(parent, kind, name)?;
        self.at(place, |_, step| {
            step.began_ms = tenths((step.began_ms - took_ms).max(0.0));
            step.took_ms = Some(took_ms);
        });
        Some(place)
    }

    /// Changes a call and the step at `place`.
    pub(crate) fn at(&self, place: Place, change: impl FnOnce(&mut Call, &mut Step)) {
        self.change(place.call, |call| {
            // Taken out meanwhile, so that the change can have both.
            let Some(mut step) = call.steps.get(place.step).cloned() else { return };
            change(call, &mut step);
            if let Some(kept) = call.steps.get_mut(place.step) {
                *kept = step;
            }
        });
    }

    /// A step has ended; the first one's end is the call's.
    pub(crate) fn end(&self, place: Place) {
        self.at(place, |call, step| {
            let took_ms = tenths(call.elapsed_ms() - step.began_ms);
            step.took_ms.get_or_insert(took_ms);
            if place.step == 0 {
                call.ended = true;
            }
        });
    }

    fn change<T>(&self, id: u64, change: impl FnOnce(&mut Call) -> T) -> Option<T> {
        let mut calls = self.calls();
        let call = calls.iter_mut().find(|call| call.id == id)?;
        call.version = self.next_version();
        Some(change(call))
    }

    /// Under the lock of the calls.
    fn next_version(&self) -> u64 {
        self.0.version.send_modify(|version| *version += 1);
        *self.0.version.borrow()
    }

    fn calls(&self) -> MutexGuard<'_, VecDeque<Call>> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call {
    fn elapsed_ms(&self) -> f64 {
        tenths(self.began.elapsed().as_secs_f64() * 1_000.0)
    }
}

impl Step {
    fn begun(kind: Kind, name: String, depth: usize, began_ms: f64) -> Self {
        Self { kind, name, depth, began_ms, took_ms: None, outcome: None, failed: false }
    }
}

/// To a tenth: more digits say nothing.
fn tenths(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}
