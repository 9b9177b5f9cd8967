//! `reconcile`: requests of Genesys whose synchronisation failed or never ended, each with how it
//! stands in BambooHR and what to do; and, where that is asked for, what can be done safely.
//!
//! A run begins from what is there, and keeps nothing: whatever ended another run on its way, this
//! one settles.

mod examine;
mod journal;
mod leave;
mod matching;
mod plans;
mod repair;
mod row;
mod sources;
mod survey;
mod verdict;

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use self::examine::{Found, examine};
use self::journal::Journal;
use self::repair::{Action, Done, Writer};
use self::row::Row;
use self::sources::Sources;
use self::survey::{Window, survey};
use self::verdict::Verdict;
use crate::Error;
use crate::bridge::Bridge;
use crate::cli::Run;
use crate::context::Context;
use crate::output::Report;
use crate::permissions::RECONCILE;

/// What `reconcile` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  timeoff-admin reconcile
  timeoff-admin reconcile --since 2026-12-01 --until 2026-12-31 --csv
  timeoff-admin reconcile --mark-complete
  timeoff-admin reconcile --repair --limit 25 --journal repairs.jsonl")]
pub struct Reconcile {
    /// The first day of leave [default: 30 days ago].
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// The last day of leave [default: in 400 days].
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// A request that has been Processing for longer has never ended.
    #[arg(long, value_name = "TIME", default_value = "1h")]
    stuck: SignedDuration,
    /// Set what BambooHR holds exactly to ManuallyComplete in Genesys.
    #[arg(long)]
    mark_complete: bool,
    /// Send through the bridge what is missing, still live, or different in its status alone, and
    /// set it to ManuallyComplete.
    #[arg(long)]
    repair: bool,
    /// How many requests --repair may send.
    #[arg(long, default_value_t = 10, requires = "repair")]
    limit: usize,
    /// The file to which a line of JSON is added before and after each write, in place of standard
    /// error.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

impl Run for Reconcile {
    const ROLE: &'static [&'static str] = RECONCILE;

    fn only_reads(&self) -> bool {
        !self.mark_complete && !self.repair
    }

    fn is_list(&self) -> bool {
        true
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let window = self.window(context)?;
        let bridge = if self.repair { Some(context.bridge()?) } else { None };
        let journal = Journal::open(self.journal.as_deref())?;
        let genesys = context.genesys()?;
        let (table, hris) = (context.table().await?, context.hris().await?);
        let integration = context.integration(&genesys).await?.id;
        let client = genesys.clone();
        let sources = Sources { context, genesys, integration, hris, table, stuck: self.stuck };
        let work = async {
            let found = all(&sources, window).await?;
            let mut writer = Writer { sources: &sources, journal };
            Ok::<_, Error>(self.done(&mut writer, bridge.as_ref(), found).await)
        };
        let (rows, untried) = context.progress().during(&client, work).await?;
        Ok(row::report(&rows, untried))
    }
}

impl Reconcile {
    fn window(&self, context: &Context) -> Result<Window, Error> {
        let today = context.now().to_zoned(TimeZone::UTC).date();
        let since = self.since.unwrap_or_else(|| today.saturating_sub(30.days()));
        let until = self.until.unwrap_or_else(|| today.saturating_add(400.days()));
        if since > until {
            return Err(Error::Usage(format!(
                "--since {since} lies after --until {until}. Give days in this order."
            )));
        }
        let all_pending = self.since.is_none() && self.until.is_none();
        Ok(Window { since, until, all_pending })
    }

    /// Writes what is asked for and allowed, one after the other; and how many were not tried any
    /// more, since the run had stopped.
    async fn done(
        &self,
        writer: &mut Writer<'_, '_>,
        bridge: Option<&Bridge>,
        found: Vec<Found>,
    ) -> (Vec<Row>, usize) {
        let progress = writer.sources.context.progress();
        progress.begin("requests", found.len());
        let (mut sent, mut is_stopped, mut untried) = (0, false, 0);
        let mut rows = Vec::new();
        for found in found {
            let is_sent = bridge.is_some() && found.writing.is_some() && sent < self.limit;
            let is_marked = self.mark_complete && found.judgement.verdict == Verdict::Equal;
            let done = match bridge {
                _ if is_stopped => {
                    untried += usize::from(is_sent || is_marked);
                    None
                }
                Some(bridge) if is_sent => {
                    sent += 1;
                    Some(writer.repair(bridge, &found).await)
                }
                _ if is_marked => Some(writer.mark(&found).await),
                _ => None,
            };
            is_stopped = is_stopped || done.as_ref().is_some_and(|done| done.stops);
            rows.push(match done {
                Some(Done { action, said, .. }) => Row { found, action, said },
                None => Row { found, action: Action::None, said: String::new() },
            });
            progress.advance(1);
        }
        (rows, untried)
    }
}

/// Everything that is found, agent by agent.
async fn all(sources: &Sources<'_>, window: Window) -> Result<Vec<Found>, Error> {
    let people = survey(sources, window).await?;
    let progress = sources.context.progress();
    progress.begin("agents", people.len());
    let mut all = Vec::new();
    for person in &people {
        all.extend(examine(sources, person).await?);
        progress.advance(1);
    }
    Ok(all)
}
