//! The workflows as files that Architect imports by clicking, bound to the data actions of an
//! organisation. Choosing a data action again in Architect may clear what it is bound to, so the
//! ids have to be right in the file.

mod archy;
mod bundle;
mod document;
mod expression;
mod listing;
mod nodes;
mod schemas;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use genesys_cloud::Action;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

pub use self::listing::WorkflowsError;

use self::bundle::{SOURCES, Source};
use self::listing::PublishedAction;
use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::Report;

/// The commands `genesys …`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: timeoff-admin genesys workflows --out workflows --actions actions.json"
)]
pub struct Genesys {
    #[command(subcommand)]
    command: GenesysCommand,
}

#[derive(Debug, Subcommand)]
enum GenesysCommand {
    /// Write the five workflows as files that Architect imports, bound to the data actions of an
    /// organisation. With --integration only those of that integration count.
    Workflows(Workflows),
}

impl Run for Genesys {
    const ROLE: &'static [&'static str] = &["integrations:action:view"];

    fn only_reads(&self) -> bool {
        false
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        let GenesysCommand::Workflows(workflows) = self.command;
        workflows.run(context).await
    }
}

/// The command `genesys workflows`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --actions the data actions are read from Genesys Cloud. With it nothing but the file is needed:
open the API Explorer of your region, run GET /api/v2/integrations/actions with pageSize 100, and save
its answer.
Example: timeoff-admin genesys workflows --out workflows --actions actions.json")]
struct Workflows {
    /// The folder that the files are written to. It is made where it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What GET /api/v2/integrations/actions answered, saved to a file.
    #[arg(long, value_name = "FILE")]
    actions: Option<PathBuf>,
}

impl Workflows {
    async fn run(self, context: &Context) -> Result<Report, Error> {
        let actions = match &self.actions {
            Some(path) => listing::read(path)?,
            None => context.genesys()?.actions().await?,
        };
        let written = write(&self.out, &actions, context.named_integration())?;
        Ok(Report::new(&written, false))
    }
}

/// What was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    folder: PathBuf,
    workflows: Vec<WrittenWorkflow>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenWorkflow {
    name: &'static str,
    file: String,
    data_action_id: String,
    category: String,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for WrittenWorkflow { file, data_action_id, category, .. } in &self.workflows {
            writeln!(f, "{file}  calls {data_action_id} of {category}")?;
        }
        let number = self.workflows.len();
        write!(f, "{number} workflows for Architect are in {}.", self.folder.display())
    }
}

/// Writes all workflows, once every one of them is known to be right.
fn write(
    folder: &Path,
    actions: &[Action],
    integration: Option<&str>,
) -> Result<Written, WorkflowsError> {
    let find = |source: &Source| Ok((*source, listing::find(actions, source.name, integration)?));
    let found: Vec<(Source, PublishedAction)> =
        SOURCES.iter().map(find).collect::<Result<_, WorkflowsError>>()?;
    let files: Vec<String> = found
        .iter()
        .map(|(source, action)| {
            let refuse = |reason| WorkflowsError::NotUnderstood { workflow: source.name, reason };
            document::document(*source, action)
                .map(|document| encoded(&document.to_string()))
                .map_err(refuse)
        })
        .collect::<Result<_, _>>()?;
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |source| WorkflowsError::Unwritable { path, source }
    };
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    let mut workflows = Vec::new();
    for ((source, action), content) in found.into_iter().zip(files) {
        let file = format!("{}.i3WorkFlow", source.name);
        let path = folder.join(&file);
        fs::write(&path, content).map_err(unwritable(&path))?;
        let PublishedAction { id: data_action_id, category, .. } = action;
        workflows.push(WrittenWorkflow { name: source.name, file, data_action_id, category });
    }
    Ok(Written { folder: folder.to_owned(), workflows })
}

/// What JavaScript's `encodeURIComponent` leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The form of Architect's exports: base64 of the percent-encoded JSON.
fn encoded(json: &str) -> String {
    STANDARD.encode(utf8_percent_encode(json, UNRESERVED).to_string())
}

#[cfg(test)]
mod tests;
