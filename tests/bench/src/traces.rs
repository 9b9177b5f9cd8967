//! The calls that a function makes while somebody waits for it.

use std::fmt;
use std::time::{Duration, Instant};

use call_log::{TimedCall, rounds};
use serde_json::{Value, json};

use crate::samples::Samples;

/// What one call of a function had to wait for.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// How many calls to BambooHR stood one behind another.
    pub(crate) bamboohr: usize,
    /// The same of calls to AWS.
    pub(crate) aws: usize,
    /// The time of the slowest row of calls that stood one behind another.
    pub(crate) waited: Duration,
    /// All calls, round by round.
    rounds: Vec<Vec<String>>,
}

impl Trace {
    pub(crate) fn of(bamboohr: Vec<TimedCall<String>>, aws: Vec<TimedCall<String>>) -> Self {
        let (of_bamboohr, of_aws) = (rounds(&bamboohr).len(), rounds(&aws).len());
        let all = [bamboohr, aws].concat();
        let waited = waited(&all);
        Self { bamboohr: of_bamboohr, aws: of_aws, waited, rounds: rounds(&all) }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_one = |operations: &Vec<String>| {
            let alike = operations.chunk_by(|one, next| one == next);
            let named = alike.filter_map(|alike| match alike {
                [] => None,
                [one] => Some(one.clone()),
                [one, ..] => Some(format!("{} × {one}", alike.len())),
            });
            named.collect::<Vec<_>>().join(" + ")
        };
        write!(f, "{}", self.rounds.iter().map(of_one).collect::<Vec<_>>().join(", "))
    }
}

fn waited(calls: &[TimedCall<String>]) -> Duration {
    let mut by_arrival: Vec<_> = calls.iter().collect();
    by_arrival.sort_by_key(|call| call.arrived);
    let mut rows: Vec<(Instant, Duration)> = Vec::with_capacity(calls.len());
    for call in by_arrival {
        let before = rows.iter().filter(|(ended, _)| *ended <= call.arrived);
        let before = before.map(|(_, row)| *row).max().unwrap_or_default();
        rows.push((call.ended, before + (call.ended - call.arrived)));
    }
    rows.into_iter().map(|(_, row)| row).max().unwrap_or_default()
}

/// Those of a call that was made again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    /// Rounds of BambooHR.
    pub(crate) bamboohr: Spread,
    /// Rounds of AWS.
    pub(crate) aws: Spread,
    /// The time of the slowest row of calls.
    pub(crate) waited: Samples,
    /// The last one.
    pub(crate) last: Option<Trace>,
}

impl Traces {
    pub(crate) fn add(&mut self, trace: Trace) {
        self.bamboohr.add(trace.bamboohr);
        self.aws.add(trace.aws);
        self.waited.add(trace.waited);
        self.last = Some(trace);
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "bamboohr": self.bamboohr.most(),
            "aws": self.aws.most(),
            "calls": self.rounds(),
        })
    }

    /// The calls of the last one, round by round.
    pub(crate) fn rounds(&self) -> String {
        self.last.as_ref().map(Trace::to_string).unwrap_or_default()
    }
}

/// The least and the most of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spread(Option<(usize, usize)>);

impl Spread {
    fn add(&mut self, number: usize) {
        let (least, most) = self.0.unwrap_or((number, number));
        self.0 = Some((least.min(number), most.max(number)));
    }

    pub(crate) fn most(self) -> Option<usize> {
        self.0.map(|(_, most)| most)
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => write!(f, "–"),
            Some((least, most)) if least == most => write!(f, "{most}"),
            Some((least, most)) => write!(f, "{least} to {most}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(operation: &str, start: Instant, arrived: u64, ended: u64) -> TimedCall<String> {
        let at = |ms| start + Duration::from_millis(ms);
        TimedCall { operation: operation.to_owned(), arrived: at(arrived), ended: at(ended) }
    }

    #[test]
    fn a_trace_tells_rounds_and_the_time_of_the_slowest_row() {
        let start = Instant::now();
        let bamboohr = vec![
            call("list", start, 5, 205),
            call("calculator", start, 5, 206),
            call("calculator", start, 6, 207),
            call("create", start, 208, 408),
        ];
        let aws = vec![call("UpdateItem", start, 0, 4), call("Query", start, 5, 10)];
        let trace = Trace::of(bamboohr, aws);
        assert_eq!((trace.bamboohr, trace.aws, trace.waited.as_millis()), (2, 2, 4 + 201 + 200));
        assert_eq!(trace.to_string(), "UpdateItem, Query + 2 × calculator + list, create");
        let mut traces = Traces::default();
        traces.add(trace);
        assert_eq!(traces.bamboohr.to_string(), "2");
        traces.add(Trace::of(vec![call("list", start, 0, 200)], Vec::new()));
        let Traces { bamboohr, aws, waited, last: _ } = &traces;
        assert_eq!((bamboohr.to_string(), aws.to_string()), ("1 to 2".into(), "0 to 2".into()));
        assert_eq!((waited.quantile(0.5), traces.rounds()), (200.0, "list".to_owned()));
    }
}
