//! The commands, one file or folder each, and the choice among them.

mod ask;
mod completions;
mod config;
mod core_dumps;
mod debug;
mod demo;
mod find;
mod interrupts;
mod journal;
mod list;
mod look;
mod man;
mod out;
mod patience;
mod place;
mod recover;
mod screen;
mod switch;
mod table;
mod undo;
pub(crate) mod update_access_key;
mod values;

use crate::changes::{Journal, JournalError};
use crate::cli::{self, Cli, Command, CommandLine, Global};
use crate::config::Settings;
use crate::model::{Direction, NO_MFA_CODE, Secret};
use crate::sessions::Opener;

pub(crate) use out::Exit;

/// What a command works with.
pub(crate) struct Context {
    /// The options of the command line that all commands take.
    pub global: Global,
    /// The settings in force.
    pub settings: Settings,
    /// Opens sessions by them.
    pub opener: Opener,
}

/// Runs a command line, the program's name first, and gives the exit code.
pub(crate) fn run(args: &[String]) -> Exit {
    core_dumps::forbid();
    if let Some(exit) = completions::answer(args) {
        return exit;
    }
    let cli = match cli::parse(args) {
        Ok(CommandLine::Keyflip(cli)) => *cli,
        Ok(CommandLine::UpdateAccessKey(words)) => return update_access_key::run(&words),
        Err(usage) if usage.code == 0 => return out::print(&usage.text),
        Err(usage) => return Exit::refused(usage.code, &usage.text),
    };
    match context(&cli.global) {
        Ok(context) => run_command(cli, &context),
        Err(exit) => exit,
    }
}

fn context(global: &Global) -> Result<Context, Exit> {
    debug::begin(global)?;
    if global.mfa_code.as_deref().is_some_and(|code| Secret::mfa_code(code).is_none()) {
        return Err(Exit::refused(Exit::Usage.code(), &format!("keyflip: --mfa-code: {NO_MFA_CODE}\n")));
    }
    let settings = Settings::load(global).map_err(|error| Exit::failed(&error.to_string()))?;
    let opener = Opener::new(global, settings.clone());
    Ok(Context { global: global.clone(), settings, opener })
}

fn run_command(cli: Cli, context: &Context) -> Exit {
    match cli.command {
        None => screen::run(cli.key_id.as_deref(), context),
        Some(Command::List(options)) => list::run(&options, context),
        Some(Command::Find(options)) => find::run(&options, context),
        Some(Command::Deactivate(options)) => switch::run(&options, Direction::Deactivate, context),
        Some(Command::Activate(options)) => switch::run(&options, Direction::Activate, context),
        Some(Command::Journal(options)) => journal::run(&options, context),
        Some(Command::Undo(options)) => undo::run(&options, context),
        Some(Command::Demo(options)) => demo::run(&options),
        Some(Command::Completions { shell }) => completions::run(shell),
        Some(Command::Man) => man::run(),
        Some(Command::Config) => config::run(context),
        // Its words are read apart, wherever it stands as a command.
        Some(Command::UpdateAccessKey) => update_access_key::run(&[]),
    }
}

impl Context {
    /// Whether the journal is to go to standard error.
    pub(crate) fn writes_to_stderr(&self) -> bool {
        self.settings.journal.value.as_ref().is_some_and(|path| path.as_os_str() == "-")
    }

    /// The journal in force. The demo account has one of its own unless the
    /// settings name another.
    ///
    /// # Errors
    /// The machine names no home directory, or standard error, where the journal
    /// is to go, leads nowhere.
    pub(crate) fn journal(&self) -> Result<Journal, JournalError> {
        match &self.settings.journal.value {
            Some(_) if self.writes_to_stderr() => Journal::stderr(),
            Some(path) => Ok(Journal::file(path.clone())),
            None if self.global.demo => Ok(Journal::file(Journal::demo_path()?)),
            None => Ok(Journal::file(Journal::default_path()?)),
        }
    }
}
