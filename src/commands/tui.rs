//! `keyflip` without a command: the screen.

use tokio::runtime::{self, Runtime};

use crate::changes::Journal;
use crate::cli::{self, ScreenArgs, ThemeName};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, ProcessGuard, block_on_in, finish_token_refreshes};
use crate::commands::messages;
use crate::commands::{CommandContext, open_session, output};
use crate::config::{ConfigError, SettingSource, Settings};
use crate::model::{KeyId, KeyIdError, Route, hide_secret_key, scan_text};
use crate::tui::{self, EndReason, Keymap, ScreenEnd, ScreenOptions, ScreenSetup, Theme};

/// Runs the screen until the user quits.
pub(super) fn run(args: ScreenArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    if let Some(word) = &args.key_id {
        check_key_id_argument(word)?;
    }
    let mut journal = context.journal()?;
    if context.writes_to_stderr() {
        // Standard error is the same terminal, so the lines are printed at the end.
        journal = Journal::memory();
    }
    let unjournaled = Journal::memory();
    let setup = screen_setup(args, context, &journal, &unjournaled)?;
    let mut workers = None;
    let ended = run_screen(setup, context, &mut workers);
    if let Some(workers) = workers {
        workers.shutdown_background();
    }
    // If the terminal is gone, standard error may still be a file.
    output::eprint_raw(&journal.lines());
    let lines = unjournaled.lines();
    if !lines.is_empty() {
        output::eprint_line(messages::UNJOURNALED_CHANGES);
        output::eprint_raw(&lines);
    }
    let ScreenEnd { end, unsent, sent, messages: sentences } = ended?;
    for sentence in &sentences {
        output::eprint_line(sentence);
    }
    // The journal does not have these, since they were not sent.
    eprint_list(messages::UNSENT_CHANGES, &unsent);
    eprint_list(messages::UNRESOLVED_CHANGES, &sent);
    Ok(match end {
        EndReason::TerminalClosed => Exit::Failed,
        EndReason::Signalled => Exit::Interrupted,
        EndReason::Quit => Exit::Done,
    })
}

/// Returns the settings of the screen.
fn screen_setup(
    args: ScreenArgs,
    context: &CommandContext,
    journal: &Journal,
    unjournaled: &Journal,
) -> Result<ScreenSetup, CommandError> {
    let settings = &context.settings;
    Ok(ScreenSetup {
        session_factory: context.session_factory.clone(),
        journal: journal.clone(),
        unjournaled: unjournaled.clone(),
        options: ScreenOptions {
            keymap: keymap(settings)?,
            animation: settings.animation.value,
            reason: context.global.reason.clone(),
            route: context.session_factory.profile().map(Route::Profile),
            activity_watch: context.session_factory.activity_settings().watch,
            find: args.key_id,
            plan: args.plan,
            filters: settings.saved_filters(),
            restore: settings.screen.restore.value,
            ..ScreenOptions::default()
        },
        theme: theme(settings),
        mouse: settings.mouse.value,
        synchronized: settings.synchronized_update.value,
    })
}

/// Finds the route into the account of `--account`, and runs the screen. Both leave the threads of
/// their tasks in `workers`.
fn run_screen(
    mut setup: ScreenSetup,
    context: &CommandContext,
    workers: &mut Option<Runtime>,
) -> Result<ScreenEnd, CommandError> {
    if let Some(account) = &context.global.account {
        // On the threads of the screen's tasks, which use the same connections.
        let workers = workers.insert(tui::start_workers().map_err(CommandError::Runtime)?);
        let (route, account) = block_on_in(workers, async |mut interrupts| {
            open_session::route(context, account, &mut interrupts).await
        })?;
        setup.options.route = route.or(setup.options.route);
        setup.options.account = Some(account);
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(CommandError::Runtime)?;
    let _screen = ProcessGuard::screen();
    let ended = runtime.block_on(async {
        // Boxed, since the future is large.
        let ended = Box::pin(tui::run(setup, workers)).await;
        finish_token_refreshes().await;
        ended
    });
    runtime.shutdown_background();
    // The screen's handlers stay, and nobody listens to them any more. Without these, its last
    // lines could not be interrupted; there is nothing else to do about it.
    let _ = Interrupts::of_process();
    Ok(ended?)
}

/// Prints changes that the screen can no longer show, if there are any.
fn eprint_list(heading: &str, changes: &[String]) {
    if !changes.is_empty() {
        output::eprint_line(heading);
        output::eprint_raw(&(changes.join("\n") + "\n"));
    }
}

/// Checks that the argument contains a key ID to open the screen on. If not, it
/// is a misspelt command or an incomplete ID.
///
/// # Errors
/// Returns an error if it does not.
fn check_key_id_argument(word: &str) -> Result<(), CommandError> {
    let scan = scan_text(word);
    if !scan.is_empty() {
        return Ok(());
    }
    let shown = hide_secret_key(word);
    let is_cut_off = word.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("AKIA"));
    match KeyId::parse(word.trim()) {
        Err(error @ KeyIdError::Character(_)) if is_cut_off => {
            Err(CommandError::InvalidKeyId(shown.into_owned(), error.into()))
        }
        _ if is_cut_off => Err(CommandError::IncompleteKeyId(shown.into_owned())),
        _ => Err(CommandError::Usage(cli::unknown_command(&shown))),
    }
}

/// Returns the built-in key bindings, with those of the configuration file.
///
/// # Errors
/// Returns an error with its line if a binding is not possible.
pub(super) fn keymap(settings: &Settings) -> Result<Keymap, ConfigError> {
    let bindings =
        settings.bindings.iter().map(|binding| (binding.action.as_str(), binding.keys.as_slice()));
    Keymap::with(bindings).map_err(|fault| {
        let source = settings.bindings.get(fault.binding).map(|binding| &binding.source);
        let (path, line) = match source {
            Some(SettingSource::File { path, line }) => (path.to_path_buf(), Some(*line)),
            _ => (settings.file.clone().unwrap_or_default(), None),
        };
        ConfigError { path, line, reason: fault.kind.to_string() }
    })
}

fn theme(settings: &Settings) -> Theme {
    let theme = match settings.theme.value {
        ThemeName::HighContrast => Theme::high_contrast(settings.color.value),
        ThemeName::Default if settings.color.value => Theme::default(),
        ThemeName::Default | ThemeName::Mono => Theme::mono(),
    };
    if settings.ascii.value { theme.ascii() } else { theme }
}
