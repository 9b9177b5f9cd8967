//! Who may call, how often, and which calls fail on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::refusal::Refusal;

/// The OAuth client of the organisation.
pub const CLIENT_ID: &str = "local-client";

/// Its secret.
pub const CLIENT_SECRET: &str = "local-secret";

/// What a token lasts, in seconds: the default of an OAuth client.
pub(crate) const TOKEN_LIFE: u64 = 86_399;

/// Calls in a minute with one token.
const ALLOWED: u64 = 300;

const WINDOW: Duration = Duration::from_secs(60);

/// Every permission that a route here asks for.
pub const PERMISSIONS: [&str; 11] = [
    "architect:flow:view",
    "directory:user:view",
    "integrations:action:execute",
    "integrations:action:view",
    "integrations:integration:view",
    "wfm:agent:edit",
    "wfm:agent:view",
    "wfm:integration:view",
    "wfm:timeOffPlan:view",
    "wfm:timeOffRequest:edit",
    "wfm:timeOffRequest:view",
];

/// Calls that fail on purpose.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// The HTTP status that they answer.
    pub status: u16,
    /// How many of them.
    pub times: u32,
    /// Only those whose path holds this. Without it, every call but those for a token.
    #[serde(default)]
    pub path: Option<String>,
    /// The seconds in their `Retry-After`.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// Whether what they ask for is done all the same.
    #[serde(default)]
    pub after: bool,
}

/// A call that was counted: what its rate headers say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) count: u64,
    pub(crate) allowed: u64,
    pub(crate) reset: u64,
}

/// Tokens, permissions, counters and faults.
#[derive(Debug)]
pub(crate) struct Access {
    tokens: BTreeSet<String>,
    issued: u64,
    permissions: BTreeSet<String>,
    /// `None`: no limit.
    allowed: Option<u64>,
    window: Option<Instant>,
    count: u64,
    faults: Vec<Fault>,
    /// How often each path was called, ids included.
    pub(crate) calls: BTreeMap<String, u64>,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            tokens: BTreeSet::new(),
            issued: 0,
            permissions: PERMISSIONS.iter().map(|name| (*name).to_owned()).collect(),
            allowed: Some(ALLOWED),
            window: None,
            count: 0,
            faults: Vec::new(),
            calls: BTreeMap::new(),
        }
    }
}

impl Access {
    /// A token for the client that the header names.
    pub(crate) fn token(&mut self, authorization: Option<&str>) -> Option<String> {
        let expected =
            format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
        if authorization != Some(&expected) {
            return None;
        }
        self.issued += 1;
        let token = format!("token-{}", self.issued);
        self.tokens.insert(token.clone());
        Some(token)
    }

    pub(crate) fn is_known(&self, authorization: Option<&str>) -> bool {
        authorization
            .and_then(|text| text.strip_prefix("Bearer "))
            .is_some_and(|token| self.tokens.contains(token))
    }

    pub(crate) fn expire_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Any of these permissions suffices.
    pub(crate) fn require(&self, any: &[&str]) -> Result<(), Refusal> {
        if any.iter().any(|name| self.permissions.contains(*name)) {
            return Ok(());
        }
        Err(Refusal::missing_permissions(any))
    }

    pub(crate) fn permit(&mut self, permission: &str, granted: bool) {
        if granted {
            self.permissions.insert(permission.to_owned());
        } else {
            self.permissions.remove(permission);
        }
    }

    pub(crate) fn limit(&mut self, allowed: Option<u64>) {
        self.allowed = allowed;
        self.window = None;
    }

    /// Counts a call; an error when it is one too many.
    pub(crate) fn count(&mut self, path: &str) -> Result<Option<Counted>, Refusal> {
        *self.calls.entry(path.to_owned()).or_default() += 1;
        let Some(allowed) = self.allowed else { return Ok(None) };
        let now = Instant::now();
        let started = *self.window.get_or_insert(now);
        let (started, count) = match now.duration_since(started) < WINDOW {
            true => (started, self.count),
            false => (now, 0),
        };
        (self.window, self.count) = (Some(started), count + 1);
        // Rounded up, so that a caller who waits that long is in the next window.
        let reset = (WINDOW.saturating_sub(now.duration_since(started))).as_secs() + 1;
        if self.count > allowed {
            return Err(Refusal::throttled(reset));
        }
        Ok(Some(Counted { count: self.count, allowed, reset }))
    }

    pub(crate) fn add_fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// The fault that meets this call, used up once.
    pub(crate) fn fault_at(&mut self, path: &str) -> Option<(Refusal, bool)> {
        let meets = |fault: &Fault| match &fault.path {
            Some(part) => path.contains(part),
            None => path.starts_with("/api/"),
        };
        let fault = self.faults.iter_mut().find(|fault| fault.times > 0 && meets(fault))?;
        fault.times -= 1;
        let status =
            StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Some((Refusal::injected(status, fault.retry_after), fault.after))
    }
}
