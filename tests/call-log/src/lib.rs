#![doc = include_str!("../README.md")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A call whose answer is complete. Times are of the monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedCall<T> {
    /// What was called.
    pub operation: T,
    /// When it arrived.
    pub arrived: Instant,
    /// When its answer was handed to the connection, or there was to be none.
    pub ended: Instant,
}

/// The calls that a server answered, in the order in which their answers were complete. Clones are
/// the same log.
#[derive(Clone, Debug)]
pub struct CallLog<T>(Arc<Mutex<Vec<TimedCall<T>>>>);

impl<T> Default for CallLog<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> CallLog<T> {
    /// Notes that a call arrives. It ends when what this gives is dropped.
    pub fn begin(&self, operation: T) -> Underway<T> {
        Underway { log: self.clone(), operation, arrived: Instant::now() }
    }

    /// The calls so far, without those that are under way.
    pub fn calls(&self) -> Vec<TimedCall<T>> {
        self.entries().clone()
    }

    /// The [`rounds`] of the calls so far.
    pub fn rounds(&self) -> Vec<Vec<T>>
    where
        T: Ord,
    {
        rounds(&self.calls())
    }

    /// Forgets the calls so far.
    pub fn clear(&self) {
        self.entries().clear();
    }

    fn entries(&self) -> MutexGuard<'_, Vec<TimedCall<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is being answered.
#[derive(Debug)]
#[must_use = "the call ends when this is dropped"]
pub struct Underway<T: Clone> {
    log: CallLog<T>,
    operation: T,
    arrived: Instant,
}

impl<T: Clone> Drop for Underway<T> {
    fn drop(&mut self) {
        let ended = Instant::now();
        let call = TimedCall { operation: self.operation.clone(), arrived: self.arrived, ended };
        self.log.entries().push(call);
    }
}

/// Which calls stood behind which: the operations of the first round, of the second, and so on, in
/// order within a round. A call's round is one more than the latest round of which a call had ended
/// when it arrived.
pub fn rounds<T: Clone + Ord>(calls: &[TimedCall<T>]) -> Vec<Vec<T>> {
    let mut by_arrival: Vec<&TimedCall<T>> = calls.iter().collect();
    by_arrival.sort_by_key(|call| call.arrived);
    let mut first_end_of: Vec<Instant> = Vec::new();
    let mut rounds: Vec<Vec<T>> = Vec::new();
    for call in by_arrival {
        // A later round begins after an end of the one before, so its own first end is later too.
        let round = first_end_of.partition_point(|end| *end <= call.arrived);
        match (rounds.get_mut(round), first_end_of.get_mut(round)) {
            (Some(operations), Some(first_end)) => {
                operations.push(call.operation.clone());
                *first_end = call.ended.min(*first_end);
            }
            _ => {
                rounds.push(vec![call.operation.clone()]);
                first_end_of.push(call.ended);
            }
        }
    }
    rounds.iter_mut().for_each(|operations| operations.sort_unstable());
    rounds
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Calls by name, arrival and end.
    fn calls<const N: usize>(times: [(&'static str, u64, u64); N]) -> Vec<TimedCall<&'static str>> {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let call = |(operation, arrived, ended)| TimedCall {
            operation,
            arrived: at(arrived),
            ended: at(ended),
        };
        times.map(call).into()
    }

    #[test]
    fn a_call_stands_behind_those_that_had_ended_when_it_arrived() {
        type Rounds<'a> = &'a [&'a [&'a str]];
        let cases: [(&str, Vec<TimedCall<&str>>, Rounds<'_>); 7] = [
            ("none", calls([]), &[]),
            ("side by side", calls([("b", 0, 9), ("a", 1, 5), ("c", 2, 7)]), &[&["a", "b", "c"]]),
            (
                "one behind another",
                calls([("a", 0, 1), ("b", 1, 2), ("a", 3, 4)]),
                &[&["a"], &["b"], &["a"]],
            ),
            (
                "the log is in the order of ends",
                calls([("b", 5, 6), ("a", 0, 4)]),
                &[&["a"], &["b"]],
            ),
            (
                "behind the first of two that ends",
                calls([("slow", 0, 9), ("quick", 0, 2), ("next", 3, 5)]),
                &[&["quick", "slow"], &["next"]],
            ),
            (
                "behind the longer row, though a call of the first round ended last",
                calls([("slow", 0, 9), ("quick", 0, 2), ("next", 3, 5), ("last", 10, 11)]),
                &[&["quick", "slow"], &["next"], &["last"]],
            ),
            (
                "beside the second of two, which is behind the first",
                calls([("a", 0, 2), ("b", 3, 8), ("c", 4, 9), ("d", 8, 9)]),
                &[&["a"], &["b", "c"], &["d"]],
            ),
        ];
        for (name, calls, expected) in cases {
            assert_eq!(rounds(&calls), expected, "{name}");
        }
    }

    /// The definition word by word, slowly.
    fn round_of(call: &TimedCall<u64>, calls: &[TimedCall<u64>]) -> usize {
        let before = calls.iter().filter(|other| other.ended <= call.arrived);
        1 + before.map(|other| round_of(other, calls)).max().unwrap_or_default()
    }

    #[test]
    fn rounds_are_those_of_the_definition_in_any_order() {
        let start = Instant::now();
        let mut state = 1_u64;
        let mut chance = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..500 {
            let calls: Vec<TimedCall<u64>> = (0..7)
                .map(|operation| {
                    let arrived = start + Duration::from_millis(chance(12));
                    let ended = arrived + Duration::from_millis(1 + chance(5));
                    TimedCall { operation, arrived, ended }
                })
                .collect();
            let rounds = rounds(&calls);
            for call in &calls {
                let round = rounds.iter().position(|round| round.contains(&call.operation));
                assert_eq!(round.map(|round| round + 1), Some(round_of(call, &calls)), "{calls:?}");
            }
        }
    }

    #[test]
    fn a_call_is_in_the_log_when_it_has_ended() {
        let log = CallLog::default();
        let underway = log.begin("a");
        assert_eq!(log.calls(), []);
        drop(underway);
        let [call] = log.calls()[..] else { panic!("{log:?}") };
        assert!(call.arrived <= call.ended, "{call:?}");
        log.clear();
        assert_eq!(log.calls(), []);
    }
}
