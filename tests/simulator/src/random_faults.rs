//! Faults by seeded chance.

use serde::{Deserialize, Serialize};

use crate::fault_action::{Action, LateAnswer, Release, RetryAfter};
use crate::fault_choice::Met;

/// Random faults: probabilities from 0 to 1, at most one fault per call.
///
/// What happens to a call depends on the seed, the operation, the employee and how many such calls
/// there were before it, and on nothing else: callers that work on different employees cannot
/// change each other's luck, in whatever order they run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chaos {
    /// Seed of all decisions.
    pub seed: u64,
    /// Writes: done, then the connection is closed without an answer.
    pub drop_after_write: f64,
    /// Writes: done, then answered 500, 502, 503 or 504.
    pub error_after_write: f64,
    /// Writes: not done, answered 500, 502, 503 or 504.
    pub error_before_write: f64,
    /// Writes: not done, answered 429.
    pub throttle: f64,
    /// Writes: done, then answered after `slow_by_ms`.
    pub slow: f64,
    /// Writes: done, then answered with a body that is no JSON. A status change, whose proper
    /// answer has no body to read, is met all the same.
    pub garbage: f64,
    /// Writes: the connection is closed; done right after the employee's next list.
    pub late_after_lookup: f64,
    /// Writes: the connection is closed; done right after the employee's next write of that kind.
    pub late_after_resend: f64,
    /// Writes: the connection is closed; done after `late_by_ms`.
    pub late_after_time: f64,
    /// Reads: answered 429.
    pub throttle_reads: f64,
    /// Reads: answered 502, 503 or 504.
    pub error_reads: f64,
    /// How long `slow` waits, in milliseconds.
    pub slow_by_ms: u64,
    /// How long `late_after_time` takes, in milliseconds of tokio's clock.
    pub late_by_ms: u64,
    /// `Retry-After` of every 429, in seconds.
    pub retry_after_seconds: u64,
}

impl Default for Chaos {
    fn default() -> Self {
        Self {
            seed: 0,
            drop_after_write: 0.0,
            error_after_write: 0.0,
            error_before_write: 0.0,
            throttle: 0.0,
            slow: 0.0,
            garbage: 0.0,
            late_after_lookup: 0.0,
            late_after_resend: 0.0,
            late_after_time: 0.0,
            throttle_reads: 0.0,
            error_reads: 0.0,
            slow_by_ms: 60_000,
            late_by_ms: 1_000,
            retry_after_seconds: 0,
        }
    }
}

impl Chaos {
    pub(crate) fn decide(&self, call: &Met<'_>, before: u64) -> Option<(&'static str, Action)> {
        let mut chance = fastrand::Rng::with_seed(mix([
            self.seed,
            call.operation as u64,
            call.employee.unwrap_or(0),
            before,
        ]));
        let roll = chance.f64();
        let throttle =
            Action::Throttle { retry_after: Some(RetryAfter::Seconds(self.retry_after_seconds)) };
        let late = |release| Action::CommitLate { release, answer: LateAnswer::Drop };
        let choices = if call.operation.is_write() {
            let status = chance.choice([500, 502, 503, 504]).unwrap_or(500);
            vec![
                ("drop_after_write", self.drop_after_write, Action::DropAfter),
                ("error_after_write", self.error_after_write, Action::StatusAfter { status }),
                ("error_before_write", self.error_before_write, Action::StatusBefore { status }),
                ("throttle", self.throttle, throttle),
                ("slow", self.slow, Action::DelayAfter { ms: self.slow_by_ms }),
                ("garbage", self.garbage, Action::Garbage),
                ("late_after_lookup", self.late_after_lookup, late(Release::AfterLists(1))),
                ("late_after_resend", self.late_after_resend, late(Release::AfterNextSend)),
                ("late_after_time", self.late_after_time, late(Release::AfterMs(self.late_by_ms))),
            ]
        } else {
            let status = chance.choice([502, 503, 504]).unwrap_or(503);
            vec![
                ("throttle_reads", self.throttle_reads, throttle),
                ("error_reads", self.error_reads, Action::StatusBefore { status }),
            ]
        };
        let mut reached = 0.0;
        choices.into_iter().find_map(|(name, probability, action)| {
            reached += probability;
            (roll < reached).then_some((name, action))
        })
    }
}

/// Spreads a few numbers over 64 bits (the finaliser of `SplitMix64` after each).
fn mix(parts: [u64; 4]) -> u64 {
    parts.into_iter().fold(0, |state, part| {
        let mut z = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}
