//! `keyflip plan`: writes a plan, prints it, and prints what became of it.

mod file;
mod make;
mod reading;
mod show;
mod status;

use crate::cli::{self, PlanCommand};
use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::block_on;

pub(super) use file::{NamedPlan, read_plan, read_plan_id};
pub(super) use reading::{PlanJournal, PlanSession, read_key, read_keys};

/// Runs the command.
pub(super) fn run(args: &cli::PlanArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    match &args.command {
        None => make::run(args, context),
        Some(PlanCommand::Show(show)) => show::run(show),
        Some(PlanCommand::Status(status)) => {
            let plan = read_plan(&status.file.plan)?;
            block_on(async |interrupts| {
                Box::pin(status::print_status(&plan, status, context, interrupts)).await
            })
        }
    }
}
