//! CloudWatch metrics in the embedded metric format (EMF): one JSON object a line, one line a call.
//!
//! The line holds up to three directives, because the metrics differ in their dimensions: what
//! every call has (by operation, and by operation and outcome), the failure (by operation, and by
//! operation and errorCode), and what the domain counted (by operation). Ids are properties, never
//! dimensions.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// The one table of metrics: the name in CloudWatch, the unit, and the sets of dimensions.
macro_rules! metrics {
    ($($(#[$doc:meta])* $metric:ident: $unit:ident, $by:ident;)+) => {
        /// What is counted or measured of a call. The host notes the first seven and the last
        /// three itself; the rest is the domain's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $($(#[$doc])* $metric,)+
        }

        impl Metric {
            /// Every metric that can occur, for dashboards and alarms to be checked against.
            pub const ALL: &[Self] = &[$(Self::$metric),+];

            /// The name in CloudWatch.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$metric => stringify!($metric),)+
                }
            }

            /// The unit, as CloudWatch spells it.
            pub const fn unit(self) -> &'static str {
                match self {
                    $(Self::$metric => stringify!($unit),)+
                }
            }

            /// The sets of dimensions under which CloudWatch keeps it.
            pub const fn dimensions(self) -> &'static [&'static [&'static str]] {
                match self {
                    $(Self::$metric => $by,)+
                }
            }
        }
    };
}

const BY_OUTCOME: &[&[&str]] = &[&["operation"], &["operation", "outcome"]];
const BY_ERROR: &[&[&str]] = &[&["operation"], &["operation", "errorCode"]];
const BY_OPERATION: &[&[&str]] = &[&["operation"]];

metrics! {
    /// Every call: 1.
    Calls: Count, BY_OUTCOME;
    /// From the event to the answer.
    Duration: Milliseconds, BY_OUTCOME;
    /// Time spent waiting for BambooHR; only for calls that asked it.
    UpstreamDuration: Milliseconds, BY_OUTCOME;
    /// Requests to BambooHR that were repeated; only for calls that asked it.
    UpstreamRetries: Count, BY_OUTCOME;
    /// 1 for the first call of a process, absent otherwise.
    ColdStart: Count, BY_OUTCOME;
    /// 1 for a call that answered `Error`, absent otherwise.
    Failures: Count, BY_ERROR;
    /// 1 for a call that answered `InsufficientBalance`, absent otherwise.
    InsufficientBalance: Count, BY_OPERATION;
    /// Agents in the answered list.
    AgentCount: Count, BY_OPERATION;
    /// Time since the agent index was last known to be complete.
    AgentSyncAge: Seconds, BY_OPERATION;
    /// 1 when a run left writes of the index to the next one, 0 when it finished them.
    IndexPending: Count, BY_OPERATION;
    /// Active records that are left out because another one holds the same e-mail.
    AgentConflicts: Count, BY_OPERATION;
    /// Active records without a usable e-mail.
    AgentSkipped: Count, BY_OPERATION;
    /// Second live requests of one key that were cancelled.
    DuplicateCancelled: Count, BY_OPERATION;
    /// Second live requests of one key whose cancellation BambooHR refused.
    DuplicateRefused: Count, BY_OPERATION;
    /// Requests that bear a marker which is not theirs.
    ForeignMarker: Count, BY_OPERATION;
    /// Dates on which more than one day of a type in days was asked for, and one day was written.
    DayCapped: Count, BY_OPERATION;
    /// Unsettled sends whose outcome became clear in this run of the schedule.
    Settled: Count, BY_OPERATION;
    /// Sends that are unsettled after a run of the schedule, due or not.
    Unsettled: Count, BY_OPERATION;
    /// By how long the oldest unsettled send that is due is overdue.
    UnsettledAge: Seconds, BY_OPERATION;
    /// Time-off types, weekdays or rows of BambooHR that cannot be read and were left out.
    UnreadableRecord: Count, BY_OPERATION;
    /// Failed writes whose input was not kept, because it is too large or the table refused it.
    InputUnkept: Count, BY_OPERATION;
    /// Balances asked for a type that the calculator does not list for the employee.
    UnlistedType: Count, BY_OPERATION;
    /// Writes whose outcome stayed open: every call that answers `OUTCOME_UNKNOWN`.
    OutcomeUnknown: Count, BY_OPERATION;
    /// Refused API keys: every call that answers `HRIS_UNAUTHORIZED`.
    Unauthorized: Count, BY_OPERATION;
    /// Agent lists held back: every call that answers `SHRINK_GUARD`.
    ShrinkGuard: Count, BY_OPERATION;
}

