//! What commands work on. Each connection is made when a command first asks for it, so that a
//! command needs only what it uses.

use genesys_cloud::{Client, HrisIntegration};
use jiff::Timestamp;
use lambda_host::Clock;
use store::{Index, Table};

use crate::bamboohr::Hris;
use crate::bridge::Bridge;
use crate::cli::{Cli, ShowOptions, TableOptions};
use crate::connection::Variables;
use crate::output::Progress;
use crate::{Error, genesys};

/// The command line and the environment, as far as all commands share them.
pub(crate) struct Context {
    table: TableOptions,
    integration: Option<String>,
    show: ShowOptions,
    variables: Variables,
    progress: Progress,
    clock: Clock,
}

impl Context {
    pub(crate) fn new(cli: &Cli, variables: Variables, clock: Clock) -> Self {
        let set = move |name: &str| {
            variables(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        Self {
            table: cli.table.clone(),
            integration: cli.integration.clone(),
            show: cli.show,
            variables: Box::new(set),
            progress: Progress::stderr(),
            clock,
        }
    }

    /// A variable of the environment; an empty text counts as unset.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        (self.variables)(name)
    }

    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether e-mail addresses and names may be shown.
    pub(crate) fn names(&self) -> bool {
        self.show.names
    }

    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    pub(crate) async fn table(&self) -> Result<Table, Error> {
        self.table.connect(&self.variables).await
    }

    /// All variables, for settings that are read in another crate.
    pub(crate) fn variables(&self) -> &Variables {
        &self.variables
    }

    pub(crate) async fn index(&self) -> Result<Index, Error> {
        Ok(Index::new(self.table().await?))
    }

    /// BambooHR, by the functions' own settings. Nothing is sent yet.
    pub(crate) async fn hris(&self) -> Result<Hris, Error> {
        let aws = self.table.aws(&self.variables).await?;
        Hris::new(&aws, &self.variables, self.clock.clone())
    }

    /// The bridge's API. Nothing is sent yet.
    pub(crate) fn bridge(&self) -> Result<Bridge, Error> {
        Ok(Bridge::of(|name| self.variable(name))?)
    }

    /// Genesys Cloud. Nothing is sent yet.
    pub(crate) fn genesys(&self) -> Result<Client, Error> {
        genesys::client(|name| self.variable(name))
    }

    /// The integration that the command line names.
    pub(crate) fn named_integration(&self) -> Option<&str> {
        self.integration.as_deref()
    }

    /// The integration that the command is about.
    pub(crate) async fn integration(&self, genesys: &Client) -> Result<HrisIntegration, Error> {
        genesys::choose(genesys.hris_integrations().await?, self.integration.as_deref())
    }
}
