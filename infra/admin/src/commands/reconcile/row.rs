//! What people and scripts see: a row for each request.

use std::collections::BTreeMap;

use genesys_cloud::IntegrationStatus;
use jiff::civil::Date;
use serde::Serialize;

use super::examine::{Found, Writing};
use super::repair::Action;
use super::verdict::{Verdict, Why};
use crate::output::{Count, Outcome, Report, Rows};

/// A request, and what was done with it.
#[derive(Debug)]
pub(crate) struct Row {
    pub found: Found,
    pub action: Action,
    /// What is to be said about what was done.
    pub said: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    request_id: Option<&'a str>,
    user_id: &'a str,
    unit_id: &'a str,
    external_id: Option<&'a str>,
    verdict: Verdict,
    status: Option<&'a str>,
    integration_status: Option<&'a str>,
    action: &'static str,
    first_day: Option<Date>,
    last_day: Option<Date>,
    time_off_request_id: Option<String>,
    detail: &'a str,
    remedy: &'static str,
}

#[derive(Serialize)]
struct Reconciled<'a> {
    requests: Vec<Shown<'a>>,
    counts: BTreeMap<&'static str, usize>,
}

const COLUMNS: [&str; 10] = [
    "request",
    "user",
    "agent",
    "days",
    "status",
    "integration",
    "verdict",
    "action",
    "detail",
    "to do",
];

/// The report of all rows; `untried` of them were not tried, since the run had stopped.
pub(crate) fn report(rows: &[Row], untried: usize) -> Report {
    let shown: Vec<Shown<'_>> = rows.iter().map(Row::shown).collect();
    let mut table = Rows::new(&COLUMNS);
    for row in &shown {
        table.push(row.cells());
    }
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.found.judgement.verdict.name()).or_default() += 1;
    }
    let summary = summary(rows, &counts, untried);
    let report = Report::of(&Reconciled { requests: shown, counts }, outcome(rows));
    report.with_rows(table).with_text(summary)
}

fn outcome(rows: &[Row]) -> Outcome {
    if rows.iter().any(|row| row.found.unread.is_some()) {
        return Outcome::Unread;
    }
    Outcome::of(rows.iter().any(|row| match row.action {
        Action::Failed => true,
        Action::None => row.found.judgement.verdict.is_finding(),
        Action::Marked | Action::Replayed | Action::Repaired => false,
    }))
}

fn summary(rows: &[Row], counts: &BTreeMap<&'static str, usize>, untried: usize) -> String {
    if rows.is_empty() {
        return "Nothing to settle: Genesys shows no request as Error or Processing.".to_owned();
    }
    let verdicts: Vec<String> =
        counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let mut lines =
        vec![format!("{}: {}.", Count(rows.len(), "request", "requests"), verdicts.join(", "))];
    let mut actions: BTreeMap<&'static str, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.action != Action::None) {
        *actions.entry(row.action.name()).or_default() += 1;
    }
    if !actions.is_empty() {
        let actions: Vec<String> =
            actions.iter().map(|(action, count)| format!("{count} {action}")).collect();
        lines.push(format!("Done: {}.", actions.join(", ")));
    }
    if untried > 0 {
        lines.push(format!("Stopped there: {untried} were not tried. Settle that one first."));
    }
    let unread = rows.iter().filter_map(|row| row.found.unread.as_ref());
    let unread: std::collections::BTreeSet<&str> =
        unread.map(|failure| failure.sentence.as_ref()).collect();
    lines.extend(unread.into_iter().map(|sentence| format!("Could not be read: {sentence}")));
    lines.join("\n")
}

impl Row {
    fn shown(&self) -> Shown<'_> {
        let Found { person, external_id, request, integration_status, span, judgement, .. } =
            &self.found;
        Shown {
            request_id: request.as_ref().map(|request| request.id.as_str()),
            user_id: person.user.as_str(),
            unit_id: person.unit.id.as_str(),
            external_id: external_id.as_deref(),
            verdict: judgement.verdict,
            status: request.as_ref().map(|request| request.status.as_str()),
            integration_status: integration_status.as_ref().map(IntegrationStatus::as_str),
            action: self.action.name(),
            first_day: span.map(|(first, _)| first),
            last_day: span.map(|(_, last)| last),
            time_off_request_id: judgement.live.map(|id| id.to_string()),
            detail: if self.said.is_empty() { judgement.why.sentence() } else { &self.said },
            remedy: self.remedy(),
        }
    }

    /// What somebody has to do now.
    fn remedy(&self) -> &'static str {
        let judgement = &self.found.judgement;
        match (self.action, judgement.verdict) {
            (Action::Marked | Action::Replayed | Action::Repaired, _) => "",
            (Action::Failed, _) => "run reconcile again, and settle by hand what fails again",
            (_, Verdict::Equal) => "reconcile --mark-complete",
            (_, Verdict::Missing | Verdict::StillLive | Verdict::Differs) => match &self
                .found
                .writing
            {
                Some(Writing::Replay(_)) => "reconcile --repair sends the stored input again",
                Some(Writing::Send(_)) => "reconcile --repair",
                None if judgement.why == Why::Content => {
                    "make BambooHR as Genesys has it (see failures list), then reconcile \
                    --mark-complete"
                }
                None if judgement.why == Why::Undone => {
                    "ask whoever closed it; then deny it in Genesys, or enter it in BambooHR and \
                    reconcile --mark-complete"
                }
                None => "enter or cancel it in BambooHR by hand, then reconcile --mark-complete",
            },
            (_, Verdict::Unassociated) => "agents audit says why; agents link associates",
            (_, Verdict::OtherIntegration) => {
                "select the right integration for the agent (agents link), or leave it to the \
                other one"
            }
            (_, Verdict::Unmapped) => {
                "give the plan of its activity code a time-off type in Genesys"
            }
            (_, Verdict::Ambiguous) => match judgement.why {
                Why::Open => "wait for the bridge to settle it, then run reconcile again",
                Why::Unread => "mend what could not be read, then run reconcile again",
                _ => "compare Genesys and BambooHR by hand, then set it to manually synchronised",
            },
            (_, Verdict::Orphan) => {
                "find out which request it was, and cancel it in BambooHR if Genesys has it \
                elsewhere"
            }
            (_, Verdict::Running | Verdict::NotOurs) => "",
        }
    }
}

impl Shown<'_> {
    fn cells(&self) -> [String; 10] {
        let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let days = match (self.first_day, self.last_day) {
            (Some(first), Some(last)) if first == last => first.to_string(),
            (Some(first), Some(last)) => format!("{first}..{last}"),
            _ => "-".to_owned(),
        };
        // An orphan has no request in Genesys: what can be looked up is BambooHR's.
        let of_bamboohr = self.time_off_request_id.as_ref().map(|id| format!("BambooHR {id}"));
        [
            self.request_id.map(str::to_owned).or(of_bamboohr).unwrap_or_default(),
            self.user_id.to_owned(),
            text(self.external_id),
            days,
            text(self.status),
            text(self.integration_status),
            self.verdict.name().to_owned(),
            self.action.to_owned(),
            self.detail.to_owned(),
            self.remedy.to_owned(),
        ]
    }
}
