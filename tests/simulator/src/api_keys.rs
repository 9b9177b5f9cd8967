//! Who may come in: API keys, and the lock-out that follows repeated bad ones.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::call::Credentials;

/// How many calls with unknown keys it takes. BambooHR does not publish its own number.
const BAD_TRIES: u32 = 5;

/// What becomes of a call by its key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Welcome,
    Unauthorized,
    LockedOut,
}

#[derive(Debug)]
pub(crate) struct ApiKeys {
    pub(crate) keys: BTreeSet<String>,
    lockout: Duration,
    bad_tries: u32,
    locked_until: Option<Instant>,
}

impl ApiKeys {
    pub(crate) fn new(keys: BTreeSet<String>, lockout: Duration) -> Self {
        Self { keys, lockout, bad_tries: 0, locked_until: None }
    }

    pub(crate) fn check(&mut self, credentials: &Credentials) -> Verdict {
        if let Some(until) = self.locked_until {
            if Instant::now() < until {
                return Verdict::LockedOut;
            }
            self.end_lockout();
        }
        match credentials {
            Credentials::Key(key) if self.keys.contains(key) => Verdict::Welcome,
            // "If an unknown API key is used repeatedly": no key at all does not count.
            Credentials::Missing => Verdict::Unauthorized,
            Credentials::Key(_) => {
                self.bad_tries += 1;
                if self.bad_tries >= BAD_TRIES {
                    self.locked_until = Some(Instant::now() + self.lockout);
                }
                Verdict::Unauthorized
            }
        }
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.locked_until.is_some_and(|until| Instant::now() < until)
    }

    pub(crate) fn end_lockout(&mut self) {
        self.locked_until = None;
        self.bad_tries = 0;
    }
}
