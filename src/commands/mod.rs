//! The commands, one file or folder each.

mod aws_format;
mod command_context;
mod completions;
mod config;
mod core_dumps;
mod debug_log;
mod demo;
mod find;
mod interrupts;
mod journal;
mod key_lookup;
mod list;
mod man;
mod messages;
mod open_session;
mod output;
mod prompt;
mod read_retry;
mod recovery;
mod set_status;
mod table;
mod tui;
mod undo;
pub(crate) mod update_access_key;

use crate::cli::{self, Cli, Command, CommandLine};
use crate::model::Direction;

pub(crate) use command_context::CommandContext;
pub(crate) use output::Exit;

/// Runs a command line, which begins with the name of the program.
pub(crate) fn run(args: &[String]) -> Exit {
    core_dumps::disable_core_dumps();
    if let Some(exit) = completions::complete(args) {
        return exit;
    }
    let cli = match cli::parse(args) {
        Ok(CommandLine::Keyflip(cli)) => *cli,
        Ok(CommandLine::UpdateAccessKey(words)) => return update_access_key::run(&words),
        Err(usage) if usage.code == 0 => return output::print(&usage.text),
        Err(usage) => return Exit::refused(usage.code, &usage.text),
    };
    match CommandContext::load(&cli.global) {
        Ok(context) => run_command(cli, &context),
        Err(exit) => exit,
    }
}

fn run_command(cli: Cli, context: &CommandContext) -> Exit {
    match cli.command {
        None => tui::run(cli.key_id.as_deref(), context),
        Some(Command::List(options)) => list::run(&options, context),
        Some(Command::Find(options)) => find::run(&options, context),
        Some(Command::Deactivate(options)) => {
            set_status::run(&options, Direction::Deactivate, context)
        }
        Some(Command::Activate(options)) => set_status::run(&options, Direction::Activate, context),
        Some(Command::Journal(options)) => journal::run(&options, context),
        Some(Command::Undo(options)) => undo::run(&options, context),
        Some(Command::Demo(options)) => demo::run(&options),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man) => man::run(),
        Some(Command::Config) => config::run(context),
        // `cli::parse` handles it, wherever it stands as a command.
        Some(Command::UpdateAccessKey) => update_access_key::run(&[]),
    }
}
