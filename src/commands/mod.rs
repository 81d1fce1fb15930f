//! The commands, each in a file or folder of its own, and what several of them use: session,
//! questions, interrupts, output, tables, sentences and errors.

mod accounts;
mod activity;
mod apply_plan;
mod command_context;
mod completions;
mod config;
mod core_dumps;
mod debug_log;
mod demo;
mod error;
mod error_exit;
mod exit;
mod find;
mod interrupts;
mod journal;
mod key_accounts;
mod key_lookup;
mod list;
mod listed_accounts;
mod login;
mod man;
mod messages;
mod mfa;
mod open_session;
mod output;
mod plan;
mod policy;
mod progress;
mod prompt;
mod reach;
mod read_retry;
mod recovery;
mod report;
mod running_changes;
mod set_status;
mod table;
mod tui;
mod typed_key_id;
mod undo;
mod update_access_key;

use crate::cli::{self, Cli, Command, CommandLine};
use crate::model::Direction;
use error::CommandError;

pub(crate) use command_context::CommandContext;
pub(crate) use exit::Exit;

/// Runs a command line, which begins with the name of the program. This is the only place that
/// prints the error that ends a command.
pub(crate) fn run(args: &[String]) -> Exit {
    core_dumps::disable_core_dumps();
    run_line(args).unwrap_or_else(|error| {
        output::eprint_error(&error);
        error.exit()
    })
}

fn run_line(args: &[String]) -> Result<Exit, CommandError> {
    if completions::complete(args)? {
        return Ok(Exit::Done);
    }
    match cli::parse(args, output::terminal_columns()) {
        Ok(CommandLine::Keyflip(cli)) => {
            if cli.has_role_without_account() {
                return Err(CommandError::RoleWithoutAccount);
            }
            if cli.screen.plan.is_some() && cli.command.is_some() {
                return Err(CommandError::PlanBeforeCommand);
            }
            // A command that ignored it could change another key.
            if cli.screen.key_id.is_some() && cli.command.is_some() {
                return Err(CommandError::KeyIdBeforeCommand);
            }
            run_command(*cli)
        }
        Ok(CommandLine::UpdateAccessKey(words)) => update_access_key::run(&words),
        Ok(CommandLine::Print(text)) => output::print(&text),
        Err(error) => Err(CommandError::Usage(error)),
    }
}

fn run_command(cli: Cli) -> Result<Exit, CommandError> {
    // Not for the commands that work without settings, also if the configuration file is not valid.
    let context = || CommandContext::load(&cli.global);
    match cli.command {
        None => tui::run(cli.screen, &context()?),
        Some(Command::List(options)) => list::run(&options, &context()?),
        Some(Command::Find(options)) => find::run(&options, &context()?),
        Some(Command::Activity(options)) => activity::run(&options, &context()?),
        Some(Command::Report(options)) => report::run(&options, &context()?),
        Some(Command::Accounts(options)) => accounts::run(&options, &context()?),
        Some(Command::Deactivate(options)) => {
            set_status::run(&options, Direction::Deactivate, &context()?)
        }
        Some(Command::Activate(options)) => {
            set_status::run(&options.into(), Direction::Activate, &context()?)
        }
        Some(Command::Journal(options)) => journal::run(&options, &context()?),
        Some(Command::Undo(options)) => undo::run(&options, &context()?),
        Some(Command::Plan(options)) => plan::run(&options, &context()?),
        Some(Command::Apply(options)) => apply_plan::run(&options, &context()?),
        Some(Command::Login(options)) => login::run(&options, &context()?),
        Some(Command::Demo(options)) => demo::run(&options),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man) => man::run(),
        Some(Command::Config) => config::run(&context()?),
        Some(Command::Policy { name }) => policy::run(name),
        // `cli::parse` handles it, wherever it stands as a command.
        Some(Command::UpdateAccessKey) => update_access_key::run(&[]),
    }
}
