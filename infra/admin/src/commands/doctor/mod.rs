//! `doctor`: does everything work that has to, from the table to Genesys' own jobs?
//!
//! It changes nothing. The agent list is never asked for, neither of the API nor by testing its
//! data action, because that moves the baseline of the shrink guard; and inserts and updates are
//! tried with an agent that cannot be.

mod examination;
mod own;
mod platform;
mod step;
mod workflows;

use clap::Args;
use serde::Serialize;

use self::examination::{Examination, Finding};
use self::step::Step;
use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::{Count, Outcome, Report, Rows};
use crate::permissions::DOCTOR;

/// What `doctor` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
Checks are named as in the output, or by the part before the colon: action, right, workflow.
Examples:
  timeoff-admin doctor
  timeoff-admin doctor --only api,token,types-job
  timeoff-admin doctor --skip bamboohr,right --json")]
pub struct Doctor {
    /// Only these checks.
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    only: Vec<String>,
    /// All but these checks.
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    skip: Vec<String>,
}

#[derive(Serialize)]
#[serde(tag = "report", rename = "doctor")]
struct Examined {
    checks: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    /// `None`: it was not tried.
    ok: Option<bool>,
    detail: String,
    remedy: String,
}

impl Run for Doctor {
    const ROLE: &'static [&'static str] = DOCTOR;

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let wanted = self.wanted()?;
        let steps = with_preconditions(&wanted);
        let progress = context.progress();
        progress.begin("checks", steps.len());
        let mut examination = Examination::new(context);
        let client = examination.client.clone();
        let work = async {
            for step in steps {
                examination.take(step).await;
                progress.advance(1);
            }
        };
        progress.during(client.as_ref(), work).await;
        let findings = examination.findings.into_iter();
        let shown = findings.filter(|(step, _)| wanted.contains(step));
        let checks: Vec<Line> = shown.map(|(step, finding)| Line::of(step, finding)).collect();
        let failed = checks.iter().any(|line| line.ok == Some(false));
        let examined = Examined { checks };
        let report = Report::of(&examined, Outcome::of(failed)).with_rows(examined.rows());
        Ok(report.with_text(examined.summary()))
    }
}

impl Doctor {
    /// The checks that are asked for.
    fn wanted(&self) -> Result<Vec<Step>, Error> {
        let all = Step::all();
        let mut words = self.only.iter().chain(&self.skip);
        if let Some(word) = words.find(|word| !all.iter().any(|step| step.is_called(word))) {
            let names: Vec<String> = all.iter().map(ToString::to_string).collect();
            let names = names.join(", ");
            return Err(Error::Usage(format!("There is no check {word:?}. There are: {names}.")));
        }
        let is_in = |words: &[String], step: &Step| words.iter().any(|word| step.is_called(word));
        let wanted = all.into_iter().filter(|step| {
            (self.only.is_empty() || is_in(&self.only, step)) && !is_in(&self.skip, step)
        });
        Ok(wanted.collect())
    }
}

/// These checks, and those without which they cannot be tried or say less.
fn with_preconditions(wanted: &[Step]) -> Vec<Step> {
    fn add(step: Step, needed: &mut Vec<Step>) {
        if !needed.contains(&step) {
            needed.push(step);
            let before = step.needs().iter().chain(step.gains_by());
            before.for_each(|before| add(*before, needed));
        }
    }
    let mut needed = Vec::new();
    wanted.iter().for_each(|step| add(*step, &mut needed));
    Step::all().into_iter().filter(|step| needed.contains(step)).collect()
}

impl Line {
    fn of(step: Step, finding: Finding) -> Self {
        let name = step.to_string();
        match finding {
            Finding::Good(detail) => Self { name, ok: Some(true), detail, remedy: String::new() },
            Finding::Bad(problem) => {
                let remedy = problem.remedy.unwrap_or_else(|| step.remedy());
                Self { name, ok: Some(false), detail: problem.detail, remedy }
            }
            Finding::Untried { detail, .. } => {
                Self { name, ok: None, detail, remedy: String::new() }
            }
        }
    }

    fn mark(&self) -> &'static str {
        match self.ok {
            Some(true) => "✓",
            Some(false) => "✗",
            None => "–",
        }
    }
}

impl Examined {
    fn rows(&self) -> Rows {
        let mut rows = Rows::new(&["", "check", "what was found"]);
        for line in &self.checks {
            let found = [line.detail.as_str(), line.remedy.as_str()].join(" ");
            rows.push([line.mark().to_owned(), line.name.clone(), found.trim().to_owned()]);
        }
        rows
    }

    fn summary(&self) -> String {
        let count = |ok| self.checks.iter().filter(|line| line.ok == ok).count();
        let checks = Count(self.checks.len(), "check", "checks");
        let [good, bad, untried] = [Some(true), Some(false), None].map(count);
        format!("{checks}: {good} in order, {bad} failed, {untried} not tried.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doctor(only: &[&str], skip: &[&str]) -> Doctor {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Doctor { only: owned(only), skip: owned(skip) }
    }

    #[test]
    fn one_check_tries_what_it_needs_and_no_more() {
        let wanted = doctor(&["table"], &[]).wanted().unwrap();
        assert_eq!(with_preconditions(&wanted), [Step::Table]);
        let wanted = doctor(&["types-job"], &[]).wanted().unwrap();
        let needed = [Step::Token, step::INTEGRATIONS, Step::Integration, Step::TypesJob];
        assert_eq!(with_preconditions(&wanted), needed);
        let all_but = doctor(&[], &["action", "right"]).wanted().unwrap();
        assert_eq!(all_but.len(), Step::all().len() - 7 - 11);
    }

    #[test]
    fn a_check_that_is_not_there_is_refused_with_those_that_are() {
        for doctor in [doctor(&["tabel"], &[]), doctor(&[], &["table", "x"])] {
            let said = doctor.wanted().unwrap_err().to_string();
            assert!(said.contains("balance-job"), "{said}");
        }
    }
}
