//! The options and settings of a command.

use crate::changes::{Journal, JournalError};
use crate::cli::GlobalArgs;
use crate::commands::debug_log;
use crate::commands::error::CommandError;
use crate::commands::output;
use crate::config::Settings;
use crate::model::{Secret, hide_secret_keys};
use crate::session_factory::SessionFactory;

/// The options and settings of a command.
pub(crate) struct CommandContext {
    /// The global options of the command line.
    pub global: GlobalArgs,
    /// The effective settings.
    pub settings: Settings,
    /// Opens sessions with these settings.
    pub session_factory: SessionFactory,
}

impl CommandContext {
    /// Loads the settings, starts the debug log if it is wanted, and applies `--quiet`.
    ///
    /// # Errors
    /// Returns an error if an option or the configuration is not valid, or the log cannot be
    /// opened.
    pub(super) fn load(global: &GlobalArgs) -> Result<Self, CommandError> {
        debug_log::start(global)?;
        if global.quiet {
            output::set_quiet();
        }
        if global.mfa_code.as_deref().is_some_and(|code| Secret::mfa_code(code).is_none()) {
            return Err(CommandError::InvalidMfaCode);
        }
        if global.demo && (global.profile.is_some() || global.endpoint_url.is_some()) {
            return Err(CommandError::DemoWithOtherAccount);
        }
        let settings = Settings::load(global)?;
        let session_factory = SessionFactory::new(global, settings.clone());
        // It is shown and recorded.
        let reason = global.reason.as_deref().map(|reason| hide_secret_keys(reason).into_owned());
        Ok(Self { global: GlobalArgs { reason, ..global.clone() }, settings, session_factory })
    }

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
