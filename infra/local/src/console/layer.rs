//! A layer of the process's subscriber that follows each call by the spans it runs in. Nothing in
//! the functions knows of it: what they and the AWS SDK say to any subscriber is all that it needs.
//!
//! The AWS SDK writes bodies into its events at these levels; none of them is kept.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::console::outcome;
use crate::console::recent_calls::{Kind, Place, RecentCalls};

/// Whose spans and events make up a call's way.
const WATCHED: [(&str, LevelFilter); 12] = [
    ("genesys_simulator", LevelFilter::INFO),
    ("genesys_bundle", LevelFilter::INFO),
    ("gateway", LevelFilter::INFO),
    ("lambda_host", LevelFilter::INFO),
    ("bamboohr", LevelFilter::INFO),
    ("timeoff", LevelFilter::WARN),
    ("store", LevelFilter::WARN),
    ("get_agents", LevelFilter::WARN),
    ("insert_timeoff", LevelFilter::WARN),
    ("update_timeoff", LevelFilter::WARN),
    ("aws_sdk_dynamodb", LevelFilter::DEBUG),
    ("aws_sdk_secretsmanager", LevelFilter::DEBUG),
];

/// The SDK's tries of one call.
const TRIES: &str = "aws_smithy_runtime::client::orchestrator";

impl RecentCalls {
    /// The layer that fills this log.
    pub fn layer<S: Subscriber + for<'l> LookupSpan<'l>>(&self) -> impl Layer<S> + use<S> {
        let filter = Targets::new().with_targets(WATCHED).with_target(TRIES, LevelFilter::DEBUG);
        let watch = Watch { log: self.clone(), data_actions: Mutex::default() };
        watch.with_filter(filter)
    }
}

struct Watch {
    log: RecentCalls,
    /// Data actions that run, by what marks their requests.
    data_actions: Mutex<BTreeMap<u64, Place>>,
}

/// The fields of a span or an event as text.
#[derive(Debug, Default)]
pub(crate) struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn of(record: impl FnOnce(&mut dyn Visit)) -> Self {
        let mut fields = Self::default();
        record(&mut fields);
        fields
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// What a span stands for, and by which of its fields it is called; `None`: it is no step.
fn step_of(target: &str, name: &str, fields: &Fields) -> Option<(Kind, String)> {
    Some(match (target.split("::").next()?, name) {
        ("genesys_simulator", "workflow") => (Kind::Workflow, fields.owned("workflow")?),
        ("genesys_bundle", "data_action") => (Kind::DataAction, fields.owned("action")?),
        ("gateway", "gateway") => {
            (Kind::Gateway, format!("{} {}", fields.get("method")?, fields.get("path")?))
        }
        ("gateway", "schedule") => {
            (Kind::Schedule, format!("Schedule of {}", fields.get("function")?))
        }
        ("lambda_host", "call") => (Kind::Function, fields.owned("function")?),
        ("aws_sdk_dynamodb", _) => (Kind::DynamoDb, fields.owned("rpc.method")?),
        ("aws_sdk_secretsmanager", _) => (Kind::SecretsManager, fields.owned("rpc.method")?),
        _ => return None,
    })
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Watch {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let fields = Fields::of(|visit| attributes.record(visit));
        let around = span
            .scope()
            .skip(1)
            .find_map(|outer| outer.extensions().get::<Place>().copied())
            .or_else(|| self.caller(&fields));
        if let Some(attempt) = fields.get("attempt").filter(|_| span.name() == "try_attempt") {
            let attempt: u32 = attempt.parse().unwrap_or(1);
            if let Some(place) = around.filter(|_| attempt > 1) {
                self.log.at(place, |_, step| {
                    (step.outcome, step.failed) = (Some(format!("try {attempt}")), false);
                });
            }
            return;
        }
        let metadata = span.metadata();
        let Some((kind, name)) = step_of(metadata.target(), metadata.name(), &fields) else {
            return;
        };
        let place = match around {
            Some(place) => self.log.step(place, kind, name),
            // What a process does by itself, such as reading its secret ahead, is no call.
            None if matches!(kind, Kind::DynamoDb | Kind::SecretsManager) => None,
            None => Some(self.log.begin(kind, name)),
        };
        let Some(place) = place else { return };
        if let Some(correlation_id) = fields.owned("correlation_id") {
            self.log.at(place, |call, _| call.correlation_id = Some(correlation_id));
        }
        if kind == Kind::DataAction {
            self.data_actions().insert(id.into_u64(), place);
        }
        span.extensions_mut().insert(place);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let Some(place) = span.extensions().get::<Place>().copied() else { return };
        let fields = Fields::of(|visit| values.record(visit));
        self.log.at(place, |call, step| outcome::of_gateway(call, step, &fields));
        if fields.get("status").is_some() {
            self.log.end(place);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut scope = context.event_scope(event).into_iter().flatten();
        let Some(place) = scope.find_map(|span| span.extensions().get::<Place>().copied()) else {
            return;
        };
        let fields = Fields::of(|visit| event.record(visit));
        if event.metadata().target() == TRIES {
            if outcome::is_broken_off(&fields) {
                self.log.at(place, |_, step| step.failed = true);
            }
            return;
        }
        match fields.get("event") {
            Some("upstream.call") => outcome::of_bamboohr(&self.log, place, &fields),
            Some("call.done") => {
                self.log.at(place, |call, step| outcome::of_function(call, step, &fields));
            }
            Some(_) if *event.metadata().level() <= Level::WARN => {
                let said = fields.owned("message").unwrap_or_default();
                self.log.ended_step(place, Kind::Note, said, 0.0);
            }
            _ => {}
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(place) = span.extensions().get::<Place>().copied() else { return };
        self.data_actions().remove(&id.into_u64());
        self.log.at(place, outcome::of_end);
        self.log.end(place);
    }
}

impl Watch {
    /// The data action that a request to the gateway comes from.
    fn caller(&self, fields: &Fields) -> Option<Place> {
        let id = fields.get("traceparent")?.split('-').nth(2)?;
        self.data_actions().get(&u64::from_str_radix(id, 16).ok()?).copied()
    }

    fn data_actions(&self) -> MutexGuard<'_, BTreeMap<u64, Place>> {
        self.data_actions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
