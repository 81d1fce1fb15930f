//! The commands, one file or folder each.

mod aws_format;
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

use crate::changes::{Journal, JournalError};
use crate::cli::{self, Cli, Command, CommandLine, GlobalArgs};
use crate::config::Settings;
use crate::model::{Direction, INVALID_MFA_CODE_MESSAGE, Secret};
use crate::session_factory::SessionFactory;

pub(crate) use output::Exit;

/// The options and settings of a command.
pub(crate) struct CommandContext {
    /// The global options of the command line.
    pub global: GlobalArgs,
    /// The effective settings.
    pub settings: Settings,
    /// Opens sessions with these settings.
    pub session_factory: SessionFactory,
}

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
    match context(&cli.global) {
        Ok(context) => run_command(cli, &context),
        Err(exit) => exit,
    }
}

fn context(global: &GlobalArgs) -> Result<CommandContext, Exit> {
    debug_log::start(global)?;
    if global.mfa_code.as_deref().is_some_and(|code| Secret::mfa_code(code).is_none()) {
        return Err(Exit::usage(&messages::invalid_mfa_code(INVALID_MFA_CODE_MESSAGE)));
    }
    let settings = Settings::load(global).map_err(|error| Exit::failed(&error.to_string()))?;
    let session_factory = SessionFactory::new(global, settings.clone());
    Ok(CommandContext { global: global.clone(), settings, session_factory })
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

impl CommandContext {
    /// Returns whether the journal is written to standard error.
    pub(crate) fn writes_to_stderr(&self) -> bool {
        self.settings.journal.value.as_ref().is_some_and(|path| path.as_os_str() == "-")
    }

    /// Returns the journal. The demo account has a journal of its own unless the
    /// settings name one.
    ///
    /// # Errors
    /// Returns an error if there is no home directory for the default journal,
    /// or if the journal is standard error and that is closed or discarded.
    pub(crate) fn journal(&self) -> Result<Journal, JournalError> {
        match &self.settings.journal.value {
            Some(_) if self.writes_to_stderr() => Journal::stderr(),
            Some(path) => Ok(Journal::file(path.clone())),
            None if self.global.demo => Ok(Journal::file(Journal::demo_path()?)),
            None => Ok(Journal::file(Journal::default_path()?)),
        }
    }
}
