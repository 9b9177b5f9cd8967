//! `agents audit`.

use std::collections::BTreeMap;

use clap::Args;
use contract::ExternalId;
use genesys_cloud::{Association, IntegrationId, UserId};
use serde::Serialize;

use super::near::nearest;
use super::people::{self, Person};
use super::roster::Roster;
use super::verdict::{self, Holders, Verdict};
use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::{Count, Outcome, Report, Rows};
use crate::permissions::AUDIT;

/// What `agents audit` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
What each verdict means and what to do: infra/admin/README.md.
Examples:
  timeoff-admin agents audit
  timeoff-admin agents audit --unit Berlin --names
  timeoff-admin agents audit --csv > agents.csv")]
pub struct Audit {
    /// Show the users of this management unit alone, by name or id.
    #[arg(long, value_name = "NAME_OR_ID")]
    unit: Option<String>,
}

const COLUMNS: [&str; 6] = ["user", "externalId", "ours", "verdict", "locked", "what to do"];
const NAMED_COLUMNS: [&str; 8] =
    ["user", "externalId", "ours", "verdict", "locked", "what to do", "e-mail", "name"];

#[derive(Serialize)]
#[serde(tag = "report", rename = "agentsAudit", rename_all = "camelCase")]
struct Audited {
    agents: Vec<Row>,
    no_user: Vec<NoUser>,
    counts: BTreeMap<Verdict, usize>,
}

/// A user of a management unit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    user_id: UserId,
    /// The id that Genesys has, as it has it.
    external_id: Option<String>,
    /// The id that we have for the user's e-mail; with `near`, for the e-mail that is nearest.
    ours: Option<ExternalId>,
    verdict: Verdict,
    locked: bool,
    /// The command that pins the e-mail of a `near` user.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// An active agent whom no user matches.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NoUser {
    external_id: ExternalId,
    /// The user whose e-mail is nearest, with the verdict `near`.
    #[serde(skip_serializing_if = "Option::is_none")]
    near: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

impl Run for Audit {
    const ROLE: &'static [&'static str] = AUDIT;

    fn is_list(&self) -> bool {
        true
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let client = context.genesys()?;
        let integration = context.integration(&client).await?.id;
        let units = client.management_units().await?;
        let only = self.unit.as_deref().map(|wanted| people::chosen(&units, wanted)).transpose()?;
        let progress = context.progress();
        let work = async {
            // First what is read in a few calls: a wrong key shows before all users are read.
            progress.begin("index and BambooHR", 1);
            let roster = Roster::read(context).await?;
            let people = people::read(&client, &units, only, progress).await?;
            Ok::<_, Error>((roster, people))
        };
        let (roster, people) = progress.during(&client, work).await?;
        let mut audited = audited(&people, &roster, &integration, only.is_some());
        if !context.names() {
            audited.hide_names();
        }
        Ok(audited.into_report(context.names(), only.is_some()))
    }
}

/// `one_unit`: the command is about one unit, and not about who is in none.
fn audited(
    people: &[Person],
    roster: &Roster,
    integration: &IntegrationId,
    one_unit: bool,
) -> Audited {
    let holders =
        Holders::of(people.iter().filter_map(|person| person.associations.as_ref()), integration);
    let emails = people.iter().filter_map(|person| person.email.as_deref()).collect();
    let unmatched = roster.unmatched(&holders, &emails);
    let shown: Vec<&Person> = people.iter().filter(|person| person.is_shown).collect();
    let verdict = |person: &Person, near| verdict::of(person, integration, &holders, roster, near);
    // Only who is unknown otherwise can be near somebody.
    let sought: Vec<&str> = shown
        .iter()
        .map(|person| match verdict(person, None) {
            Verdict::Unknown => person.email.as_deref().unwrap_or_default(),
            _ => "",
        })
        .collect();
    let (near, _) = nearest(&sought, unmatched.iter().copied());
    let rows = shown
        .iter()
        .zip(near)
        .map(|(person, near)| Row::of(person, integration, verdict(person, near), roster, near));
    let agents: Vec<Row> = rows.collect();
    let mut counts: BTreeMap<Verdict, usize> =
        Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect();
    agents.iter().for_each(|row| *counts.entry(row.verdict).or_default() += 1);
    let near = agents.iter().filter(|row| row.verdict == Verdict::Near);
    let near: BTreeMap<Option<ExternalId>, &UserId> =
        near.map(|row| (row.ours, &row.user_id)).collect();
    let no_user = unmatched.into_iter().filter(|_| !one_unit).map(|(external_id, email)| NoUser {
        external_id,
        near: near.get(&Some(external_id)).map(|user| (*user).clone()),
        email: Some(email.to_owned()),
    });
    let no_user = no_user.collect();
    Audited { agents, no_user, counts }
}

