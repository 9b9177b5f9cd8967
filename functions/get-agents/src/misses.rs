//! Who was looked up in vain a moment ago: a loop of misses must not use up BambooHR's rate limit.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use contract::ExternalId;
use jiff::{SignedDuration, Timestamp};
use store::Sought;

const KEPT: SignedDuration = SignedDuration::from_mins(1);
/// More than a minute of look-ups can make, within BambooHR's limits.
const MOST: usize = 10_000;

/// The look-ups of the last minute that found nobody, in this process.
#[derive(Debug, Default)]
pub(crate) struct Misses(Mutex<HashMap<Key, Timestamp>>);

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Id(ExternalId),
    Email(String),
}

/// Without the e-mail, which is personal.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => f.debug_tuple("Id").field(id).finish(),
            Self::Email(_) => f.write_str("Email"),
        }
    }
}

impl From<&Sought> for Key {
    fn from(sought: &Sought) -> Self {
        match sought {
            Sought::Id(id) => Self::Id(*id),
            Sought::Email(email) => Self::Email(email.folded()),
        }
    }
}

impl Misses {
    /// Whether nobody was found within the last minute.
    pub(crate) fn remembers(&self, sought: &Sought, now: Timestamp) -> bool {
        let misses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        misses.get(&sought.into()).is_some_and(|until| now < *until)
    }

    /// Remembers that nobody was found.
    pub(crate) fn remember(&self, sought: &Sought, now: Timestamp) {
        let mut misses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() >= MOST {
            misses.retain(|_, until| now < *until);
        }
        if misses.len() >= MOST {
            misses.clear();
        }
        misses.insert(sought.into(), now + KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miss_is_remembered_for_a_minute_whatever_the_case() {
        let misses = Misses::default();
        let now = Timestamp::UNIX_EPOCH;
        let by_email = |text: &str| Sought::Email(text.parse().unwrap());
        misses.remember(&by_email("Ada@example.com"), now);
        let other_case = by_email("ada@EXAMPLE.com");
        assert!(misses.remembers(&other_case, now + SignedDuration::from_secs(59)));
        assert!(!misses.remembers(&other_case, now + SignedDuration::from_secs(60)));
        assert!(!misses.remembers(&Sought::Id(ExternalId::new(1).unwrap()), now));
    }

    #[test]
    fn memory_is_bounded() {
        let misses = Misses::default();
        for number in 1..=(MOST as u64 + 5) {
            misses.remember(&Sought::Id(ExternalId::new(number).unwrap()), Timestamp::UNIX_EPOCH);
        }
        assert!(misses.0.lock().unwrap().len() <= MOST);
    }
}
