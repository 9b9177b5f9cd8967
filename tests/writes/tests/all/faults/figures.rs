//! What a run came to.

use std::collections::BTreeMap;
use std::fmt;

/// The figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// Inserts and updates as the agent meant them.
    pub(crate) logical: usize,
    /// Calls that were made for them.
    pub(crate) tries: usize,
    /// How often each answer was given: `Complete`, or the code of a failure.
    pub(crate) answers: BTreeMap<String, usize>,
    /// How often each fault was injected.
    pub(crate) faults: BTreeMap<&'static str, u64>,
    /// Logical writes none of whose tries succeeded.
    pub(crate) given_up: usize,
    /// Second live requests at the end, after settling and without another call.
    pub(crate) late_duplicates: usize,
    /// Second requests that were cancelled in all.
    pub(crate) duplicates_cancelled: f64,
    /// Leaves that were confirmed and are not live, or not under the id that was given. One line
    /// each.
    pub(crate) lost: Vec<String>,
    /// Leaves that are live more than once after the last touch, or live although closed. One line
    /// each.
    pub(crate) doubled: Vec<String>,
    /// Requests that people made or changed and that were changed since without any right. One line
    /// each.
    pub(crate) wronged: Vec<String>,
    /// What the schedule settled at the end.
    pub(crate) settled: f64,
    /// Last touches that did not succeed, and answers that no fault explains. One line each.
    pub(crate) stuck: Vec<String>,
    /// What happened to the requests of the agents that something is wrong with.
    pub(crate) stories: Vec<Vec<String>>,
}

impl Figures {
    pub(crate) fn add(&mut self, other: Self) {
        self.logical += other.logical;
        self.tries += other.tries;
        self.given_up += other.given_up;
        self.late_duplicates += other.late_duplicates;
        self.duplicates_cancelled += other.duplicates_cancelled;
        for (answer, count) in other.answers {
            *self.answers.entry(answer).or_default() += count;
        }
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
        self.stuck.extend(other.stuck);
        self.wronged.extend(other.wronged);
        self.settled += other.settled;
        self.stories.extend(other.stories);
    }

    pub(crate) fn is_right(&self) -> bool {
        self.lost.is_empty()
            && self.doubled.is_empty()
            && self.late_duplicates == 0
            && self.wronged.is_empty()
            && self.stuck.is_empty()
    }

    #[track_caller]
    pub(crate) fn assert_nothing_lost_or_doubled(&self) {
        assert!(self.is_right(), "{self:#?}");
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: u64 = self.faults.values().sum();
        write!(
            f,
            "{} logical requests, {} tries, {faults} faults injected, {} given up after three tries, {} settled at the end, \
             {} duplicates cancelled, duplicates after settling {}, after the last touch {}, lost {}, \
             changed against people {}, not converged {}\n  answers: {:?}\n  faults: {:?}",
            self.logical,
            self.tries,
            self.given_up,
            self.settled,
            self.duplicates_cancelled,
            self.late_duplicates,
            self.doubled.len(),
            self.lost.len(),
            self.wronged.len(),
            self.stuck.len(),
            self.answers,
            self.faults
        )
    }
}
