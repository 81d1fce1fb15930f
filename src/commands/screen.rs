//! `keyflip`: the screen.

use crate::changes::Journal;
use crate::cli::{self, ThemeName};
use crate::commands::Context;
use crate::commands::out::{self, Exit};
use crate::config::{ConfigError, Settings, Source};
use crate::model::{KeyId, find_ids, visible};
use crate::tui::{self, End, Ended, Failure, Keymap, Options, Start, Theme};

/// Runs the screen until the user leaves.
pub(crate) fn run(key_id: Option<&str>, context: &Context) -> Exit {
    if let Some(word) = key_id
        && let Err(exit) = names_a_key(word)
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
    let unwritten = Journal::memory();
    let start = Start {
        opener: context.opener.clone(),
        journal: journal.clone(),
        unwritten: unwritten.clone(),
        options: Options {
            keymap,
            animation: context.settings.animation.value,
            reason: context.global.reason.clone(),
            profile: context.opener.profile(),
            find: key_id.map(str::to_owned),
            ..Options::default()
        },
        theme: theme(&context.settings),
        mouse: context.settings.mouse.value,
        synchronized: context.settings.synchronized_update.value,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Exit::failed(&format!("keyflip can't start its threads: {error}.")),
    };
    let ended = runtime.block_on(tui::run(start));
    runtime.shutdown_background();
    // Where the terminal has gone, standard error may still be a file.
    out::say_raw(&journal.lines());
    let lines = unwritten.lines();
    if !lines.is_empty() {
        out::say("These changes are in no journal file; keep the lines:");
        out::say_raw(&lines);
    }
    match ended {
        Ok(Ended { end, unsent, sent, told }) => {
            for sentence in &told {
                out::say(sentence);
            }
            // Of these nothing is in a journal, since nothing was sent.
            say_those("These changes were confirmed, but not sent; the keys are as they were:", &unsent);
            let sent_head = "These changes were sent, and what came of them is not known yet; the next start reads it:";
            say_those(sent_head, &sent);
            match end {
                End::Gone => Exit::Failed,
                End::Signalled => Exit::Interrupted,
                End::Quit => Exit::Done,
            }
        }
        Err(Failure::NoTerminal(why)) => Exit::failed(&why.to_string()),
        Err(Failure::Io(error)) => Exit::failed(&format!("The terminal can't be used: {error}.")),
    }
}

/// Names changes that the screen could not tell of any more.
fn say_those(head: &str, changes: &[String]) {
    if !changes.is_empty() {
        out::say(head);
        out::say_raw(&(changes.join("\n") + "\n"));
    }
}

/// Whether there is something to open the screen on: a word without a key ID
/// is a command misspelt, or an ID cut off.
///
/// # Errors
/// It is not; that has been said.
fn names_a_key(word: &str) -> Result<(), Exit> {
    if !find_ids(word).is_empty() {
        return Ok(());
    }
    let shown = visible(word);
    let is_cut_off = word.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("AKIA"));
    match KeyId::parse(word.trim()) {
        Err(why) if is_cut_off => Err(Exit::refused(Exit::Usage.code(), &format!("keyflip: “{shown}”: {why}.\n"))),
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
    let bindings = settings.bindings.iter().map(|binding| (binding.action.as_str(), binding.keys.as_slice()));
    Keymap::with(bindings).map_err(|fault| {
        let source = settings.bindings.get(fault.binding).map(|binding| &binding.source);
        let (path, line) = match source {
            Some(Source::File { path, line }) => (path.to_path_buf(), Some(*line)),
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
