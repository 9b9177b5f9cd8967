//! What all parts of a running organisation share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use genesys_bundle::data_action::{Credentials, Engine};
use genesys_bundle::{Bundle, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use crate::access::Access;
use crate::jobs::Job;
use crate::organisation::Organisation;

/// What goes wrong between Genesys and a workflow, on Genesys' side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WorkflowFault {
    /// It does not run at all, and counts as failed.
    Unsent,
    /// It runs, but Genesys never hears of its result: it counts as failed.
    Unheard,
    /// It runs, and its request stays `Processing` for ever.
    Lost,
}

/// Faults of workflows that are still to come.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct WorkflowFaults {
    /// What goes wrong.
    pub kind: WorkflowFault,
    /// How often.
    pub times: u32,
}

pub(crate) struct Shared {
    pub(crate) url: String,
    pub(crate) bundle: Bundle,
    credentials: Credentials,
    engine: Mutex<Arc<Engine>>,
    organisation: Mutex<Organisation>,
    access: Mutex<Access>,
    pub(crate) workflow_faults: Mutex<Vec<WorkflowFaults>>,
    pub(crate) jobs: Mutex<Vec<Job>>,
    pub(crate) downloads: Mutex<Vec<Value>>,
    /// One lock for each request: its workflows run one after another.
    pub(crate) turns: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// Workflows that run at present.
    pub(crate) running: watch::Sender<usize>,
    pub(crate) closing: watch::Sender<bool>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs data actions, and the custom auth action where the bundle has one.
fn engine(bundle: &Bundle, credentials: Credentials) -> Result<Engine, Error> {
    let engine = Engine::new(credentials)?;
    Ok(match bundle.custom_auth() {
        Some(action) => engine.custom_auth(action.clone()),
        None => engine,
    })
}

impl Shared {
    pub(crate) fn new(
        url: String,
        bundle: Bundle,
        organisation: Organisation,
        credentials: Credentials,
    ) -> Result<Self, Error> {
        let engine = engine(&bundle, credentials.clone())?;
        Ok(Self {
            url,
            bundle,
            credentials,
            engine: Mutex::new(Arc::new(engine)),
            organisation: Mutex::new(organisation),
            access: Mutex::default(),
            workflow_faults: Mutex::default(),
            jobs: Mutex::default(),
            downloads: Mutex::default(),
            turns: Mutex::default(),
            running: watch::Sender::new(0),
            closing: watch::Sender::new(false),
        })
    }

    pub(crate) fn organisation(&self) -> MutexGuard<'_, Organisation> {
        lock(&self.organisation)
    }

    pub(crate) fn access(&self) -> MutexGuard<'_, Access> {
        lock(&self.access)
    }

    pub(crate) fn engine(&self) -> Arc<Engine> {
        Arc::clone(&lock(&self.engine))
    }

    /// An administrator enters another key in the credential.
    pub(crate) fn set_api_key(&self, api_key: &str) -> Result<(), Error> {
        let engine = engine(&self.bundle, self.credentials.clone().api_key(api_key))?;
        *lock(&self.engine) = Arc::new(engine);
        Ok(())
    }

    pub(crate) fn clear_faults(&self) {
        self.access().clear_faults();
        lock(&self.workflow_faults).clear();
    }

    pub(crate) fn workflow_fault(&self) -> Option<WorkflowFault> {
        let mut faults = lock(&self.workflow_faults);
        let next = faults.iter_mut().find(|fault| fault.times > 0)?;
        next.times -= 1;
        Some(next.kind)
    }
}
