//! The command line.

use clap::{Args, Parser, Subcommand};
use url::Url;

use crate::Error;
use crate::commands::{
    agents, doctor, failures, findings, genesys_workflows, look_up, pins, reconcile, shrink, state,
};
use crate::context::Context;
use crate::output::Report;

/// What operators do around timeoff-bridge: whether everything works, who is associated with whom,
/// pins, findings of the last run, the shrink guard, look-ups.
#[derive(Debug, Parser)]
#[command(name = "timeoff-admin", version, after_help = AFTER_HELP)]
pub struct Cli {
    /// Where the table is.
    #[command(flatten)]
    pub(crate) table: TableOptions,
    /// The HRIS integration in Genesys, by name or id, where there are several.
    #[arg(long, global = true, value_name = "NAME_OR_ID")]
    pub(crate) integration: Option<String>,
    /// How the result is shown.
    #[command(flatten)]
    pub show: ShowOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Environment, as far as a command uses it:
  Genesys Cloud  GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID, GENESYSCLOUD_OAUTHCLIENT_SECRET;
                 for a stand-in GENESYSCLOUD_BASE_URL and GENESYSCLOUD_LOGIN_URL in place of the region
  the bridge     BRIDGE_URL (ends in /v1), BRIDGE_API_KEY
  BambooHR       BAMBOOHR_SECRET_ID, BAMBOOHR_BASE_URL, MINUTES_PER_DAY, ZERO_PAYABLE
Exit code: 0 done, and nothing to do; 1 findings, or not done; 2 wrong command line; 3 something
could not be read.
Example: timeoff-admin --profile production conflicts --json";

/// Where the table is. Credentials and region come from where every AWS tool finds them.
#[derive(Clone, Debug, Args)]
pub(crate) struct TableOptions {
    /// The DynamoDB table.
    #[arg(long, global = true, env = "TABLE_NAME", default_value = "", hide_default_value = true)]
    pub(crate) table: String,
    /// Another DynamoDB, such as http://127.0.0.1:9002 of the local stack.
    #[arg(long, global = true, env = "AWS_ENDPOINT_URL_DYNAMODB")]
    pub(crate) endpoint_url: Option<Url>,
    /// The AWS region, in place of the environment's or the profile's.
    #[arg(long, global = true)]
    pub(crate) region: Option<String>,
    /// The profile of the AWS configuration, in place of AWS_PROFILE.
    #[arg(long, global = true)]
    pub(crate) profile: Option<String>,
}

/// How the result is shown.
#[derive(Clone, Copy, Debug, Args)]
pub struct ShowOptions {
    /// Write one JSON object in place of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Write a list as CSV in place of text.
    #[arg(long, global = true, conflicts_with = "json")]
    pub csv: bool,
    /// Show e-mail addresses and names.
    #[arg(long, global = true)]
    pub(crate) names: bool,
}

/// What the frame has to know of a command, and how it is carried out.
pub(crate) trait Run {
    /// The smallest role in Genesys Cloud that does.
    const ROLE: &'static [&'static str] = &[];

    /// The same, where it depends on what it is to do.
    fn role(&self) -> &'static [&'static str] {
        Self::ROLE
    }

    /// Whether it changes nothing, so that a failure means that something could not be read.
    fn only_reads(&self) -> bool {
        true
    }

    /// Whether its result is a list, which can be CSV.
    fn is_list(&self) -> bool {
        false
    }

    /// Does it.
    async fn run(self, context: &Context) -> Result<Report, Error>;
}

/// The commands: a line for each here, and a module of `commands`.
macro_rules! commands {
    ($($(#[$attribute:meta])+ $name:ident($arguments:ty),)+) => {
        /// What to do.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$attribute])+ $name($arguments),)+
        }

        impl Command {
            /// Whether it changes nothing, so that a failure means that something could not be
            /// read.
            pub fn only_reads(&self) -> bool {
                match self { $(Self::$name(command) => command.only_reads(),)+ }
            }

            /// Whether its result is a list, which can be CSV.
            pub fn is_list(&self) -> bool {
                match self { $(Self::$name(command) => command.is_list(),)+ }
            }

            pub(crate) async fn run(self, context: &Context) -> Result<Report, Error> {
                match self {
                    // On the heap: together they nest too deep for one future.
                    $(Self::$name(command) => Box::pin(carried_out(command, context)).await,)+
                }
            }
        }
    };
}

async fn carried_out<R: Run>(command: R, context: &Context) -> Result<Report, Error> {
    let role = command.role();
    command.run(context).await.map_err(|error| error.with_role(role))
}

commands! {
    /// Try everything that has to work, one line each. Changes nothing.
    Doctor(doctor::Doctor),
    /// Show who is associated with whom, and link users by hand.
    #[command(subcommand, after_help = "Example: timeoff-admin agents audit")]
    Agents(agents::Agents),
    /// Compare what Genesys shows as Error or Processing with BambooHR; settle what is safe.
    Reconcile(reconcile::Reconcile),
    /// Pin an e-mail to an agent whose Genesys e-mail differs from the one in BambooHR.
    Pin(pins::Pin),
    /// Remove the pin of an agent.
    Unpin(pins::Unpin),
    /// List the active records that are left out because another record has their e-mail.
    Conflicts(findings::Conflicts),
    /// List the active records that are left out because they have no usable e-mail.
    Skipped(findings::Skipped),
    /// Let the next list over HTTP be much shorter than the last one, once.
    AcceptShrink(shrink::AcceptShrink),
    /// Show what the table knows about one agent.
    LookUp(look_up::LookUp),
    /// Show how old the index is, what is in it, and whether the shrink guard waits for an
    /// operator.
    State(state::State),
    /// What insert and update could not do: list it, send it again, erase it.
    Failures(failures::Failures),
    /// Write what an administrator imports into Genesys Cloud.
    Genesys(genesys_workflows::Genesys),
}