/// The CloudWatch namespace where none is set.
pub(crate) const DEFAULT_NAMESPACE: &str = "TimeoffBridge";

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: &'static [&'static [&'static str]],
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    timestamp: i64,
    cloud_watch_metrics: Vec<Directive<'a>>,
}

/// What BambooHR was asked during a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upstream {
    /// Requests sent, repetitions included.
    pub calls: u32,
    /// Requests that repeated an earlier one.
    pub retries: u32,
    /// Answers that asked to slow down (429).
    pub throttles: u32,
    /// Time spent waiting for answers; waits at the same time count once each.
    pub duration: Duration,
}

impl std::ops::AddAssign for Upstream {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.retries += other.retries;
        self.throttles += other.throttles;
        self.duration += other.duration;
    }
}

/// One finished call, from which its EMF line is made.
pub(crate) struct CallMetrics<'a> {
    pub namespace: &'a str,
    pub at: Timestamp,
    pub operation: &'static str,
    pub outcome: &'static str,
    /// `""` for a call that did not fail.
    pub error_code: &'static str,
    pub correlation_id: &'a str,
    pub duration: Duration,
    pub cold_start: bool,
    pub insufficient_balance: bool,
    pub upstream: Upstream,
    /// What the domain counted.
    pub counted: BTreeMap<Metric, f64>,
}

impl CallMetrics<'_> {
    /// The line, with its newline.
    pub(crate) fn line(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// All metrics of the call. What the host knows by itself outweighs what was counted.
    fn values(&self) -> BTreeMap<Metric, f64> {
        let mut values = self.counted.clone();
        let mut set = |metric, value| values.insert(metric, value);
        set(Metric::Calls, 1.0);
        set(Metric::Duration, millis(self.duration));
        if self.upstream.calls > 0 {
            set(Metric::UpstreamDuration, millis(self.upstream.duration));
            set(Metric::UpstreamRetries, f64::from(self.upstream.retries));
        }
        if self.cold_start {
            set(Metric::ColdStart, 1.0);
        }
        if !self.error_code.is_empty() {
            set(Metric::Failures, 1.0);
        }
        if self.insufficient_balance {
            set(Metric::InsufficientBalance, 1.0);
        }
        values
    }

    /// One directive for each group of metrics that have their dimensions in common.
    fn directives(&self, values: &BTreeMap<Metric, f64>) -> Vec<Directive<'_>> {
        let directive = |dimensions: &'static [&'static [&'static str]]| Directive {
            namespace: self.namespace,
            dimensions,
            metrics: values
                .keys()
                .filter(|metric| metric.dimensions() == dimensions)
                .map(|metric| Definition { name: metric.name(), unit: metric.unit() })
                .collect(),
        };
        [BY_OUTCOME, BY_ERROR, BY_OPERATION]
            .map(directive)
            .into_iter()
            .filter(|directive| !directive.metrics.is_empty())
            .collect()
    }
}

impl Serialize for CallMetrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = self.values();
        let metadata = Metadata {
            timestamp: self.at.as_millisecond(),
            cloud_watch_metrics: self.directives(&values),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("_aws", &metadata)?;
        map.serialize_entry("operation", self.operation)?;
        map.serialize_entry("outcome", self.outcome)?;
        if !self.error_code.is_empty() {
            map.serialize_entry("errorCode", self.error_code)?;
        }
        map.serialize_entry("correlation_id", self.correlation_id)?;
        for (metric, value) in &values {
            map.serialize_entry(metric.name(), value)?;
        }
        map.end()
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
