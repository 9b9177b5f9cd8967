//! `failures`: the inputs of insert and update that ended in an error, which the functions keep.

mod forget;
mod list;
mod replay;
mod row;
mod show;

use clap::{Args, Subcommand};

use self::forget::Forget;
use self::list::List;
use self::replay::Replay;
use self::show::Show;
use crate::Error;
use crate::cli::Run;
use crate::context::Context;
use crate::output::Report;

/// What `failures` takes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  timeoff-admin failures list
  timeoff-admin failures replay 452 0123456789ab")]
pub struct Failures {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what insert and update could not do, the oldest first.
    List(List),
    /// Show one of them with all that was asked, but for the note, which is not kept.
    Show(Show),
    /// Send one of them through the bridge once more, or all; never one that is stale.
    Replay(Replay),
    /// Erase one of them, or all of an agent.
    Forget(Forget),
}

impl Run for Failures {
    fn only_reads(&self) -> bool {
        matches!(self.command, Command::List(_) | Command::Show(_))
    }

    fn is_list(&self) -> bool {
        matches!(self.command, Command::List(_))
    }

    async fn run(self, context: &Context) -> Result<Report, Error> {
        match self.command {
            Command::List(list) => list.run(context).await,
            Command::Show(show) => show.run(context).await,
            Command::Replay(replay) => replay.run(context).await,
            Command::Forget(forget) => forget.run(context).await,
        }
    }
}
