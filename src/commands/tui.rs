//! `keyflip`: the screen.

use crate::changes::Journal;
use crate::cli::{self, ThemeName};
use crate::commands::CommandContext;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::config::{ConfigError, SettingSource, Settings};
use crate::model::{KeyId, escape_hidden, scan_key_ids};
use crate::tui::{
    self, EndReason, Keymap, ScreenEnd, ScreenError, ScreenOptions, ScreenSetup, Theme,
};

/// Runs the screen until the user leaves.
pub(crate) fn run(key_id: Option<&str>, context: &CommandContext) -> Exit {
    if let Some(word) = key_id
        && let Err(exit) = check_key_id_argument(word)
    {
        return exit;
    }
    let journal = match context.journal() {
        // Standard error is the same terminal: both lines wait for the end.
        Ok(_) if context.writes_to_stderr() => Journal::memory(),
        Ok(journal) => journal,
        Err(error) => return Exit::failed(&error.to_string()),
    };
    let keymap = match keymap(&context.settings) {
        Ok(keymap) => keymap,
        Err(error) => return Exit::failed(&error.to_string()),
    };
    let unjournaled = Journal::memory();
    let start = ScreenSetup {
        session_factory: context.session_factory.clone(),
        journal: journal.clone(),
        unjournaled: unjournaled.clone(),
        options: ScreenOptions {
            keymap,
            animation: context.settings.animation.value,
            reason: context.global.reason.clone(),
            profile: context.session_factory.profile(),
            find: key_id.map(str::to_owned),
            ..ScreenOptions::default()
        },
        theme: theme(&context.settings),
        mouse: context.settings.mouse.value,
        synchronized: context.settings.synchronized_update.value,
    };
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                return Exit::failed(&format!("keyflip can't start its threads: {error}."));
            }
        };
    let ended = runtime.block_on(tui::run(start));
    runtime.shutdown_background();
    // Where the terminal has gone, standard error may still be a file.
    output::eprint_raw(&journal.lines());
    let lines = unjournaled.lines();
    if !lines.is_empty() {
        output::eprint_line("These changes are in no journal file; keep the lines:");
        output::eprint_raw(&lines);
    }
    match ended {
        Ok(ScreenEnd { end, unsent, sent, messages: told }) => {
            for sentence in &told {
                output::eprint_line(sentence);
            }
            // Of these nothing is in a journal, since nothing was sent.
            eprint_list(
                "These changes were confirmed, but not sent; the keys are as they were:",
                &unsent,
            );
            let sent_head = "These changes were sent, and what came of them is not known yet; the next start reads it:";
            eprint_list(sent_head, &sent);
            match end {
                EndReason::Gone => Exit::Failed,
                EndReason::Signalled => Exit::Interrupted,
                EndReason::Quit => Exit::Done,
            }
        }
        Err(ScreenError::NoTerminal(why)) => Exit::failed(&why.to_string()),
        Err(ScreenError::Io(error)) => {
            Exit::failed(&format!("The terminal can't be used: {error}."))
        }
    }
}

/// Names changes that the screen could not tell of any more.
fn eprint_list(head: &str, changes: &[String]) {
    if !changes.is_empty() {
        output::eprint_line(head);
        output::eprint_raw(&(changes.join("\n") + "\n"));
    }
}

/// Whether there is something to open the screen on: a word without a key ID
/// is a command misspelt, or an ID cut off.
///
/// # Errors
/// It is not; that has been said.
fn check_key_id_argument(word: &str) -> Result<(), Exit> {
    if !scan_key_ids(word).is_empty() {
        return Ok(());
    }
    let shown = escape_hidden(word);
    let is_cut_off = word.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("AKIA"));
    match KeyId::parse(word.trim()) {
        Err(why) if is_cut_off => {
            Err(Exit::refused(Exit::Usage.code(), &format!("keyflip: “{shown}”: {why}.\n")))
        }
        _ => {
            let usage = cli::unknown_command(&shown);
            Err(Exit::refused(usage.code, &usage.text))
        }
    }
}

/// The keys, with the configuration file's own laid over the built-in ones.
///
/// # Errors
/// Keys that can't be so: where in the file, and why.
pub(super) fn keymap(settings: &Settings) -> Result<Keymap, ConfigError> {
    let bindings =
        settings.bindings.iter().map(|binding| (binding.action.as_str(), binding.keys.as_slice()));
    Keymap::with(bindings).map_err(|fault| {
        let source = settings.bindings.get(fault.binding).map(|binding| &binding.source);
        let (path, line) = match source {
            Some(SettingSource::File { path, line }) => (path.to_path_buf(), Some(*line)),
            _ => (settings.file.clone().unwrap_or_default(), None),
        };
        ConfigError { path, line, reason: fault.reason }
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
