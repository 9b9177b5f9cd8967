//! Logs: one JSON line per event, every field at the top level and named once for the whole
//! project.
//!
//! What may be logged, and what never, is laid down in `LOGGING.md` beside this crate's README.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::SettingError;
use crate::settings::table::{AWS_LAMBDA_LOG_LEVEL, RUST_LOG};
use crate::settings::variables::Variables;

/// Where log lines and metric lines go, a whole line at a time: lines never interleave. Cheap to
/// clone.
#[derive(Clone)]
pub struct Lines(Arc<Mutex<dyn Write + Send>>);

impl Lines {
    /// Standard output, which Lambda hands to CloudWatch Logs.
    pub fn stdout() -> Self {
        Self::to(io::stdout())
    }

    /// Any writer; tests give a buffer.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(writer)))
    }

    /// Writes one line, which ends with its newline. A failing writer loses the line: nobody can be
    /// told of it.
    pub(crate) fn write(&self, line: &[u8]) {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _lost = writer.write_all(line).and_then(|()| writer.flush());
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

/// Lines that are kept instead of written, for tests. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where to write.
    pub fn lines(&self) -> Lines {
        Lines::to(self.clone())
    }

    /// What was written so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(piece)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Which events are logged.
///
/// Other people's crates log at most warnings, whatever is asked for: at their debug level the AWS
/// SDK, hyper and the Lambda runtime write whole bodies, and bodies hold e-mail addresses and
/// notes.
#[derive(Clone, Debug)]
pub struct LogFilter(Targets);

/// The crates of this workspace that a function or an operator's program contains, by the first
/// part of a log target. A test holds the list against the workspace.
const OWN: [&str; 13] = [
    "bamboohr",
    "contract",
    "genesys_cloud",
    "get_agents",
    "get_balance",
    "get_timeoff_types",
    "insert_timeoff",
    "lambda_host",
    "local_stack",
    "store",
    "timeoff",
    "timeoff_admin",
    "update_timeoff",
];

impl LogFilter {
    /// Own events from `level` on, others' warnings and errors at most.
    pub fn at(level: LevelFilter) -> Self {
        Self(
            Targets::new()
                .with_default(level.min(LevelFilter::WARN))
                .with_targets(OWN.map(|target| (target, level))),
        )
    }

    /// `AWS_LAMBDA_LOG_LEVEL`, else `RUST_LOG` (a level, or `target=level` pairs), else INFO.
    ///
    /// # Errors
    /// The variable that holds neither.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let variables = Variables(variable);
        if let Some(text) = variables.set(&AWS_LAMBDA_LOG_LEVEL) {
            // Lambda's own list of levels has FATAL, which tracing has not.
            let level = if text.eq_ignore_ascii_case("fatal") { "error" } else { &text };
            return level.parse().map(Self::at).map_err(|_| {
                SettingError::new(
                    AWS_LAMBDA_LOG_LEVEL.name,
                    "must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL",
                )
            });
        }
        let wanted: Targets = variables.required(&RUST_LOG)?.parse().map_err(|_| {
            SettingError::new(
                RUST_LOG.name,
                "must be a level such as info, or pairs such as info,bamboohr=debug",
            )
        })?;
        let Self(filter) = Self::at(wanted.default_level().unwrap_or(LevelFilter::ERROR));
        Ok(Self(filter.with_targets(wanted.iter().map(|(target, level)| {
            let own = OWN.iter().any(|own| target.split("::").next() == Some(own));
            (target.to_owned(), if own { level } else { level.min(LevelFilter::WARN) })
        }))))
    }
}

/// A subscriber that writes the events of `filter` to `lines`, and on which further layers can lie.
pub fn subscriber(
    filter: &LogFilter,
    lines: Lines,
) -> impl Subscriber + for<'l> LookupSpan<'l> + Send + Sync + use<> {
    tracing_subscriber::registry().with(JsonLines { lines }.with_filter(filter.0.clone()))
}

/// Makes [`subscriber`] the one of the whole process. Does nothing when there is one already.
pub fn install(filter: &LogFilter, lines: Lines) {
    let _already_set = tracing::subscriber::set_global_default(subscriber(filter, lines));
}

/// Writes each event as one line: time, level, message, then the fields of the spans it lies in,
/// then its own.
struct JsonLines {
    lines: Lines,
}

/// The fields of a span, kept with it.
struct SpanFields(Map<String, Value>);

impl<S> Layer<S> for JsonLines
where
    S: Subscriber + for<'l> LookupSpan<'l>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Map::new();
            attributes.record(&mut Fields(&mut fields));
            span.extensions_mut().insert(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(fields)) = span.extensions_mut().get_mut()
        {
            values.record(&mut Fields(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(SpanFields(of_span)) = span.extensions().get() {
                fields.extend(of_span.clone());
            }
        }
        event.record(&mut Fields(&mut fields));
        let line = Line {
            timestamp: format!("{:.3}", jiff::Timestamp::now()),
            level: event.metadata().level().as_str(),
            message: fields.remove("message").unwrap_or_default(),
            fields,
        };
        // A line holds texts, numbers and booleans; all of them can be written.
        if let Ok(mut line) = serde_json::to_vec(&line) {
            line.push(b'\n');
            self.lines.write(&line);
        }
    }
}

#[derive(Serialize)]
struct Line {
    timestamp: String,
    level: &'static str,
    message: Value,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tracing::Level;

    use super::*;

    /// The values of `name = "…"` at the beginnings of a TOML text's lines.
    fn names(toml: &str) -> Vec<String> {
        let value =
            |line: &str| Some(line.strip_prefix("name = \"")?.strip_suffix('"')?.replace('-', "_"));
        toml.lines().filter_map(value).collect()
    }

    /// The packages of the workspace's directories, tests aside: a test's own crate logs nothing.
    fn workspace() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut packages: Vec<String> = ["functions", "shared", "infra"]
            .iter()
            .flat_map(|directory| fs::read_dir(root.join(directory)).unwrap())
            .filter_map(|entry| fs::read_to_string(entry.unwrap().path().join("Cargo.toml")).ok())
            .flat_map(|manifest| names(&manifest).into_iter().next())
            .collect();
        packages.sort();
        packages
    }

    #[test]
    fn the_crates_whose_every_line_may_be_logged_are_the_workspaces() {
        assert_eq!(OWN.map(str::to_owned).to_vec(), workspace());
    }

    /// A target matches every entry that it begins with, so a crate of somebody else's may not
    /// begin with the name of one of ours.
    #[test]
    fn no_foreign_crate_logs_in_our_name() {
        let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
        let LogFilter(filter) = LogFilter::at(LevelFilter::TRACE);
        let passed: Vec<String> = fs::read_to_string(lock)
            .unwrap()
            .split("[[package]]")
            .filter(|package| package.contains("source = "))
            .flat_map(names)
            .filter(|name| filter.would_enable(name, &Level::INFO))
            .collect();
        assert_eq!(passed, Vec::<String>::new());
    }
}
