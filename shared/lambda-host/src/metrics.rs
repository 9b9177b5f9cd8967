//! CloudWatch metrics in the embedded metric format (EMF): one JSON object a line, one line a call.
//!
//! The line holds three directives, because the metrics differ in their dimensions: what every call
//! has (by operation, and by operation and outcome), the failure (by operation, and by operation
//! and errorCode), and what the domain counted (by operation). Ids are properties, never
//! dimensions.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// What the domain code of an operation counts or measures. The metrics that every call has are
/// written without its help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Agents in the answered list.
    AgentCount,
    /// Seconds since the agent index was last known to be complete.
    AgentSyncAge,
    /// 1 when a run left writes of the index to the next one, 0 when it finished them.
    IndexPending,
    /// Active records that are left out because another one holds the same e-mail.
    AgentConflicts,
    /// Active records without a usable e-mail.
    AgentSkipped,
    /// Second live requests of one key that were cancelled.
    DuplicateCancelled,
    /// Second live requests of one key whose cancellation BambooHR refused.
    DuplicateRefused,
    /// Balances asked for a type that the calculator does not list for the employee.
    UnlistedType,
    /// Writes whose outcome stayed open. Counted for every call that answers `OUTCOME_UNKNOWN`.
    OutcomeUnknown,
    /// Refused API keys. Counted for every call that answers `HRIS_UNAUTHORIZED`.
    Unauthorized,
    /// Agent lists held back. Counted for every call that answers `SHRINK_GUARD`.
    ShrinkGuard,
}

impl Metric {
    /// Every metric that the domain counts.
    pub const ALL: [Self; 11] = [
        Self::AgentCount,
        Self::AgentSyncAge,
        Self::IndexPending,
        Self::AgentConflicts,
        Self::AgentSkipped,
        Self::DuplicateCancelled,
        Self::DuplicateRefused,
        Self::UnlistedType,
        Self::OutcomeUnknown,
        Self::Unauthorized,
        Self::ShrinkGuard,
    ];

    /// The name in CloudWatch.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AgentCount => "AgentCount",
            Self::AgentSyncAge => "AgentSyncAge",
            Self::IndexPending => "IndexPending",
            Self::AgentConflicts => "AgentConflicts",
            Self::AgentSkipped => "AgentSkipped",
            Self::DuplicateCancelled => "DuplicateCancelled",
            Self::DuplicateRefused => "DuplicateRefused",
            Self::UnlistedType => "UnlistedType",
            Self::OutcomeUnknown => "OutcomeUnknown",
            Self::Unauthorized => "Unauthorized",
            Self::ShrinkGuard => "ShrinkGuard",
        }
    }

    const fn unit(self) -> Unit {
        match self {
            Self::AgentSyncAge => Unit::Seconds,
            _ => Unit::Count,
        }
    }
}

/// The CloudWatch namespace where none is set.
pub(crate) const DEFAULT_NAMESPACE: &str = "TimeoffBridge";

/// Every call: 1. By operation; by operation and outcome.
pub const CALLS: &str = "Calls";
/// Milliseconds from the event to the answer. By operation; by operation and outcome.
pub const DURATION: &str = "Duration";
/// Milliseconds spent waiting for BambooHR; only for calls that asked it. By operation; by
/// operation and outcome.
pub const UPSTREAM_DURATION: &str = "UpstreamDuration";
/// Requests to BambooHR that were repeated; only for calls that asked it. By operation; by
/// operation and outcome.
pub const UPSTREAM_RETRIES: &str = "UpstreamRetries";
/// 1 for the first call of a process, absent otherwise. By operation; by operation and outcome.
pub const COLD_START: &str = "ColdStart";
/// 1 for a call that answered `Error`, absent otherwise. By operation; by operation and errorCode.
pub const FAILURES: &str = "Failures";
/// 1 for a call that answered `InsufficientBalance`, absent otherwise. By operation.
pub const INSUFFICIENT_BALANCE: &str = "InsufficientBalance";

/// Every name that can occur, for dashboards and alarms to be checked against.
pub const NAMES: [&str; 18] = [
    CALLS,
    FAILURES,
    INSUFFICIENT_BALANCE,
    DURATION,
    UPSTREAM_DURATION,
    UPSTREAM_RETRIES,
    COLD_START,
    Metric::AgentCount.name(),
    Metric::AgentSyncAge.name(),
    Metric::IndexPending.name(),
    Metric::AgentConflicts.name(),
    Metric::AgentSkipped.name(),
    Metric::DuplicateCancelled.name(),
    Metric::DuplicateRefused.name(),
    Metric::UnlistedType.name(),
    Metric::OutcomeUnknown.name(),
    Metric::Unauthorized.name(),
    Metric::ShrinkGuard.name(),
];

#[derive(Clone, Copy, Serialize)]
enum Unit {
    Count,
    Milliseconds,
    Seconds,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: Unit,
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
    pub counted: &'a [(Metric, f64)],
}

const BY_OUTCOME: &[&[&str]] = &[&["operation"], &["operation", "outcome"]];
const BY_ERROR: &[&[&str]] = &[&["operation"], &["operation", "errorCode"]];
const BY_OPERATION: &[&[&str]] = &[&["operation"]];

impl CallMetrics<'_> {
    /// The line, with its newline.
    pub(crate) fn line(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    fn of_every_call(&self) -> Vec<(&'static str, Unit, f64)> {
        let mut values =
            vec![(CALLS, Unit::Count, 1.0), (DURATION, Unit::Milliseconds, millis(self.duration))];
        if self.upstream.calls > 0 {
            values.push((UPSTREAM_DURATION, Unit::Milliseconds, millis(self.upstream.duration)));
            values.push((UPSTREAM_RETRIES, Unit::Count, f64::from(self.upstream.retries)));
        }
        if self.cold_start {
            values.push((COLD_START, Unit::Count, 1.0));
        }
        values
    }

    fn of_failure(&self) -> Vec<(&'static str, Unit, f64)> {
        if self.error_code.is_empty() { Vec::new() } else { vec![(FAILURES, Unit::Count, 1.0)] }
    }

    fn of_domain(&self) -> Vec<(&'static str, Unit, f64)> {
        let mut values: Vec<_> = self
            .counted
            .iter()
            .map(|&(metric, value)| (metric.name(), metric.unit(), value))
            .collect();
        if self.insufficient_balance {
            values.push((INSUFFICIENT_BALANCE, Unit::Count, 1.0));
        }
        values
    }
}

impl Serialize for CallMetrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = [
            (BY_OUTCOME, self.of_every_call()),
            (BY_ERROR, self.of_failure()),
            (BY_OPERATION, self.of_domain()),
        ];
        let cloud_watch_metrics = groups
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|&(dimensions, ref values)| Directive {
                namespace: self.namespace,
                dimensions,
                metrics: values.iter().map(|&(name, unit, _)| Definition { name, unit }).collect(),
            })
            .collect();

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(
            "_aws",
            &Metadata { timestamp: self.at.as_millisecond(), cloud_watch_metrics },
        )?;
        map.serialize_entry("operation", self.operation)?;
        map.serialize_entry("outcome", self.outcome)?;
        if !self.error_code.is_empty() {
            map.serialize_entry("errorCode", self.error_code)?;
        }
        map.serialize_entry("correlation_id", self.correlation_id)?;
        for (name, _, value) in groups.iter().flat_map(|(_, values)| values) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
