//! `keyflip`: the screen.

use crate::changes::Journal;
use crate::cli::ThemeName;
use crate::commands::Context;
use crate::commands::out::{self, Exit};
use crate::config::Settings;
use crate::tui::{self, End, Failure, Options, Start, Theme};

/// Runs the screen until the user leaves.
pub(crate) fn run(key_id: Option<&str>, context: &Context) -> Exit {
    let journal = match context.journal() {
        // Standard error is the same terminal: both lines wait for the end.
        Ok(_) if context.writes_to_stderr() => Journal::memory(),
        Ok(journal) => journal,
        Err(error) => return Exit::failed(&error.to_string()),
    };
    let unwritten = Journal::memory();
    let start = Start {
        opener: context.opener.clone(),
        journal: journal.clone(),
        unwritten: unwritten.clone(),
        options: Options {
            ascii: context.settings.ascii.value,
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
        Ok(End::Gone) => Exit::Failed,
        Ok(End::Signalled) => Exit::Interrupted,
        Ok(End::Quit) => Exit::Done,
        Err(Failure::NoTerminal(why)) => Exit::failed(&why.to_string()),
        Err(Failure::Io(error)) => Exit::failed(&format!("The terminal can't be used: {error}.")),
    }
}

fn theme(settings: &Settings) -> Theme {
    let theme = match settings.theme.value {
        _ if !settings.color.value => Theme::mono(),
        ThemeName::Mono => Theme::mono(),
        ThemeName::Default | ThemeName::HighContrast => Theme::default(),
    };
    if settings.ascii.value { theme.ascii() } else { theme }
}