impl Row {
    fn of(
        person: &Person,
        integration: &IntegrationId,
        verdict: Verdict,
        roster: &Roster,
        near: Option<ExternalId>,
    ) -> Self {
        let associations = person.associations.as_ref();
        let near = near.filter(|_| verdict == Verdict::Near);
        let ours = person.email.as_deref().and_then(|email| roster.with_email(email));
        Self {
            user_id: person.id.clone(),
            external_id: associations
                .and_then(|known| verdict::external_id(known, integration))
                .map(str::to_owned),
            ours: near.or(ours),
            verdict,
            locked: associations
                .and_then(|known| known.with(integration))
                .is_some_and(|Association { locked, .. }| *locked),
            command: near.map(|id| format!("timeoff-admin pin {id} --user {}", person.id)),
            email: person.email.clone(),
            name: person.name.clone(),
        }
    }

    fn cells(&self, names: bool) -> Vec<String> {
        let mut cells = vec![
            self.user_id.to_string(),
            self.external_id.clone().unwrap_or_default(),
            self.ours.map(|id| id.to_string()).unwrap_or_default(),
            self.verdict.as_str().to_owned(),
            if self.locked { "locked".to_owned() } else { String::new() },
            self.command.as_deref().unwrap_or(self.verdict.remedy()).to_owned(),
        ];
        if names {
            let [email, name] = [&self.email, &self.name];
            cells.extend([email.clone().unwrap_or_default(), name.clone().unwrap_or_default()]);
        }
        cells
    }
}

impl NoUser {
    fn cells(&self, names: bool) -> Vec<String> {
        let remedy = match &self.near {
            Some(user) => format!("nearest is user {user}: see there"),
            None => {
                "add a user for it to a unit in Genesys, or leave it out by AGENT_FILTER".to_owned()
            }
        };
        let mut cells = vec![
            String::new(),
            String::new(),
            self.external_id.to_string(),
            "no-user".to_owned(),
            String::new(),
            remedy,
        ];
        if names {
            cells.extend([self.email.clone().unwrap_or_default(), String::new()]);
        }
        cells
    }
}

impl Audited {
    fn hide_names(&mut self) {
        self.agents.iter_mut().for_each(|row| (row.email, row.name) = (None, None));
        self.no_user.iter_mut().for_each(|row| row.email = None);
    }

    fn into_report(self, names: bool, one_unit: bool) -> Report {
        let has_findings = self.agents.iter().any(|row| row.verdict != Verdict::Associated)
            || !self.no_user.is_empty();
        let findings = self.rows(names, |row| row.verdict != Verdict::Associated);
        let report = Report::of(&self, Outcome::of(has_findings)).with_rows(findings);
        report.with_text(self.summary(one_unit)).with_csv(self.rows(names, |_| true))
    }

    /// Users first, then the agents without one.
    fn rows(&self, names: bool, is_shown: impl Fn(&Row) -> bool) -> Rows {
        let mut rows = Rows::new(if names { &NAMED_COLUMNS } else { &COLUMNS });
        for row in self.agents.iter().filter(|row| is_shown(row)) {
            rows.push(row.cells(names));
        }
        for row in &self.no_user {
            rows.push(row.cells(names));
        }
        rows
    }

    fn summary(&self, one_unit: bool) -> String {
        let found = self.counts.iter().filter(|(_, count)| **count > 0);
        let counts: Vec<String> =
            found.map(|(verdict, count)| format!("{count} {}", verdict.as_str())).collect();
        let users = Count(self.agents.len(), "user", "users");
        let counts = if counts.is_empty() { "nobody".to_owned() } else { counts.join(", ") };
        let without = match one_unit {
            true => "Who has no user shows without --unit only.".to_owned(),
            false => {
                let without = Count(self.no_user.len(), "active agent has", "active agents have");
                format!("{without} no user.")
            }
        };
        format!("{users}: {counts}. {without}")
    }
}
